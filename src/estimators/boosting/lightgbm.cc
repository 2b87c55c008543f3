// lightgbm/sklearn.py and basic.py, 3.3 to 4.6; src/objective, 4.6.
#include "estimators/boosting/lightgbm.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "boosting_bfbs_generated.h"
#include "estimators/boosting/hist_trees_reader.h"
#include "estimators/boosting/lightgbm_categories.h"
#include "estimators/boosting/lightgbm_text.h"
#include "import/sklearn/elements.h"
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
constexpr std::string_view kRoots = "regression regression_l1 fair quantile mape";  // those that may end in "sqrt"
constexpr std::string_view kLog = "poisson gamma tweedie";
constexpr std::string_view kOne = "binary cross_entropy cross_entropy_lambda";

struct Objective {
  fb::Link link = fb::Link::Identity;
  double slope = 0;  // 0: 1
};

// "binary sigmoid:2": a name and what it is converted by (ToString and ConvertOutput of each, src/objective, 4.6).
// nullopt: it is not known, or not with so many scores.
std::optional<Objective> ReadObjective(std::string_view text, uint32_t n_scores, bool is_classifier) {
  std::string_view rest = text;
  const auto word = [&] {
    const std::string_view first = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), first.size() + 1));
    return first;
  };
  const std::string_view name = word();
  Objective objective;
  uint64_t n_classes = 0;
  bool is_root = false;
  while (!rest.empty()) {
    const std::string_view option = word();
    const std::string_view value = option.substr(std::min(option.size(), option.find(':') + 1));
    const char *begin = value.data(), *end = begin + value.size();
    if (option.starts_with("sigmoid:")) {
      const auto [stop, error] = std::from_chars(begin, end, objective.slope);
      if (error != std::errc() || stop != end || !(objective.slope > 0) || std::isinf(objective.slope))
        return std::nullopt;
    }
    if (option.starts_with("num_class:")) {
      const auto [stop, error] = std::from_chars(begin, end, n_classes);
      if (error != std::errc() || stop != end) return std::nullopt;
    }
    is_root |= option == "sqrt";
  }
  if (is_root && !HasWord(kRoots, name)) return std::nullopt;
  const bool is_many = name == "multiclass" || name == "multiclassova";
  if (name != "binary" && name != "multiclassova") {
    objective.slope = 0;
  } else if (objective.slope == 0) {
    return std::nullopt;
  }
  if (objective.slope == 1) objective.slope = 0;
  if (is_many ? n_classes != n_scores || n_scores < 2 : !text.empty() && name != "custom" && n_scores != 1)
    return std::nullopt;
  if (name == "multiclass") {
    objective.link = fb::Link::PlainSoftmax;
  } else if (name == "multiclassova" || HasWord(kOne, name)) {
    objective.link = name == "cross_entropy_lambda"      ? fb::Link::Softplus
                     : name == "binary" && is_classifier ? fb::Link::Logit
                                                         : fb::Link::Sigmoids;
  } else if (HasWord(kLog, name)) {
    objective.link = fb::Link::Log;
  } else if (text.empty() || HasWord(kIdentity, name)) {
    objective.link = is_root ? fb::Link::SignedSquare : fb::Link::Identity;
  } else {
    return std::nullopt;
  }
  const bool gives_classes = is_many || name == "binary";
  return is_classifier && !gives_classes ? std::nullopt : std::optional(objective);
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

// Parameters that predict hands to LightGBM with those of fit (lightgbm/sklearn.py LGBMModel._process_params), where
// what is no number of the kind stops it, and one out of its range (lightgbm/basic.py _param_dict_to_str;
// include/LightGBM/config.h, src/io/config_auto.cpp, 4.6).
constexpr std::string_view kIntegers =
    "max_depth min_child_samples n_jobs num_leaves subsample_for_bin subsample_freq verbose";
constexpr std::string_view kNumbers =
    "alpha colsample_bytree learning_rate min_child_weight min_split_gain reg_alpha reg_lambda sigmoid subsample";
