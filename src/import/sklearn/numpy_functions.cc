#include "import/sklearn/numpy_functions.h"

#include <algorithm>
#include <utility>

namespace pratique {
namespace {

// Where releases of numpy say that they live.
constexpr std::string_view kModules[] = {"numpy", "numpy._core._multiarray_umath", "numpy._core.umath",
                                         "numpy._core.fromnumeric", "numpy.lib.type_check"};

constexpr std::string_view kFunctions[] = {
    "absolute", "arccos",  "arccosh",    "arcsin",  "arcsinh", "arctan", "arctanh", "cbrt",       "ceil",
    "clip",     "cos",     "cosh",       "degrees", "exp",     "exp2",   "expm1",   "fabs",       "floor",
    "isfinite", "isinf",   "isnan",      "log",     "log10",   "log1p",  "log2",    "nan_to_num", "negative",
    "positive", "radians", "reciprocal", "rint",    "round",   "sign",   "signbit", "sin",        "sinh",
    "sqrt",     "square",  "tan",        "tanh",    "trunc"};

// Other names of the same functions.
constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"abs", "absolute"}, {"around", "round"}, {"deg2rad", "radians"}, {"rad2deg", "degrees"}, {"round_", "round"}};

}  // namespace

std::span<const std::string_view> NumpyFunctions() { return kFunctions; }

std::optional<std::string_view> NumpyFunction(std::string_view module, std::string_view name) {
  if (std::ranges::find(kModules, module) == std::end(kModules)) return std::nullopt;
  for (const auto& [alias, of] : kAliases) {
    if (name == alias) name = of;
  }
  const auto* const found = std::ranges::find(kFunctions, name);
  return found == std::end(kFunctions) ? std::nullopt : std::optional(*found);
}

}  // namespace pratique
