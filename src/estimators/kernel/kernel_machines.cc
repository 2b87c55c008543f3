#include "estimators/kernel/kernel_machines.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "data/float16.h"
#include "estimators/kernel/changes.h"
#include "estimators/naive_bayes/joint_log_likelihood.h"
#include "import/sklearn/needed.h"
#include "kernels/numpy_sum.h"
#include "kernels/visit.h"
#include "model/class_indexes.h"
#include "model/input_error.h"
#include "model/of_width.h"
#include "model/views.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

// `values` has n elements for each row of the fit, of `dtype`.
std::optional<Violation> CheckWeights(std::string_view field, Array<double> values, uint64_t n, uint64_t n_rows,
                                      std::string_view dtype_field, fb::DType dtype) {
  if (values.size() != n * n_rows)
    return Violation{std::string(field), "of_rows", absl::StrCat(values.size()), absl::StrCat(n, " x ", n_rows)};
  if (auto v = invariant::IsFloatDType(dtype_field, dtype)) return v;
  return invariant::FitsFloatDType(field, dtype, values);
}

}  // namespace

// --- KernelRidge ----------------------------------------------------------------------------------------------------

std::optional<Violation> KernelRidge::Invariant() const {
  if (auto v = fitted.Invariant("fitted", n_features_in)) return v;
  if (one_dimensional && n_outputs != 1) return Violation{"one_dimensional", "one_output", "true", "one output"};
  return CheckWeights("dual_coef", dual_coef, n_outputs, fitted.n_rows, "dtype", dtype);
}

absl::StatusOr<Signature> KernelRidge::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.n_outputs = n_outputs;
  s.one_dimensional = one_dimensional;
  s.widest = fitted.n_rows;
  return s;
}

absl::Status KernelRidge::Import(ImportContext& context) {
  RETURN_IF_ERROR(fitted.Import(context, "X_fit_"));
  ASSIGN_OR_RETURN(Coefficient coef, TakeCoefficientOfRows(context, "dual_coef_", fitted.n_rows));
  dual_coef = coef.values;
  n_outputs = coef.n;
  one_dimensional = coef.one_dimensional;
  dtype = coef.dtype;
  return context.ByName(this);
}

absl::StatusOr<Data> KernelRidge::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data kernel, fitted.Values(X, run));
  return TimesWeights(kernel, dual_coef, n_outputs, dtype, run);
}

// --- KernelCenterer -------------------------------------------------------------------------------------------------

absl::StatusOr<Signature> KernelCenterer::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_features_in, feature_names, children);
}

// Three operations in place, each rounded to the kernel's dtype.
Data KernelCenterer::Centered(const Data& kernel, Run& run) const {
  return VisitDense(kernel, [&]<class T>(const MatrixView<T>& k) -> Data {
    const auto rounded = [half = k.dtype == DType::kFloat16](double v) {
      return half ? static_cast<T>(RoundedToFloat16(v)) : static_cast<T>(v);
    };
    std::span<T> out = NewMatrix<T>(run, k.rows, k.cols);
    for (size_t i = 0; i < k.rows; ++i) {
      const double mean = rounded(rounded(NumpySum(k.row(i), k.cols)) / static_cast<double>(k.cols));
      for (size_t j = 0; j < k.cols; ++j) {
        const double less = rounded(k(i, j) - k_fit_rows[j]);
        out[i * k.cols + j] = rounded(rounded(less - mean) + k_fit_all);
      }
    }
    MatrixView<T> result{out, k.rows, k.cols, k.cols};
    result.dtype = k.dtype;
    return result;
  });
}

absl::StatusOr<Data> KernelCenterer::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckFloats(X, run));
  if (IsSparse(AsData(x))) return TakesDenseOnly();
  return Centered(AsData(x), run);
}

// --- KernelPCA ------------------------------------------------------------------------------------------------------