constexpr std::string_view kFlags =
    "boost_from_average deterministic enable_bundle extra_trees feature_pre_filter first_metric_only force_col_wise "
    "force_row_wise is_unbalance linear_tree predict_disable_shape_check reg_sqrt uniform_drop use_missing "
    "xgboost_dart_mode zero_as_missing";

struct Range {
  std::string_view names;
  double above, least, most;  // both lower ends hold
  std::string_view wanted;
};
constexpr double kAny = std::numeric_limits<double>::infinity();
constexpr Range kRanges[] = {
    {"num_leaves", 1, -kAny, 131072, "2 to 131072"},
    {"learning_rate subsample_for_bin", 0, -kAny, kAny, "a number above 0"},
    {"colsample_bytree subsample", 0, -kAny, 1, "a number above 0 that is at most 1"},
    {"min_child_samples min_child_weight min_split_gain reg_alpha reg_lambda", -kAny, 0, kAny, "no number below 0"},
};

// 'i', 'u' or 'f' of a number of Python's or numpy's, 'b' of a bool, else '?'.
char KindOfNumber(const graph::Node& node) {
  if (node.kind == Kind::kInt) return 'i';
  if (node.kind == Kind::kFloat) return 'f';
  if (node.kind == Kind::kBool) return 'b';
  const bool is_scalar = node.kind == Kind::kArray && node.shape.empty() && node.dtype;
  return is_scalar ? node.dtype->kind : '?';
}

absl::Status CheckParameters(ImportContext& context) {
  const graph::Graph& graph = context.graph();
  absl::Status status;
  // predict begins with get_params, which wants all that there ever were.
  ForEachWord(
      "boosting_type class_weight colsample_bytree importance_type learning_rate max_depth min_child_samples "
      "min_child_weight min_split_gain n_estimators n_jobs num_leaves objective random_state reg_alpha reg_lambda "
      "subsample subsample_for_bin subsample_freq _n_classes _objective _other_params",
      [&](std::string_view name) {
        if (!context.Has(name)) status.Update(context.Absent(name, "a parameter"));
      });
  const auto stops = [&](std::string_view name, std::string_view wanted) {
    return context.Unsupported(name, "another value",
                               absl::StrCat("LightGBM's predict stops at it: it takes ", std::string(wanted), "."));
  };
  const Id others = context.Take("_other_params");
  if (others != kNoId && graph[others].kind != Kind::kDict) return stops("_other_params", "a dict");
  const auto check = [&](std::string_view names, std::string_view kinds, std::string_view wanted) {
    ForEachWord(names, [&](std::string_view name) {
      for (const Id id : {context.Take(name), others == kNoId ? kNoId : graph.Find(others, name)}) {
        if (context.IsNone(id)) continue;
        if (kinds.find(KindOfNumber(graph[id])) == kinds.npos) status.Update(stops(name, wanted));
      }
    });
  };
  check(kIntegers, "iu", "an integer");
  check(kNumbers, "iuf", "a number");
  check(kFlags, "b", "True or False");
  const bool before_4 = context.Has("silent");  // a parameter that 4.0 dropped
  if (!before_4 && context.IsNone(context.Take("_n_classes"))) return stops("_n_classes", "an integer");
  check("_n_classes", "iu", "an integer");
  if (context.Has("_fitted_with_feature_names")) check("_fitted_with_feature_names", "b", "True or False");
  const Id seed = context.Take("random_state"), boosting = context.Take("boosting_type");
  const bool is_generator =
      seed != kNoId && graph[seed].kind == Kind::kObject && graph[seed].module.starts_with("numpy.random");
  if (!is_generator) check("random_state", "iu", "an integer");
  if (!context.IsNone(boosting) &&
      (graph[boosting].kind != Kind::kStr || !HasWord("gbdt gbrt dart goss rf random_forest", graph[boosting].text)))
    status.Update(stops("boosting_type", "gbdt, dart, goss or rf"));
  RETURN_IF_ERROR(status);
  for (const Range& range : kRanges) {
    ForEachWord(range.names, [&](std::string_view name) {
      const Id id = context.Take(name);
      if (context.IsNone(id)) return;
      const std::optional<double> number = ReadNumber<double>(graph[id]);
      const bool good = number && (*number > range.above || range.above == -kAny) && *number >= range.least;
      if (!good || *number > range.most) status.Update(stops(name, range.wanted));
    });
  }
  RETURN_IF_ERROR(status);
  const Id objective = context.Take("_objective");
  if (!context.IsNone(objective) && graph[objective].kind != Kind::kStr) return stops("_objective", "text");
  const Id ranks = context.Take("_eval_at");
  if (!context.IsNone(ranks) && (graph[ranks].kind == Kind::kDict || graph[ranks].kind == Kind::kObject))
    return stops("_eval_at", "numbers");
  const Id fitted = context.Take("fitted_");
  if (fitted == kNoId || graph[fitted].kind != Kind::kBool || graph[fitted].integer == 0)
    return context.Absent("fitted_", "True: it was never fitted");
  return absl::OkStatus();
}

