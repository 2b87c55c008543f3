// From XGBClassifier and its kin, as they are pickled, to the state and its trees. xgboost/sklearn.py and core.py, 1.0
// to 3.2.
#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/preprocessing/categories_import.h"
#include "estimators/tree/block_builder.h"
#include "estimators/tree/family.h"
#include "estimators/xgboost/booster.h"
#include "estimators/xgboost/xgboost.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/needed.h"
#include "status_macros.h"
#include "type/words.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

constexpr std::string_view kIdentity =
    "reg:squarederror reg:linear reg:squaredlogerror reg:pseudohubererror reg:absoluteerror reg:quantileerror "
    "rank:pairwise rank:ndcg rank:map binary:logitraw";
constexpr std::string_view kExp = "count:poisson reg:gamma reg:tweedie survival:cox survival:aft";
constexpr std::string_view kSigmoid = "binary:logistic reg:logistic";

std::optional<fb::XGBoostLink> LinkOf(std::string_view objective) {
  if (HasWord(kIdentity, objective)) return fb::XGBoostLink::Identity;
  if (HasWord(kExp, objective)) return fb::XGBoostLink::Exp;
  if (HasWord(kSigmoid, objective)) return fb::XGBoostLink::Sigmoid;
  if (objective == "binary:hinge") return fb::XGBoostLink::Hinge;
  if (objective == "multi:softprob") return fb::XGBoostLink::Softmax;
  if (objective == "multi:softmax") return fb::XGBoostLink::Greatest;
  return std::nullopt;
}

// The score that gives this prediction (ProbToMargin of each objective, xgboost src/objective, 3.2).
float BaseOf(std::string_view objective, float prediction, bool before_1_3) {
  if (HasWord(kExp, objective)) return std::log(prediction);
  if (HasWord(kSigmoid, objective) || (before_1_3 && objective == "binary:logitraw"))
    return -std::log(1.0F / prediction - 1.0F);
  return prediction;
}

// A refusal of the blob, at the attribute that holds it.
absl::Status Refusal(const ImportContext& context, std::string_view attribute, const absl::Status& status) {
  const std::string what(status.message());
  if (absl::IsUnimplemented(status))
    return context.Unsupported(attribute, what, "Fit it with XGBoost's own defaults, and save it again.");
  return context.Invalid(attribute, what, "an XGBoost model as 0.90 and later write it");
}

// The bytes of the model. `self`: the object is the Booster; else it is its _Booster.
absl::StatusOr<std::string_view> HandleOf(ImportContext& context, bool self) {
  const graph::Graph& graph = context.graph();
  Id handle;
  if (self) {
    context.Proves(context.id());
    handle = context.Take("handle");
  } else {
    const Id booster = context.Take("_Booster");
    if (booster == kNoId) return context.Absent("_Booster", "a Booster: it was never fitted");
    const graph::Node& node = graph[booster];
    const bool is_booster = node.kind == Kind::kObject && node.made == graph::Made::kNew && node.name == "Booster" &&
                            (node.module == "xgboost.core" || node.module == "xgboost") && node.state != kNoId;
    if (!is_booster) return context.Invalid("_Booster", "another value", "an xgboost.Booster");
    context.Proves(booster);
    handle = graph.Find(booster, "handle");
  }
  if (handle == kNoId || graph[handle].kind != Kind::kBytes)
    return context.Invalid(self ? "handle" : "_Booster.handle", "another value", "the bytes of a model");
  return graph[handle].text;
}

// What a DMatrix takes (xgboost/core.py _validate_feature_info, 3.2).
absl::Status CheckFeatureTypes(ImportContext& context, size_t n_features) {
  const graph::Graph& graph = context.graph();
  const Id types = context.Take("feature_types");
  if (context.IsNone(types)) return absl::OkStatus();
  const auto is_text = [&](Id item) { return graph[item].kind == Kind::kStr; };
  if ((graph[types].kind == Kind::kList || graph[types].kind == Kind::kTuple) &&
      graph[types].items.size() == n_features && std::ranges::all_of(graph[types].items, is_text))
    return absl::OkStatus();
  return context.Unsupported("feature_types", "another value", "It is None, or a list of texts, one a feature.");
}

absl::StatusOr<float> MissingOf(ImportContext& context, const Booster& booster) {
  const Id id = context.Take("missing");
  // Rows that are handed over in place take no None, which a DMatrix reads as NaN.
  const bool in_place = !booster.is_linear() && booster.version() >= std::pair{1U, 4U};
  if (context.IsNone(id) && !in_place) return std::numeric_limits<float>::quiet_NaN();
  // As JSON, which knows Python's numbers and those that derive from them.
  const graph::Node number = context.graph()[id];
  const bool is_number = number.kind == Kind::kFloat || number.kind == Kind::kInt;
  if (in_place && (!is_number || (number.dtype != nullptr && *number.dtype != graph::DType{})))
    return context.Unsupported("missing", "another value", "XGBoost's predict takes a float or an int.");
  ASSIGN_OR_RETURN(double missing, context.Double(id, "missing"));
  return static_cast<float>(missing);
}

