#include "kernels/distances.h"

#include <algorithm>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/distances.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/few_rows-inl.h"
#include "kernels/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
constexpr size_t kLanes = hn::MaxLanes(D());

// kRows rows from `row` on, kVectors of the others from k on; the last vector has `last` of them.
template <size_t kRows, size_t kVectors>
HWY_INLINE void Tile(const MatrixView<double>& x, const double* HWY_RESTRICT columns, size_t n, size_t row, size_t k,
                     size_t last, double* HWY_RESTRICT out) {
  const D d;
  hn::Vec<D> sum[kRows][kVectors];
  for (auto& of_row : sum) {
    for (auto& v : of_row) v = hn::Zero(d);
  }
  for (size_t j = 0; j < x.cols; ++j) {
    hn::Vec<D> other[kVectors];
    for (size_t v = 0; v < kVectors; ++v) {
      const double* from = columns + j * n + k + v * kLanes;
      other[v] = v + 1 < kVectors || last == kLanes ? hn::LoadU(d, from) : LoadFirst(d, from, last);
    }
    for (size_t r = 0; r < kRows; ++r) {
      const auto value = hn::Set(d, x(row + r, j));
      for (size_t v = 0; v < kVectors; ++v) {
        const auto difference = hn::Sub(value, other[v]);
        sum[r][v] = hn::Add(sum[r][v], hn::Mul(difference, difference));
      }
    }
  }
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t v = 0; v < kVectors; ++v) {
      double* to = out + (row + r) * n + k + v * kLanes;
      if (v + 1 < kVectors || last == kLanes)
        hn::StoreU(sum[r][v], d, to);
      else
        StoreFirst(sum[r][v], d, to, last);
    }
  }
}

template <size_t kRows>
HWY_INLINE void Rows(const MatrixView<double>& x, const double* columns, size_t n, size_t row, double* out) {
  constexpr size_t kVectors = 2;
  size_t k = 0;
  for (; k + kVectors * kLanes <= n; k += kVectors * kLanes) Tile<kRows, kVectors>(x, columns, n, row, k, kLanes, out);
  for (; k < n; k += kLanes) Tile<kRows, 1>(x, columns, n, row, k, std::min(kLanes, n - k), out);
}

void Squared(const MatrixView<double>& x, const double* columns, size_t n, double* out) {
  size_t row = 0;
  for (; row + 4 <= x.rows; row += 4) Rows<4>(x, columns, n, row, out);
  for (; row < x.rows; ++row) Rows<1>(x, columns, n, row, out);
}

struct AddSquare {
  template <class V>
  HWY_INLINE V operator()(D, V value, V other, V sum) const {
    const auto difference = hn::Sub(value, other);
    return hn::Add(sum, hn::Mul(difference, difference));
  }
};

void OfOne(const double* x, const double* rows, size_t cols, const uint32_t* which, size_t n, double* out) {
  const D d;
  for (size_t first = 0; first < n; first += kLanes) {
    size_t offsets[kLanes];
    for (size_t j = 0; j < kLanes; ++j) {
      const size_t k = std::min(first + j, n - 1);
      offsets[j] = (which != nullptr ? which[k] : k) * cols;
    }
    hn::Vec<D> sum[1][1];
    SumOfBlock<1, 1>(AddSquare(), x, cols, &rows, offsets, cols, sum);
    if (first + kLanes <= n)
      hn::StoreU(sum[0][0], d, out + first);
    else
      StoreFirst(sum[0][0], d, out + first, n - first);
  }
}

void OfGaps(const double* x, const double* columns, size_t cols, size_t n, double* out) {
  const D d;
  const auto zero = hn::Zero(d), one = hn::Set(d, 1.0);
  double norm = 0;
  for (size_t j = 0; j < cols; ++j) norm += x[j] == x[j] ? x[j] * x[j] : 0;
  const auto distances = [&](auto load) HWY_ATTR {
    auto dot = zero, norms = zero, beside_x = zero, beside_others = zero, present = zero;
    for (size_t j = 0; j < cols; ++j) {
      const auto other = load(columns + j * n);
      const auto is_gap = hn::IsNaN(other);
      const auto y = hn::IfThenZeroElse(is_gap, other), square = hn::Mul(y, y);
      norms = hn::Add(norms, square);
      if (x[j] != x[j]) {
        beside_others = hn::Add(beside_others, square);
        continue;
      }
      const auto value = hn::Set(d, x[j]);
      dot = hn::Add(dot, hn::Mul(value, y));
      beside_x = hn::Add(beside_x, hn::IfThenElseZero(is_gap, hn::Mul(value, value)));
      present = hn::Add(present, hn::IfThenZeroElse(is_gap, one));
    }
    const auto not_below_0 = [&](auto v) HWY_ATTR { return hn::IfThenElseZero(hn::Gt(v, zero), v); };
    const auto of_zeros = not_below_0(hn::Add(hn::Add(hn::Mul(hn::Set(d, -2.0), dot), hn::Set(d, norm)), norms));
    const auto squared = not_below_0(hn::Sub(hn::Sub(of_zeros, beside_x), beside_others));
    const auto scaled = hn::Mul(hn::Div(squared, present), hn::Set(d, static_cast<double>(cols)));
    return hn::IfThenElse(hn::Eq(present, zero), hn::NaN(d), hn::Sqrt(scaled));
  };
  size_t k = 0;
  for (; k + kLanes <= n; k += kLanes)
    hn::StoreU(distances([&](const double* from) HWY_ATTR { return hn::LoadU(d, from + k); }), d, out + k);
  if (k == n) return;
  const auto last = distances([&](const double* from) HWY_ATTR { return LoadFirst(d, from + k, n - k); });
  StoreFirst(last, d, out + k, n - k);
}

