// Rows times weights: the dense product that linear models, networks, distances and projections share.
//
// out(i, j) = the sum over k of x(i, k) * w(j, k), and then + added[j]. All of it is of out's type, to
// which x, w and added are rounded first (where out is float, scikit-learn has them in float32). Each product is added
// by one fused multiply-add, fma(x, w, sum), and the order is fixed:
// - of several outputs, blocks of columns (ColumnsOfBlock) are summed from 0 on, k ascending, and then the sums of the
//   blocks in their order;
// - of one output in double, 4 sums from 0 on take the columns 0, 4, 8, ..., the columns 1, 5, 9, ... and so on, of
//   every 2048 columns; (sum 0 + sum 2) + (sum 1 + sum 3) is added to the blocks before. Up to three columns are left:
//   of one the fused product is added; of more, fma(x0, w0, x1 * w1) and then fma(x2, w2, that), the sum of which is
//   added;
// - of one output in float, 16 sums take the columns 0, 16, ..., as if zeros filled up the last 16; then sum p + sum
//   p + 8, of these p + (p + 4), p + (p + 2), and the first + the second.
// Every target, however rows and outputs are grouped, gives these bits, and a row by itself has them, too.
//
// BLAS fixes no order. In double it is that of OpenBLAS, which numpy's wheels bring, on x86 with AVX2: of
// kernel/x86_64/dgemv_t_4.c for rows in fours, and of driver/level3/level3.c with the blocks of Haswell (asked with
// OpenBLAS 0.3.21, 0.3.23, 0.3.27 and that of numpy 2.4.6; tests/python/test_blas.py). So a batch there has
// scikit-learn's own bits; a row by itself, or up to three that are left over, OpenBLAS sums in another order. Its
// kernels for AVX-512 have other blocks beyond 256 columns, and another order for few rows.
#pragma once

#include <cstddef>

#include "pratique/data.h"

namespace pratique {

// Of `left` columns that are still to be summed, how many the next block has.
template <class Out>
constexpr size_t ColumnsOfBlock(size_t left);
template <>
constexpr size_t ColumnsOfBlock<double>(size_t left) {
  return left >= 512 ? 256 : left > 256 ? (left / 2 + 3) / 4 * 4 : left;
}
template <>
constexpr size_t ColumnsOfBlock<float>(size_t left) {
  return left < 128 ? left : 128;
}

// Of more rows, to lay out the weights for them pays; of so few, weights that were laid out once do (packed_product.h).
inline constexpr size_t kFewRows = 4;

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
