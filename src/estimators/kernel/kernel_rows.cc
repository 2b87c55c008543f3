#include "estimators/kernel/kernel_rows.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/linear/dot.h"
#include "estimators/linear/sparse_coef.h"
#include "import/sklearn/needed.h"
#include "kernels/visit.h"
#include "model/views.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {

std::optional<Violation> KernelRows::Invariant(std::string_view field, uint32_t width) const {
  const auto bad = [&](std::string_view part, std::string_view rule, std::string got, std::string expected) {
    return Violation{absl::StrCat(std::string(field), ".", std::string(part)), std::string(rule), std::move(got),
                     std::move(expected)};
  };
  if (n_features != width) return bad("n_features", "one_width", absl::StrCat(n_features), absl::StrCat(width));
  const bool precomputed = kernel.metric == fb::PairwiseMetric::Precomputed;
  if (precomputed != (rows.data() == nullptr))
    return bad("rows", "of_kernel", precomputed ? "present" : "absent", "rows unless the kernel is precomputed");
  if (precomputed && n_rows != n_features)
    return bad("n_rows", "precomputed", absl::StrCat(n_rows), absl::StrCat(n_features));
  if (auto v = invariant::IsFloatDType("dtype", dtype)) return bad("dtype", v->rule, v->got, v->expected);
  if (auto v = invariant::FitsFloatDType("rows", dtype, rows)) return bad(v->field, v->rule, v->got, v->expected);
  return std::nullopt;
}

// The parameters that the kernel has (pairwise_kernels with filter_params=True). NaN: gamma is None. Nystroem leaves
// out what is None; the others pass it on, and no kernel computes with it but those that work gamma out.
absl::Status KernelRows::TakeKernel(ImportContext& context) {
  ASSIGN_OR_RETURN(kernel.metric, PairwiseMetricOf(context, context.Take("kernel"), "kernel"));
  const auto take = [&](std::string_view name, bool has, double none) -> absl::StatusOr<double> {
    const graph::Id id = context.Take(name);
    if (!has) return 0;
    if (context.IsNone(id)) {
      if (std::isnan(none) || context.class_name() == "Nystroem") return none;
      return context.Unsupported(name, "None", "scikit-learn stops at it, too: give a number.");
    }
    ASSIGN_OR_RETURN(const double value, context.Double(id, name));
    if (!std::isfinite(value)) return context.Unsupported(name, absl::StrCat(value), "A finite number is supported.");
    return value;
  };
  const double unknown = kernel.metric == fb::PairwiseMetric::Chi2 ? 1 : std::nan("");
  ASSIGN_OR_RETURN(kernel.gamma, take("gamma", kernel.HasGamma(), unknown));
  ASSIGN_OR_RETURN(kernel.coef0, take("coef0", kernel.HasCoef0(), 1));
  ASSIGN_OR_RETURN(kernel.degree, take("degree", kernel.metric == fb::PairwiseMetric::Poly, 3));
  return absl::OkStatus();
}

absl::Status KernelRows::TakeRows(ImportContext& context, graph::Id id, std::string_view attribute) {
  NdArray<double> array;
  if (IsSparseRows(context.graph(), id)) {
    ASSIGN_OR_RETURN(array, DenseOfSparse(context, id, attribute));
    dtype = SparseDType(context, id);
  } else {
    ASSIGN_OR_RETURN(array, context.Doubles(id, attribute));
    dtype = context.FloatDType(id);
  }
  if (array.shape.size() != 2 || array.shape[0] > UINT32_MAX || array.shape[1] > UINT32_MAX)
    return context.Invalid(attribute, absl::StrCat("an array of ", array.shape.size(), " dimensions"),
                           "two dimensions");
  n_rows = static_cast<uint32_t>(array.shape[0]);
  n_features = static_cast<uint32_t>(array.shape[1]);
  if (kernel.metric != fb::PairwiseMetric::Precomputed) rows = array.values;
  if (std::isnan(kernel.gamma)) kernel.gamma = n_features == 0 ? 0 : 1.0 / n_features;
  return absl::OkStatus();
}

absl::Status KernelRows::Import(ImportContext& context, std::string_view attribute) {
  RETURN_IF_ERROR(TakeKernel(context));
  RETURN_IF_ERROR(TakeRows(context, context.Take(attribute), attribute));
  if (!kernel.IsOfCounts()) return absl::OkStatus();
  if (std::ranges::any_of(rows, [](double v) { return v < 0; }))
    return context.Unsupported(attribute, "a number below 0", "This kernel is of counts: fit refuses them.");
  return CheckWriteable(context, context.id(), {attribute});
}

absl::StatusOr<Data> KernelRows::Values(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckFloats(X, run));
  if (IsSparse(AsData(x)) && !kernel.TakesSparse()) return TakesDenseOnly();
  const bool x_is_narrow = std::visit([](const auto& view) { return view.dtype == DType::kFloat32; }, x);
  const bool narrow = x_is_narrow && dtype == fb::DType::Float32;
  const MatrixView<double> fitted{rows, n_rows, n_features, n_features};
  const bool precomputed = kernel.metric == fb::PairwiseMetric::Precomputed;
  if (narrow) {
    ASSIGN_OR_RETURN(MatrixView<float> floats, CheckDense<float>(AsData(x), run, Finite::kRequired, /*densify=*/true));
    if (precomputed) return floats;
    return PairwiseKernelValues(kernel, floats, fitted, run);
  }
  ASSIGN_OR_RETURN(MatrixView<double> doubles, CheckDense<double>(AsData(x), run, Finite::kRequired, /*densify=*/true));
  if (precomputed) return doubles;
  return PairwiseKernelValues(kernel, doubles, fitted, run);
}

Array<double> Transposed(Array<double> values, size_t rows, size_t cols, Arena& arena) {
  std::span<double> out = arena.NewUninitialized<double>(rows * cols);
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < cols; ++j) out[j * rows + i] = values[i * cols + j];
  }
  return out;
}

Data TimesWeights(const Data& values, Array<double> weights, size_t n, fb::DType dtype, Run& run) {
  return LinearScores(Floats(values), weights, run.arena.New<double>(n), dtype, run);
}

absl::StatusOr<Coefficient> TakeCoefficientOfRows(ImportContext& context, std::string_view attribute, uint32_t n_rows) {
  const graph::Id id = context.Take(attribute);
  ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(id, attribute));
  if (array.shape.size() == 2 && array.shape[0] == n_rows && array.shape[1] == 0)
    return context.Unsupported(attribute, "no columns", "All eigenvalues of the fit were 0: transform gives nothing.");
  Coefficient c;
  c.one_dimensional = array.shape.size() == 1;
  if (array.shape.empty() || array.shape.size() > 2 || array.shape[0] != n_rows ||
      (!c.one_dimensional && (array.shape[1] == 0 || array.shape[1] > UINT32_MAX)))
    return context.Invalid(attribute, "an array of another shape", absl::StrCat(n_rows, " rows"));
  c.n = c.one_dimensional ? 1 : static_cast<uint32_t>(array.shape[1]);
  c.dtype = context.FloatDType(id);
  c.values = Transposed(array.values, n_rows, c.n, context.arena());
  return c;
}

}  // namespace pratique
