// Systems of linear equations of a few unknowns.
#pragma once

#include <cstddef>
#include <span>

namespace pratique {

// Inverts the n x n matrix `a` (rows one behind the other) into `inverse`, by elimination with partial pivoting, as
// LAPACK's getrf and getri do; `a` is destroyed. False where a pivot is 0 or not finite: then `inverse` says nothing.
// n^3 multiplications.
[[nodiscard]] bool Invert(std::span<double> a, size_t n, std::span<double> inverse);

}  // namespace pratique
