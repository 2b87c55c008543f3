// Elements of numpy arrays, whatever their width and byte order.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "import/graph.h"
#include "state/arena.h"
#include "state/bind.h"

namespace pratique {

// All elements in C order as T (double, int64_t or uint64_t); zero-copy when the array already is that, aligned, in C
// order. nullopt: another kind of array, or a value that T does not hold (a uint64 above int64's range, a float as
// int).
template <class T>
std::optional<Array<T>> ReadNumbers(const graph::Node& array, Arena& arena);

// One field of every record of a one-dimensional structured array.
template <class T>
std::optional<Array<T>> ReadStructured(const graph::Node& array, const graph::DType::Field& field, Arena& arena);

// A Python number, a numpy scalar, or a zero-dimensional array.
template <class T>
std::optional<T> ReadNumber(const graph::Node& node);

// The same of what Python's numbers.Real and numbers.Integral know: no array, and no numpy.bool.
template <class T>
std::optional<T> ReadPlainNumber(const graph::Node& node);

// str, np.str_.
std::optional<std::string_view> ReadText(const graph::Node& node, Arena& arena);
// An array of U: UTF-32 to UTF-8, trailing NULs stripped. nullopt: not UTF-32.
std::optional<Strings> ReadTexts(const graph::Node& array, Arena& arena);

}  // namespace pratique
