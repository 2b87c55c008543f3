#include "kernels/product.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <type_traits>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/product.cc"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/few_rows-inl.h"
#include "kernels/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

template <class Acc>
inline constexpr size_t kBlock = ColumnsOfBlock<Acc>(512);  // the most columns
template <class Acc>
inline constexpr size_t kPartial = std::is_same_v<Acc, double> ? 4 : 16;

template <class Acc>
inline constexpr size_t kLanes = hn::MaxLanes(hn::ScalableTag<Acc>());

// --- several outputs: the lanes are outputs -------------------------------------------------------------------------

// A panel is the weights of up to 3 vectors of outputs over a block of columns, outputs side by side; a tile is some
// rows of X times it, whose sums stay in registers.
constexpr size_t kMostVectors = 3;
constexpr bool kManyRegisters = HWY_MAX_BYTES == 64 || HWY_ARCH_ARM;
constexpr size_t kRowsAtOnce = 256;  // of X, which see one panel before the next is packed

template <size_t kVectors>
inline constexpr size_t kRowsOfTile = kManyRegisters || kVectors == 1 ? 8 : 4;

// out(r, j) = or += the sum over a block of columns, then the addition of `added` if there is one; `outputs` of the
// panel's lanes are there, and all but the last vector is full.
template <size_t kRows, size_t kVectors, class Acc>
HWY_INLINE void Tile(const Acc* HWY_RESTRICT x, size_t x_step, const Acc* HWY_RESTRICT panel, size_t columns,
                     size_t outputs, bool goes_on, const Acc* HWY_RESTRICT added, Acc* HWY_RESTRICT out,
                     size_t out_step) {
  const hn::ScalableTag<Acc> d;
  constexpr size_t kN = kLanes<Acc>, kLast = (kVectors - 1) * kN;
  hn::Vec<decltype(d)> sum[kRows][kVectors];
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t v = 0; v < kVectors; ++v) {
      sum[r][v] = hn::Zero(d);
      hwy::Prefetch(out + r * out_step + v * kN);
    }
  }
  for (size_t k = 0; k < columns; ++k) {
    hn::Vec<decltype(d)> w[kVectors];
    for (size_t v = 0; v < kVectors; ++v) w[v] = hn::Load(d, panel + (k * kVectors + v) * kN);
    for (size_t r = 0; r < kRows; ++r) {
      const auto value = hn::Set(d, x[r * x_step + k]);
      for (size_t v = 0; v < kVectors; ++v) sum[r][v] = Fused(d, value, w[v], sum[r][v]);
    }
  }
  const size_t last = outputs - kLast;
#pragma GCC unroll 8  // else the sums go by way of memory
  for (size_t r = 0; r < kRows; ++r) {
    Acc* to = out + r * out_step;
    for (size_t v = 0; v + 1 < kVectors; ++v) {
      if (goes_on) sum[r][v] = hn::Add(hn::LoadU(d, to + v * kN), sum[r][v]);
      if (added != nullptr) sum[r][v] = hn::Add(sum[r][v], hn::Load(d, added + v * kN));
      hn::StoreU(sum[r][v], d, to + v * kN);
    }
    auto& tail = sum[r][kVectors - 1];
    if (goes_on) tail = hn::Add(last == kN ? hn::LoadU(d, to + kLast) : LoadFirst(d, to + kLast, last), tail);
    if (added != nullptr) tail = hn::Add(tail, hn::Load(d, added + kLast));
    if (last == kN)
      hn::StoreU(tail, d, to + kLast);
    else
      StoreFirst(tail, d, to + kLast, last);
  }
}

