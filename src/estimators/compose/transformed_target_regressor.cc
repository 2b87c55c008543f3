#include "estimators/compose/transformed_target_regressor.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/compose/parts.h"
#include "import/sklearn/import_context.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr std::string_view kRegressor = "regressor_", kTransformer = "transformer_";

}  // namespace

absl::StatusOr<Signature> TransformedTargetRegressor::Infer(const Children& children) const {
  if (children.size() != 2)
    return Mismatch(absl::StrCat("owns ", children.size(), " objects, not a regressor and a transformer"));
  RETURN_IF_ERROR(CheckOwned(children, 0, kRegressor));
  RETURN_IF_ERROR(CheckOwned(children, 1, kTransformer));
  const Signature &regressor = children.signatures[0], &transformer = children.signatures[1];
  if (!regressor.Has(Method::kPredict) || !regressor.classes.empty()) return Mismatch("regressor_ is no regressor");
  if (!transformer.Has(Method::kInverseTransform)) return Mismatch("transformer_ has no inverse_transform");
  const uint64_t given = regressor.n_outputs;
  if (transformer.n_features_out.value_or(given) != given) {
    return Mismatch(
        absl::StrCat("regressor_ predicts ", given, " columns, transformer_ makes ", *transformer.n_features_out));
  }
  Signature whole;
  RETURN_IF_ERROR(TakesTheSame(whole, regressor, kRegressor));
  whole.n_outputs = transformer.n_features_in.value_or(given);
  whole.one_dimensional = training_dim == 1 && whole.n_outputs == 1;
  whole.widest = std::max({whole.widest, transformer.widest, given, whole.n_outputs});
  return whole;
}

void TransformedTargetRegressor::Columns(const Estimator& self, std::span<Takes> columns) const {
  self.children.front()->Columns(columns);
}

absl::Status TransformedTargetRegressor::Import(ImportContext& context) {
  const graph::Id dimensions = context.Take("_training_dim");
  if (dimensions == graph::kNoId) return context.Absent("_training_dim", "the target's number of dimensions");
  ASSIGN_OR_RETURN(const int64_t n, context.Int(dimensions, "_training_dim"));
  if (n != 1 && n != 2)
    return context.Unsupported("_training_dim", absl::StrCat(n), "A target has one dimension or two.");
  RETURN_IF_ERROR(TakeTemplate(context, "regressor", /*none_allowed=*/true));
  for (const std::string_view part : {kRegressor, kTransformer}) {
    const graph::Id owned = context.Take(part);
    if (owned == graph::kNoId) return context.Absent(part, "a fitted estimator");
    context.Child(owned, std::string(part));
  }
  return context.ByName(this);
}

// The dtype is the transformer's: what its inverse_transform makes of the predictions.
absl::StatusOr<Data> TransformedTargetRegressor::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data predicted, run.children()[0]->Call(Method::kPredict, X, run));
  ASSIGN_OR_RETURN(const Data back, run.children()[1]->Call(Method::kInverseTransform, predicted, run));
  const bool dense = std::visit([](const auto& view) { return requires { view.row_stride; }; }, back);
  if (!dense) return BadInput("input.method", "its transformer_ gives no dense numbers: a target is such");
  if (Cols(back) != run.signature().n_outputs) return absl::InternalError("a target of another number of columns");
  return back;
}

}  // namespace pratique
