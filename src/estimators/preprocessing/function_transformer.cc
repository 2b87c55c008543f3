#include "estimators/preprocessing/function_transformer.h"

#include "estimators/preprocessing/changes.h"
#include "import/sklearn/import_context.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {

std::optional<Violation> FunctionTransformer::Invariant() const {
  if (auto violation = function.Invariant("function")) return violation;
  return inverse.Invariant("inverse");
}

absl::StatusOr<Signature> FunctionTransformer::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature signature;
  if (n_features_in != 0) signature.n_features_out = signature.n_features_in = n_features_in;
  signature.feature_names = feature_names;
  signature.text_input = !validate && function.function == fb::Function::Identity;
  return signature;
}

absl::Status FunctionTransformer::Import(ImportContext& context) {
  RETURN_IF_ERROR(function.Import(context, "func", "kw_args"));
  RETURN_IF_ERROR(inverse.Import(context, "inverse_func", "inv_kw_args"));
  const graph::Id validate_value = context.Take("validate"), sparse_value = context.Take("accept_sparse");
  ASSIGN_OR_RETURN(bool checks, context.Bool(validate_value, "validate"));
  ASSIGN_OR_RETURN(bool sparse, context.Bool(sparse_value, "accept_sparse"));
  const graph::Id names = context.Take("feature_names_out");
  if (!context.IsNone(names)) {
    const graph::Kind kind = context.graph()[names].kind;
    if (kind == graph::Kind::kGlobal || kind == graph::Kind::kObject)
      return context.Unsupported("feature_names_out", "a function", "one-to-one and None are supported.");
    ASSIGN_OR_RETURN(std::string_view named, context.String(names, "feature_names_out"));
    if (named != "one-to-one")
      return context.Unsupported("feature_names_out", named, "scikit-learn knows one-to-one or a function");
    one_to_one = true;
  }
  validate = checks;
  accept_sparse = sparse;
  numpy_2 = !context.Predates(release_1_6::kNumpy2);
  return context.ByName(this);
}

absl::StatusOr<Strings> FunctionTransformer::FeatureNamesOut(FeatureNames& names) const {
  if (one_to_one) return names.OneToOne();
  return absl::NotFoundError("FunctionTransformer has no get_feature_names_out: feature_names_out is None");
}

// sklearn/preprocessing/_function_transformer.py: without `validate`, the function takes X as it is.
absl::StatusOr<Data> FunctionTransformer::Compute(const NumpyCall& call, const Data& X, Run& run) const {
  if (!validate && (call.function == fb::Function::Identity || std::holds_alternative<FrameView>(X))) {
    RETURN_IF_ERROR(CheckWidth(X, run));
    if (const auto* frame = std::get_if<FrameView>(&X)) return call.OfFrame(*frame, numpy_2, run);
    return X;
  }
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbers(X, run, validate ? Finite::kRequired : Finite::kAny));
  if (validate && IsSparse(X) && !accept_sparse) {
    return BadInput("input.sparse", "sparse X was passed, but this FunctionTransformer takes dense X only", "csr",
                    "dense");
  }
  return call.OfArray(numbers, numpy_2, run);
}

}  // namespace pratique