// What predict turns class indexes into: classes_ of the LabelEncoder, which _classes shows.
absl::StatusOr<Values> LabelsOf(ImportContext& context) {
  const graph::Graph& graph = context.graph();
  const Id encoder = context.Take("_le");
  if (!context.IsOf(encoder, "LabelEncoder") || graph[encoder].state == kNoId)
    return context.Invalid("_le", "another value", "a LabelEncoder");
  ASSIGN_OR_RETURN(Values labels, context.ValuesOf(graph.Find(encoder, "classes_"), "_le.classes_"));
  if (const Id shown = context.Take("_classes"); shown != kNoId) {
    ASSIGN_OR_RETURN(Values classes, context.ValuesOf(shown, "_classes"));
    if (!(classes == labels)) return context.Unsupported("_classes", "other labels", "They are those of _le.");
  }
  return labels;
}

}  // namespace

namespace {

// Constants and terms of the nodes of those trees.
void TakeTerms(const LightGbmText& text, size_t n_trees, Arena& arena, HistBoosting& model) {
  std::vector<double> constants, coefficients;
  std::vector<uint32_t> offsets{0}, features;
  for (const std::vector<BoostedNode>& tree : std::span(text.trees).first(n_trees)) {
    for (const BoostedNode& node : tree) {
      constants.push_back(node.is_leaf ? text.leaves[node.set].constant : 0);
      for (size_t i = 0; node.is_leaf && i < text.leaves[node.set].n_terms; ++i) {
        features.push_back(text.term_features[text.leaves[node.set].first_term + i]);
        coefficients.push_back(text.coefficients[text.leaves[node.set].first_term + i]);
      }
      offsets.push_back(static_cast<uint32_t>(features.size()));
    }
  }
  model.constants = arena.Copy<double>(constants);
  model.term_offsets = arena.Copy<uint32_t>(offsets);
  model.term_features = arena.Copy<uint32_t>(features);
  model.coefficients = arena.Copy<double>(coefficients);
}

}  // namespace

