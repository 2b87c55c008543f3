// From XGBClassifier and its kin, as they are pickled, to the state and its trees. xgboost/sklearn.py and core.py, 1.7
// to 3.2.
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/tree/block_builder.h"
#include "estimators/tree/family.h"
#include "estimators/xgboost/booster.h"
#include "estimators/xgboost/xgboost.h"
#include "import/sklearn/import_context.h"
#include "status_macros.h"
#include "type/words.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

constexpr std::string_view kIdentity =
    "reg:squarederror reg:linear reg:squaredlogerror reg:pseudohubererror reg:absoluteerror reg:quantileerror "
    "rank:pairwise rank:ndcg rank:map";
constexpr std::string_view kExp = "count:poisson reg:gamma reg:tweedie survival:cox survival:aft";
constexpr std::string_view kSigmoid = "binary:logistic reg:logistic";

std::optional<fb::XGBoostLink> LinkOf(std::string_view objective) {
  if (HasWord(kIdentity, objective)) return fb::XGBoostLink::Identity;
  if (HasWord(kExp, objective)) return fb::XGBoostLink::Exp;
  if (HasWord(kSigmoid, objective)) return fb::XGBoostLink::Sigmoid;
  if (objective == "binary:hinge") return fb::XGBoostLink::Hinge;
  if (objective == "multi:softprob") return fb::XGBoostLink::Softmax;
  return std::nullopt;
}

// The score that gives this prediction (ProbToMargin of each objective, xgboost src/objective, 3.2).
float BaseOf(std::string_view objective, float prediction) {
  if (HasWord(kExp, objective)) return std::log(prediction);
  if (HasWord(kSigmoid, objective)) return -std::log(1.0F / prediction - 1.0F);
  return prediction;
}

// A refusal of the blob, at the attribute that holds it.
absl::Status Refusal(const ImportContext& context, std::string_view attribute, const absl::Status& status) {
  const std::string what(status.message());
  if (absl::IsUnimplemented(status))
    return context.Unsupported(attribute, what, "Of XGBoost, trees of numbers with one value a leaf are read.");
  return context.Invalid(attribute, what, "an XGBoost model as 1.6 and later write it");
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
  const std::string_view bytes = graph[handle].text;
  if (!bytes.starts_with('{')) {
    return context.Unsupported(self ? "handle" : "_Booster.handle", "the binary format of XGBoost before 1.6",
                               "Load it with XGBoost 1.6 to 3.0, save_model to .ubj, load that and pickle it again.");
  }
  return bytes;
}

absl::StatusOr<float> MissingOf(ImportContext& context) {
  const Id id = context.Take("missing");
  if (context.IsNone(id)) return std::numeric_limits<float>::quiet_NaN();
  ASSIGN_OR_RETURN(double missing, context.Double(id, "missing"));
  return static_cast<float>(missing);
}

// classes_ of older wrappers; else 0, 1, ... n_classes_ - 1, which are the only labels that fit takes.
absl::StatusOr<Values> LabelsOf(ImportContext& context) {
  ASSIGN_OR_RETURN(int64_t n_classes, context.Int(context.Take("n_classes_"), "n_classes_"));
  if (n_classes < 2 || n_classes > (1 << 16))
    return context.Invalid("n_classes_", absl::StrCat(n_classes), "2 to 65536");
  if (const Id id = context.Take("_le"); !context.IsNone(id))
    return context.Unsupported("_le", "a label encoder of XGBoost before 1.6", "Fit it again with a later one.");
  if (const Id classes = context.Take("classes_"); classes != kNoId) return context.ValuesOf(classes, "classes_");
  std::span<int64_t> labels = context.arena().New<int64_t>(n_classes);
  for (int64_t i = 0; i < n_classes; ++i) labels[i] = i;
  Values values{};
  values.dtype = fb::DType::Int64;
  values.ints = labels;
  return values;
}

}  // namespace

absl::Status XGBoost::Import(ImportContext& context) {
  const bool is_booster = context.class_name() == "Booster";
  const std::string_view attribute = is_booster ? "handle" : "_Booster";
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
    ASSIGN_OR_RETURN(missing, MissingOf(context));
  }
  if (context.class_name().ends_with("Classifier")) {
    if (link != fb::XGBoostLink::Sigmoid && link != fb::XGBoostLink::Softmax) {
      return context.Unsupported("objective", absl::StrCat("'", std::string(booster->objective()), "'"),
                                 "Of a classifier, binary:logistic and multi:softprob are read.");
    }
    if (link == fb::XGBoostLink::Sigmoid && n_scores > 1)
      return context.Unsupported("objective", "several labels a row", "Fit one model a label.");
    ASSIGN_OR_RETURN(Values labels, LabelsOf(context));
    std::span<Values> one = context.arena().New<Values>(1);
    one[0] = labels;
    classes = one;
  }

  std::span<float> bases = context.arena().New<float>(n_scores);
  for (uint32_t i = 0; i < n_scores; ++i) {
    bases[i] = BaseOf(booster->objective(), booster->base_scores()[booster->base_scores().size() == 1 ? 0 : i]);
    if (!std::isfinite(bases[i])) return context.Invalid(attribute, "base_score: no finite score", "a prediction");
  }
  base = bases;
  std::vector<std::string_view> names = booster->feature_names();
  if (!names.empty()) {
    std::span<std::string_view> kept = context.arena().New<std::string_view>(names.size());
    std::ranges::copy(names, kept.begin());
    feature_names = kept;
  }

  const size_t n_trees = is_booster ? booster->n_trees() : booster->n_best_trees();
  if (n_trees == 0) return context.Unsupported(attribute, "no trees", "Fit it with at least one.");
  std::span<uint32_t> scores = context.arena().New<uint32_t>(n_trees);
  for (size_t i = 0; i < n_trees; ++i) scores[i] = booster->score_of_tree(i);
  tree_scores = scores;
  if (!booster->tree_weights().empty()) tree_weights = context.arena().Copy(booster->tree_weights().first(n_trees));
  in_place = !is_booster && !tree_weights.empty();

  BoosterTree tree;
  BlockBuilder builder(n_features_in, 1, /*keeps_missing=*/true,
                       [&](const FittedTree&, uint32_t i, std::span<double> row) { row[0] = tree.leaves[i]; });
  for (size_t i = 0; i < n_trees; ++i) {
    absl::StatusOr<BoosterTree> read = booster->Tree(i);
    if (!read.ok()) return Refusal(context, attribute, read.status());
    tree = *std::move(read);
    context.arena().Charge(tree.nodes.size() * sizeof(FittedTree::Node));
    builder.Add(FittedTree::Of(tree.nodes), context.arena());
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
