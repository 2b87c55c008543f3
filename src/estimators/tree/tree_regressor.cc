#include "estimators/tree/tree_regressor.h"

#include "absl/strings/str_cat.h"
#include "estimators/tree/changes.h"
#include "estimators/tree/ensemble.h"
#include "estimators/tree/evaluate.h"
#include "estimators/tree/tree_block.h"
#include "import/sklearn/import_context.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr int64_t kMaxOutputs = 1 << 22;  // as value_width in the schema

}  // namespace

absl::StatusOr<Signature> TreeRegressor::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(auto owned, CheckOwnedTrees(children, n_features_in, averaged, accepts_missing));
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.feature_names = feature_names;
  signature.n_outputs = owned.value_width;
  signature.one_dimensional = owned.value_width == 1;
  InferPaths(children, averaged, signature);
  return signature;
}

absl::StatusOr<Data> TreeRegressor::Apply(const Data& X, Run& run) const {
  return ApplyTrees({averaged, accepts_missing}, X, run);
}

absl::StatusOr<Data> TreeRegressor::DecisionPath(const Data& X, Run& run) const {
  return DecisionPaths({averaged, accepts_missing && !paths_refuse_missing}, X, run);
}

absl::StatusOr<Data> TreeRegressor::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(auto values, EvaluateTrees({averaged, accepts_missing}, X, run));
  return values.data();
}

absl::Status TreeRegressor::Import(ImportContext& context) {
  RETURN_IF_ERROR(context.ByName(this));
  ASSIGN_OR_RETURN(int64_t n_outputs, context.Int(context.Take("n_outputs_"), "n_outputs_"));
  if (n_outputs < 1 || n_outputs > kMaxOutputs) {
    return context.Invalid("n_outputs_", absl::StrCat(n_outputs), absl::StrCat("1 to ", kMaxOutputs));
  }
  // 1.1 to 1.2: regressors of an output have n_classes_ too, always 1.
  context.Ignore({"n_classes_"});
  averaged = IsForest(context.class_name());
  TreeExpectations expected = TreeExpectations::Of(context, /*is_classifier=*/false);
  expected.n_features = n_features_in;
  expected.n_classes.assign(n_outputs, 1);
  ASSIGN_OR_RETURN(bool missing, ImportTrees(context, expected));
  accepts_missing = missing;
  paths_refuse_missing = missing && context.Predates(release_1_8::kPathsFollowMissing);
  return absl::OkStatus();
}

}  // namespace pratique
