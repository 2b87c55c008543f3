#include "estimators/preprocessing/numpy_functions.h"

#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "data/float16.h"

namespace pratique {
namespace {

using fb::Function;

// What is no function of floats by itself is not here: numpy_call.cc computes it.
constexpr std::pair<Function, double (*)(double)> kFunctions[] = {
    {Function::Absolute, [](double v) { return std::abs(v); }},
    {Function::Arccos, [](double v) { return std::acos(v); }},
    {Function::Arccosh, [](double v) { return std::acosh(v); }},
    {Function::Arcsin, [](double v) { return std::asin(v); }},
    {Function::Arcsinh, [](double v) { return std::asinh(v); }},
    {Function::Arctan, [](double v) { return std::atan(v); }},
    {Function::Arctanh, [](double v) { return std::atanh(v); }},
    {Function::Cbrt, [](double v) { return std::cbrt(v); }},
    {Function::Ceil, [](double v) { return std::ceil(v); }},
    {Function::Cos, [](double v) { return std::cos(v); }},
    {Function::Cosh, [](double v) { return std::cosh(v); }},
    {Function::Exp, [](double v) { return std::exp(v); }},
    {Function::Exp2, [](double v) { return std::exp2(v); }},
    {Function::Expm1, [](double v) { return std::expm1(v); }},
    {Function::Fabs, [](double v) { return std::abs(v); }},
    {Function::Floor, [](double v) { return std::floor(v); }},
    {Function::Log, [](double v) { return std::log(v); }},
    {Function::Log10, [](double v) { return std::log10(v); }},
    {Function::Log1p, [](double v) { return std::log1p(v); }},
    {Function::Log2, [](double v) { return std::log2(v); }},
    {Function::Negative, [](double v) { return -v; }},
    {Function::Reciprocal, [](double v) { return 1 / v; }},
    {Function::Rint, [](double v) { return std::nearbyint(v); }},
    {Function::Sign, [](double v) { return v > 0    ? 1.0
                                           : v < 0  ? -1.0
                                           : v == 0 ? 0.0
                                                    : v; }},
    {Function::Sin, [](double v) { return std::sin(v); }},
    {Function::Sinh, [](double v) { return std::sinh(v); }},
    {Function::Sqrt, [](double v) { return std::sqrt(v); }},
    {Function::Square, [](double v) { return v * v; }},
    {Function::Tan, [](double v) { return std::tan(v); }},
    {Function::Tanh, [](double v) { return std::tanh(v); }},
    {Function::Trunc, [](double v) { return std::trunc(v); }},
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

double (*FloatFunction(Function function))(double) {
  for (const auto& [known, of_floats] : kFunctions) {
    if (known == function) return of_floats;
  }
  return [](double v) { return v; };
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
