// Selectors from the attributes of scikit-learn's objects.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/feature_selection/column_mask.h"
#include "estimators/feature_selection/masks.h"
#include "estimators/tree/missing.h"
#include "import/sklearn/import_context.h"
#include "status_macros.h"
#include "type/words.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

// The tag allow_nan of the estimator that a selector was made with, release by release (sklearn/tree/_classes.py and
// sklearn/ensemble/_forest.py for trees). Estimators of other estimators have the tags of those.
absl::StatusOr<bool> AllowsNaN(ImportContext& context, Id estimator) {
  const graph::Graph& graph = context.graph();
  if (estimator == kNoId || graph[estimator].kind != Kind::kObject)
    return context.Unsupported("estimator", "another value", "It is an estimator.");
  const std::string_view name = graph[estimator].name;
  if (name.starts_with("HistGradientBoosting")) return true;
  const bool is_forest = name.starts_with("RandomForest") || name.starts_with("ExtraTrees");
  if (is_forest || name.starts_with("DecisionTree") || name.starts_with("ExtraTree")) {
    const auto text = [&](std::string_view attribute) {
      const Id id = graph.Find(estimator, attribute);
      return id != kNoId && graph[id].kind == Kind::kStr ? graph[id].text : std::string_view();
    };
    const bool is_extra = name.starts_with("ExtraTree");
    MissingSettings settings{.version = context.sklearn(), .is_forest = is_forest, .is_extra = is_extra};
    settings.criterion = text("criterion");
    settings.splitter = is_forest ? (is_extra ? "random" : "best") : text("splitter");
    return AcceptsMissing(settings);
  }
  constexpr std::string_view kOfOthers[] = {
      "Bagging", "Voting", "Stacking",  "SearchCV", "SelfTraining", "Calibrated", "OneVs",  "OutputCode",
      "Output",  "Chain",  "Threshold", "RFE",      "Select",       "Sequential", "Frozen", "IsolationForest"};
  for (std::string_view part : kOfOthers) {
    if (name.find(part) != name.npos)
      return context.Unsupported("estimator", name, "Whether NaN passes is its inner estimator's matter.");
  }
  return false;
}

// set_output for frames, which are then passed on as they are (1.3: pandas alone).
bool KeepsFrames(const ImportContext& context) {
  if (context.sklearn() < Version{1, 3, 0} || !context.Has("_sklearn_output_config")) return false;
  const graph::Graph& graph = context.graph();
  const Id state = context.object().state;
  const Id config = state == kNoId ? kNoId : graph.Find(state, "_sklearn_output_config");
  const Id transform = config == kNoId || graph[config].kind != Kind::kDict ? kNoId : graph.Find(config, "transform");
  if (transform == kNoId || graph[transform].kind != Kind::kStr) return false;
  return HasWord(context.sklearn() < Version{1, 4, 0} ? "pandas" : "pandas polars", graph[transform].text);
}

}  // namespace

absl::Status ColumnMask::Import(ImportContext& context) {
  const std::string_view name = context.class_name();
  const bool owns = name == "RFE" || name == "RFECV", from_model = name == "SelectFromModel";
  const bool as_estimator = owns || from_model || name == "SequentialFeatureSelector";
  ASSIGN_OR_RETURN(Mask mask, name == "VarianceThreshold" ? VarianceMask(context)
                              : from_model                ? ImportanceMask(context)
                              : as_estimator              ? SupportMask(context)
                                                          : UnivariateMask(context));
  if (mask.size() > size_t{1} << 24)
    return context.Unsupported("", absl::StrCat(mask.size(), " features"), "16777216 are the most.");
  allow_nan = name == "VarianceThreshold";
  if (as_estimator) {
    ASSIGN_OR_RETURN(allow_nan, AllowsNaN(context, context.Take("estimator")));
  }
  std::span<uint32_t> kept = context.arena().New<uint32_t>(static_cast<size_t>(std::ranges::count(mask, true)));
  for (size_t j = 0, k = 0; j < mask.size(); ++j) {
    if (mask[j]) kept[k++] = static_cast<uint32_t>(j);
  }
  selected = kept;
  n_features_out = static_cast<uint32_t>(kept.size());
  keeps_frames = KeepsFrames(context);
  unnamed = from_model && !context.Has("estimator_");
  if (from_model) n_features_in = static_cast<uint32_t>(mask.size());  // a property, of estimator_
  if (owns) {
    const Id estimator = context.Take("estimator_");
    if (estimator == kNoId) return context.Absent("estimator_", "a fitted estimator");
    context.Child(estimator, "estimator_");
  }
  RETURN_IF_ERROR(context.ByName(this));
  if (n_features_in != mask.size())
    return context.Unsupported("n_features_in_", absl::StrCat(n_features_in),
                               absl::StrCat("fit left behind a mask of ", mask.size(), " features"));
  return absl::OkStatus();
}

}  // namespace pratique
