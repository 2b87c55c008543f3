// Sums over the columns of rows that lie one behind the other, of many such rows at once, for so few others that to lay
// those out would take longer: of product.cc and distances.cc.
#if defined(PRATIQUE_FEW_ROWS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef PRATIQUE_FEW_ROWS_INL_H
#undef PRATIQUE_FEW_ROWS_INL_H
#else
#define PRATIQUE_FEW_ROWS_INL_H
#endif

#include <algorithm>
#include <type_traits>

#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/product.h"
#include "kernels/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {

// The weights of output j begin at w + offsets[j]. The last ones may be those of one output, where there are no more:
// what they give goes nowhere.

#if HWY_TARGET != HWY_SCALAR
// 16 bytes of columns of as many outputs as D has such blocks, each kStep after the other.
template <size_t kStep, class D>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> LoadColumns(D d, const double* from, const size_t* offsets) {
  namespace hn = hwy::HWY_NAMESPACE;
  using Acc = hn::TFromD<D>;
  if constexpr (hn::MaxLanes(D()) * sizeof(Acc) == 16) {
    if constexpr (sizeof(Acc) == sizeof(double)) {
      return hn::LoadU(d, from + offsets[0]);
    } else {
#if HWY_MAX_BYTES >= 32
      return hn::DemoteTo(d, hn::LoadU(hn::FixedTag<double, 4>(), from + offsets[0]));
#else
      alignas(16) Acc lanes[4];
      for (size_t k = 0; k < 4; ++k) lanes[k] = static_cast<Acc>(from[offsets[0] + k]);
      return hn::Load(d, lanes);
#endif
    }
  } else {
    const hn::Half<D> half;
    const auto lower = LoadColumns<kStep>(half, from, offsets);
    return hn::Combine(d, LoadColumns<kStep>(half, from, offsets + kStep * (hn::MaxLanes(half) * sizeof(Acc) / 16)),
                       lower);
  }
}

#endif  // one lane is a target of its own, without vectors

// v[k] = the weights of column k: of 16 bytes of columns at `from`.
template <class D>
HWY_INLINE void LoadTransposed(D d, const double* from, const size_t* offsets, hwy::HWY_NAMESPACE::Vec<D>* v) {
  namespace hn = hwy::HWY_NAMESPACE;
  using Acc = hn::TFromD<D>;
  if constexpr (hn::MaxLanes(D()) == 1) {
    v[0] = hn::Set(d, static_cast<Acc>(from[offsets[0]]));
#if HWY_TARGET != HWY_SCALAR
  } else if constexpr (sizeof(Acc) == 8) {
    const auto even = LoadColumns<2>(d, from, offsets), odd = LoadColumns<2>(d, from, offsets + 1);
    v[0] = hn::InterleaveLower(d, even, odd);
    v[1] = hn::InterleaveUpper(d, even, odd);
  } else {
    const hn::Repartition<double, D> pairs;
    const auto a = LoadColumns<4>(d, from, offsets), b = LoadColumns<4>(d, from, offsets + 1);
    const auto c = LoadColumns<4>(d, from, offsets + 2), e = LoadColumns<4>(d, from, offsets + 3);
    const auto ab = hn::BitCast(pairs, hn::InterleaveLower(d, a, b)),
               ba = hn::BitCast(pairs, hn::InterleaveUpper(d, a, b));
    const auto ce = hn::BitCast(pairs, hn::InterleaveLower(d, c, e)),
               ec = hn::BitCast(pairs, hn::InterleaveUpper(d, c, e));
    v[0] = hn::BitCast(d, hn::InterleaveLower(pairs, ab, ce));
    v[1] = hn::BitCast(d, hn::InterleaveUpper(pairs, ab, ce));
    v[2] = hn::BitCast(d, hn::InterleaveLower(pairs, ba, ec));
    v[3] = hn::BitCast(d, hn::InterleaveUpper(pairs, ba, ec));
#endif
  }
}

// A step of a sum: value * w, added with one rounding.
struct AddProduct {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V value, V w, V sum) const {
    return Fused(d, value, w, sum);
  }
};

