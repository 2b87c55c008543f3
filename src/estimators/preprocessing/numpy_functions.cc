#include "estimators/preprocessing/numpy_functions.h"

#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "data/float16.h"
#include "kernels/exp.h"

namespace pratique {
namespace {

using fb::Function;

using OfMany = void (*)(std::span<double>);

// The function of one number, of many.
template <class Of>
constexpr OfMany Each(Of) {
  return [](std::span<double> x) {
    for (double& v : x) v = Of()(v);
  };
}

// What is no function of floats by itself is not here: numpy_call.cc computes it.
constexpr std::pair<Function, OfMany> kFunctions[] = {
    {Function::Absolute, Each([](double v) { return std::abs(v); })},
    {Function::Arccos, Each([](double v) { return std::acos(v); })},
    {Function::Arccosh, Each([](double v) { return std::acosh(v); })},
    {Function::Arcsin, Each([](double v) { return std::asin(v); })},
    {Function::Arcsinh, Each([](double v) { return std::asinh(v); })},
    {Function::Arctan, Each([](double v) { return std::atan(v); })},
    {Function::Arctanh, Each([](double v) { return std::atanh(v); })},
    {Function::Cbrt, Each([](double v) { return std::cbrt(v); })},
    {Function::Ceil, Each([](double v) { return std::ceil(v); })},
    {Function::Cos, Each([](double v) { return std::cos(v); })},
    {Function::Cosh, Each([](double v) { return std::cosh(v); })},
    {Function::Exp, Each([](double v) { return std::exp(v); })},
    {Function::Exp2, Each([](double v) { return std::exp2(v); })},
    {Function::Expm1, Each([](double v) { return std::expm1(v); })},
    {Function::Fabs, Each([](double v) { return std::abs(v); })},
    {Function::Floor, Each([](double v) { return std::floor(v); })},
    {Function::Log, Each([](double v) { return std::log(v); })},
    {Function::Log10, Each([](double v) { return std::log10(v); })},
    {Function::Log1p, Log1p},
    {Function::Log2, Each([](double v) { return std::log2(v); })},
    {Function::Negative, Each([](double v) { return -v; })},
    {Function::Reciprocal, Each([](double v) { return 1 / v; })},
    {Function::Rint, Each([](double v) { return std::nearbyint(v); })},
    {Function::Sign, Each([](double v) { return v > 0    ? 1.0
                                                : v < 0  ? -1.0
                                                : v == 0 ? 0.0
                                                         : v; })},
    {Function::Sin, Each([](double v) { return std::sin(v); })},
    {Function::Sinh, Each([](double v) { return std::sinh(v); })},
    {Function::Sqrt, Sqrt},
    {Function::Square, Each([](double v) { return v * v; })},
    {Function::Tan, Each([](double v) { return std::tan(v); })},
    {Function::Tanh, Each([](double v) { return std::tanh(v); })},
    {Function::Trunc, Each([](double v) { return std::trunc(v); })},
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

void (*FloatFunction(Function function))(std::span<double>) {
  for (const auto& [known, of_floats] : kFunctions) {
    if (known == function) return of_floats;
  }
  return [](std::span<double>) {};
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
