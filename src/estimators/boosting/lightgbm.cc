// lightgbm/sklearn.py and basic.py, 3.3 to 4.6; src/objective, 4.6.
#include "estimators/boosting/lightgbm.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "boosting_bfbs_generated.h"
#include "estimators/boosting/hist_trees_reader.h"
#include "estimators/boosting/lightgbm_text.h"
#include "registry/families.h"
#include "status_macros.h"
#include "type/words.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

constexpr std::string_view kIdentity =
    "regression regression_l1 huber fair quantile mape lambdarank rank_xendcg custom";
constexpr std::string_view kLog = "poisson gamma tweedie";

std::optional<fb::Link> LinkOf(std::string_view objective, bool is_classifier) {
  const std::string_view name = objective.substr(0, objective.find(' '));
  if (is_classifier) {
    if (objective == "binary sigmoid:1") return fb::Link::Logit;
    if (name == "multiclass") return fb::Link::Softmax;
    return std::nullopt;
  }
  if (objective.find(" sqrt") != objective.npos) return std::nullopt;
  if (HasWord(kIdentity, name)) return fb::Link::Identity;
  if (HasWord(kLog, name)) return fb::Link::Log;
  return std::nullopt;
}

// The Booster's attributes: of the object itself, or of its _Booster.
class BoosterAttributes {
 public:
  BoosterAttributes(ImportContext& context, bool self) : context_(context), self_(self) {}

  absl::Status Find() {
    if (self_) {
      context_.Proves(context_.id());
      return absl::OkStatus();
    }
    booster_ = context_.Take("_Booster");
    if (booster_ == kNoId) return context_.Absent("_Booster", "a Booster: it was never fitted");
    const graph::Node& node = context_.graph()[booster_];
    const bool is_booster = node.kind == Kind::kObject && node.made == graph::Made::kNew && node.name == "Booster" &&
                            (node.module == "lightgbm.basic" || node.module == "lightgbm") && node.state != kNoId;
    if (is_booster) context_.Proves(booster_);
    return is_booster ? absl::OkStatus() : context_.Invalid("_Booster", "another value", "a lightgbm.Booster");
  }
  Id operator[](std::string_view name) { return self_ ? context_.Take(name) : context_.graph().Find(booster_, name); }
  std::string Path(std::string_view name) const { return absl::StrCat(self_ ? "" : "_Booster.", std::string(name)); }

 private:
  ImportContext& context_;
  const bool self_;
  Id booster_ = kNoId;
};

// What predict turns class indexes into: classes_ of the LabelEncoder, which _classes shows.
absl::StatusOr<Values> LabelsOf(ImportContext& context) {
  const graph::Graph& graph = context.graph();
  const Id encoder = context.Take("_le");
  if (encoder == kNoId || graph[encoder].kind != Kind::kObject || graph[encoder].name != "LabelEncoder" ||
      graph[encoder].made != graph::Made::kNew || graph[encoder].state == kNoId ||
      !graph[encoder].module.starts_with("sklearn.preprocessing"))
    return context.Invalid("_le", "another value", "a LabelEncoder");
  ASSIGN_OR_RETURN(Values labels, context.ValuesOf(graph.Find(encoder, "classes_"), "_le.classes_"));
  if (const Id shown = context.Take("_classes"); shown != kNoId) {
    ASSIGN_OR_RETURN(Values classes, context.ValuesOf(shown, "_classes"));
    if (!(classes == labels)) return context.Unsupported("_classes", "other labels", "They are those of _le.");
  }
  return labels;
}

}  // namespace

