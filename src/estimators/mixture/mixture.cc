#include "estimators/mixture/mixture.h"

#include <boost/math/special_functions/digamma.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "estimators/mixture/changes.h"
#include "estimators/mixture/component_distances.h"
#include "estimators/naive_bayes/joint_log_likelihood.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/needed.h"
#include "kernels/numpy_sum.h"
#include "kernels/probabilities.h"
#include "kernels/squared_norm.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/class_indexes.h"
#include "model/views.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

// Elements of precisions_cholesky_. No product overflows: means_ has n_components * n_features elements.
uint64_t PrecisionsOf(fb::CovarianceType covariance, uint64_t n_components, uint64_t n_features) {
  switch (covariance) {
    case fb::CovarianceType::Full:
      return n_components * n_features * n_features;
    case fb::CovarianceType::Tied:
      return n_features * n_features;
    case fb::CovarianceType::Diag:
      return n_components * n_features;
    default:
      return n_components;
  }
}

absl::StatusOr<fb::CovarianceType> TakeCovariance(ImportContext& context) {
  ASSIGN_OR_RETURN(std::string_view name, context.String(context.Take("covariance_type"), "covariance_type"));
  if (name == "full") return fb::CovarianceType::Full;
  if (name == "tied") return fb::CovarianceType::Tied;
  if (name == "diag") return fb::CovarianceType::Diag;
  if (name == "spherical") return fb::CovarianceType::Spherical;
  return context.Unsupported("covariance_type", name, "scikit-learn knows full, tied, diag and spherical.");
}

absl::Status TakePrecisions(ImportContext& context, Mixture& m) {
  constexpr std::string_view kName = "precisions_cholesky_";
  const graph::Id id = context.Take(kName);
  ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(id, kName));
  const uint64_t n = m.n_components, p = m.n_features_in;
  const std::vector<uint64_t> shapes[] = {{n, p, p}, {p, p}, {n, p}, {n}};
  if (array.shape != shapes[static_cast<size_t>(m.covariance)])
    return context.Invalid(kName, "an array of another shape", "one that fits covariance_type and means_");
  if (context.FloatDType(id) != m.fitted_dtype)
    return context.Unsupported(kName, "another dtype than means_", "Fit and save the model with one dtype.");
  m.precisions = array.values;
  if (m.covariance == fb::CovarianceType::Diag || m.covariance == fb::CovarianceType::Spherical)
    return absl::OkStatus();
  std::span<double> transposed = context.arena().NewUninitialized<double>(array.values.size());
  for (uint64_t k = 0; k < array.values.size(); k += p * p) {
    for (uint64_t i = 0; i < p; ++i) {
      for (uint64_t j = 0; j < p; ++j) transposed[k + j * p + i] = array.values[k + i * p + j];
    }
  }
  m.precisions = transposed;
  return absl::OkStatus();
}

// _compute_log_det_cholesky, in F.
template <class F>
void LogDet(const Mixture& m, std::span<double> out) {
  const size_t p = m.n_features_in;
  const auto log = [&](size_t at) { return std::log(static_cast<F>(m.precisions[at])); };
  for (size_t k = 0; k < out.size(); ++k) {
    F sum = 0;
    switch (m.covariance) {
      case fb::CovarianceType::Full:
      case fb::CovarianceType::Tied: {
        const size_t first = m.covariance == fb::CovarianceType::Full ? k * p * p : 0;
        for (size_t j = 0; j < p; ++j) sum += log(first + j * p + j);
        break;
      }
      case fb::CovarianceType::Diag:
        for (size_t j = 0; j < p; ++j) sum += log(k * p + j);
        break;
      case fb::CovarianceType::Spherical:
        sum = static_cast<F>(p) * log(k);
        break;
    }
    out[k] = sum;
  }
}

// `attribute`: a number above `least` of each component, or one of all.
absl::StatusOr<std::span<const double>> TakeOfComponents(ImportContext& context, std::string_view attribute,
                                                         const NdArray<double>& array, size_t n, double least) {
  if (array.shape.size() > 1 || (array.shape.size() == 1 && array.values.size() != n))
    return context.Invalid(attribute, absl::StrCat(array.values.size(), " values"), "one a component");
  for (double v : array.values) {
    if (!(v > least && std::isfinite(v)))
      return context.Unsupported(attribute, absl::StrCat(v), absl::StrCat("fit makes it greater than ", least, "."));
  }
  std::span<double> out = context.arena().NewUninitialized<double>(n);
  for (size_t k = 0; k < n; ++k) out[k] = array.values[array.shape.empty() ? 0 : k];
  return out;
}

absl::StatusOr<std::span<const double>> TakeOfComponents(ImportContext& context, std::string_view attribute, size_t n,
                                                         double least) {
  ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(context.Take(attribute), attribute));
  return TakeOfComponents(context, attribute, array, n, least);
}

