#include "estimators/tree/ensemble.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/tree/block_builder.h"
#include "estimators/tree/changes.h"
#include "estimators/tree/family.h"
#include "estimators/tree/leaf_row.h"
#include "estimators/tree/missing.h"
#include "import/sklearn/importer.h"
#include "registry/families.h"
#include "registry/parameters.h"
#include "status_macros.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

// Attributes of a tree inside a forest that are read here; all else must be inert.
constexpr std::string_view kReadOfTrees =
    "tree_ n_outputs_ n_classes_ classes_ n_features_in_ _sklearn_version random_state criterion splitter "
    "monotonic_cst";
// Parameters of a tree that say whether NaN is accepted (missing.h).
constexpr std::string_view kSettings[] = {"criterion", "splitter", "monotonic_cst"};

std::string TreeClassOf(std::string_view forest) {
  const bool is_classifier = forest.ends_with("Classifier");
  return absl::StrCat(forest.starts_with("Extra") ? "ExtraTree" : "DecisionTree",
                      is_classifier ? "Classifier" : "Regressor");
}

class EnsembleImporter {
 public:
  EnsembleImporter(ImportContext& context, const TreeExpectations& expected)
      : context_(context), graph_(context.graph()), expected_(expected), is_forest_(IsForest(context.class_name())) {}

  absl::StatusOr<bool> Run() {
    std::vector<std::pair<Id, Place>> trees;
    RETURN_IF_ERROR(Collect(trees));
    const bool accepts_missing = AcceptsMissing(Settings(first_));
    LeafRows leaf_rows(expected_);
    BlockBuilder builder(
        static_cast<uint32_t>(expected_.n_features), static_cast<uint32_t>(expected_.width()), accepts_missing,
        [&](const FittedTree& tree, uint32_t i, std::span<double> row) { leaf_rows.Fill(tree, i, row); });
    for (const auto& [id, place] : trees) {
      ASSIGN_OR_RETURN(FittedTree tree, FittedTree::Read(context_, id, place, expected_));
      context_.arena().Charge(tree.bytes());
      RETURN_IF_ERROR(leaf_rows.Check(tree, place, is_forest_));
      builder.Add(tree, context_.arena());
    }
    const std::vector<TreeBlock> blocks = builder.Finish(context_.arena());
    for (size_t i = 0; i < blocks.size(); ++i) {
      TreeBlock& kept = context_.NewState<TreeBlock>();
      kept = blocks[i];
      context_.ChildState(TreeBlockClass(), &kept, TreesRole(i));
    }
    return accepts_missing;
  }