void OfProducts(double* products, const double* norms, double norm, size_t n) {
  const D d;
  const auto one = hn::Set(d, norm), twice = hn::Set(d, -2.0);
  const auto of = [&](auto product, auto other) {
    const auto squared = hn::Add(hn::Add(one, hn::Mul(twice, product)), other);
    return hn::IfThenElseZero(hn::Gt(squared, hn::Zero(d)), squared);
  };
  size_t k = 0;
  for (; k + kLanes <= n; k += kLanes)
    hn::StoreU(of(hn::LoadU(d, products + k), hn::LoadU(d, norms + k)), d, products + k);
  if (k < n) StoreFirst(of(LoadFirst(d, products + k, n - k), LoadFirst(d, norms + k, n - k)), d, products + k, n - k);
}

// f(vector of the first, vector of the second): what is beyond the last is 0 in both.
template <class F>
HWY_INLINE void OfPairs(const double* first, const double* second, size_t n, F f) {
  const D d;
  size_t k = 0;
  for (; k + kLanes <= n; k += kLanes) f(hn::LoadU(d, first + k), hn::LoadU(d, second + k));
  if (k < n) f(LoadFirst(d, first + k, n - k), LoadFirst(d, second + k, n - k));
}

Nonzeros OfNonzeros(const double* first, const double* second, size_t n) {
  const D d;
  const auto zero = hn::Zero(d);
  Nonzeros count{};
  OfPairs(first, second, n, [&](auto a, auto b) HWY_ATTR {
    const auto of_a = hn::Ne(a, zero), of_b = hn::Ne(b, zero);
    count.both += hn::CountTrue(d, hn::And(of_a, of_b));
    count.only_first += hn::CountTrue(d, hn::AndNot(of_b, of_a));
    count.only_second += hn::CountTrue(d, hn::AndNot(of_a, of_b));
  });
  return count;
}

size_t OfUnequal(const double* first, const double* second, size_t n) {
  size_t count = 0;
  OfPairs(first, second, n, [&](auto a, auto b) HWY_ATTR { count += hn::CountTrue(D(), hn::Ne(a, b)); });
  return count;
}

template <class T>
HWY_INLINE size_t Below(const T* values, size_t n, T bound) {
  const hn::ScalableTag<T> d;
  constexpr size_t kN = hn::MaxLanes(d);
  const auto bounds = hn::Set(d, bound);
  size_t k = 0;
  for (; k + kN <= n; k += kN) {
    if (!hn::AllTrue(d, hn::Ge(hn::LoadU(d, values + k), bounds))) break;
  }
  while (k < n && values[k] >= bound) ++k;
  return k;
}
size_t BelowOfDoubles(const double* values, size_t n, double bound) { return Below(values, n, bound); }
size_t BelowOfFloats(const float* values, size_t n, float bound) { return Below(values, n, bound); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(Squared);
HWY_EXPORT(OfOne);
HWY_EXPORT(OfGaps);
HWY_EXPORT(OfProducts);
HWY_EXPORT(OfNonzeros);
HWY_EXPORT(OfUnequal);
HWY_EXPORT(BelowOfDoubles);
HWY_EXPORT(BelowOfFloats);

void SquaredDistances(const MatrixView<double>& x, const double* columns, size_t n, double* out) {
  HWY_DYNAMIC_DISPATCH(Squared)(x, columns, n, out);
}

void SquaredDistancesOfOne(const double* x, const double* rows, size_t cols, const uint32_t* which, size_t n,
                           double* out) {
  HWY_DYNAMIC_DISPATCH(OfOne)(x, rows, cols, which, n, out);
}

void NanEuclideanDistances(const double* x, const double* columns, size_t cols, size_t n, double* out) {
  HWY_DYNAMIC_DISPATCH(OfGaps)(x, columns, cols, n, out);
}

void SquaredDistancesOfProducts(double* products, const double* norms, double norm, size_t n) {
  HWY_DYNAMIC_DISPATCH(OfProducts)(products, norms, norm, n);
}

Nonzeros CountNonzeros(const double* first, const double* second, size_t n) {
  return HWY_DYNAMIC_DISPATCH(OfNonzeros)(first, second, n);
}

size_t CountUnequal(const double* first, const double* second, size_t n) {
  return HWY_DYNAMIC_DISPATCH(OfUnequal)(first, second, n);
}

size_t FirstBelow(const double* values, size_t n, double bound) {
  return HWY_DYNAMIC_DISPATCH(BelowOfDoubles)(values, n, bound);
}
size_t FirstBelow(const float* values, size_t n, float bound) {
  return HWY_DYNAMIC_DISPATCH(BelowOfFloats)(values, n, bound);
}

}  // namespace pratique
#endif  // HWY_ONCE
