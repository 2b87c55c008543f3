#include "estimators/compose/delegate.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/compose/parts.h"
#include "import/sklearn/import_context.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr std::string_view kBestEstimator = "best_estimator_", kEstimator = "estimator";

// `if not self.refit` (sklearn/model_selection/_search.py _check_refit): True, the name of a score, or a function that
// chooses among the candidates.
bool IsRefitted(const graph::Node& refit) {
  switch (refit.kind) {
    case graph::Kind::kBool:
    case graph::Kind::kInt:
      return refit.integer != 0;
    case graph::Kind::kStr:
      return !refit.text.empty();
    case graph::Kind::kGlobal:
    case graph::Kind::kObject:
      return true;
    default:
      return false;
  }
}

}  // namespace

absl::StatusOr<Signature> SignatureOfOwned(const Children& children, std::string_view role,
                                           std::span<const Method> passed) {
  if (children.size() != 1) return Mismatch(absl::StrCat("owns ", children.size(), " objects, not one"));
  RETURN_IF_ERROR(CheckOwned(children, 0, role));
  Signature signature = children.signatures[0];
  signature.has_methods = true;
  std::erase_if(signature.methods, [&](Method m) { return std::ranges::find(passed, m) == passed.end(); });
  return signature;
}

void ColumnsOfOwned(std::span<const Estimator* const> owned, std::span<Takes> columns) {
  std::ranges::fill(columns, Takes::kAnything);
  std::vector<Takes> own(columns.size());
  for (const Estimator* child : owned) {
    child->Columns(own);
    for (size_t j = 0; j < columns.size(); ++j) columns[j] = Both(columns[j], own[j]);
  }
}

absl::StatusOr<Signature> Delegate::Infer(const Children& children) const {
  static constexpr Method kAll[] = {Method::kPredict,          Method::kPredictProba, Method::kPredictLogProba,
                                    Method::kDecisionFunction, Method::kTransform,    Method::kInverseTransform,
                                    Method::kScoreSamples,     Method::kApply,        Method::kDecisionPath,
                                    Method::kPredictStd,       Method::kPredictCov};
  const bool search = held == fb::Held::BestEstimator;
  return SignatureOfOwned(children, search ? kBestEstimator : kEstimator, search ? std::span(kAll).first(7) : kAll);
}

absl::Status Delegate::Import(ImportContext& context) {
  const bool search = context.class_name() != "FrozenEstimator";
  held = search ? fb::Held::BestEstimator : fb::Held::Estimator;
  if (search) {
    const graph::Id refit = context.Take("refit");
    if (refit == graph::kNoId) return context.SavedAgain("refit");
    if (!IsRefitted(context.graph()[refit])) {
      return context.Unsupported("refit", "False", "Such a search holds no model: fit it with refit=True.");
    }
    RETURN_IF_ERROR(TakeTemplate(context, kEstimator));
  }
  const std::string_view attribute = search ? kBestEstimator : kEstimator;
  const graph::Id owned = context.Take(attribute);
  if (owned == graph::kNoId) return context.Absent(attribute, "a fitted estimator");
  context.Child(owned, std::string(attribute));
  return context.ByName(this);
}

// A search has no get_feature_names_out; FrozenEstimator passes every attribute on.
absl::StatusOr<Strings> Delegate::FeatureNamesOut(FeatureNames& names) const {
  if (held == fb::Held::BestEstimator) return absl::NotFoundError("a search has no get_feature_names_out");
  return names.Of(*names.children().front(), names.given());
}

}  // namespace pratique
