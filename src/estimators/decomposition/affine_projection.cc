#include "estimators/decomposition/affine_projection.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/decomposition/changes.h"
#include "estimators/decomposition/sparse_projection.h"
#include "estimators/linear/dot.h"
#include "import/sklearn/elements.h"
#include "import/sklearn/import_context.h"
#include "kernels/columns.h"
#include "kernels/finite.h"
#include "kernels/solve.h"
#include "kernels/visit.h"
#include "model/input_error.h"
#include "model/views.h"
#include "model/wide_floats.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

// The steps, in the dtype of Out.
template <class Out, class T>
MatrixView<Out> EachColumn(const MatrixView<T>& x, ColumnStep first, ColumnStep second, Run& run) {
  return TwoSteps(x, first, second, NewMatrix<Out>(run, x.rows, x.cols));
}

constexpr uint32_t kMostInverted = 1024;  // rows of a matrix that is inverted: work in proportion to the file

Array<double> Zeros(size_t n, Run& run) { return run.arena.New<double>(n); }

// Of a symmetric matrix, by Cholesky's factors in `scratch`; nothing where it is not positive definite.
std::optional<double> LogDeterminant(std::span<const double> a, size_t n, std::span<double> scratch) {
  double log = 0;
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (size_t m = 0; m < j; ++m) sum -= scratch[i * n + m] * scratch[j * n + m];
      if (j < i) {
        scratch[i * n + j] = sum / scratch[j * n + j];
      } else if (sum > 0 && std::isfinite(sum)) {
        scratch[i * n + i] = std::sqrt(sum);
        log += std::log(sum);
      } else {
        return std::nullopt;
      }
    }
  }
  return log;
}

}  // namespace

std::optional<Violation> AffineProjection::Invariant() const {
  if (sparse == fb::SparseInput::Densified || (sparse != fb::SparseInput::Refused && mean.data() != nullptr))
    return Violation{"sparse", "sparse_input", fb::EnumNameSparseInput(sparse), "Refused, of what is centered"};
  if (scale.data() != nullptr && mean.data() == nullptr) return Violation{"scale", "centered", "no mean", "a mean"};
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  if (noise.data() != nullptr && (mean.data() == nullptr || rotation.data() == nullptr || narrows))
    return Violation{"noise", "scores", "no mean, no rotation, or narrowed", "a mean and a rotation in float64"};
  for (const auto& [name, values] :
       {std::pair{"components", components}, {"mean", mean}, {"scale", scale}, {"back", back}}) {
    if (auto v = invariant::FitsFloatDType(name, fitted_dtype, values)) return v;
  }
  return std::nullopt;
}

absl::StatusOr<Signature> AffineProjection::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature s, TransformerSignature(n_features_in, n_components, feature_names, children));
  s.has_methods = true;
  s.methods = {Method::kTransform};
  if (back.data() != nullptr) s.methods.push_back(Method::kInverseTransform);
  if (noise.data() != nullptr) s.methods.push_back(Method::kScoreSamples);
  return s;
}

absl::StatusOr<Strings> AffineProjection::FeatureNamesOut(FeatureNames& names) const {
  if (!unnamed) return names.ClassNamePrefix();
  return absl::InvalidArgumentError("scikit-learn named as many columns as X has, and no fewer");
}

absl::Status AffineProjection::TakeComponents(ImportContext& context, std::string_view attribute, bool transposed) {
  const graph::Id id = context.Take(attribute);
  ASSIGN_OR_RETURN(const NdArray<double> array, context.Doubles(id, attribute));
  if (array.shape.size() != 2)
    return context.Invalid(attribute, absl::StrCat(array.shape.size(), " dimensions"), "two dimensions");
  const uint64_t rows = array.shape[0], cols = array.shape[1];
  fitted_dtype = context.FloatDType(id);
  n_components = static_cast<uint32_t>(std::min<uint64_t>(transposed ? cols : rows, UINT32_MAX));
  n_features_in = static_cast<uint32_t>(std::min<uint64_t>(transposed ? rows : cols, UINT32_MAX));
  components = array.values;
  if (!transposed) return absl::OkStatus();
  std::span<double> turned = context.arena().NewUninitialized<double>(array.values.size());
  for (uint64_t i = 0; i < rows; ++i) {
    for (uint64_t k = 0; k < cols; ++k) turned[k * rows + i] = array.values[i * cols + k];
  }
  components = turned;
  return absl::OkStatus();
}

