#include "kernels/product.h"

#include <algorithm>
#include <type_traits>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/product.cc"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Rows are the lanes. A tile of rows is packed columns first, so that a lane's row is behind its neighbour's; sums of a
// few outputs then stay in registers over a block of columns, and between blocks in memory.
using D = hn::ScalableTag<double>;
constexpr size_t kLanes = hn::MaxLanes(D());
constexpr size_t kColumns = 256;  // of a packed block: 32 KiB of 16 rows
constexpr size_t kOutputs = 128;  // whose sums wait in memory

// packed[k * kRows + r] = x(row + r, first + k), 0 for rows beyond the last. Rows are far apart, and few elements of
// each are used at once: those of the next tile are asked for meanwhile.
template <size_t kRows, class T>
HWY_INLINE void Pack(const MatrixView<T>& X, size_t row, size_t first, size_t columns, double* HWY_RESTRICT packed) {
  constexpr size_t kOfLine = 64 / sizeof(T);
  const size_t rows = std::min(kRows, X.rows - row);
  if (rows < kRows) {
    std::fill_n(packed, columns * kRows, 0.0);
    for (size_t r = 0; r < rows; ++r) {
      const T* x = X.row(row + r) + first;
      for (size_t k = 0; k < columns; ++k) packed[k * kRows + r] = static_cast<double>(x[k]);
    }
    return;
  }
  const T* x[kRows];
  for (size_t r = 0; r < kRows; ++r) x[r] = X.row(row + r) + first;
  const bool is_next = row + 2 * kRows <= X.rows;
  for (size_t line = 0; line < columns; line += kOfLine) {
    const size_t end = std::min(line + kOfLine, columns);
    if (is_next) {
      for (size_t r = 0; r < kRows; ++r) hwy::Prefetch(X.row(row + kRows + r) + first + line);
    }
    for (size_t k = line; k < end; ++k) {
      for (size_t r = 0; r < kRows; ++r) packed[k * kRows + r] = static_cast<double>(x[r][k]);
    }
  }
}

// Goes on with the sums of kN outputs, sums[j * kRows + r], over a packed block; w(j, k) = w[j * w_step + k].
template <size_t kVectors, size_t kN>
HWY_INLINE void AddBlock(const double* HWY_RESTRICT packed, size_t columns, const double* HWY_RESTRICT w, size_t w_step,
                         double* HWY_RESTRICT sums) {
  constexpr size_t kRows = kVectors * kLanes;
  const D d;
  hn::Vec<D> sum[kN][kVectors];
  for (size_t j = 0; j < kN; ++j) {
    for (size_t v = 0; v < kVectors; ++v) sum[j][v] = hn::Load(d, sums + j * kRows + v * kLanes);
  }
  for (size_t k = 0; k < columns; ++k) {
    hn::Vec<D> x[kVectors];
    for (size_t v = 0; v < kVectors; ++v) x[v] = hn::Load(d, packed + k * kRows + v * kLanes);
    for (size_t j = 0; j < kN; ++j) {
      const auto weight = hn::Set(d, w[j * w_step + k]);
      for (size_t v = 0; v < kVectors; ++v) sum[j][v] = hn::Add(sum[j][v], hn::Mul(x[v], weight));
    }
  }
  for (size_t j = 0; j < kN; ++j) {
    for (size_t v = 0; v < kVectors; ++v) hn::Store(sum[j][v], d, sums + j * kRows + v * kLanes);
  }
}

// One tile: rows from `row` on, outputs from `first_output` on.
template <size_t kVectors, class T, class Out>
HWY_INLINE void Tile(const MatrixView<T>& X, const Weights& w, size_t row, size_t first_output, size_t outputs,
                     Out* out) {
  constexpr size_t kRows = kVectors * kLanes, kN = 4;
  alignas(64) double packed[kColumns * kRows];
  alignas(64) double sums[kOutputs * kRows];
  std::fill_n(sums, outputs * kRows, 0.0);
  for (size_t first = 0; first < w.cols; first += kColumns) {
    const size_t columns = std::min(kColumns, w.cols - first);
    Pack<kRows>(X, row, first, columns, packed);
    const double* weights = w.data + first_output * w.cols + first;
    size_t j = 0;
    for (; j + kN <= outputs; j += kN)
      AddBlock<kVectors, kN>(packed, columns, weights + j * w.cols, w.cols, sums + j * kRows);
    for (; j < outputs; ++j) AddBlock<kVectors, 1>(packed, columns, weights + j * w.cols, w.cols, sums + j * kRows);
  }
  const size_t rows = std::min(kRows, X.rows - row);
  for (size_t r = 0; r < rows; ++r) {
    Out* to = out + (row + r) * w.n + first_output;
    for (size_t j = 0; j < outputs; ++j) {
      to[j] = static_cast<Out>(sums[j * kRows + r]);
      if (w.added != nullptr) to[j] += static_cast<Out>(w.added[first_output + j]);
    }
  }
}