// scipy.special.digamma of a number that is not below 0: at 0, and so near to it that there is no such double,
// -infinity.
double Digamma(double x) {
  namespace policies = boost::math::policies;
  using Quiet =
      policies::policy<policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
                       policies::overflow_error<policies::ignore_error>,
                       policies::evaluation_error<policies::ignore_error>>;
  return x < 1e-300 ? -std::numeric_limits<double>::infinity() : boost::math::digamma(x, Quiet());
}

// sklearn/mixture/_bayesian_mixture.py _estimate_log_weights (1.9).
absl::Status BayesianLogWeights(ImportContext& context, std::span<double> out) {
  constexpr std::string_view kName = "weight_concentration_", kPrior = "weight_concentration_prior_type";
  const size_t n = out.size();
  ASSIGN_OR_RETURN(std::string_view prior, context.String(context.Take(kPrior), kPrior));
  const graph::Id id = context.Take(kName);
  if (prior == "dirichlet_distribution") {
    ASSIGN_OR_RETURN(auto concentration, TakeOfComponents(context, kName, n, 0));
    const double of_sum = Digamma(NumpySum(concentration.data(), n));
    for (size_t k = 0; k < n; ++k) out[k] = Digamma(concentration[k]) - of_sum;
    return absl::OkStatus();
  }
  if (prior != "dirichlet_process")
    return context.Unsupported(kPrior, prior, "scikit-learn knows dirichlet_process and dirichlet_distribution.");
  if (context.IsNone(id) || context.graph()[id].kind != graph::Kind::kTuple || context.graph()[id].items.size() != 2)
    return context.Invalid(kName, "no pair", "a pair of arrays");
  std::span<const double> ab[2];
  for (size_t i = 0; i < 2; ++i) {
    ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(context.graph()[id].items[i], kName));
    ASSIGN_OR_RETURN(ab[i], TakeOfComponents(context, kName, array, n, 0));
  }
  double left = 0;
  for (size_t k = 0; k < n; ++k) {
    const double of_sum = Digamma(ab[0][k] + ab[1][k]);
    out[k] = Digamma(ab[0][k]) - of_sum + left;
    left += Digamma(ab[1][k]) - of_sum;
  }
  return absl::OkStatus();
}

// What _estimate_log_prob of BayesianGaussianMixture adds to the density.
absl::Status AddOfWishart(ImportContext& context, size_t p, std::span<double> log_det) {
  const size_t n = log_det.size();
  const auto features = static_cast<double>(p);
  ASSIGN_OR_RETURN(auto freedom, TakeOfComponents(context, "degrees_of_freedom_", n, features - 1));
  ASSIGN_OR_RETURN(auto precision, TakeOfComponents(context, "mean_precision_", n, 0));
  for (size_t k = 0; k < n; ++k) {
    double log_lambda = 0;
    for (size_t j = 0; j < p; ++j) log_lambda += Digamma(0.5 * (freedom[k] - static_cast<double>(j)));
    log_lambda = features * std::numbers::ln2 + log_lambda;
    log_det[k] = log_det[k] - 0.5 * features * std::log(freedom[k]) + 0.5 * (log_lambda - features / precision[k]);
  }
  return absl::OkStatus();
}

}  // namespace

std::optional<Violation> Mixture::Invariant() const {
  const uint64_t wanted = PrecisionsOf(covariance, n_components, n_features_in);
  if (precisions.size() != wanted)
    return Violation{"precisions", "of_covariance", absl::StrCat(precisions.size()), absl::StrCat(wanted)};
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("means", fitted_dtype, means)) return v;
  return invariant::FitsFloatDType("precisions", fitted_dtype, precisions);
}

absl::StatusOr<Signature> Mixture::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.n_components = n_components;
  s.widest = n_components;
  return s;
}

