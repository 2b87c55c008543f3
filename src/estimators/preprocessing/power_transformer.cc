#include "estimators/preprocessing/power_transformer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "data/float16.h"
#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/standard_scaler.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/needed.h"
#include "kernels/exp.h"
#include "kernels/log.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "model/views.h"
#include "model/wide_floats.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

constexpr const char* kScaler = "scaler";

// sklearn/preprocessing/_data.py PowerTransformer._yeo_johnson_transform (1.0 to 1.8).
template <class T, class L>
T YeoJohnson(T x, L lambda) {
  constexpr L kSpacing = static_cast<L>(0x1p-52);
  const L one = 1, two = 2;
  if (x >= 0) {
    if (std::abs(lambda) < kSpacing) return std::log1p(x);
    return static_cast<T>((std::pow(static_cast<L>(x + 1), lambda) - one) / lambda);
  }
  if (std::abs(lambda - two) > kSpacing)
    return static_cast<T>(-(std::pow(static_cast<L>(-x + 1), two - lambda) - one) / (two - lambda));
  return -std::log1p(-x);
}

template <class L>
constexpr L kEpsilon = std::numeric_limits<L>::epsilon();

// scipy/stats/_morestats.py _yeojohnson_transform (1.12 to 1.17).
template <class T, class L>
T StableYeoJohnson(T x, L lambda) {
  const L two = 2;
  if (x >= 0) {
    const T log = std::log1p(x);
    return std::abs(lambda) < kEpsilon<L> ? log : static_cast<T>(std::expm1(lambda * log) / lambda);
  }
  const T log = std::log1p(-x);
  if (std::abs(lambda - two) > kEpsilon<L>) return static_cast<T>(-std::expm1((two - lambda) * log) / (two - lambda));
  return -log;
}

// PowerTransformer._yeo_johnson_inverse_transform (1.0 to 1.9).
template <class T, class L>
T YeoJohnsonInverse(T x, L lambda) {
  constexpr L kSpacing = static_cast<L>(0x1p-52);
  const L one = 1, two = 2;
  if (x >= 0) {
    if (std::abs(lambda) < kSpacing) return std::exp(x) - 1;
    return static_cast<T>(std::pow(x * lambda + one, one / lambda) - one);
  }
  if (std::abs(lambda - two) > kSpacing)
    return static_cast<T>(one - std::pow(-(two - lambda) * x + one, one / (two - lambda)));
  return 1 - std::exp(-x);
}

// scipy/special/_boxcox.pxd boxcox (1.10 to 1.17) of log(x) and expm1(lambda log(x)) / lambda.
double BoxCox(double log, double lambda, double quotient) {
  if (std::abs(lambda) < 1e-19) return log;
  const double power = lambda * log;
  if (power < 709.78) return quotient;
  return std::copysign(1.0, lambda) * std::exp(power - std::log(std::abs(lambda))) - 1 / lambda;
}
double BoxCox(double x, double lambda) {
  const double log = std::log(x);
  return BoxCox(log, lambda, std::expm1(lambda * log) / lambda);
}

// scipy/special/_boxcox.pxd inv_boxcox (1.6 and later), and PowerTransformer's own.
template <class T, class L>
T BoxCoxInverse(T x, L lambda, bool stable) {
  if (lambda == 0) return std::exp(x);
  if (stable) return static_cast<T>(std::exp(std::log1p(double{lambda} * x) / double{lambda}));
  return static_cast<T>(std::pow(x * lambda + L{1}, L{1} / lambda));
}

}  // namespace

std::optional<Violation> PowerTransformer::Invariant() const {
  if (auto v = invariant::IsFloatDType("lambdas_dtype", lambdas_dtype)) return v;
  return invariant::FitsFloatDType("lambdas", lambdas_dtype, lambdas);
}

absl::StatusOr<Signature> PowerTransformer::Infer(const Children& children) const {
  if (children.size() > 1) return Mismatch("it owns one scaler at most");
  if (children.size() == 1) {
    RETURN_IF_ERROR(children.CheckRole(0, kScaler));
    if (children.As<StandardScaler>(0) == nullptr) return Mismatch("its scaler is no StandardScaler");
    if (children.signatures[0].n_features_in != n_features_in) return Mismatch("its scaler has another width");
  }
  Signature signature;
  signature.n_features_in = signature.n_features_out = n_features_in;
  signature.feature_names = feature_names;
  return signature;
}

absl::Status PowerTransformer::Import(ImportContext& context) {
  RETURN_IF_ERROR(CheckNeeded(context, {"n_features_in_"}));
  ASSIGN_OR_RETURN(const std::string_view method, context.String(context.Take("method"), "method"));
  if (method != "box-cox" && method != "yeo-johnson")
    return context.Unsupported("method", method, "scikit-learn knows yeo-johnson and box-cox");
  box_cox = method == "box-cox";
  ASSIGN_OR_RETURN(const bool standardize, context.Bool(context.Take("standardize"), "standardize"));
  const graph::Id scaler = context.Take("_scaler");
  if (standardize) {
    if (scaler == graph::kNoId) return context.Absent("_scaler", "a StandardScaler");
    context.Child(scaler, kScaler);
  }
  const graph::Id value = context.Take("lambdas_");
  lambdas_dtype = context.FloatDType(value);
  promotes = !context.Predates(release_1_5::kExactBounds);
  stable_inverse = !context.Predates(release_1_6::kStableBoxCox);
  stable = !context.Predates(release_1_9::kStableYeoJohnson);
  return context.ByName(this);
}

