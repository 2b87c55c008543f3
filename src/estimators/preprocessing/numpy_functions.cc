#include "estimators/preprocessing/numpy_functions.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "data/float16.h"
#include "kernels/elementwise.h"
#include "kernels/exp.h"
#include "kernels/log.h"

namespace pratique {
namespace {

using fb::Function;

// The function of one number, of many.
template <class Of>
constexpr FunctionOfFloats Each(Of) {
  return {[](std::span<const double> from, double* to) { std::ranges::transform(from, to, Of()); }, nullptr};
}
// What float32 numbers have in their own precision, too.
template <Elementwise function>
constexpr FunctionOfFloats Both() {
  return {[](std::span<const double> from, double* to) { Apply(function, from, to); },
          [](std::span<const float> from, float* to) { Apply(function, from, to); }};
}
// A function of many numbers in place.
template <auto of, class T>
void CopyAndApply(std::span<const T> from, T* to) {
  if (from.data() != to) std::ranges::copy(from, to);
  of(std::span(to, from.size()));
}
constexpr void (*kExp)(std::span<double>) = Exp;
constexpr void (*kSqrt)(std::span<double>) = Sqrt;
constexpr void (*kSqrtOfFloats)(std::span<float>) = Sqrt;

// What is no function of floats by itself is not here: numpy_call.cc computes it.
constexpr std::pair<Function, FunctionOfFloats> kFunctions[] = {
    {Function::Absolute, Both<Elementwise::kAbsolute>()},
    {Function::Arccos, Each([](double v) { return std::acos(v); })},
    {Function::Arccosh, Each([](double v) { return std::acosh(v); })},
    {Function::Arcsin, Each([](double v) { return std::asin(v); })},
    {Function::Arcsinh, Each([](double v) { return std::asinh(v); })},
    {Function::Arctan, Each([](double v) { return std::atan(v); })},
    {Function::Arctanh, Each([](double v) { return std::atanh(v); })},
    {Function::Cbrt, Each([](double v) { return std::cbrt(v); })},
    {Function::Ceil, Both<Elementwise::kCeil>()},
    {Function::Cos, Each([](double v) { return std::cos(v); })},
    {Function::Cosh, Each([](double v) { return std::cosh(v); })},
    {Function::Exp, {CopyAndApply<kExp>, nullptr}},
    {Function::Exp2, Each([](double v) { return std::exp2(v); })},
    {Function::Expm1, {CopyAndApply<Expm1>, nullptr}},
    {Function::Fabs, Both<Elementwise::kAbsolute>()},
    {Function::Floor, Both<Elementwise::kFloor>()},
    {Function::Log, {CopyAndApply<Log>, nullptr}},
    {Function::Log10, Each([](double v) { return std::log10(v); })},
    {Function::Log1p, {CopyAndApply<Log1p>, nullptr}},
    {Function::Log2, Each([](double v) { return std::log2(v); })},
    {Function::Negative, Both<Elementwise::kNegative>()},
    {Function::Reciprocal, Both<Elementwise::kReciprocal>()},
    {Function::Rint, Both<Elementwise::kRint>()},
    {Function::Sign, Both<Elementwise::kSign>()},
    {Function::Sin, Each([](double v) { return std::sin(v); })},
    {Function::Sinh, Each([](double v) { return std::sinh(v); })},
    {Function::Sqrt, {CopyAndApply<kSqrt>, CopyAndApply<kSqrtOfFloats>}},
    {Function::Square, Both<Elementwise::kSquare>()},
    {Function::Tan, Each([](double v) { return std::tan(v); })},
    {Function::Tanh, Each([](double v) { return std::tanh(v); })},
    {Function::Trunc, Both<Elementwise::kTrunc>()},
};

}  // namespace

// The names of the schema are numpy's: NanToNum is nan_to_num.
std::optional<Function> FunctionNamed(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (c != '_') letters.push_back(c);
  }
  for (const Function function : fb::EnumValuesFunction()) {
    if (function != Function::Identity && absl::EqualsIgnoreCase(fb::EnumNameFunction(function), letters))
      return function;
  }
  return std::nullopt;
}

FunctionOfFloats FloatFunction(Function function) {
  for (const auto& [known, of_floats] : kFunctions) {
    if (known == function) return of_floats;
  }
  return Each(std::identity());
}

double RoundedDecimals(double v, double decimals, DType dtype) {
  if (decimals == 0) return std::nearbyint(v);
  const auto rounded = [&](double x) {
    return dtype == DType::kFloat64   ? x
           : dtype == DType::kFloat32 ? double{static_cast<float>(x)}
                                      : double{RoundedToFloat16(x)};
  };
  const double factor = rounded(std::pow(10.0, std::abs(decimals)));
  const double shifted = std::nearbyint(rounded(decimals > 0 ? v * factor : v / factor));
  return decimals > 0 ? shifted / factor : shifted * factor;
}

}  // namespace pratique
