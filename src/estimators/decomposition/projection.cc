#include "estimators/decomposition/projection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <variant>

#include "absl/strings/str_cat.h"
#include "estimators/decomposition/changes.h"
#include "estimators/linear/dot.h"
#include "import/sklearn/elements.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/needed.h"
#include "kernels/columns.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/views.h"
#include "model/wide_floats.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

constexpr uint32_t kMostOrthonormal = 1024;  // components of which each pair is multiplied: work as of so many rows
constexpr double kMostSpread = 1e8;          // of variances: what scikit-learn's inverse keeps nine digits of

Array<double> Zeros(size_t n, Run& run) { return run.arena.New<double>(n); }

// numpy's X - mean: float64 unless both are float32.
Data Centered(const Data& X, Array<double> mean, fb::DType fitted, Run& run) {
  return VisitDense(X, [&]<class T>(const MatrixView<T>& x) -> Data {
    const auto centered = [&]<class Out>(Out) -> Data {
      std::span<Out> out = NewMatrix<Out>(run, x.rows, x.cols);
      for (size_t i = 0; i < x.rows; ++i) {
        for (size_t j = 0; j < x.cols; ++j) out[i * x.cols + j] = static_cast<Out>(double{x(i, j)} - mean[j]);
      }
      return MatrixView<Out>{out, x.rows, x.cols, x.cols};
    };
    return std::is_same_v<T, float> && fitted == fb::DType::Float32 ? centered(float{}) : centered(double{});
  });
}

}  // namespace

std::optional<Violation> Projection::Invariant() const {
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("components", fitted_dtype, components)) return v;
  if (auto v = invariant::IsFloatDType("statistics_dtype", statistics_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("mean", statistics_dtype, mean)) return v;
  if (model_variance.data() != nullptr) {
    if (mean.data() == nullptr) return Violation{"model_variance", "centered", "no mean", "a mean"};
    if (noise_variance == 0 && n_components != n_features_in)
      return Violation{"noise_variance", "noise", "0", "above 0 where components are fewer than features"};
  }
  return invariant::FitsFloatDType("scale", statistics_dtype, scale);
}

absl::StatusOr<Signature> Projection::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature s, TransformerSignature(n_features_in, n_components, feature_names, children));
  s.has_methods = true;
  s.methods = {Method::kTransform, Method::kInverseTransform};
  if (model_variance.data() != nullptr) s.methods.push_back(Method::kScoreSamples);
  return s;
}

// get_precision (sklearn/decomposition/_base.py, 1.9) has a matrix inverted at each call. Components are orthonormal,
// so that it is diagonal along them. Where that is not so, or the matrix has no inverse or one that is mostly rounding,
// there is no score_samples.
absl::Status Projection::ImportVariances(ImportContext& context, Array<double> variance, bool whiten) {
  const graph::Id noise_id = context.Take("noise_variance_");
  if (context.IsNone(noise_id)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const double noise, context.Double(noise_id, "noise_variance_"));
  const size_t n = n_components, m = n_features_in;
  if (fitted_dtype != fb::DType::Float64 || mean.size() != m || variance.size() != n || n > kMostOrthonormal ||
      !std::isfinite(noise) || noise < 0 || (noise == 0 && n != m))
    return absl::OkStatus();
  std::span<double> of_model = context.arena().NewUninitialized<double>(n);
  double least = noise == 0 ? std::numeric_limits<double>::infinity() : noise, greatest = noise;
  for (size_t k = 0; k < n; ++k) {
    if (!(variance[k] > noise)) return absl::OkStatus();
    of_model[k] = (whiten ? variance[k] : 1) * (variance[k] - noise);
    least = std::min(least, of_model[k] + noise);
    greatest = std::max(greatest, of_model[k] + noise);
  }
  if (!(least > 0) || !(greatest / least < kMostSpread)) return absl::OkStatus();
  for (size_t k = 0; k < n; ++k) {
    for (size_t l = 0; l <= k; ++l) {
      double sum = 0;
      for (size_t j = 0; j < m; ++j) sum += components[k * m + j] * components[l * m + j];
      if (!(std::abs(sum - (k == l)) <= 1e-12)) return absl::OkStatus();
    }
  }
  model_variance = of_model;
  noise_variance = noise;
  return absl::OkStatus();
}

