// The product of kernels/product.h for a few rows at a time, with weights that were laid out once: to lay them out for
// one row takes longer than to multiply it.
#pragma once

#include <cstddef>
#include <span>

#include "kernels/product.h"

namespace pratique {

inline constexpr size_t kOutputsSideBySide = 16;

// How many numbers PackWeights writes.
inline size_t PackedSize(size_t n, size_t cols) {
  return (n + kOutputsSideBySide - 1) / kOutputsSideBySide * kOutputsSideBySide * cols;
}

// to[(g * cols + k) * 16 + j] = w(16 g + j, k), rounded to Out, and 0 behind the last output.
template <class Out>
void PackWeights(const Weights& w, std::span<Out> to);

// out(j) = Product's own bits for one row x of w.cols numbers; w.n is above 1, and w.data is not read.
template <class Out>
void PackedProduct(const Out* x, const Out* packed, const Weights& w, Out* out);

}  // namespace pratique