template <class T, class L>
T PowerTransformer::Forward(T x, L lambda) const {
  if (std::isnan(x)) return x;
  if (box_cox) return static_cast<T>(BoxCox(x, lambda));
  return stable ? StableYeoJohnson(x, lambda) : YeoJohnson(x, lambda);
}

template <class T, class L>
T PowerTransformer::Backward(T x, L lambda) const {
  if (std::isnan(x)) return x;
  return box_cox ? BoxCoxInverse(x, lambda, stable_inverse) : YeoJohnsonInverse(x, lambda);
}

template <class T>
void PowerTransformer::ForwardRows(const MatrixView<T>& x, size_t first, std::span<double> logs,
                                   std::span<double> powers, T* out) const {
  const size_t rows = logs.size() / x.cols;
  const auto each = [&](auto f) {  // f(element, its place, the lambda of its column)
    for (size_t i = 0, n = 0; i < rows; ++i) {
      const T* row = x.row(first + i);
      for (size_t j = 0; j < x.cols; ++j, ++n) f(row[j], n, lambdas[j]);
    }
  };
  const auto power_of = [&](T v, double lambda) { return box_cox || v >= 0 ? lambda : 2 - lambda; };
  each([&](T v, size_t n, double) { logs[n] = box_cox || v >= 0 ? v : -v; });
  if (box_cox)
    Log(logs);
  else if constexpr (std::is_same_v<T, double>)
    Log1p(logs);
  else
    for (double& v : logs) v = std::log1p(static_cast<float>(v));
  each([&](T v, size_t n, double lambda) { powers[n] = power_of(v, lambda) * logs[n]; });
  Expm1(powers);
  each([&](T v, size_t n, double lambda) {
    const double power = power_of(v, lambda), quotient = powers[n] / power;
    if (std::isnan(v))
      out[n] = v;
    else if (box_cox)
      out[n] = static_cast<T>(BoxCox(logs[n], lambda, quotient));
    else if (v >= 0)
      out[n] = static_cast<T>(std::abs(lambda) < kEpsilon<double> ? logs[n] : quotient);
    else
      out[n] = static_cast<T>(-(std::abs(lambda - 2) > kEpsilon<double> ? quotient : logs[n]));
  });
}

template <class T>
bool PowerTransformer::MeetsDouble() const {
  return std::is_same_v<T, double> || (promotes && lambdas_dtype == fb::DType::Float64);
}

template <class T, class F>
Data PowerTransformer::Each(const MatrixView<T>& x, std::span<T> out, F f) const {
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t j = 0; j < x.cols; ++j) {
      const T v = MeetsDouble<T>() ? f(x(i, j), lambdas[j]) : f(x(i, j), static_cast<float>(lambdas[j]));
      out[i * x.cols + j] = v;
    }
  }
  return MatrixView<T>{out, x.rows, x.cols, x.cols, x.dtype};
}

absl::StatusOr<Data> PowerTransformer::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const FloatData floats, CheckFloats(X, run, Finite::kAllowNaN));
  RETURN_IF_ERROR(RefuseFloat16(floats, run));
  if (IsSparse(X)) return TakesDenseOnly();
  const auto is_positive = [](const auto& x) {
    for (size_t i = 0; i < x.rows; ++i) {
      for (size_t j = 0; j < x.cols; ++j) {
        if (x(i, j) <= 0) return false;
      }
    }
    return true;
  };
  if (box_cox && !VisitDense(AsData(floats), is_positive))
    return BadInput("input.not_positive", "The Box-Cox transformation can only be applied to strictly positive data");
  const Data powers = VisitDense(AsData(floats), [&]<class T>(const MatrixView<T>& x) -> Data {
    std::span<T> out = run.children().empty() ? NewResult<T>(run, x.rows, x.cols) : NewMatrix<T>(run, x.rows, x.cols);
    if (!MeetsDouble<T>() || !(box_cox || stable))
      return Each(x, out, [&](T v, auto lambda) { return Forward(v, lambda); });
    constexpr size_t kAtOnce = 512;  // numbers, which stay in cache
    const size_t most = std::min(x.rows, std::max<size_t>(1, kAtOnce / x.cols));
    std::span<double> logs = run.arena.NewUninitialized<double>(most * x.cols);
    std::span<double> exponents = run.arena.NewUninitialized<double>(most * x.cols);
    for (size_t first = 0; first < x.rows; first += most) {
      const size_t n = std::min(most, x.rows - first) * x.cols;
      ForwardRows(x, first, logs.first(n), exponents.first(n), out.data() + first * x.cols);
    }
    return MatrixView<T>{out, x.rows, x.cols, x.cols, x.dtype};
  });
  return run.children().empty() ? powers : run.children()[0]->Call(Method::kTransform, powers, run, run.result);
}

absl::StatusOr<Data> PowerTransformer::InverseTransform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const FloatData floats, CheckFloats(X, run, Finite::kAllowNaN));
  RETURN_IF_ERROR(RefuseFloat16(floats, run));
  if (IsSparse(X)) return TakesDenseOnly();
  Data scaled = AsData(floats);
  if (!run.children().empty()) {
    ASSIGN_OR_RETURN(scaled, run.children()[0]->Call(Method::kInverseTransform, scaled, run));
  }
  return VisitDense(scaled, [&]<class T>(const MatrixView<T>& x) -> Data {
    return Each(x, NewResult<T>(run, x.rows, x.cols), [&](T v, auto lambda) { return Backward(v, lambda); });
  });
}

}  // namespace pratique