std::optional<Violation> KernelPCA::Invariant() const {
  if (auto v = fitted.Invariant("fitted", n_features_in)) return v;
  if (centerer.n_features_in != fitted.n_rows)
    return Violation{"centerer.n_features_in", "one_width", absl::StrCat(centerer.n_features_in),
                     absl::StrCat(fitted.n_rows)};
  if (auto v = CheckWeights("alphas", alphas, n_components, fitted.n_rows, "dtype", dtype)) return v;
  if (back.size() > 1 || back.empty() != (dual_coef.data() == nullptr))
    return Violation{"back", "inverse", absl::StrCat(back.size()), "one with dual_coef, none without"};
  if (back.empty()) return std::nullopt;
  if (auto v = back[0].Invariant("back[0]", n_components)) return v;
  if (back[0].kernel.metric == fb::PairwiseMetric::Precomputed)
    return Violation{"back[0].kernel.metric", "inverse", "Precomputed", "a kernel of rows"};
  return CheckWeights("dual_coef", dual_coef, n_features_in, back[0].n_rows, "back_dtype", back_dtype);
}

absl::StatusOr<Signature> KernelPCA::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature s, TransformerSignature(n_features_in, n_components, feature_names, children));
  s.widest = std::max(fitted.n_rows, back.empty() ? 0 : back[0].n_rows);
  s.has_methods = true;
  s.methods = {Method::kTransform};
  if (!back.empty()) s.methods.push_back(Method::kInverseTransform);
  return s;
}

absl::Status KernelPCA::TakeBack(ImportContext& context) {
  const graph::Id rows_id = context.Take("X_transformed_fit_");
  ASSIGN_OR_RETURN(const bool inverts, context.Bool(context.Take("fit_inverse_transform"), "fit_inverse_transform"));
  if (!inverts) {
    context.Ignore({"dual_coef_"});
    return absl::OkStatus();
  }
  KernelRows& inverse = context.NewState<KernelRows>();
  inverse.kernel = fitted.kernel;
  const graph::Id gamma = context.Take("gamma");
  if (context.IsNone(gamma) && inverse.kernel.HasGamma() && context.Predates(release_1_3::kOneGammaBothWays))
    inverse.kernel.gamma = std::nan("");
  RETURN_IF_ERROR(inverse.TakeRows(context, rows_id, "X_transformed_fit_"));
  ASSIGN_OR_RETURN(Coefficient coef, TakeCoefficientOfRows(context, "dual_coef_", inverse.n_rows));
  back = {&inverse, 1};
  dual_coef = coef.values;
  back_dtype = coef.dtype;
  return absl::OkStatus();
}