// sum[r][v] = the sums of kRows rows over a block of columns, of kVectors times the outputs at once.
template <size_t kRows, size_t kVectors, class Step, class Acc>
HWY_INLINE void SumOfBlock(Step step, const Acc* HWY_RESTRICT x, size_t x_step, const double* const* w,
                           const size_t* offsets, size_t columns,
                           hwy::HWY_NAMESPACE::Vec<hwy::HWY_NAMESPACE::ScalableTag<Acc>> (*sum)[kVectors]) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::ScalableTag<Acc> d;
  constexpr size_t kN = hn::MaxLanes(hn::ScalableTag<Acc>()), kColumns = kN == 1 ? 1 : 16 / sizeof(Acc);
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t v = 0; v < kVectors; ++v) sum[r][v] = hn::Zero(d);
  }
  size_t k = 0;
  for (; k + kColumns <= columns; k += kColumns) {
    for (size_t v = 0; v < kVectors; ++v) {
      hn::Vec<decltype(d)> of_column[kColumns];
      LoadTransposed(d, w[v] + k, offsets, of_column);
      for (size_t r = 0; r < kRows; ++r) {
        for (size_t c = 0; c < kColumns; ++c)
          sum[r][v] = step(d, hn::Set(d, x[r * x_step + k + c]), of_column[c], sum[r][v]);
      }
    }
  }
  for (; k < columns; ++k) {
    for (size_t v = 0; v < kVectors; ++v) {
      alignas(64) Acc lanes[kN];
      for (size_t j = 0; j < kN; ++j) lanes[j] = static_cast<Acc>(w[v][offsets[j] + k]);
      for (size_t r = 0; r < kRows; ++r)
        sum[r][v] = step(d, hn::Set(d, x[r * x_step + k]), hn::Load(d, lanes), sum[r][v]);
    }
  }
}

// kRows rows of x times kVectors times the outputs at once from `first` on, `outputs` of which are there.
template <size_t kRows, size_t kVectors, class Acc>
HWY_INLINE void FewRows(const Acc* HWY_RESTRICT x, size_t x_step, const Weights& w, size_t first, size_t outputs,
                        Acc* HWY_RESTRICT out) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::ScalableTag<Acc> d;
  constexpr size_t kN = hn::MaxLanes(hn::ScalableTag<Acc>());
  size_t offsets[kN];
  for (size_t j = 0; j < kN; ++j) offsets[j] = std::min(j, outputs - 1) * w.cols;
  hn::Vec<decltype(d)> total[kRows][kVectors];
  for (size_t column = 0, columns; column < w.cols; column += columns) {
    columns = ColumnsOfBlock<Acc>(w.cols - column);
    const double* of[kVectors];
    for (size_t v = 0; v < kVectors; ++v) of[v] = w.data + (first + v * kN) * w.cols + column;
    hn::Vec<decltype(d)> sum[kRows][kVectors];
    SumOfBlock<kRows, kVectors>(AddProduct(), x + column, x_step, of, offsets, columns, sum);
    for (size_t r = 0; r < kRows; ++r) {
      for (size_t v = 0; v < kVectors; ++v) total[r][v] = column == 0 ? sum[r][v] : hn::Add(total[r][v], sum[r][v]);
    }
  }
  for (size_t v = 0; v < kVectors; ++v) {
    const size_t n = std::min(kN, outputs - v * kN), at = first + v * kN;
    auto added = hn::Zero(d);
    if (w.added != nullptr) {
      alignas(64) Acc lanes[kN] = {};
      for (size_t j = 0; j < n; ++j) lanes[j] = static_cast<Acc>(w.added[at + j]);
      added = hn::Load(d, lanes);
    }
    for (size_t r = 0; r < kRows; ++r) {
      const auto sum = w.added == nullptr ? total[r][v] : hn::Add(total[r][v], added);
      StoreFirst(sum, d, out + r * w.n + at, n);
    }
  }
}

// `rows` of x times all outputs.
template <class Acc>
HWY_INLINE void FewRows(const Acc* HWY_RESTRICT x, size_t x_step, size_t rows, const Weights& w,
                        Acc* HWY_RESTRICT out) {
  constexpr size_t kN = hwy::HWY_NAMESPACE::MaxLanes(hwy::HWY_NAMESPACE::ScalableTag<Acc>());
  constexpr size_t kShort = 128;
  for (size_t first = 0; first < w.n;) {
    // Processors prefetch along one row, but rows are short here.
    if (w.cols <= kShort) {
      const size_t begin = std::min(w.n, first + 4 * kN), end = std::min(w.n, first + 6 * kN);
      for (size_t i = begin * w.cols; i < end * w.cols; i += 8) hwy::Prefetch(w.data + i);
    }
    const size_t left = w.n - first, now = left >= 2 * kN ? 2 * kN : std::min(left, kN);
    size_t row = 0;
    const auto rows_at_once = [&]<size_t kRows>(std::integral_constant<size_t, kRows>) {
      for (; row + kRows <= rows; row += kRows) {
        const Acc* from = x + row * x_step;
        Acc* to = out + row * w.n;
        if (kRows == 1 && now == 2 * kN) {
          FewRows<kRows, 2>(from, x_step, w, first, now, to);
        } else {
          for (size_t done = 0; done < now; done += kN)
            FewRows<kRows, 1>(from, x_step, w, first + done, std::min(kN, now - done), to);
        }
      }
    };
    rows_at_once(std::integral_constant<size_t, 4>());
    rows_at_once(std::integral_constant<size_t, 3>());
    rows_at_once(std::integral_constant<size_t, 2>());
    rows_at_once(std::integral_constant<size_t, 1>());
    first += now;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#endif  // per target