// classes_ of a label encoder (xgboost/compat.py XGBoostLabelEncoder, up to 1.7); else 0, 1, ... n_classes_ - 1, which
// are the only labels that fit takes. What predict gives are int64 indexes then, whatever the dtype of classes_, which
// wrappers keep up to 1.7 (xgboost/sklearn.py XGBClassifier.predict, 1.7).
absl::StatusOr<Values> LabelsOf(ImportContext& context) {
  const graph::Graph& graph = context.graph();
  ASSIGN_OR_RETURN(int64_t n_classes, context.Int(context.Take("n_classes_"), "n_classes_"));
  if (n_classes < 2 || n_classes > (1 << 16))
    return context.Invalid("n_classes_", absl::StrCat(n_classes), "2 to 65536");
  const Id classes = context.Take("classes_");
  if (const Id encoder = context.Take("_le"); !context.IsNone(encoder)) {
    const bool is_encoder = graph[encoder].kind == Kind::kObject && graph[encoder].made == graph::Made::kNew &&
                            graph[encoder].state != kNoId && graph[encoder].name.ends_with("LabelEncoder");
    if (!is_encoder) return context.Invalid("_le", "another value", "a label encoder");
    return context.ValuesOf(graph.Find(encoder, "classes_"), "_le.classes_");
  }
  if (classes != kNoId) {
    ASSIGN_OR_RETURN(Values said, context.ValuesOf(classes, "classes_"));
    bool counted = said.size() == static_cast<size_t>(n_classes) && said.dtype != fb::DType::String;
    for (int64_t i = 0; counted && i < n_classes; ++i)
      counted = said.IsFloat() ? said.floats[i] == static_cast<double>(i) : said.ints[i] == i;
    if (!counted) {
      return context.Unsupported("classes_", "other labels than 0, 1, ... n_classes_ - 1",
                                 "Without a label encoder predict gives those; fit and save the model again.");
    }
  }
  std::span<int64_t> labels = context.arena().New<int64_t>(n_classes);
  for (int64_t i = 0; i < n_classes; ++i) labels[i] = i;
  Values values{};
  values.dtype = fb::DType::Int64;
  values.ints = labels;
  return values;
}

// Of a classifier: its labels, or 0.0 and 1.0 of each score where predict gives one label a score, as 1.6 and later do
// for several labels and for scores of two classes (xgboost/sklearn.py XGBClassifier.predict, 3.2).
absl::StatusOr<Array<Values>> ClassesOf(ImportContext& context, const Booster& booster, fb::XGBoostLink link) {
  ASSIGN_OR_RETURN(Values labels, LabelsOf(context));
  const bool since_1_6 = booster.version() >= std::pair{1U, 6U};
  const bool several = link != fb::XGBoostLink::Greatest && booster.n_scores() > 1 && labels.size() == 2 && since_1_6;
  if (link == fb::XGBoostLink::Exp || (link == fb::XGBoostLink::Greatest && !since_1_6)) {
    return context.Unsupported("objective", absl::StrCat("'", std::string(booster.objective()), "'"),
                               "Of a classifier, binary:logistic and multi:softprob are read.");
  }
  if (link == fb::XGBoostLink::Greatest) {  // class_probs.astype(np.int32)
    std::span<int64_t> numbers = context.arena().New<int64_t>(booster.n_scores());
    for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<int64_t>(i);
    labels = {};
    labels.dtype = fb::DType::Int32;
    labels.ints = numbers;
  }
  std::span<Values> classes = context.arena().New<Values>(several ? booster.n_scores() : 1);
  if (several) {
    std::span<double> flags = context.arena().New<double>(2);
    flags[1] = 1;
    labels = {};
    labels.dtype = fb::DType::Float64;
    labels.floats = flags;
  }
  std::ranges::fill(classes, labels);
  return classes;
}

// Up to 1.3 the object has the names, and not the bytes.
Strings NamesOf(ImportContext& context, const Booster& booster, bool self) {
  std::vector<std::string_view> names = booster.feature_names();
  const graph::Graph& graph = context.graph();
  const Id object = self ? context.id() : graph.Find(context.id(), "_Booster");
  const Id kept = graph.Find(object, "feature_names");
  if (names.empty() && kept != kNoId && graph[kept].kind == Kind::kList) {
    for (Id name : graph[kept].items) {
      if (graph[name].kind == Kind::kStr) names.push_back(graph[name].text);
    }
  }
  std::span<std::string_view> copy = context.arena().New<std::string_view>(names.size());
  std::ranges::copy(names, copy.begin());
  return names.empty() ? Strings() : Strings(copy);
}