absl::Status Projection::Import(ImportContext& context) {
  const graph::Id components_id = context.Take("components_");
  ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(components_id, "components_"));
  if (array.shape.size() != 2)
    return context.Invalid("components_", absl::StrCat(array.shape.size(), " dimensions"), "two dimensions");
  components = array.values;
  n_components = static_cast<uint32_t>(std::min<uint64_t>(array.shape[0], UINT32_MAX));
  n_features_in = static_cast<uint32_t>(std::min<uint64_t>(array.shape[1], UINT32_MAX));
  fitted_dtype = statistics_dtype = context.FloatDType(components_id);
  sparse = fb::SparseInput::Offset;
  if (context.class_name() == "TruncatedSVD") return context.ByName(this);
  RETURN_IF_ERROR(CheckNeeded(context, {"mean_", "explained_variance_"}));
  if (context.class_name() == "PCA") {
    const graph::Id solver = context.Take("_fit_svd_solver");  // since 1.9 whoever asks for its tags reads it
    if (!context.IsNone(solver)) RETURN_IF_ERROR(context.String(solver, "_fit_svd_solver").status());
    ASSIGN_OR_RETURN(const int64_t stated, context.Int(context.Take("n_components_"), "n_components_"));
    if (stated != n_components)
      return context.Unsupported("n_components_", absl::StrCat(stated),
                                 absl::StrCat("components_ has ", n_components, "."));
  }

  if (const graph::Id id = context.Take("mean_"); !context.IsNone(id)) {
    ASSIGN_OR_RETURN(NdArray<double> means, context.Doubles(id, "mean_"));
    mean = means.values;
    statistics_dtype = context.FloatDType(id);
  } else if (context.sklearn() >= Version{1, 5, 0}) {
    return context.Absent("mean_", "the means that transform takes off");
  }
  centers_first = context.Predates(release_1_5::kCentersTheProduct);
  if (context.class_name() == "IncrementalPCA") {
    ASSIGN_OR_RETURN(const int64_t rows, context.Int(context.Take("batch_size_"), "batch_size_"));
    if (rows < 1) return context.Unsupported("batch_size_", absl::StrCat(rows), "transform densifies by so many rows.");
    // The last of them can be as many more as there are components.
    const graph::Id least = context.Take("n_components");
    if (!context.IsNone(least) && ReadPlainNumber<int64_t>(context.graph()[least]).value_or(-1) < 0)
      return context.Unsupported("n_components", "no number", "It is a number, or None.");
    sparse = fb::SparseInput::Densified;
  } else if (context.Predates(release_1_4::kTakesSparse)) {
    sparse = fb::SparseInput::Refused;
  }
  ASSIGN_OR_RETURN(const bool whiten, context.Bool(context.Take("whiten"), "whiten"));
  const graph::Id variance_id = context.Take("explained_variance_");
  const bool scores = context.class_name() == "PCA";
  if (!whiten && !scores) return context.ByName(this);
  ASSIGN_OR_RETURN(NdArray<double> variance, context.Doubles(variance_id, "explained_variance_"));
  if (variance.shape.size() != 1)
    return context.Unsupported("explained_variance_", absl::StrCat(variance.shape.size(), " dimensions"),
                               "fit leaves one: set it back, or fit it again.");
  if (scores) RETURN_IF_ERROR(ImportVariances(context, variance.values, whiten));
  if (!whiten) return context.ByName(this);
  const bool is_float = context.FloatDType(variance_id) == fb::DType::Float32;
  if (is_float != (statistics_dtype == fb::DType::Float32))
    return context.Unsupported("explained_variance_", "another dtype than mean_", "fit makes both of one.");
  std::span<double> roots = context.arena().NewUninitialized<double>(variance.values.size());
  for (size_t k = 0; k < roots.size(); ++k) {
    roots[k] = std::sqrt(variance.values[k]);
    if (is_float) roots[k] = static_cast<float>(roots[k]);
  }
  scale = roots;
  if (!centers_first)
    min_scale = is_float ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon();
  return context.ByName(this);
}