// to[i * to_step + s] = from[s][i]: a square of 16 bytes a side. (One lane is a target of its own, without vectors.)
template <class Acc>
HWY_INLINE void Transpose(const Acc* const* from, size_t k, Acc* HWY_RESTRICT to, size_t to_step) {
  constexpr size_t kSide = 16 / sizeof(Acc);
#if HWY_TARGET != HWY_SCALAR
  const hn::FixedTag<Acc, kSide> d;
  const auto a = hn::LoadU(d, from[0] + k), b = hn::LoadU(d, from[1] + k);
  const auto ab = hn::InterleaveLower(d, a, b), ba = hn::InterleaveUpper(d, a, b);
  if constexpr (kSide == 2) {
    hn::StoreU(ab, d, to);
    hn::StoreU(ba, d, to + to_step);
  } else {
    const hn::FixedTag<double, 2> pairs;
    const auto c = hn::LoadU(d, from[2] + k), e = hn::LoadU(d, from[3] + k);
    const auto lower = [&](auto x, auto y) {
      return hn::BitCast(d, hn::InterleaveLower(pairs, hn::BitCast(pairs, x), hn::BitCast(pairs, y)));
    };
    const auto upper = [&](auto x, auto y) {
      return hn::BitCast(d, hn::InterleaveUpper(pairs, hn::BitCast(pairs, x), hn::BitCast(pairs, y)));
    };
    const auto ce = hn::InterleaveLower(d, c, e), ec = hn::InterleaveUpper(d, c, e);
    hn::StoreU(lower(ab, ce), d, to);
    hn::StoreU(upper(ab, ce), d, to + to_step);
    hn::StoreU(lower(ba, ec), d, to + 2 * to_step);
    hn::StoreU(upper(ba, ec), d, to + 3 * to_step);
  }
#endif
}

// panel[k * kVectors * lanes + j] = w(first + j, column + k), 0 for j from `outputs` on.
template <size_t kVectors, class Acc>
HWY_INLINE void Pack(const Weights& w, size_t first, size_t outputs, size_t column, size_t columns,
                     Acc* HWY_RESTRICT panel) {
  constexpr size_t kWidth = kVectors * kLanes<Acc>, kSide = kLanes<Acc> == 1 ? 1 : 16 / sizeof(Acc);
  alignas(64) Acc rows[kSide][kBlock<Acc>];
  for (size_t j = 0; j < kWidth; j += kSide) {
    const Acc* of[16 / sizeof(Acc)] = {};
    for (size_t s = 0; s < kSide; ++s) {
      of[s] = rows[s];
      if (j + s >= outputs) {
        std::fill_n(rows[s], columns, Acc{0});
        continue;
      }
      const double* from = w.data + (first + j + s) * w.cols + column;
      if constexpr (std::is_same_v<Acc, double>) {
        of[s] = from;
      } else {
        for (size_t k = 0; k < columns; ++k) rows[s][k] = static_cast<Acc>(from[k]);
      }
    }
    size_t k = 0;
    if constexpr (kSide > 1) {
      for (; k + kSide <= columns; k += kSide) Transpose(of, k, panel + k * kWidth + j, kWidth);
    }
    for (; k < columns; ++k) {
      for (size_t s = 0; s < kSide; ++s) panel[k * kWidth + j + s] = of[s][k];
    }
  }
}

// Where a tile is, and what it goes to.
struct Place {
  size_t row, rows;        // of X
  size_t first, outputs;   // of w
  size_t column, columns;  // of both
  bool is_last;            // block of columns
};

// All tiles of kRows that fit into `rows`; the number of rows done.
template <size_t kRows, size_t kVectors, class Acc, class T>
HWY_INLINE size_t Tiles(const MatrixView<T>& X, const Weights& w, const Place& at, size_t done, const Acc* panel,
                        const Acc* added, Acc* out) {
  constexpr size_t kOfLine = 64 / sizeof(T);
  for (; done + kRows <= at.rows; done += kRows) {
    const size_t row = at.row + done;
    if (at.first == 0 && !at.is_last) {  // the rows' next block of columns
      for (size_t r = 0; r < kRows; ++r) {
        const size_t column = at.column + at.columns, columns = ColumnsOfBlock<Acc>(w.cols - column);
        for (size_t k = 0; k < columns; k += kOfLine) hwy::Prefetch(X.row(row + r) + column + k);
      }
    }
    Acc* to = out + row * w.n + at.first;
    if constexpr (std::is_same_v<T, Acc>) {
      Tile<kRows, kVectors>(X.row(row) + at.column, X.row_stride, panel, at.columns, at.outputs, at.column != 0, added,
                            to, w.n);
    } else {
      alignas(64) Acc x[kRows * kBlock<Acc>];
      for (size_t r = 0; r < kRows; ++r) {
        const T* from = X.row(row + r) + at.column;
        for (size_t k = 0; k < at.columns; ++k) x[r * kBlock<Acc> + k] = static_cast<Acc>(from[k]);
      }
      Tile<kRows, kVectors>(x, kBlock<Acc>, panel, at.columns, at.outputs, at.column != 0, added, to, w.n);
    }
  }
  return done;
}