// What fit knew of a frame's columns.
absl::Status TakeFrameCategories(ImportContext& context, std::string_view attribute, const Booster& booster,
                                 XGBoost& model) {
  const std::span<const Booster::FrameCategories> all = booster.frame_categories();
  if (all.empty()) return absl::OkStatus();
  Arena& arena = context.arena();
  const std::span<uint32_t> features = arena.New<uint32_t>(all.size());
  const std::span<Values> categories = arena.New<Values>(all.size());
  for (size_t k = 0; k < all.size(); ++k) {
    features[k] = all[k].feature;
    Values& values = categories[k];
    values.missing = fb::Missing::NoneAndNaN;
    if (all[k].words.empty()) {
      values.dtype = fb::DType::Int64;
      values.ints = arena.Copy<int64_t>(all[k].integers);
    } else {
      const std::span<std::string_view> words = arena.New<std::string_view>(all[k].words.size());
      std::ranges::transform(all[k].words, words.begin(), [&](std::string_view word) { return arena.Copy(word); });
      values.dtype = fb::DType::String;
      values.strings = words;
    }
  }
  model.categorical = features;
  model.categories = categories;
  model.order = WholeOrderOf(categories, arena);
  if (model.frame_categories().Invariant())
    return context.Invalid(attribute, "cats: a category twice", "distinct categories");
  return absl::OkStatus();
}

void TakeSets(ImportContext& context, const CategorySets& sets, XGBoost& model) {
  if (sets.size() == 0) return;
  std::vector<uint32_t> features, offsets{0}, categories;
  for (size_t i = 0; i < sets.size(); ++i) {
    features.push_back(sets.feature(i));
    categories.insert(categories.end(), sets.categories(i).begin(), sets.categories(i).end());
    offsets.push_back(static_cast<uint32_t>(categories.size()));
  }
  model.set_features = context.arena().Copy<uint32_t>(features);
  model.set_offsets = context.arena().Copy<uint32_t>(offsets);
  model.set_categories = context.arena().Copy<uint32_t>(categories);
}

}  // namespace

