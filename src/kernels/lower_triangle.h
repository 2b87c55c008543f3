// Systems of equations with a lower triangle, for many right sides at once.
#pragma once

#include <cstddef>

namespace pratique {

inline constexpr size_t kSidesAtOnce = 32;

// Solves L v = b for kSidesAtOnce right sides, which v has side by side, v[k * kSidesAtOnce + side], by forward
// substitution: of each the products of a row of L are taken off in the order of its columns, each rounded. L has n
// rows of n numbers; those above its diagonal are not read.
void SolveLowerTriangle(const double* L, size_t n, double* v);

}  // namespace pratique