 private:
  // The tree_ objects, in order.
  absl::Status Collect(std::vector<std::pair<Id, Place>>& trees) {
    if (!is_forest_) {
      first_ = context_.object().state;
      for (std::string_view setting : kSettings) context_.Take(setting);
      trees.emplace_back(context_.Take("tree_"), Place(context_, "tree_"));
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(CheckTemplate());
    const Id list = context_.Take("estimators_");
    const bool is_sequence = list != kNoId && (graph_[list].kind == Kind::kList || graph_[list].kind == Kind::kTuple);
    if (list != kNoId && !is_sequence) {
      return context_.Unsupported("estimators_", absl::StrCat("a ", TypeName(graph_[list])),
                                  "fit makes it a list of trees; set it to one.");
    }
    if (!is_sequence) return context_.Absent("estimators_", "a list of fitted trees");
    if (graph_[list].items.empty()) {
      return context_.Invalid("estimators_", "another value", "a list of fitted trees");
    }
    first_ = graph_[list].items[0];
    for (size_t i = 0; i < graph_[list].items.size(); ++i) {
      const Id tree = graph_[list].items[i];
      const Place place(context_, absl::StrCat("estimators_[", i, "]"));
      RETURN_IF_ERROR(CheckTreeOfForest(tree, place));
      trees.emplace_back(graph_.Find(tree, "tree_"), place / "tree_");
    }
    return absl::OkStatus();
  }

  // From 1.4 on predict asks a new tree of the template's class, with the forest's criterion, whether NaN is accepted.
  absl::Status CheckTemplate() {
    context_.Take("criterion");
    const Id made = context_.Take("estimator");
    if (!release_1_4::kForestsTakeMissing.IsIn(context_.sklearn())) return absl::OkStatus();
    const std::string wanted = TreeClassOf(context_.class_name());
    if (made != kNoId && graph_[made].kind == Kind::kObject && graph_[made].name == wanted) return absl::OkStatus();
    return context_.Unsupported("estimator", made == kNoId ? "nothing" : absl::StrCat("a ", TypeName(graph_[made])),
                                absl::StrCat("__init__ makes it ", wanted, "()."));
  }

  // A tree of a forest has the forest's widths and release, class indexes for classes, and nothing that is not known.
  absl::Status CheckTreeOfForest(Id id, const Place& place) {
    const graph::Node& tree = graph_[id];
    const std::string wanted = TreeClassOf(context_.class_name());
    const Class* type = nullptr;
    for (const Class& c : TreeFamily().classes) {
      if (c.short_name() == wanted) type = &c;
    }
    const bool is_type =
        tree.kind == Kind::kObject && tree.made == graph::Made::kNew && tree.name == wanted &&
        (tree.module == "sklearn.tree" || std::ranges::find(type->modules, tree.module) != type->modules.end());
    if (!is_type || tree.state == kNoId || graph_[tree.state].kind != Kind::kDict || !tree.list_items.empty() ||
        !tree.dict_items.empty()) {
      return context_.Invalid(place.path(),
                              tree.kind == Kind::kObject
                                  ? absl::StrCat(std::string(tree.module), ".", std::string(tree.name))
                                  : "another value",
                              absl::StrCat("a fitted ", wanted));
    }
    context_.arena().Charge(graph_[tree.state].items.size() * sizeof(Id));  // trees can share one dict
    RETURN_IF_ERROR(CheckAttributes(*type, graph_[tree.state], place));
    RETURN_IF_ERROR(CheckSettings(id, place));
    RETURN_IF_ERROR(CheckVersion(id, place));
    RETURN_IF_ERROR(CheckNumber(id, place, "n_features_in_", expected_.n_features));
    RETURN_IF_ERROR(CheckNumber(id, place, "n_outputs_", expected_.n_outputs()));
    if (!expected_.is_classifier) return absl::OkStatus();
    RETURN_IF_ERROR(CheckClassCounts(id, place));
    return CheckClasses(id, place);
  }

  // A tree cuts its probabilities to n_classes_ before the forest adds them, and one column broadcasts to all.
  absl::Status CheckClassCounts(Id tree, const Place& place) {
    const Place at = place / "n_classes_";
    ASSIGN_OR_RETURN(NdArray<int64_t> counts,
                     context_.Ints(graph_.Find(tree, "n_classes_"), at.path(), ImportContext::Of::kSequence));
    const auto is_size = [](int64_t n, uint64_t size) { return n >= 0 && static_cast<uint64_t>(n) == size; };
    const bool is_list = counts.shape.size() == 1, wants_list = expected_.n_outputs() > 1;
    if (is_list == wants_list && std::ranges::equal(counts.values, expected_.n_classes, is_size))
      return absl::OkStatus();
    return at.Wrong("n_classes", "other numbers", "the forest's");
  }

  absl::Status CheckAttributes(const Class& type, const graph::Node& state, const Place& place) {
    for (size_t i = 0; i + 1 < state.items.size(); i += 2) {
      const graph::Node& key = graph_[state.items[i]];
      const std::string_view name = key.kind == Kind::kStr ? key.text : std::string_view();
      if (HasWord(kReadOfTrees, name)) continue;
      if (type.IsInert(name)) continue;
      return (place / name)
          .Unsupported("an attribute that is not known and could change predictions",
                       "If you or a tool set it, delete it and save again.");
    }
    return absl::OkStatus();
  }

  absl::Status CheckSettings(Id tree, const Place& place) {
    for (const Parameter& parameter : tree_parameters_) {
      const bool is_setting = std::ranges::find(kSettings, parameter.name) != std::ranges::end(kSettings);
      if (!is_setting || !parameter.IsIn(context_.sklearn()) || graph_.Find(tree, parameter.name) != kNoId) continue;
      return (place / parameter.name).Unsupported("nothing", "Every tree of this release has it.");
    }
    return absl::OkStatus();
  }

  absl::Status CheckVersion(Id tree, const Place& place) {
    const Id id = graph_.Find(tree, "_sklearn_version");
    if (id == kNoId) return absl::OkStatus();
    const bool is_text = graph_[id].kind == Kind::kStr;
    const std::optional<Version> version = is_text ? Version::Parse(graph_[id].text) : std::nullopt;
    if (version == context_.sklearn()) return absl::OkStatus();
    return (place / "_sklearn_version")
        .Unsupported(is_text ? graph_[id].text : "another value", "A forest and its trees are of one release.");
  }

  absl::Status CheckNumber(Id tree, const Place& place, std::string_view attribute, uint64_t wanted) {
    const Place at = place / attribute;
    ASSIGN_OR_RETURN(int64_t number, context_.Int(graph_.Find(tree, attribute), at.path()));
    if (number >= 0 && static_cast<uint64_t>(number) == wanted) return absl::OkStatus();
    return at.Wrong(attribute, absl::StrCat(number), absl::StrCat(wanted, ", as the forest has"));
  }

  // classes_ of a tree in a forest are 0, 1, ...: indexes of the forest's labels.
  absl::Status CheckClasses(Id tree, const Place& place) {
    const Id classes = graph_.Find(tree, "classes_");
    if (classes == kNoId) return context_.Absent((place / "classes_").path(), "class indexes");
    const bool is_list = graph_[classes].kind == Kind::kList && expected_.n_outputs() > 1;
    const std::span<const Id> lists = is_list ? std::span<const Id>(graph_[classes].items) : std::span(&classes, 1);
    if (lists.size() != expected_.n_outputs()) {
      return (place / "classes_")
          .Wrong("shape", absl::StrCat(lists.size(), " outputs"), absl::StrCat(expected_.n_outputs()));
    }
    for (size_t k = 0; k < lists.size(); ++k) {
      const Place at = place / (is_list ? absl::StrCat("classes_[", k, "]") : "classes_");
      ASSIGN_OR_RETURN(NdArray<double> indexes, context_.Doubles(lists[k], at.path()));
      bool good = indexes.shape.size() == 1 && indexes.values.size() == expected_.n_classes[k];
      for (size_t c = 0; good && c < expected_.n_classes[k]; ++c) good = indexes.values[c] == static_cast<double>(c);
      if (!good)
        return at.Wrong("classes", "other values", absl::StrCat("0 to ", expected_.n_classes[k] - 1, ", one each"));
    }
    return absl::OkStatus();
  }

  MissingSettings Settings(Id tree) const {
    const auto text = [&](const char* attribute) {
      const Id id = graph_.Find(tree, attribute);
      return id != kNoId && graph_[id].kind == Kind::kStr ? graph_[id].text : std::string_view();
    };
    return {.version = context_.sklearn(),
            .is_forest = is_forest_,
            .is_extra = context_.class_name().starts_with("Extra"),
            .criterion = text("criterion"),
            .splitter = text("splitter"),
            .has_monotonic_cst = !context_.IsNone(graph_.Find(tree, "monotonic_cst"))};
  }

  ImportContext& context_;
  const graph::Graph& graph_;
  const TreeExpectations& expected_;
  const bool is_forest_;
  const std::vector<Parameter> tree_parameters_ = ParametersOf("sklearn.tree.DecisionTreeRegressor");
  Id first_ = kNoId;  // the first tree, or its attributes
};

}  // namespace

bool IsForest(std::string_view class_name) {
  return class_name.starts_with("RandomForest") || class_name.starts_with("ExtraTrees");
}

absl::StatusOr<bool> ImportTrees(ImportContext& context, const TreeExpectations& expected) {
  return EnsembleImporter(context, expected).Run();
}

}  // namespace pratique