absl::Status XGBoost::Import(ImportContext& context) {
  const bool is_booster = context.class_name() == "Booster";
  const std::string_view attribute = is_booster ? "handle" : "_Booster";
  if (!is_booster) RETURN_IF_ERROR(CheckNeeded(context, {"booster", "missing", "n_jobs"}));
  if (context.class_name().ends_with("Classifier")) RETURN_IF_ERROR(CheckNeeded(context, {"objective"}));
  const Id more = context.Take("kwargs");
  if (more != kNoId && context.graph()[more].kind != Kind::kDict)
    return context.Unsupported("kwargs", "another value", "It is a dict.");
  const Id stated = context.Take("objective");
  if (!context.IsNone(stated) && context.graph()[stated].kind == Kind::kArray)
    return context.Unsupported("objective", "an array", "It is text.");
  ASSIGN_OR_RETURN(std::string_view bytes, HandleOf(context, is_booster));
  context.arena().Charge(bytes.size());
  absl::StatusOr<Booster> booster = Booster::Read(bytes);
  if (!booster.ok()) return Refusal(context, attribute, booster.status());

  const std::optional<fb::XGBoostLink> known = LinkOf(booster->objective());
  if (!known) {
    return context.Unsupported("objective", absl::StrCat("'", std::string(booster->objective().substr(0, 80)), "'"),
                               "What it makes of scores is not known here.");
  }
  link = *known;
  n_features_in = booster->n_features();
  n_scores = booster->n_scores();
  missing = std::numeric_limits<float>::quiet_NaN();
  if (!is_booster) {
    // config_context takes it before each predict, as JSON.
    const Id loud = context.Take("verbosity");
    if (loud == kNoId && booster->version() >= std::pair{1U, 3U}) return context.Absent("verbosity", "a parameter");
    if (!context.IsNone(loud) && (context.graph()[loud].kind != Kind::kInt || context.graph()[loud].integer < 0 ||
                                  context.graph()[loud].integer > 3))
      return context.Unsupported("verbosity", "another value", "It is None or 0 to 3.");
    // By it predict chooses how X is handed over, which a linear model takes in one way only.
    const Id kind = context.Take("booster");
    const bool is_text = !context.IsNone(kind) && context.graph()[kind].kind == graph::Kind::kStr;
    if (booster->is_linear() ? !is_text || context.graph()[kind].text != "gblinear" : !is_text && !context.IsNone(kind))
      return context.Unsupported("booster", "another value than the model's", "It is None, gbtree, dart or gblinear.");
    RETURN_IF_ERROR(CheckFeatureTypes(context, n_features_in));
    const Id categorical = context.Take("enable_categorical");  // a DMatrix is made with it
    if (booster->version() >= std::pair{1U, 5U} &&
        (categorical == kNoId || context.graph()[categorical].kind != Kind::kBool))
      return context.Unsupported("enable_categorical", "another value", "It is True or False.");
    ASSIGN_OR_RETURN(missing, MissingOf(context, *booster));
  }
  if (context.class_name().ends_with("Classifier")) {
    ASSIGN_OR_RETURN(classes, ClassesOf(context, *booster, link));
  }

  const std::pair<uint32_t, uint32_t> version = booster->version();
  const bool is_said = version != std::pair{0U, 0U};
  const bool before_1_3 = is_said && version < std::pair{1U, 3U};
  std::span<float> bases = context.arena().New<float>(n_scores);
  for (uint32_t i = 0; i < n_scores; ++i) {
    // gblinear.cc PredictBatchInternal takes the first for all, 3.2
    const bool has_own = booster->base_scores().size() > 1 && !booster->is_linear();
    const float kept = booster->base_scores()[has_own ? i : 0];
    bases[i] = booster->is_base_margin() ? kept : BaseOf(booster->objective(), kept, before_1_3);
    if (!std::isfinite(bases[i])) return context.Invalid(attribute, "base_score: no finite score", "a prediction");
  }
  base = bases;
  feature_names = NamesOf(context, *booster, is_booster);
  if (booster->is_linear()) {
    weights = context.arena().Copy(booster->weights());
    tree_scores = context.arena().New<uint32_t>(0);
    return absl::OkStatus();
  }

  const size_t n_trees = is_booster ? booster->n_trees() : booster->n_best_trees();
  if (n_trees == 0) return context.Unsupported(attribute, "no trees", "Fit it with at least one.");
  if (!booster->tree_weights().empty() && !is_said && !context.Has("best_ntree_limit")) {
    return context.Unsupported(
        attribute, "a dart booster of a release before 1.0",
        "Its predict leaves out trees at random, so that no two answers are the same: load it by "
        "XGBoost 1.0 or later, and save it again.");
  }
  std::span<uint32_t> scores = context.arena().New<uint32_t>(n_trees);
  for (size_t i = 0; i < n_trees; ++i) scores[i] = booster->score_of_tree(i);
  tree_scores = scores;
  if (!booster->tree_weights().empty()) tree_weights = context.arena().Copy(booster->tree_weights().first(n_trees));
  // Up to 1.2 predictions were summed otherwise; up to 1.3 the wrapper had no prediction in place.
  base_last = booster->is_base_margin() || before_1_3;
  in_place = !is_booster && !tree_weights.empty() && !base_last && (!is_said || version >= std::pair{1U, 4U});
  const uint32_t width = booster->leaf_width();
  vector_leaves = width > 1;
  base_last &= !vector_leaves;

  // All trees first: how many columns they have is known when their sets are.
  CategorySets sets;
  std::vector<BoosterTree> trees;
  for (size_t i = 0; i < n_trees; ++i) {
    absl::StatusOr<BoosterTree> read = booster->Tree(i, sets);
    if (!read.ok()) return Refusal(context, attribute, read.status());
    context.arena().Charge(read->nodes.size() * sizeof(FittedTree::Node));
    trees.push_back(*std::move(read));
  }
  TakeSets(context, sets, *this);
  RETURN_IF_ERROR(TakeFrameCategories(context, attribute, *booster, *this));
  const BoosterTree* tree = nullptr;
  BlockBuilder builder(n_columns(), width, /*keeps_missing=*/true,
                       [&](const FittedTree&, uint32_t i, std::span<double> row) {
                         std::copy_n(tree->leaves.begin() + i * size_t{width}, width, row.begin());
                       });
  for (const BoosterTree& next : trees) {
    tree = &next;
    builder.Add(FittedTree::Of(next.nodes), context.arena());
  }
  const std::vector<TreeBlock> blocks = builder.Finish(context.arena());
  for (size_t i = 0; i < blocks.size(); ++i) {
    TreeBlock& kept = context.NewState<TreeBlock>();
    kept = blocks[i];
    context.ChildState(TreeBlockClass(), &kept, TreesRole(i));
  }
  return absl::OkStatus();
}

}  // namespace pratique