absl::StatusOr<Data> Projection::Transform(const Data& X, Run& run) const {
  const bool is_pca = mean.data() != nullptr;  // else TruncatedSVD, which multiplies X as it is
  ASSIGN_OR_RETURN(FloatData x, is_pca ? CheckWideFloats(X, run)
                                       : CheckFloats(X, run, Finite::kRequired, static_cast<DType>(fitted_dtype)));
  if (IsSparse(AsData(x))) {
    if (sparse == fb::SparseInput::Refused) return TakesDenseOnly();
    if (sparse == fb::SparseInput::Densified) {
      if (std::holds_alternative<CsrView<float>>(x)) {
        ASSIGN_OR_RETURN(x, CheckDense<float>(X, run, Finite::kRequired, /*densify=*/true));
      } else {
        ASSIGN_OR_RETURN(x, CheckDense<double>(X, run, Finite::kRequired, /*densify=*/true));
      }
    }
  }
  const bool centered = mean.data() != nullptr;
  const bool before = centers_first && !IsSparse(AsData(x));
  ColumnStep center{}, unit{};
  if (centered && before) x = Floats(Centered(AsData(x), mean, statistics_dtype, run));
  const Data product = LinearScores(x, components, Zeros(n_components, run), fitted_dtype, run);
  if (centered && !before) {
    const Data offset = LinearScores(MatrixView<double>{mean, 1, mean.size(), mean.size()}, components,
                                     Zeros(n_components, run), fb::DType::Float64, run);
    std::span<double> off = run.arena.NewUninitialized<double>(n_components);
    const bool narrow = fitted_dtype == fb::DType::Float32 && statistics_dtype == fb::DType::Float32;
    for (size_t k = 0; k < off.size(); ++k) {  // the product of both fitted arrays has their dtype
      const double product_of_mean = std::get<MatrixView<double>>(offset)(0, k);
      off[k] = narrow ? static_cast<float>(product_of_mean) : product_of_mean;
    }
    center = Subtract(off);
  }
  if (scale.data() != nullptr) {
    std::span<double> scales = run.arena.Copy(scale);
    for (double& s : scales) s = std::max(s, min_scale);
    unit = Divide(scales);
  }
  return VisitDense(product, [&]<class T>(const MatrixView<T>& view) -> Data {
    return TwoSteps(view, center, unit, NewMatrix<T>(run, view.rows, view.cols));
  });
}

absl::StatusOr<Data> Projection::InverseTransform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckFloatsOfWidth(X, n_components, run, static_cast<DType>(fitted_dtype)));
  if (IsSparse(AsData(x))) return TakesDenseOnly();
  std::span<double> back = run.arena.NewUninitialized<double>(components.size());
  const bool wide = statistics_dtype == fb::DType::Float64;
  const bool is_float = fitted_dtype == fb::DType::Float32 && !wide;
  for (size_t k = 0; k < n_components; ++k) {
    for (size_t j = 0; j < n_features_in; ++j) {
      double v = components[k * n_features_in + j];
      if (scale.data() != nullptr) v = is_float ? static_cast<float>(scale[k] * v) : scale[k] * v;
      back[j * n_components + k] = v;
    }
  }
  const fb::DType of_back = scale.data() != nullptr && wide ? fb::DType::Float64 : fitted_dtype;
  return LinearScores(x, back, mean.data() != nullptr ? mean : Zeros(n_features_in, run), of_back, run, wide);
}

// -0.5 x' P x - 0.5 (n log 2 pi - log |P|) for P, the inverse of the model's covariance: noise + C' V C
// (sklearn/decomposition/_pca.py score_samples, 1.9). Float64 beside a mean of it.
absl::StatusOr<Data> Projection::ScoreSamples(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const MatrixView<double> x, CheckDense<double>(X, run));
  const size_t n = n_components, m = n_features_in;
  double log_determinant = static_cast<double>(m - n) * (noise_variance > 0 ? std::log(noise_variance) : 0);
  for (const double v : model_variance) log_determinant += std::log(v + noise_variance);
  const double normal = 0.5 * (static_cast<double>(m) * std::log(2 * std::numbers::pi) + log_determinant);
  const Data centered = Centered(x, mean, statistics_dtype, run);
  const Data along = LinearScores(Floats(centered), components, Zeros(n, run), fitted_dtype, run);
  const auto &apart = std::get<MatrixView<double>>(centered), &on = std::get<MatrixView<double>>(along);
  std::span<double> out = NewMatrix<double>(run, x.rows, 1);
  const bool vanishes = noise_variance > 0 && noise_variance * noise_variance == 0;  // and get_precision divides by it
  for (size_t i = 0; i < x.rows; ++i) {
    double quadratic = vanishes ? std::numeric_limits<double>::quiet_NaN() : 0;
    if (noise_variance > 0) {
      for (size_t j = 0; j < m; ++j) quadratic += apart(i, j) * apart(i, j);
      for (size_t k = 0; k < n; ++k)
        quadratic -= on(i, k) * on(i, k) * (model_variance[k] / (model_variance[k] + noise_variance));
      quadratic /= noise_variance;
    } else {
      for (size_t k = 0; k < n; ++k) quadratic += on(i, k) * on(i, k) / model_variance[k];
    }
    out[i] = -0.5 * quadratic - normal;
  }
  return MatrixView<double>{out, x.rows, 1, 1};
}

}  // namespace pratique