template <size_t kVectors, class Acc, class T>
HWY_INLINE void Panel(const MatrixView<T>& X, const Weights& w, const Place& at, Acc* out) {
  constexpr size_t kWidth = kVectors * kLanes<Acc>;
  alignas(64) Acc panel[kBlock<Acc> * kWidth];
  alignas(64) Acc sums[kWidth];
  Pack<kVectors>(w, at.first, at.outputs, at.column, at.columns, panel);
  const Acc* added = nullptr;
  if (at.is_last && w.added != nullptr) {
    for (size_t j = 0; j < kWidth; ++j) sums[j] = j < at.outputs ? static_cast<Acc>(w.added[at.first + j]) : Acc{0};
    added = sums;
  }
  size_t done = Tiles<kRowsOfTile<kVectors>, kVectors>(X, w, at, 0, panel, added, out);
  if constexpr (kRowsOfTile<kVectors> > 4) done = Tiles<4, kVectors>(X, w, at, done, panel, added, out);
  Tiles<1, kVectors>(X, w, at, done, panel, added, out);
}

// --- few rows, several outputs ---------------------------------------------------------------------------------------

constexpr size_t kFewNumbers = 4096;

template <class Acc, class T>
HWY_INLINE void OfFewRows(const MatrixView<T>& X, const Weights& w, Acc* out) {
  if constexpr (std::is_same_v<T, Acc>) {
    FewRows(X.row(0), X.row_stride, X.rows, w, out);
  } else {
    alignas(64) Acc x[kFewNumbers];
    for (size_t i = 0; i < X.rows; ++i) {
      const T* from = X.row(i);
      for (size_t k = 0; k < X.cols; ++k) x[i * X.cols + k] = static_cast<Acc>(from[k]);
    }
    FewRows(x, X.cols, X.rows, w, out);
  }
}

template <class Acc, class T>
HWY_INLINE void Across(const MatrixView<T>& X, const Weights& w, Acc* out) {
  if (X.rows <= kFewRows && (std::is_same_v<T, Acc> || X.rows * X.cols <= kFewNumbers)) return OfFewRows(X, w, out);
  const size_t vectors = (w.n + kLanes<Acc> - 1) / kLanes<Acc>;
  const bool is_one = w.cols == ColumnsOfBlock<Acc>(w.cols) && vectors <= kMostVectors;  // panel: it is packed once
  const size_t most = is_one ? X.rows : kRowsAtOnce;
  for (size_t row = 0; row < X.rows; row += most) {
    Place at{};
    at.row = row;
    at.rows = std::min(most, X.rows - row);
    for (at.column = 0; at.column < w.cols; at.column += at.columns) {
      at.columns = ColumnsOfBlock<Acc>(w.cols - at.column);
      at.is_last = at.column + at.columns == w.cols;
      size_t left = vectors;
      for (at.first = 0; at.first < w.n; at.first += at.outputs) {
        const size_t now = left == 4 ? 2 : std::min(left, kMostVectors);
        at.outputs = std::min(now * kLanes<Acc>, w.n - at.first);
        if (now == 3)
          Panel<3>(X, w, at, out);
        else if (now == 2)
          Panel<2>(X, w, at, out);
        else
          Panel<1>(X, w, at, out);
        left -= now;
      }
    }
  }
}

// --- one output: the lanes are columns ------------------------------------------------------------------------------

constexpr size_t kColumnsAtOnce = 2048, kRowsOfDots = 8;