absl::Status ImportLightGbm(ImportContext& context, HistBoosting& model) {
  const bool is_booster = context.class_name() == "Booster";
  const bool is_classifier = context.class_name().ends_with("Classifier");
  const graph::Graph& graph = context.graph();
  BoosterAttributes booster(context, is_booster);
  RETURN_IF_ERROR(booster.Find());
  std::string_view name = "_handle";  // since 4.0
  Id text = booster[name];
  if (text == kNoId) text = booster[name = "handle"];
  if (text == kNoId || graph[text].kind != Kind::kStr)
    return context.Invalid(booster.Path(name), "another value", "a model as text");
  if (const Id categorical = booster["pandas_categorical"];
      !context.IsNone(categorical) && !(graph[categorical].kind == Kind::kList && graph[categorical].items.empty())) {
    return context.Unsupported(booster.Path("pandas_categorical"), "categories of columns",
                               "Of LightGBM, trees of numbers are read.");
  }
  int64_t best = 0;
  if (const Id id = booster["best_iteration"]; !context.IsNone(id)) {
    ASSIGN_OR_RETURN(best, context.Int(id, booster.Path("best_iteration")));
  }

  context.arena().Charge(graph[text].text.size());
  absl::StatusOr<LightGbmText> read = LightGbmText::Read(graph[text].text);
  if (!read.ok()) {
    const std::string what(read.status().message());
    if (absl::IsUnimplemented(read.status()))
      return context.Unsupported(booster.Path(name), what, "Of LightGBM, boosted trees of numbers are read.");
    return context.Invalid(booster.Path(name), what, "a model as LightGBM 3 and 4 write it");
  }
  const std::optional<fb::Link> link = LinkOf(read->objective, is_classifier);
  if (!link) {
    return context.Unsupported("objective", absl::StrCat("'", std::string(read->objective.substr(0, 80)), "'"),
                               "Of classifiers, binary and multiclass are read.");
  }
  model.link = *link;
  model.n_features_in = read->n_features;
  model.n_scores = read->n_scores;
  if (!is_classifier && model.n_scores != 1)
    return context.Unsupported("objective", "several scores", "Of several classes a classifier is read.");
  if (is_classifier) {
    ASSIGN_OR_RETURN(Values labels, LabelsOf(context));
    std::span<Values> one = context.arena().New<Values>(1);
    one[0] = labels;
    model.classes = one;
    model.labels_by_probability = true;  // np.argmax of predict_proba
  }
  model.baseline = context.arena().New<double>(model.n_scores);
  model.categorical = context.arena().New<uint32_t>(0);
  model.categories = context.arena().New<Values>(0);

  HistFeatures features;
  HistTreesReader trees(context, features);
  size_t n_trees = read->trees.size();
  if (best > 0) n_trees = std::min<uint64_t>(n_trees, static_cast<uint64_t>(best) * model.n_scores);
  for (const std::vector<BoostedNode>& tree : std::span(read->trees).first(n_trees)) {
    context.arena().Charge(tree.size() * sizeof(BoostedNode));
    RETURN_IF_ERROR(trees.AddNodes(tree));
  }
  return trees.Finish(model);
}

const Family& LightGbmFamily() {
  static constexpr std::string_view kBasic[] = {"lightgbm.basic", "lightgbm"};
  static constexpr std::string_view kSklearn[] = {"lightgbm.sklearn", "lightgbm"};
  static constexpr std::string_view kInputs[] = {"dense", "frame"};
  static constexpr std::string_view kRefuses =
      "categorical features, linear trees, boosting_type='rf', zero_as_missing, several labels or scores of regressors";
  static constexpr std::string_view kParameters =
      "boosting_type class_weight colsample_bytree importance_type learning_rate max_depth min_child_samples "
      "min_child_weight min_split_gain n_estimators n_jobs num_leaves objective random_state reg_alpha reg_lambda "
      "silent subsample subsample_for_bin subsample_freq verbose";
  // What fit leaves behind, and what the Booster keeps beside the text.
  static constexpr std::string_view kInert =
      "_Booster__attr _Booster__has_num_class _Booster__higher_better_inner_eval _Booster__init_predictor "
      "_Booster__inner_predict_buffer _Booster__is_predicted_cur_iter _Booster__name_inner_eval "
      "_Booster__need_reload_eval_info _Booster__num_class _Booster__num_dataset _Booster__num_inner_eval "
      "_Booster__set_objective_to_none _best_iteration _best_score _class_map _class_weight _evals_result "
      "_fitted_with_feature_names _fobj _n_classes _n_features _n_features_in _network _objective _other_params "
      "_train_data_name best_score fitted_ name_valid_sets network params train_set_version";
  static const Form* const kForm = FormOf<HistBoosting, fb::HistBoostingBinarySchema>();
  const auto a = [&](std::string_view name) {
    return Class{.name = name,
                 .form = kForm,
                 .modules = name.ends_with("Booster") ? std::span<const std::string_view>(kBasic) : kSklearn,
                 .inputs = kInputs,
                 .refuses = kRefuses,
                 .fit_parameters = kParameters,
                 .inert = kInert};
  };
  static const Class kClasses[] = {a("lightgbm.Booster"), a("lightgbm.LGBMClassifier"), a("lightgbm.LGBMRanker"),
                                   a("lightgbm.LGBMRegressor")};
  static const Family family{"lightgbm", kClasses, {}};
  return family;
}

}  // namespace pratique