absl::Status AffineProjection::Import(ImportContext& context) {
  sparse = fb::SparseInput::Refused;
  const std::string_view name = context.class_name();
  if (name == "FastICA") return ImportFastICA(context);
  if (name == "FactorAnalysis") return ImportFactorAnalysis(context);
  if (name == "SparsePCA" || name == "MiniBatchSparsePCA") return ImportSparsePCA(context);
  if (name == "PLSSVD") {
    float64 = true;
    RETURN_IF_ERROR(TakeComponents(context, "x_weights_", /*transposed=*/true));
    ASSIGN_OR_RETURN(mean, context.Vector(context.Take("_x_mean"), "_x_mean"));
    ASSIGN_OR_RETURN(scale, context.Vector(context.Take("_x_std"), "_x_std"));
    return context.ByName(this);
  }
  RETURN_IF_ERROR(TakeComponents(context, "components_", /*transposed=*/false));
  if (name == "NeighborhoodComponentsAnalysis")
    unnamed = context.Predates(release_1_5::kNamesComponents) && n_components != n_features_in;
  if (name == "GaussianRandomProjection") {
    sparse = fb::SparseInput::Offset;
    ASSIGN_OR_RETURN(back, TakeInverseComponents(context, fitted_dtype));
  }
  return context.ByName(this);
}

absl::Status AffineProjection::ImportFastICA(ImportContext& context) {
  in_place = true;
  RETURN_IF_ERROR(TakeComponents(context, "components_", /*transposed=*/false));
  // Before scikit-learn 1.3 the parameter, which could be "warn", was resolved into an attribute.
  const graph::Id parameter = context.Take("whiten"), resolved = context.Take("_whiten");
  const graph::Id whiten = resolved != graph::kNoId ? resolved : parameter, mean_id = context.Take("mean_");
  const bool is_text = whiten != graph::kNoId && context.graph()[whiten].kind == graph::Kind::kStr;
  bool whitens = is_text && !context.graph()[whiten].text.empty();
  if (!is_text) {
    ASSIGN_OR_RETURN(whitens, context.Bool(whiten, "whiten"));
  }
  const graph::Id mixing = context.Take("mixing_");
  ASSIGN_OR_RETURN(const NdArray<double> array, context.Doubles(mixing, "mixing_"));
  if (array.shape != std::vector<uint64_t>{n_features_in, n_components})
    return context.Unsupported("mixing_", "an array of another shape", "It has a row a feature: fit the model again.");
  back = array.values;
  bool one_dtype = context.FloatDType(mixing) == fitted_dtype;
  if (whitens) {
    ASSIGN_OR_RETURN(mean, context.Vector(mean_id, "mean_"));
    one_dtype = one_dtype && context.FloatDType(mean_id) == fitted_dtype;
  }
  if (!one_dtype) return context.Unsupported("mixing_", "another dtype than components_", "Cast all to one.");
  return context.ByName(this);
}

// transform of scikit-learn makes of the noise, each time: components / noise, and the inverse of 1 + components of it.
absl::Status AffineProjection::ImportFactorAnalysis(ImportContext& context) {
  RETURN_IF_ERROR(TakeComponents(context, "components_", /*transposed=*/false));
  const graph::Id noise_id = context.Take("noise_variance_"), mean_id = context.Take("mean_");
  ASSIGN_OR_RETURN(mean, context.Vector(mean_id, "mean_"));
  ASSIGN_OR_RETURN(const Array<double> variance, context.Vector(noise_id, "noise_variance_"));
  if (variance.size() != n_features_in)
    return context.Invalid("noise_variance_", absl::StrCat(variance.size()), absl::StrCat(n_features_in));
  if (n_components > std::min(kMostInverted, n_features_in))
    return context.Unsupported("components_", absl::StrCat(n_components, " components"),
                               "At most 1024 are supported, and not more than features.");
  // By it get_covariance leaves out what it takes for nothing.
  const graph::Id asked = context.Take("n_components");
  if (!context.IsNone(asked) && ReadPlainNumber<int64_t>(context.graph()[asked]) != int64_t{n_components})
    return context.Unsupported("n_components", "another number than fit saw", "Set it back, or fit it again.");
  if (fitted_dtype != fb::DType::Float64 || context.FloatDType(mean_id) != fitted_dtype ||
      context.FloatDType(noise_id) != fitted_dtype)
    return context.Unsupported("components_", "an array of float32", "scikit-learn fits it in float64.");
  const size_t n = n_components, m = n_features_in;
  std::span<double> weighted = context.arena().NewUninitialized<double>(n * m);
  for (size_t i = 0; i < weighted.size(); ++i) weighted[i] = components[i] / variance[i % m];
  std::span<double> precision = context.arena().New<double>(n * n),
                    covariance = context.arena().NewUninitialized<double>(n * n);
  for (size_t k = 0; k < n; ++k) {
    for (size_t l = 0; l < n; ++l) {
      double sum = 0;
      for (size_t j = 0; j < m; ++j) sum += weighted[k * m + j] * components[l * m + j];
      precision[k * n + l] = sum + (k == l ? 1 : 0);
    }
  }
  const std::optional<double> determinant = LogDeterminant(precision, n, covariance);
  if (!Invert(precision, n, covariance))
    return context.Unsupported("noise_variance_", "a matrix without an inverse", "Fit the model anew.");
  if (determinant && std::ranges::all_of(variance, [](double v) { return v > 0; })) {
    noise = variance;
    log_determinant = *determinant;
  }
  components = weighted;
  std::span<double> turned = context.arena().NewUninitialized<double>(n * n);
  for (size_t k = 0; k < n; ++k) {
    for (size_t l = 0; l < n; ++l) turned[l * n + k] = covariance[k * n + l];
  }
  rotation = turned;
  return context.ByName(this);
}

