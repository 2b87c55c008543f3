#include "estimators/linear/fitted_arrays.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/linear/intercept.h"
#include "estimators/linear/sparse_coef.h"
#include "status_macros.h"

namespace pratique {
namespace {

// intercept_ is one number an output; 0.0 for fit_intercept=False, whatever the number of outputs.
absl::StatusOr<Array<double>> Intercept(ImportContext& context, graph::Id id, size_t n_outputs) {
  ASSIGN_OR_RETURN(NdArray<double> intercept, context.Doubles(id, "intercept_"));
  if (intercept.shape.empty()) {
    std::span<double> repeated = context.arena().NewUninitialized<double>(n_outputs);
    std::ranges::fill(repeated, intercept.values[0]);
    return Array<double>(repeated);
  }
  if (intercept.shape.size() != 1 || intercept.values.size() != n_outputs) {
    return context.Invalid("intercept_", absl::StrCat(intercept.values.size(), " values"),
                           absl::StrCat(n_outputs, " values or a number"));
  }
  return intercept.values;
}

// Those with sparsify(); of others a sparse coef_ gives results of other kinds.
bool HasSparsify(std::string_view class_name) {
  for (const char* name :
       {"LinearSVC", "LogisticRegression", "LogisticRegressionCV", "PassiveAggressiveClassifier",
        "PassiveAggressiveRegressor", "Perceptron", "SGDClassifier", "SGDOneClassSVM", "SGDRegressor"}) {
    if (class_name == name) return true;
  }
  return false;
}

bool IsInt64(const graph::Graph& graph, graph::Id id) {
  if (id == graph::kNoId) return false;
  const graph::Node& node = graph[id];
  if (node.kind == graph::Kind::kInt) return true;
  return node.kind == graph::Kind::kArray && node.dtype && node.dtype->kind == 'i' && node.dtype->itemsize == 8;
}

}  // namespace

absl::StatusOr<Coefficients> TakeCoefficients(ImportContext& context) {
  const graph::Id id = context.Take("coef_");
  if (IsSparseRows(context.graph(), id) && HasSparsify(context.class_name())) {
    ASSIGN_OR_RETURN(NdArray<double> dense, DenseOfSparse(context, id, "coef_"));
    return Coefficients{std::move(dense), SparseDType(context, id)};
  }
  ASSIGN_OR_RETURN(NdArray<double> coef, context.Doubles(id, "coef_"));
  if (coef.shape.empty() || coef.shape.size() > 2) {
    return context.Invalid("coef_", absl::StrCat("an array of ", coef.shape.size(), " dimensions"),
                           "one or two dimensions");
  }
  return Coefficients{std::move(coef), context.FloatDType(id), IsInt64(context.graph(), id)};
}

absl::StatusOr<LinearArrays> TakeLinearArrays(ImportContext& context) {
  ASSIGN_OR_RETURN(Coefficients coef, TakeCoefficients(context));
  const graph::Id intercept_id = context.Take("intercept_");
  LinearArrays arrays;
  arrays.one_dimensional = coef.values.shape.size() == 1;
  const uint64_t n_outputs = arrays.one_dimensional ? 1 : coef.values.shape[0];
  if (n_outputs == 0 || n_outputs > UINT32_MAX)
    return context.Invalid("coef_", absl::StrCat(n_outputs, " rows"), "at least one");
  arrays.n_outputs = static_cast<uint32_t>(n_outputs);
  arrays.coef = coef.values.values;
  arrays.dtype = coef.dtype;
  arrays.integers = coef.integers && IsInt64(context.graph(), intercept_id);
  ASSIGN_OR_RETURN(Array<double> intercept, Intercept(context, intercept_id, n_outputs));
  arrays.intercept = intercept;
  if (arrays.integers && !(AreIntegers(arrays.coef) && AreIntegers(arrays.intercept)))
    return context.Unsupported("coef_", "integers above 2^53", "Fit the model on float64, whose integers end there.");
  const graph::Node& node = context.graph()[intercept_id];
  const bool typed = node.kind == graph::Kind::kArray;
  if (arrays.dtype != fb::DType::Float32 || !typed || context.FloatDType(intercept_id) == fb::DType::Float32)
    return arrays;  // a plain Python number takes on coef_'s dtype
  // A float64 array makes the sum, but not the product, float64; what a scalar does depends on numpy's release.
  if (node.is_scalar || node.shape.empty()) {
    return context.Unsupported("intercept_", "a float64 scalar beside a float32 coef_",
                               "Fit and save the model with one dtype.");
  }
  arrays.float64_intercept = true;
  return arrays;
}

}  // namespace pratique