template <class T, class Out>
HWY_INLINE void Dense(const MatrixView<T>& X, const Weights& w, Out* out) {
  for (size_t first = 0; first < w.n; first += kOutputs) {
    const size_t outputs = std::min(kOutputs, w.n - first);
    size_t row = 0;
    for (; row + kLanes < X.rows; row += 2 * kLanes) Tile<2>(X, w, row, first, outputs, out);
    for (; row < X.rows; row += kLanes) Tile<1>(X, w, row, first, outputs, out);
  }
}

void FloatToFloat(const MatrixView<float>& X, const Weights& w, float* out) { Dense(X, w, out); }
void FloatToDouble(const MatrixView<float>& X, const Weights& w, double* out) { Dense(X, w, out); }
void DoubleToFloat(const MatrixView<double>& X, const Weights& w, float* out) { Dense(X, w, out); }
void DoubleToDouble(const MatrixView<double>& X, const Weights& w, double* out) { Dense(X, w, out); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(FloatToFloat);
HWY_EXPORT(FloatToDouble);
HWY_EXPORT(DoubleToFloat);
HWY_EXPORT(DoubleToDouble);

template <class T, class Out>
void Product(const MatrixView<T>& X, const Weights& w, Out* out) {
  if constexpr (std::is_same_v<T, float> && std::is_same_v<Out, float>) {
    HWY_DYNAMIC_DISPATCH(FloatToFloat)(X, w, out);
  } else if constexpr (std::is_same_v<T, float>) {
    HWY_DYNAMIC_DISPATCH(FloatToDouble)(X, w, out);
  } else if constexpr (std::is_same_v<Out, float>) {
    HWY_DYNAMIC_DISPATCH(DoubleToFloat)(X, w, out);
  } else {
    HWY_DYNAMIC_DISPATCH(DoubleToDouble)(X, w, out);
  }
}
template void Product(const MatrixView<float>&, const Weights&, float*);
template void Product(const MatrixView<float>&, const Weights&, double*);
template void Product(const MatrixView<double>&, const Weights&, float*);
template void Product(const MatrixView<double>&, const Weights&, double*);

namespace {

// kN outputs at once, over all rows: so few rows of weights stay in cache, however many columns they have.
template <size_t kN, class T, class Out>
void SparseOutputs(const CsrView<T>& X, const Weights& w, size_t first, Out* out) {
  const double* weights = w.data + first * w.cols;
  for (size_t i = 0; i < X.rows; ++i) {
    Out sum[kN] = {};
    for (int64_t e = X.indptr[i]; e < X.indptr[i + 1]; ++e) {
      const Out x = static_cast<Out>(X.data[e]);
      const double* column = weights + X.indices[e];
      for (size_t j = 0; j < kN; ++j) sum[j] += x * static_cast<Out>(column[j * w.cols]);
    }
    for (size_t j = 0; j < kN; ++j) {
      Out& to = out[i * w.n + first + j];
      to = sum[j];
      if (w.added != nullptr) to += static_cast<Out>(w.added[first + j]);
    }
  }
}

}  // namespace

template <class T, class Out>
void Product(const CsrView<T>& X, const Weights& w, Out* out) {
  constexpr size_t kN = 4;
  size_t first = 0;
  for (; first + kN <= w.n; first += kN) SparseOutputs<kN>(X, w, first, out);
  for (; first < w.n; ++first) SparseOutputs<1>(X, w, first, out);
}
template void Product(const CsrView<float>&, const Weights&, float*);
template void Product(const CsrView<float>&, const Weights&, double*);
template void Product(const CsrView<double>&, const Weights&, float*);
template void Product(const CsrView<double>&, const Weights&, double*);

}  // namespace pratique
#endif  // HWY_ONCE
