#include "kernels/columns.h"

#include <type_traits>

#include "data/float16.h"
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/columns.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
using Narrow = hn::Rebind<float, D>;
using V = hn::Vec<D>;
constexpr size_t kLanes = hn::MaxLanes(D());

HWY_INLINE hn::Vec<Narrow> ToFloats(V v) {
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
  // Highway's own makes a number of what is too large for a float.
  double lanes[kLanes];
  float narrow[kLanes];
  hn::StoreU(v, D(), lanes);
  for (size_t i = 0; i < kLanes; ++i) narrow[i] = static_cast<float>(lanes[i]);
  return hn::LoadU(Narrow(), narrow);
#else
  return hn::DemoteTo(Narrow(), v);
#endif
}

// As many numbers as there are lanes, or the first n.
HWY_INLINE V Load(const double* from) { return hn::LoadU(D(), from); }
HWY_INLINE V Load(const double* from, size_t n) { return LoadFirst(D(), from, n); }
HWY_INLINE V Load(const float* from) { return hn::PromoteTo(D(), hn::LoadU(Narrow(), from)); }
HWY_INLINE V Load(const float* from, size_t n) { return hn::PromoteTo(D(), LoadFirst(Narrow(), from, n)); }
HWY_INLINE void Store(V v, double* to) { hn::StoreU(v, D(), to); }
HWY_INLINE void Store(V v, double* to, size_t n) { StoreFirst(v, D(), to, n); }
HWY_INLINE void Store(V v, float* to) { hn::StoreU(ToFloats(v), Narrow(), to); }
HWY_INLINE void Store(V v, float* to, size_t n) { StoreFirst(ToFloats(v), Narrow(), to, n); }

template <class Out>
HWY_INLINE V Rounded(V v) {
  if constexpr (std::is_same_v<Out, double>)
    return v;
  else
    return hn::PromoteTo(D(), ToFloats(v));
}

HWY_INLINE V Apply(ColumnStep::Op op, V v, V s) {
  switch (op) {
    case ColumnStep::Op::kAdd:
      return hn::Add(v, s);
    case ColumnStep::Op::kSubtract:
      return hn::Sub(v, s);
    case ColumnStep::Op::kMultiply:
      return hn::Mul(v, s);
    default:
      return hn::Div(v, s);
  }
}

template <class T, class Out>
HWY_INLINE void OfRows(const MatrixView<T>& x, const ColumnStep& first, const ColumnStep& second,
                       Out* HWY_RESTRICT out) {
  const double *by = first.statistic.data(), *then_by = second.statistic.data();
  for (size_t i = 0; i < x.rows; ++i) {
    const T* from = x.row(i);
    Out* to = out + i * x.cols;
    const auto step = [&](size_t j, auto... n) HWY_ATTR {
      V v = Load(from + j, n...);
      if (by != nullptr) v = Rounded<Out>(Apply(first.op, v, Load(by + j, n...)));
      if (then_by != nullptr) v = Apply(second.op, v, Load(then_by + j, n...));
      Store(v, to + j, n...);
    };
    size_t j = 0;
    for (; j + kLanes <= x.cols; j += kLanes) step(j);
    if (j < x.cols) step(j, x.cols - j);
  }
}

void FloatToFloat(const MatrixView<float>& x, const ColumnStep& first, const ColumnStep& second, float* out) {
  OfRows(x, first, second, out);
}
void FloatToDouble(const MatrixView<float>& x, const ColumnStep& first, const ColumnStep& second, double* out) {
  OfRows(x, first, second, out);
}
void DoubleToFloat(const MatrixView<double>& x, const ColumnStep& first, const ColumnStep& second, float* out) {
  OfRows(x, first, second, out);
}
void DoubleToDouble(const MatrixView<double>& x, const ColumnStep& first, const ColumnStep& second, double* out) {
  OfRows(x, first, second, out);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {
namespace {

HWY_EXPORT(FloatToFloat);
HWY_EXPORT(FloatToDouble);
HWY_EXPORT(DoubleToFloat);
HWY_EXPORT(DoubleToDouble);

void OfFloat16(const MatrixView<float>& x, const ColumnStep& first, const ColumnStep& second, float* out) {
  const auto apply = [](double v, const ColumnStep& step, size_t j) -> double {
    if (step.statistic.data() == nullptr) return v;
    const double s = step.statistic[j];
    switch (step.op) {
      case ColumnStep::Op::kAdd:
        return RoundedToFloat16(v + s);
      case ColumnStep::Op::kSubtract:
        return RoundedToFloat16(v - s);
      case ColumnStep::Op::kMultiply:
        return RoundedToFloat16(v * s);
      default:
        return RoundedToFloat16(v / s);
    }
  };
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t j = 0; j < x.cols; ++j)
      out[i * x.cols + j] = static_cast<float>(apply(apply(double{x(i, j)}, first, j), second, j));
  }
}

}  // namespace

template <class T, class Out>
void TwoSteps(const MatrixView<T>& x, ColumnStep first, ColumnStep second, Out* out) {
  if constexpr (std::is_same_v<T, float> && std::is_same_v<Out, float>) {
    if (x.dtype == DType::kFloat16) return OfFloat16(x, first, second, out);
    HWY_DYNAMIC_DISPATCH(FloatToFloat)(x, first, second, out);
  } else if constexpr (std::is_same_v<T, float>) {
    HWY_DYNAMIC_DISPATCH(FloatToDouble)(x, first, second, out);
  } else if constexpr (std::is_same_v<Out, float>) {
    HWY_DYNAMIC_DISPATCH(DoubleToFloat)(x, first, second, out);
  } else {
    HWY_DYNAMIC_DISPATCH(DoubleToDouble)(x, first, second, out);
  }
}
template void TwoSteps(const MatrixView<float>&, ColumnStep, ColumnStep, float*);
template void TwoSteps(const MatrixView<float>&, ColumnStep, ColumnStep, double*);
template void TwoSteps(const MatrixView<double>&, ColumnStep, ColumnStep, float*);
template void TwoSteps(const MatrixView<double>&, ColumnStep, ColumnStep, double*);

}  // namespace pratique
#endif  // HWY_ONCE