// transform of scikit-learn solves a ridge regression of each row on the components: with C of them, by the inverse of
// C C^T + alpha, or of C^T C + alpha where that is smaller (sklearn/linear_model/_ridge.py _solve_cholesky, 1.9).
absl::Status AffineProjection::ImportSparsePCA(ImportContext& context) {
  narrows = true;
  RETURN_IF_ERROR(TakeComponents(context, "components_", /*transposed=*/false));
  const graph::Id mean_id = context.Take("mean_");
  ASSIGN_OR_RETURN(mean, context.Vector(mean_id, "mean_"));
  ASSIGN_OR_RETURN(const double ridge, context.Double(context.Take("ridge_alpha"), "ridge_alpha"));
  if (!(ridge >= 0)) return context.Unsupported("ridge_alpha", absl::StrCat(ridge), "It is not below 0.");
  if (context.FloatDType(mean_id) != fitted_dtype)
    return context.Unsupported("mean_", "another dtype than components_", "Cast both to one.");
  const size_t n = n_components, m = n_features_in, size = std::min(n, m);
  if (size > kMostInverted)
    return context.Unsupported("components_", absl::StrCat(n, " components of ", m, " features"),
                               absl::StrCat("At most ", kMostInverted, " of one of them are supported."));
  std::span<double> turned = context.arena().NewUninitialized<double>(n * m);
  for (size_t k = 0; k < n; ++k) {
    for (size_t j = 0; j < m; ++j) turned[j * n + k] = components[k * m + j];
  }
  back = turned;
  const double* rows = n <= m ? components.data() : turned.data();
  const size_t length = std::max(n, m);
  std::span<double> products = context.arena().NewUninitialized<double>(size * size),
                    inverse = context.arena().NewUninitialized<double>(size * size);
  for (size_t k = 0; k < size; ++k) {
    for (size_t l = 0; l < size; ++l) {
      double sum = 0;
      for (size_t j = 0; j < length; ++j) sum += rows[k * length + j] * rows[l * length + j];
      products[k * size + l] = sum + (k == l ? ridge : 0);
    }
  }
  if (!Invert(products, size, inverse))
    return context.Unsupported("ridge_alpha", absl::StrCat(ridge), "The components do not solve it without a penalty.");
  if (n <= m) {
    rotation = inverse;
    return context.ByName(this);
  }
  std::span<double> solved = context.arena().New<double>(n * m);
  for (size_t k = 0; k < n; ++k) {
    for (size_t j = 0; j < m; ++j) {
      for (size_t l = 0; l < m; ++l) solved[k * m + l] += components[k * m + j] * inverse[j * m + l];
    }
    for (size_t l = 0; fitted_dtype == fb::DType::Float32 && l < m; ++l)
      solved[k * m + l] = static_cast<float>(solved[k * m + l]);
  }
  components = solved;
  return context.ByName(this);
}

