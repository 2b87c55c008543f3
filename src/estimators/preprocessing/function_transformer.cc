#include "estimators/preprocessing/function_transformer.h"

#include "absl/strings/str_cat.h"
#include "import/sklearn/import_context.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {

absl::StatusOr<Signature> FunctionTransformer::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature signature;
  if (n_features_in != 0) signature.n_features_out = signature.n_features_in = n_features_in;
  signature.feature_names = feature_names;
  signature.text_input = !validate;
  return signature;
}

absl::Status FunctionTransformer::Import(ImportContext& context) {
  for (const char* attribute : {"func", "inverse_func"}) {
    const graph::Id value = context.Take(attribute);
    if (context.IsNone(value)) continue;
    const graph::Node& node = context.graph()[value];
    return context.Unsupported(
        attribute,
        node.name.empty() ? "a function" : absl::StrCat(std::string(node.module), ".", std::string(node.name)),
        "only func=None, the identity, is reproduced; compute the function before predict");
  }
  const graph::Id validate_value = context.Take("validate"), sparse_value = context.Take("accept_sparse");
  ASSIGN_OR_RETURN(bool checks, context.Bool(validate_value, "validate"));
  ASSIGN_OR_RETURN(bool sparse, context.Bool(sparse_value, "accept_sparse"));
  for (const char* attribute : {"kw_args", "inv_kw_args"}) {
    const graph::Id value = context.Take(attribute);
    if (context.IsNone(value)) continue;
    const graph::Node& node = context.graph()[value];
    if (node.kind != graph::Kind::kDict || !node.items.empty())
      return context.Unsupported(attribute, "an argument", "the identity takes none");
  }
  const graph::Id names = context.Take("feature_names_out");
  if (!context.IsNone(names)) {
    ASSIGN_OR_RETURN(std::string_view named, context.String(names, "feature_names_out"));
    if (named != "one-to-one")
      return context.Unsupported("feature_names_out", named, "scikit-learn knows one-to-one or a function");
    one_to_one = true;
  }
  validate = checks;
  accept_sparse = sparse;
  return context.ByName(this);
}

absl::StatusOr<Strings> FunctionTransformer::FeatureNamesOut(FeatureNames& names) const {
  if (one_to_one) return names.OneToOne();
  return absl::NotFoundError("FunctionTransformer has no get_feature_names_out: feature_names_out is None");
}

// sklearn/preprocessing/_function_transformer.py: without `validate`, X is handed on as it is.
absl::StatusOr<Data> FunctionTransformer::Transform(const Data& X, Run& run) const {
  if (!validate) {
    RETURN_IF_ERROR(CheckWidth(X, run));
    return X;
  }
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbers(X, run));
  if (IsSparse(X) && !accept_sparse) {
    return BadInput("input.sparse", "sparse X was passed, but this FunctionTransformer takes dense X only", "csr",
                    "dense");
  }
  return AsData(numbers);
}

}  // namespace pratique