template <class D, class T>
HWY_INLINE hn::Vec<D> LoadAs(D d, const T* from) {
  using Acc = hn::TFromD<D>;
  if constexpr (std::is_same_v<T, Acc>) {
    return hn::LoadU(d, from);
  } else if constexpr (sizeof(T) < sizeof(Acc)) {
    return hn::PromoteTo(d, hn::LoadU(hn::Rebind<T, D>(), from));
  } else {
    alignas(64) Acc lanes[kLanes<Acc>];
    for (size_t i = 0; i < kLanes<Acc>; ++i) lanes[i] = static_cast<Acc>(from[i]);
    return hn::Load(d, lanes);
  }
}

// Goes on with kRows times kPartial sums; of double, `columns` is a multiple of 4.
template <size_t kRows, class Acc, class T>
HWY_INLINE void AddDots(const T* HWY_RESTRICT x, size_t x_step, const Acc* HWY_RESTRICT w, size_t columns,
                        Acc* HWY_RESTRICT sums) {
  constexpr size_t kSums = kPartial<Acc>, kN = std::min(kLanes<Acc>, kSums), kVectors = kSums / kN;
  const hn::CappedTag<Acc, kN> d;
  hn::Vec<decltype(d)> sum[kRows][kVectors];
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t v = 0; v < kVectors; ++v) sum[r][v] = hn::Load(d, sums + r * kSums + v * kN);
  }
  size_t k = 0;
  for (; k + kSums <= columns; k += kSums) {
    for (size_t v = 0; v < kVectors; ++v) {
      const auto weight = hn::LoadU(d, w + k + v * kN);
      for (size_t r = 0; r < kRows; ++r)
        sum[r][v] = Fused(d, LoadAs(d, x + r * x_step + k + v * kN), weight, sum[r][v]);
    }
  }
  for (size_t v = 0; k < columns; ++v, k += kN) {
    const size_t n = std::min(kN, columns - k);
    const auto weight = LoadFirst(d, w + k, n);
    for (size_t r = 0; r < kRows; ++r) {
      const T* from = x + r * x_step + k;
      if constexpr (std::is_same_v<T, Acc>) {
        sum[r][v] = Fused(d, LoadFirst(d, from, n), weight, sum[r][v]);
      } else {
        alignas(64) Acc lanes[kN] = {};
        for (size_t i = 0; i < n; ++i) lanes[i] = static_cast<Acc>(from[i]);
        sum[r][v] = Fused(d, hn::Load(d, lanes), weight, sum[r][v]);
      }
    }
  }
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t v = 0; v < kVectors; ++v) hn::Store(sum[r][v], d, sums + r * kSums + v * kN);
  }
}

// (sums[p] + sums[p + 8], then those p and p + 4,) p and p + 2, the first and the second.
template <class Acc>
HWY_INLINE Acc Tree(const Acc* HWY_RESTRICT sums) {
  constexpr size_t kN = std::min(kLanes<Acc>, 16 / sizeof(Acc));
  const hn::CappedTag<Acc, kN> d;
  hn::Vec<decltype(d)> v[kPartial<Acc> / kN];
  for (size_t i = 0; i < kPartial<Acc> / kN; ++i) v[i] = hn::Load(d, sums + i * kN);
  for (size_t half = kPartial<Acc> / kN / 2; half > 0; half /= 2) {
    for (size_t i = 0; i < half; ++i) v[i] = hn::Add(v[i], v[i + half]);
  }
  alignas(16) Acc lanes[kN];
  hn::Store(v[0], d, lanes);
  if constexpr (kN == 4) return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
  if constexpr (kN == 2) return lanes[0] + lanes[1];
  return lanes[0];
}

// y and the products of up to three columns.
template <class T>
HWY_INLINE double AddLast(double y, const T* x, const double* w, size_t columns) {
  if (columns == 0) return y;
  const auto x0 = static_cast<double>(x[0]);
  if (columns == 1) return std::fma(x0, w[0], y);
  double sum = std::fma(x0, w[0], static_cast<double>(x[1]) * w[1]);
  if (columns == 3) sum = std::fma(static_cast<double>(x[2]), w[2], sum);
  return y + sum;
}

