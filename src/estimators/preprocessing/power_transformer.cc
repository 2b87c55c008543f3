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
T PowerTransformer::Backward(T x, L lambda) const {
  if (std::isnan(x)) return x;
  return box_cox ? BoxCoxInverse(x, lambda, stable_inverse) : YeoJohnsonInverse(x, lambda);
}

// scipy/stats/_morestats.py _yeojohnson_transform (1.12 to 1.17), and box-cox: what a column makes of the logarithm of
// a number, expm1(exponent * log) / exponent or the logarithm itself.
struct PowerTransformer::Curve {
  double exponent;
  bool is_log;
};

template <class L>
std::span<const PowerTransformer::Curve> PowerTransformer::Curves(Run& run) const {
  constexpr L kEpsilon = std::numeric_limits<L>::epsilon();
  const size_t n = lambdas.size();
  std::span<Curve> curves = run.arena.NewUninitialized<Curve>(2 * n);
  for (size_t j = 0; j < n; ++j) {
    const L lambda = static_cast<L>(lambdas[j]);
    curves[j] = {L{2} - lambda, !(std::abs(lambda - L{2}) > kEpsilon)};
    curves[n + j] = {lambda, std::abs(lambda) < kEpsilon};
  }
  return curves;
}

template <class L, class T>
void PowerTransformer::ForwardRows(const MatrixView<T>& x, size_t first, std::span<const Curve> curves,
                                   std::span<double> logs, std::span<double> powers, T* out) const {
  static constexpr double kSigns[] = {-1, 1};
  const size_t rows = logs.size() / x.cols;
  // f(element, its place, its sign, its curve). Without a branch: nobody guesses signs.
  const auto each = [&](auto f) {
    for (size_t i = 0, n = 0; i < rows; ++i) {
      const T* row = x.row(first + i);
      for (size_t j = 0; j < x.cols; ++j, ++n) {
        const size_t side = static_cast<size_t>(box_cox) | static_cast<size_t>(row[j] >= 0);
        f(row[j], n, kSigns[side], curves.data()[side * x.cols + j]);
      }
    }
  };
  each([&](T v, size_t n, double sign, const Curve&) { logs.data()[n] = v * sign; });
  if (box_cox)
    Log(logs);
  else if constexpr (std::is_same_v<T, double>)
    Log1p(logs);
  else
    for (double& v : logs) v = std::log1p(static_cast<float>(v));
  each([&](T, size_t n, double, const Curve& c) {
    powers.data()[n] = static_cast<L>(c.exponent) * static_cast<L>(logs.data()[n]);
  });
  if constexpr (std::is_same_v<L, double>)
    Expm1(powers);
  else
    for (double& v : powers) v = std::expm1(static_cast<float>(v));
  each([&](T v, size_t n, double sign, const Curve& c) {
    const double log = logs.data()[n], quotient = static_cast<L>(powers.data()[n]) / static_cast<L>(c.exponent);
    const double result = box_cox ? BoxCox(log, c.exponent, quotient) : (c.is_log ? log : quotient) * sign;
    out[n] = std::isnan(v) ? v : static_cast<T>(result);
  });
}

template <class L, class T>
void PowerTransformer::Forward(const MatrixView<T>& x, T* out, Run& run) const {
  constexpr size_t kAtOnce = 512;  // numbers, which stay in cache
  const std::span<const Curve> curves = MeetsDouble<T>() ? Curves<double>(run) : Curves<float>(run);
  const size_t most = std::min(x.rows, std::max<size_t>(1, kAtOnce / x.cols));
  std::span<double> logs = run.arena.NewUninitialized<double>(most * x.cols);
  std::span<double> powers = run.arena.NewUninitialized<double>(most * x.cols);
  for (size_t first = 0; first < x.rows; first += most) {
    const size_t n = std::min(most, x.rows - first) * x.cols;
    ForwardRows<L>(x, first, curves, logs.first(n), powers.first(n), out + first * x.cols);
  }
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
    if (!(box_cox || stable))
      return Each(x, out, [&](T v, auto lambda) { return std::isnan(v) ? v : YeoJohnson(v, lambda); });
    if (box_cox || MeetsDouble<T>())
      Forward<double>(x, out.data(), run);
    else
      Forward<float>(x, out.data(), run);
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