absl::Status ImportLightGbm(ImportContext& context, HistBoosting& model) {
  const bool is_booster = context.class_name() == "Booster";
  const bool is_classifier = context.class_name().ends_with("Classifier");
  const graph::Graph& graph = context.graph();
  BoosterAttributes booster(context, is_booster);
  RETURN_IF_ERROR(booster.Find());
  if (!is_booster) RETURN_IF_ERROR(CheckParameters(context));
  std::string_view name = "_handle";  // since 4.0
  Id text = booster[name];
  if (text == kNoId) text = booster[name = "handle"];
  if (text == kNoId || graph[text].kind != Kind::kStr)
    return context.Invalid(booster.Path(name), "another value", "a model as text");
  const Id pandas = booster["pandas_categorical"];
  for (const std::string_view early : {"pred_early_stop", "prediction_early_stop"}) {  // any parameter of LightGBM's
    if (const Id id = context.Take(early); id != kNoId && !(graph[id].kind == Kind::kBool && graph[id].integer == 0))
      return context.Unsupported(early, "a value", "Rows whose trees are cut short are not computed: leave it out.");
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
      return context.Unsupported(booster.Path(name), what,
                                 "Load it with LightGBM 4 and save it again: version=v3 and v4 of the text are read.");
    return context.Invalid(booster.Path(name), what, "a model as LightGBM 3 and 4 write it");
  }
  const std::optional<Objective> objective = ReadObjective(read->objective, read->n_scores, is_classifier);
  if (!objective) {
    return context.Unsupported("objective", absl::StrCat("'", std::string(read->objective.substr(0, 80)), "'"),
                               "Of classifiers, binary, multiclass and multiclassova are read.");
  }
  model.link = objective->link;
  model.slope = objective->slope;
  model.averaged = read->averaged;
  model.n_features_in = read->n_features;
  for (const std::string_view width : {"_n_features", "_n_features_in"}) {  // whichever predict asks for, by release
    const Id id = context.Take(width);
    if (is_booster || id == kNoId) continue;
    ASSIGN_OR_RETURN(const int64_t n_features, context.Int(id, width));
    if (n_features != model.n_features_in)
      return context.Unsupported(width, absl::StrCat(n_features), "predict asks for that many columns.");
  }
  model.n_scores = read->n_scores;
  if (is_classifier) {
    ASSIGN_OR_RETURN(Values labels, LabelsOf(context));
    ASSIGN_OR_RETURN(const int64_t n_classes, context.Int(context.Take("_n_classes"), "_n_classes"));
    if (n_classes != static_cast<int64_t>(labels.size()))
      return context.Unsupported("_n_classes", absl::StrCat(n_classes), "predict_proba gives so many columns.");
    std::span<Values> one = context.arena().New<Values>(1);
    one[0] = labels;
    model.classes = one;
    model.labels_by_probability = true;  // np.argmax of predict_proba
  }
  model.baseline = context.arena().New<double>(model.n_scores);
  ASSIGN_OR_RETURN(const auto sets, ImportCategories(context, *read, pandas, model));

  HistFeatures features;
  HistTreesReader trees(context, features);
  size_t n_trees = read->trees.size();
  if (best > 0) n_trees = std::min<uint64_t>(n_trees, static_cast<uint64_t>(best) * model.n_scores);
  for (const std::vector<BoostedNode>& tree : std::span(read->trees).first(n_trees)) {
    context.arena().Charge(tree.size() * sizeof(BoostedNode));
    RETURN_IF_ERROR(trees.AddNodes(tree, sets));
  }
  if (read->is_linear) {
    if (model.frames_only)
      return context.Unsupported("linear_tree", "linear trees of a frame's categories",
                                 "Fit it with linear_tree=False.");
    TakeTerms(*read, n_trees, context.arena(), model);
  }
  return trees.Finish(model);
}

const Family& LightGbmFamily() {
  static constexpr std::string_view kBasic[] = {"lightgbm.basic", "lightgbm"};
  static constexpr std::string_view kSklearn[] = {"lightgbm.sklearn", "lightgbm"};
  static constexpr std::string_view kInputs[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kRefuses =
      "more than 255 categories of a feature, linear trees of a frame's categories, objectives of one's own of "
      "classifiers";
  static constexpr std::string_view kParameters =
      "alpha metric sigmoid boosting_type class_weight colsample_bytree importance_type learning_rate max_depth "
      "min_child_samples "
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
  static constexpr std::string_view kNoStages = "staged_predict staged_predict_proba staged_decision_function";
  static constexpr std::string_view kNumbersOnly =
      "predict_proba decision_function staged_predict staged_predict_proba staged_decision_function";
  const auto a = [&](std::string_view name) {
    return Class{.name = name,
                 .form = kForm,
                 .modules = name.ends_with("Booster") ? std::span<const std::string_view>(kBasic) : kSklearn,
                 .inputs = kInputs,
                 .refuses = kRefuses,
                 .lacks = name.ends_with("Classifier") ? kNoStages : kNumbersOnly,
                 .fit_parameters = kParameters,
                 .inert = kInert};
  };
  static const Class kClasses[] = {a("lightgbm.Booster"), a("lightgbm.LGBMClassifier"), a("lightgbm.LGBMRanker"),
                                   a("lightgbm.LGBMRegressor")};
  static const Family family{"lightgbm", kClasses, {}};
  return family;
}

}  // namespace pratique