template <size_t kRows, class T>
HWY_INLINE void Dots(const MatrixView<T>& X, size_t row, const Weights& w, double* out) {
  alignas(64) double sums[kRows * kPartial<double>];
  const size_t in_fours = w.cols / 4 * 4;
  double y[kRows] = {};
  for (size_t column = 0; column < in_fours; column += kColumnsAtOnce) {
    std::ranges::fill(sums, 0.0);
    AddDots<kRows>(X.row(row) + column, X.row_stride, w.data + column, std::min(kColumnsAtOnce, in_fours - column),
                   sums);
    for (size_t r = 0; r < kRows; ++r) y[r] += Tree(sums + r * kPartial<double>);
  }
  for (size_t r = 0; r < kRows; ++r)
    out[row + r] = AddLast(y[r], X.row(row + r) + in_fours, w.data + in_fours, w.cols - in_fours);
}

template <size_t kRows, class T>
HWY_INLINE void Dots(const MatrixView<T>& X, size_t row, const Weights& w, float* out) {
  alignas(64) float weights[kColumnsAtOnce];
  alignas(64) float sums[kRows * kPartial<float>] = {};
  for (size_t column = 0; column < w.cols; column += kColumnsAtOnce) {
    const size_t columns = std::min(kColumnsAtOnce, w.cols - column);
    for (size_t k = 0; k < columns; ++k) weights[k] = static_cast<float>(w.data[column + k]);
    AddDots<kRows>(X.row(row) + column, X.row_stride, weights, columns, sums);
  }
  for (size_t r = 0; r < kRows; ++r) out[row + r] = Tree(sums + r * kPartial<float>);
}

template <class Acc, class T>
HWY_INLINE void Along(const MatrixView<T>& X, const Weights& w, Acc* out) {
  size_t row = 0;
  for (; row + kRowsOfDots <= X.rows; row += kRowsOfDots) Dots<kRowsOfDots>(X, row, w, out);
  for (; row < X.rows; ++row) Dots<1>(X, row, w, out);
  if (w.added == nullptr) return;
  for (size_t i = 0; i < X.rows; ++i) out[i] += static_cast<Acc>(w.added[0]);
}

template <class Acc, class T>
HWY_INLINE void Dense(const MatrixView<T>& X, const Weights& w, Acc* out) {
  if (w.cols == 0) {
    for (size_t i = 0; i < X.rows * w.n; ++i) out[i] = w.added == nullptr ? 0 : static_cast<Acc>(w.added[i % w.n]);
  } else if (w.n == 1) {
    Along(X, w, out);
  } else {
    Across(X, w, out);
  }
}

// --- sparse rows, several outputs: the lanes are outputs -------------------------------------------------------------

// The panel has the weights of kVectors of outputs from `first` on, side by side, of all columns.
template <size_t kVectors, class Acc, class T>
HWY_INLINE void SparsePanel(const CsrView<T>& X, const Weights& w, size_t first, Acc* HWY_RESTRICT panel,
                            Acc* HWY_RESTRICT out) {
  const hn::ScalableTag<Acc> d;
  constexpr size_t kN = kLanes<Acc>, kWidth = kVectors * kN;
  const size_t outputs = std::min(kWidth, w.n - first);
  for (size_t column = 0; column < w.cols; column += kBlock<Acc>)
    Pack<kVectors>(w, first, outputs, column, std::min(kBlock<Acc>, w.cols - column), panel + column * kWidth);
  hn::Vec<decltype(d)> added[kVectors];
  for (size_t v = 0; v < kVectors; ++v) {
    alignas(64) Acc lanes[kN] = {};
    for (size_t j = v * kN; w.added != nullptr && j < std::min(outputs, (v + 1) * kN); ++j)
      lanes[j - v * kN] = static_cast<Acc>(w.added[first + j]);
    added[v] = hn::Load(d, lanes);
  }
  for (size_t i = 0; i < X.rows; ++i) {
    hn::Vec<decltype(d)> sum[kVectors];
    for (auto& v : sum) v = hn::Zero(d);
    for (int64_t e = X.indptr[i]; e < X.indptr[i + 1]; ++e) {
      const auto x = hn::Set(d, static_cast<Acc>(X.data[e]));
      const Acc* of_column = panel + static_cast<size_t>(X.indices[e]) * kWidth;
      for (size_t v = 0; v < kVectors; ++v) sum[v] = hn::Add(sum[v], hn::Mul(x, hn::LoadU(d, of_column + v * kN)));
    }
    Acc* to = out + i * w.n + first;
    for (size_t v = 0; v < kVectors; ++v) {
      if (w.added != nullptr) sum[v] = hn::Add(sum[v], added[v]);
      if ((v + 1) * kN <= outputs)
        hn::StoreU(sum[v], d, to + v * kN);
      else
        StoreFirst(sum[v], d, to + v * kN, outputs - v * kN);
    }
  }
}