Data AffineProjection::Normalized(const Data& X, bool scaled, Run& run) const {
  if (mean.data() == nullptr) return X;
  return VisitDense(X, [&]<class T>(const MatrixView<T>& x) -> Data {
    const auto normalized = [&]<class Out>(Out) -> Data {
      return EachColumn<Out>(x, Subtract(mean), scaled ? Divide(scale) : ColumnStep(), run);
    };
    const bool fitted_float = fitted_dtype == fb::DType::Float32;
    const bool narrow = std::is_same_v<T, float> && (in_place || (fitted_float && x.dtype == DType::kFloat32));
    if (narrows && fitted_float && !narrow)
      return EachColumn<float>(EachColumn<double>(x, Subtract(mean), {}, run), {}, {}, run);
    return narrow ? normalized(float{}) : normalized(double{});
  });
}

absl::StatusOr<Data> AffineProjection::Transform(const Data& X, Run& run) const {
  if (sparse == fb::SparseInput::Refused && IsSparse(X)) return TakesDenseOnly();
  const std::string_view name = run.self->type->short_name();
  const bool widens = name == "FastICA" || name == "GaussianRandomProjection";
  ASSIGN_OR_RETURN(FloatData x, widens ? CheckWideFloats(X, run) : CheckFloats(X, run));
  if (IsSparse(AsData(x))) return LinearScores(x, components, Zeros(n_components, run), fitted_dtype, run);
  const Data floats = float64 ? AsDoubles(AsData(x), run) : AsData(x);
  const Data normalized = Normalized(floats, /*scaled=*/true, run);
  if (narrows) {  // ridge_regression checks what it casts to the dtype of the components
    const bool finite = VisitDense(normalized, []<class T>(const MatrixView<T>& view) {
      bool all = true;
      for (size_t i = 0; i < view.rows; ++i) all &= AllFinite(view.row(i), view.cols);
      return all;
    });
    if (!finite) return BadInput("input.not_finite", "a value less the mean is infinite, or too large for float32");
  }
  Data product = LinearScores(Floats(normalized), components, Zeros(n_components, run), fitted_dtype, run);
  if (rotation.data() == nullptr) return product;
  return LinearScores(Floats(product), rotation, Zeros(n_components, run), fitted_dtype, run);
}

absl::StatusOr<Data> AffineProjection::InverseTransform(const Data& X, Run& run) const {
  if (sparse == fb::SparseInput::Refused && IsSparse(X)) return TakesDenseOnly();
  ASSIGN_OR_RETURN(FloatData x, CheckFloatsOfWidth(X, n_components, run, DType::kFloat64));
  const Data product = LinearScores(x, back, Zeros(n_features_in, run), fitted_dtype, run);
  return VisitDense(product, [&]<class T>(const MatrixView<T>& view) -> Data {
    return EachColumn<T>(view, Multiply(scale), Add(mean), run);
  });
}

// -0.5 x' P x - 0.5 (n log 2 pi - log |P|) for P, the inverse of noise + C' C, by the matrix inversion lemma
// (sklearn/decomposition/_factor_analysis.py score_samples, 1.9): components are C over the noise.
absl::StatusOr<Data> AffineProjection::ScoreSamples(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const MatrixView<double> x, CheckDense<double>(X, run));
  const size_t n = n_components, m = n_features_in;
  double determinant = log_determinant;
  for (const double v : noise) determinant += std::log(v);
  const double normal = 0.5 * (static_cast<double>(m) * std::log(2 * std::numbers::pi) + determinant);
  const Data centered = Normalized(x, /*scaled=*/false, run);
  const Data along = LinearScores(Floats(centered), components, Zeros(n, run), fb::DType::Float64, run);
  const Data factors = LinearScores(Floats(along), rotation, Zeros(n, run), fb::DType::Float64, run);
  const auto &apart = std::get<MatrixView<double>>(centered), &on = std::get<MatrixView<double>>(along),
             &turned = std::get<MatrixView<double>>(factors);
  std::span<double> out = NewMatrix<double>(run, x.rows, 1);
  for (size_t i = 0; i < x.rows; ++i) {
    double quadratic = 0;
    for (size_t j = 0; j < m; ++j) quadratic += apart(i, j) * apart(i, j) / noise[j];
    for (size_t k = 0; k < n; ++k) quadratic -= on(i, k) * turned(i, k);
    out[i] = -0.5 * quadratic - normal;
  }
  return MatrixView<double>{out, x.rows, 1, 1};
}

}  // namespace pratique
