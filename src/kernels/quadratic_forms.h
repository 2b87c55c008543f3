// x^T A x of many rows x.
#pragma once

#include <cstddef>

namespace pratique {

inline constexpr size_t kFormsAtOnce = 16;

// out[i] = the sum over j of x(j, i) times the sum over k of A(j, k) x(k, i), both in order from 0 on and each product
// rounded before it is added; x(k, i) = x[k * kFormsAtOnce + i], and A has n rows of n.
void QuadraticForms(const double* x, const double* A, size_t n, double* out);

}  // namespace pratique
