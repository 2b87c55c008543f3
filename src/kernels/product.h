// Rows times weights: the dense product that linear models, networks, distances and projections share.
//
// out(i, j) = the sum over k of x(i, k) * w(j, k), and then + added[j]. All of it is of out's type, to
// which x, w and added are rounded first (where out is float, scikit-learn has them in float32). Each product is added
// by one fused multiply-add, fma(x, w, sum), and the order is fixed:
// - of several outputs, blocks of 128 columns are summed from 0 on, k ascending, and the blocks' sums are added in
// their
//   order;
// - of one output, 16 sums from 0 on take the columns k = 0, 16, 32, ..., k = 1, 17, ..., as if zeros filled up the
// last
//   16; then sum p + sum p + 8, of these p + (p + 4), p + (p + 2), and the first + the second.
// Every target, however rows and outputs are grouped, gives these bits, and a row by itself has them, too.
// (scikit-learn's BLAS fixes no order.)
#pragma once

#include <cstddef>

#include "pratique/data.h"

namespace pratique {

inline constexpr size_t kColumnsOfBlock = 128, kPartialSums = 16;

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
