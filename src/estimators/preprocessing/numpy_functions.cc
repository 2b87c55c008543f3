#include "estimators/preprocessing/numpy_functions.h"

#include <cmath>

#include "data/float16.h"

namespace pratique {
namespace {

using fb::Function;

struct Known {
  std::string_view name;
  Function function;
  double (*of_floats)(double) = nullptr;
};

constexpr Known kFunctions[] = {
    {"absolute", Function::Absolute, [](double v) { return std::abs(v); }},
    {"arccos", Function::Arccos, [](double v) { return std::acos(v); }},
    {"arccosh", Function::Arccosh, [](double v) { return std::acosh(v); }},
    {"arcsin", Function::Arcsin, [](double v) { return std::asin(v); }},
    {"arcsinh", Function::Arcsinh, [](double v) { return std::asinh(v); }},
    {"arctan", Function::Arctan, [](double v) { return std::atan(v); }},
    {"arctanh", Function::Arctanh, [](double v) { return std::atanh(v); }},
    {"cbrt", Function::Cbrt, [](double v) { return std::cbrt(v); }},
    {"ceil", Function::Ceil, [](double v) { return std::ceil(v); }},
    {"clip", Function::Clip},
    {"cos", Function::Cos, [](double v) { return std::cos(v); }},
    {"cosh", Function::Cosh, [](double v) { return std::cosh(v); }},
    {"degrees", Function::Degrees},
    {"exp", Function::Exp, [](double v) { return std::exp(v); }},
    {"exp2", Function::Exp2, [](double v) { return std::exp2(v); }},
    {"expm1", Function::Expm1, [](double v) { return std::expm1(v); }},
    {"fabs", Function::Fabs, [](double v) { return std::abs(v); }},
    {"floor", Function::Floor, [](double v) { return std::floor(v); }},
    {"isfinite", Function::Isfinite},
    {"isinf", Function::Isinf},
    {"isnan", Function::Isnan},
    {"log", Function::Log, [](double v) { return std::log(v); }},
    {"log10", Function::Log10, [](double v) { return std::log10(v); }},
    {"log1p", Function::Log1p, [](double v) { return std::log1p(v); }},
    {"log2", Function::Log2, [](double v) { return std::log2(v); }},
    {"nan_to_num", Function::NanToNum},
    {"negative", Function::Negative, [](double v) { return -v; }},
    {"positive", Function::Positive},
    {"radians", Function::Radians},
    {"reciprocal", Function::Reciprocal, [](double v) { return 1 / v; }},
    {"rint", Function::Rint, [](double v) { return std::nearbyint(v); }},
    {"round", Function::Round},
    {"sign", Function::Sign, [](double v) { return v > 0    ? 1.0
                                                   : v < 0  ? -1.0
                                                   : v == 0 ? 0.0
                                                            : v; }},
    {"signbit", Function::Signbit},
    {"sin", Function::Sin, [](double v) { return std::sin(v); }},
    {"sinh", Function::Sinh, [](double v) { return std::sinh(v); }},
    {"sqrt", Function::Sqrt, [](double v) { return std::sqrt(v); }},
    {"square", Function::Square, [](double v) { return v * v; }},
    {"tan", Function::Tan, [](double v) { return std::tan(v); }},
    {"tanh", Function::Tanh, [](double v) { return std::tanh(v); }},
    {"trunc", Function::Trunc, [](double v) { return std::trunc(v); }},
};

}  // namespace

std::optional<Function> FunctionNamed(std::string_view name) {
  for (const Known& known : kFunctions) {
    if (known.name == name) return known.function;
  }
  return std::nullopt;
}

double (*FloatFunction(Function function))(double) {
  for (const Known& known : kFunctions) {
    if (known.function == function && known.of_floats != nullptr) return known.of_floats;
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