absl::Status Mixture::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(covariance, TakeCovariance(context));
  for (const std::string_view attribute : {"means_", "precisions_cholesky_", "weights_"})
    RETURN_IF_ERROR(CheckAreFloats(context, attribute));
  const graph::Id means_id = context.Take("means_");
  ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(means_id, "means_"));
  if (array.shape.size() != 2 || array.shape[0] > UINT32_MAX || array.shape[1] > UINT32_MAX)
    return context.Invalid("means_", "an array of another shape", "one row a component");
  n_components = static_cast<uint32_t>(array.shape[0]);
  n_features_in = static_cast<uint32_t>(array.shape[1]);
  means = array.values;
  fitted_dtype = context.FloatDType(means_id);
  keeps_dtype = !context.Predates(release_1_7::kDistancesOfDTypeOfX);
  const bool before_1_7 = context.Predates(release_1_7::kConstantOfDTypeOfX);
  casts_constant = context.Predates(release_1_8::kConstantIsExact) && !before_1_7;
  RETURN_IF_ERROR(TakePrecisions(context, *this));
  std::span<double> of_weights = context.arena().NewUninitialized<double>(n_components),
                    dets = context.arena().NewUninitialized<double>(n_components);
  const bool narrow = fitted_dtype == fb::DType::Float32;
  narrow ? LogDet<float>(*this, dets) : LogDet<double>(*this, dets);
  if (context.class_name() == "BayesianGaussianMixture") {
    RETURN_IF_ERROR(BayesianLogWeights(context, of_weights));
    RETURN_IF_ERROR(AddOfWishart(context, n_features_in, dets));
  } else {
    const graph::Id id = context.Take("weights_");
    ASSIGN_OR_RETURN(Array<double> weights, context.Vector(id, "weights_"));
    if (weights.size() != n_components)
      return context.Invalid("weights_", absl::StrCat(weights.size(), " values"), "one a component");
    if (context.FloatDType(id) != fitted_dtype)
      return context.Unsupported("weights_", "another dtype than means_", "Fit and save the model with one dtype.");
    for (size_t k = 0; k < n_components; ++k)
      of_weights[k] = narrow ? std::log(static_cast<float>(weights[k])) : std::log(weights[k]);
  }
  for (size_t k = 0; k < n_components; ++k) {
    if (!std::isfinite(dets[k]))
      return context.Unsupported("precisions_cholesky_", "a matrix without a logarithm of its determinant",
                                 "Fit the model anew, with a greater reg_covar.");
    if (!(of_weights[k] < std::numeric_limits<double>::infinity()))
      return context.Unsupported("weights_", "a weight without a logarithm", "Weights are not below 0.");
  }
  log_weights = of_weights;
  log_det = dets;
  return context.ByName(this);
}

// n_features * log(2 pi), cast to `of_x` before and after it is multiplied: of integers the logarithm is 1.
double CastConstant(double n_features, DType of_x) {
  const double log = std::log(2 * std::numbers::pi);
  return Rounded(n_features * (IsFloat(of_x) ? Rounded(log, of_x) : std::trunc(log)), of_x);
}

// -0.5 * (n_features * log(2 pi) + distance) + log_det, + log_weight: each step in the dtype that it has in numpy.
absl::StatusOr<Data> Mixture::WeightedLogProb(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(NumericData x, CheckNumbers(X, run));
  if (IsSparse(AsData(x))) return TakesDenseOnly();
  const ComponentDistances distances = DistancesToComponents(*this, x, run);
  const size_t n = n_components;
  const bool is_float = distances.dtype == DType::kFloat32 || distances.dtype == DType::kFloat16;
  const DType first = is_float ? distances.dtype : DType::kFloat64;
  const double constant = casts_constant
                              ? CastConstant(n_features_in, std::visit([](const auto& view) { return view.dtype; }, x))
                              : Rounded(n_features_in * std::log(2 * std::numbers::pi), first);
  const auto finish = [&]<class T>(T) -> Data {
    std::span<T> out = run.arena.NewUninitialized<T>(distances.values.size());
    for (size_t i = 0; i < out.size(); ++i) {
      const double half = Rounded(-0.5 * Rounded(constant + distances.values[i], first), first);
      const T density = static_cast<T>(half + log_det[i % n]);
      out[i] = static_cast<T>(static_cast<double>(density) + log_weights[i % n]);
    }
    return MatrixView<T>{out, out.size() / n, n, n};
  };
  return Promoted(first, static_cast<DType>(fitted_dtype)) == DType::kFloat32 ? finish(float{}) : finish(double{});
}

absl::StatusOr<Data> Mixture::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data scores, WeightedLogProb(X, run));
  return VisitDense(scores, [&](const auto& view) -> Data {
    std::span<int64_t> out = run.arena.NewUninitialized<int64_t>(view.rows);
    for (size_t i = 0; i < view.rows; ++i) out[i] = static_cast<int64_t>(ArgMax(view.row(i), view.cols));
    return MatrixView<int64_t>{out, view.rows, 1, 1};
  });
}

absl::StatusOr<Data> Mixture::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data scores, WeightedLogProb(X, run));
  return Probabilities(scores, run);
}

absl::StatusOr<Data> Mixture::ScoreSamples(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data scores, WeightedLogProb(X, run));
  return VisitDense(scores, [&]<class T>(const MatrixView<T>& view) -> Data {
    std::span<T> out = NewMatrix<T>(run, view.rows, 1);
    for (size_t i = 0; i < view.rows; ++i) out[i] = LogSumExp(view.row(i), view.cols);
    return MatrixView<T>{out, view.rows, 1, 1};
  });
}

}  // namespace pratique
