// Invariants of lists that are searched by bisection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace pratique::invariant {

// The first i for which values[i] is not above values[i - 1]; nullopt: strictly ascending.
template <class T>
std::optional<size_t> FirstNotAscending(std::span<const T> values) {
  for (size_t i = 1; i < values.size(); ++i) {
    if (!(values[i - 1] < values[i])) return i;
  }
  return std::nullopt;
}

// The first i for which order[i] is no index of `values`, or values[order[i]] is not above values[order[i - 1]].
// nullopt: when both have the same size, `order` is a permutation that sorts `values` (no index can occur twice).
template <class T>
std::optional<size_t> FirstNotAscendingThrough(std::span<const uint32_t> order, std::span<const T> values) {
  for (size_t i = 0; i < order.size(); ++i) {
    if (order[i] >= values.size()) return i;
    if (i > 0 && !(values[order[i - 1]] < values[order[i]])) return i;
  }
  return std::nullopt;
}

}  // namespace pratique::invariant