template <class Acc, class T>
HWY_INLINE void Sparse(const CsrView<T>& X, const Weights& w, Acc* out) {
  constexpr size_t kN = kLanes<Acc>;
  const auto panel = std::make_unique_for_overwrite<Acc[]>(w.cols * std::min(4 * kN, (w.n + kN - 1) / kN * kN));
  size_t first = 0;
  for (; first + 3 * kN < w.n; first += 4 * kN) SparsePanel<4>(X, w, first, panel.get(), out);
  if (first + 2 * kN < w.n) return SparsePanel<3>(X, w, first, panel.get(), out);
  if (first + kN < w.n) return SparsePanel<2>(X, w, first, panel.get(), out);
  if (first < w.n) SparsePanel<1>(X, w, first, panel.get(), out);
}

void SparseFloatToFloat(const CsrView<float>& X, const Weights& w, float* out) { Sparse(X, w, out); }
void SparseFloatToDouble(const CsrView<float>& X, const Weights& w, double* out) { Sparse(X, w, out); }
void SparseDoubleToFloat(const CsrView<double>& X, const Weights& w, float* out) { Sparse(X, w, out); }
void SparseDoubleToDouble(const CsrView<double>& X, const Weights& w, double* out) { Sparse(X, w, out); }

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
HWY_EXPORT(SparseFloatToFloat);
HWY_EXPORT(SparseFloatToDouble);
HWY_EXPORT(SparseDoubleToFloat);
HWY_EXPORT(SparseDoubleToDouble);

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
  const T* data = X.data.data();
  const int32_t* columns = X.indices.data();
  for (size_t i = 0; i < X.rows; ++i) {
    Out sum[kN] = {};
    for (int64_t e = X.indptr[i], end = X.indptr[i + 1]; e < end; ++e) {
      const Out x = static_cast<Out>(data[e]);
      const double* column = weights + columns[e];
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
  // Where columns are met often, it pays to lay the weights of several outputs side by side.
  constexpr size_t kFewest = 4;
  const auto entries = static_cast<size_t>(X.indptr[X.rows] - X.indptr[0]);
  if (w.n >= kFewest && entries / kFewest >= w.cols) {
    if constexpr (std::is_same_v<T, float> && std::is_same_v<Out, float>)
      return HWY_DYNAMIC_DISPATCH(SparseFloatToFloat)(X, w, out);
    else if constexpr (std::is_same_v<T, float>)
      return HWY_DYNAMIC_DISPATCH(SparseFloatToDouble)(X, w, out);
    else if constexpr (std::is_same_v<Out, float>)
      return HWY_DYNAMIC_DISPATCH(SparseDoubleToFloat)(X, w, out);
    else
      return HWY_DYNAMIC_DISPATCH(SparseDoubleToDouble)(X, w, out);
  }
  size_t first = 0;
  for (; first + 8 <= w.n; first += 8) SparseOutputs<8>(X, w, first, out);
  for (; first + 4 <= w.n; first += 4) SparseOutputs<4>(X, w, first, out);
  for (; first + 2 <= w.n; first += 2) SparseOutputs<2>(X, w, first, out);
  for (; first < w.n; ++first) SparseOutputs<1>(X, w, first, out);
}
template void Product(const CsrView<float>&, const Weights&, float*);
template void Product(const CsrView<float>&, const Weights&, double*);
template void Product(const CsrView<double>&, const Weights&, float*);
template void Product(const CsrView<double>&, const Weights&, double*);

}  // namespace pratique
#endif  // HWY_ONCE
