// Rows times weights: the dense product that linear models, networks, distances and projections share.
//
// out(i, j) = Out(sum over k of x(i, k) * w(j, k)) + Out(added[j]). The order of each sum is fixed, 0 and then k = 0,
// 1,
// ..., in double, each product rounded before it is added; Out rounds once, and the addition is in Out. Every target,
// however rows and outputs are grouped, gives these bits. (scikit-learn's BLAS fixes no order.)
#pragma once

#include <cstddef>

#include "pratique/data.h"

namespace pratique {

// The weights of n outputs, w(j, k) = data[j * cols + k], and what is added to each sum.
struct Weights {
  const double* data;
  size_t n, cols;
  const double* added;  // n of them, or nullptr for none
};

// `out` has X.rows rows of w.n, one behind the other; X has w.cols columns. T and Out: float or double.
template <class T, class Out>
void Product(const MatrixView<T>& X, const Weights& w, Out* out);

// The same for sparse rows, as scipy's csr_matvecs has it: summed in Out, each product of Out and rounded to it, over a
// row's entries in the order in which they are stored. Indices are below w.cols.
template <class T, class Out>
void Product(const CsrView<T>& X, const Weights& w, Out* out);

}  // namespace pratique