absl::Status KernelPCA::Import(ImportContext& context) {
  const graph::Id centerer_id = context.Take("_centerer"), values_id = context.Take("eigenvalues_");
  RETURN_IF_ERROR(fitted.Import(context, "X_fit_"));
  context.Ignore({"gamma_"});  // gamma, or 1 / n_features
  if (context.sklearn() >= Version{1, 3, 0}) RETURN_IF_ERROR(CheckNeeded(context, {"gamma_"}));
  const auto of_centerer = [&](std::string_view attribute) { return context.graph().Find(centerer_id, attribute); };
  if (context.IsNone(centerer_id) || context.graph()[centerer_id].name != "KernelCenterer")
    return context.Absent("_centerer", "a KernelCenterer");
  if (const graph::Id config = of_centerer("_sklearn_output_config"); config != graph::kNoId) {
    const graph::Id container = context.graph().Find(config, "transform");
    if (context.IsNone(container) || context.graph()[container].kind != graph::Kind::kStr ||
        context.graph()[container].text != "default")
      return context.Unsupported("_centerer._sklearn_output_config", "another value", "Its results are arrays.");
  }
  ASSIGN_OR_RETURN(centerer.k_fit_rows, context.Vector(of_centerer("K_fit_rows_"), "_centerer.K_fit_rows_"));
  ASSIGN_OR_RETURN(centerer.k_fit_all, context.Double(of_centerer("K_fit_all_"), "_centerer.K_fit_all_"));
  centerer.n_features_in = fitted.n_rows;
  ASSIGN_OR_RETURN(const int64_t width, context.Int(of_centerer("n_features_in_"), "_centerer.n_features_in_"));
  if (width != fitted.n_rows)
    return context.Invalid("_centerer.n_features_in_", absl::StrCat(width), absl::StrCat(fitted.n_rows));
  ASSIGN_OR_RETURN(Coefficient vectors, TakeCoefficientOfRows(context, "eigenvectors_", fitted.n_rows));
  ASSIGN_OR_RETURN(Array<double> eigenvalues, context.Vector(values_id, "eigenvalues_"));
  if (vectors.one_dimensional || eigenvalues.size() != vectors.n)
    return context.Invalid("eigenvectors_", absl::StrCat(vectors.n, " columns"),
                           absl::StrCat("one for each of ", eigenvalues.size(), " eigenvalues"));
  if (context.FloatDType(values_id) != vectors.dtype)
    return context.Unsupported("eigenvalues_", "another dtype than eigenvectors_", "Fit and save it with one dtype.");
  n_components = vectors.n;
  dtype = vectors.dtype;
  std::span<double> scaled = context.arena().New<double>(vectors.values.size());
  for (size_t k = 0; k < n_components; ++k) {
    if (eigenvalues[k] == 0) continue;
    if (!(eigenvalues[k] > 0))
      return context.Unsupported("eigenvalues_", absl::StrCat(eigenvalues[k]), "fit makes them 0 or greater.");
    const bool narrow = dtype == fb::DType::Float32;
    const double root = narrow ? std::sqrt(static_cast<float>(eigenvalues[k])) : std::sqrt(eigenvalues[k]);
    for (size_t i = k * fitted.n_rows; i < (k + 1) * fitted.n_rows; ++i) {
      scaled[i] = vectors.values[i] / root;
      if (narrow) scaled[i] = static_cast<float>(scaled[i]);
    }
  }
  alphas = scaled;
  RETURN_IF_ERROR(TakeBack(context));
  return context.ByName(this);
}

absl::StatusOr<Data> KernelPCA::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data kernel, fitted.Values(X, run));
  // Its centerer checks the kernel as X.
  ASSIGN_OR_RETURN(const FloatData checked,
                   CheckFloatsOfWidth(kernel, fitted.n_rows, run, static_cast<DType>(fitted.dtype)));
  return TimesWeights(centerer.Centered(AsData(checked), run), alphas, n_components, dtype, run);
}

absl::StatusOr<Data> KernelPCA::InverseTransform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data kernel,
                   WithWidth(n_components, run, [&](Run& inner) { return back[0].Values(X, inner); }));
  return TimesWeights(kernel, dual_coef, n_features_in, back_dtype, run);
}

// --- Nystroem -------------------------------------------------------------------------------------------------------

std::optional<Violation> Nystroem::Invariant() const {
  if (auto v = fitted.Invariant("fitted", n_features_in)) return v;
  return CheckWeights("normalization", normalization, fitted.n_rows, fitted.n_rows, "dtype", dtype);
}

absl::StatusOr<Signature> Nystroem::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, fitted.n_rows, feature_names, children);
}

absl::Status Nystroem::Import(ImportContext& context) {
  RETURN_IF_ERROR(fitted.Import(context, "components_"));
  if (const graph::Id id = context.Take("kernel_params"); !context.IsNone(id))
    return context.Unsupported("kernel_params", "a dict", "Give gamma, degree and coef0 themselves.");
  if (fitted.kernel.metric == fb::PairwiseMetric::Precomputed && fitted.n_rows != fitted.n_features)
    return context.Unsupported("kernel", "precomputed, of fewer components than rows",
                               "scikit-learn's transform refuses it, too.");
  const graph::Id id = context.Take("normalization_");
  ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(id, "normalization_"));
  if (array.shape != std::vector<uint64_t>{fitted.n_rows, fitted.n_rows})
    return context.Invalid("normalization_", "an array of another shape", "a square of the components");
  normalization = array.values;
  dtype = context.FloatDType(id);
  return context.ByName(this);
}

absl::StatusOr<Data> Nystroem::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data kernel, fitted.Values(X, run));
  return TimesWeights(kernel, normalization, fitted.n_rows, dtype, run);
}

}  // namespace pratique
