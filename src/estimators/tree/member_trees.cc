#include "estimators/tree/member_trees.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/tree/changes.h"
#include "estimators/tree/family.h"
#include "import/sklearn/shown.h"
#include "registry/families.h"
#include "status_macros.h"

namespace pratique {

using graph::Id;
using graph::Kind;
using graph::kNoId;

namespace {

// Attributes of a tree inside an estimator that are read here; all else must be inert.
constexpr std::string_view kReadOfTrees =
    "tree_ n_outputs_ n_classes_ classes_ n_features_in_ _sklearn_version random_state criterion splitter "
    "monotonic_cst";
}  // namespace

MissingSettings SettingsOf(const ImportContext& context, Id tree, bool is_forest) {
  const graph::Graph& graph = context.graph();
  const auto text = [&](const char* attribute) {
    const Id id = graph.Find(tree, attribute);
    return id != kNoId && graph[id].kind == Kind::kStr ? graph[id].text : std::string_view();
  };
  return {
      .version = context.sklearn(),
      .is_forest = is_forest,
      .is_extra = (graph[tree].kind == Kind::kObject ? graph[tree].name : context.class_name()).starts_with("Extra"),
      .criterion = text("criterion"),
      .splitter = text("splitter"),
      .has_monotonic_cst = !context.IsNone(graph.Find(tree, "monotonic_cst"))};
}

absl::Status CheckTreeTemplate(ImportContext& context, std::string_view tree_class) {
  const Id made = context.Take("estimator"), criterion = context.graph().Find(context.id(), "criterion");
  if (!release_1_4::kForestsTakeMissing.IsIn(context.sklearn())) return absl::OkStatus();
  if (criterion != kNoId && context.graph()[criterion].kind != Kind::kStr)
    return context.Unsupported("criterion", TypeName(context.graph()[criterion]), "It is text.");
  if (context.IsOf(made, tree_class)) return absl::OkStatus();
  return context.Unsupported("estimator",
                             made == kNoId ? "nothing" : absl::StrCat("a ", TypeName(context.graph()[made])),
                             absl::StrCat("__init__ makes it ", std::string(tree_class), "()."));
}

absl::Status MemberTrees::Check(Id id, const Place& place) const {
  const graph::Node& tree = graph_[id];
  const std::string& wanted = tree_class_;
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

// A tree cuts its probabilities to n_classes_ before its owner adds them, and one column broadcasts to all.
absl::Status MemberTrees::CheckClassCounts(Id tree, const Place& place) const {
  const Place at = place / "n_classes_";
  ASSIGN_OR_RETURN(NdArray<int64_t> counts,
                   context_.Ints(graph_.Find(tree, "n_classes_"), at.path(), ImportContext::Of::kSequence));
  const auto is_size = [](int64_t n, uint64_t size) { return n >= 0 && static_cast<uint64_t>(n) == size; };
  const bool is_list = counts.shape.size() == 1, wants_list = expected_.n_outputs() > 1;
  if (is_list == wants_list && std::ranges::equal(counts.values, expected_.n_classes, is_size)) return absl::OkStatus();
  return at.Wrong("n_classes", "other numbers", "its owner's");
}

absl::Status MemberTrees::CheckAttributes(const Class& type, const graph::Node& state, const Place& place) const {
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

absl::Status MemberTrees::CheckSettings(Id tree, const Place& place) const {
  for (const Parameter& parameter : parameters_) {
    const bool is_setting = std::ranges::find(kMissingSettings, parameter.name) != std::ranges::end(kMissingSettings);
    if (!is_setting || !parameter.IsIn(context_.sklearn())) continue;
    const Id id = graph_.Find(tree, parameter.name);
    if (id == kNoId) return (place / parameter.name).Unsupported("nothing", "Every tree of this release has it.");
    if (parameter.name != "monotonic_cst" && graph_[id].kind != Kind::kStr)
      return (place / parameter.name).Unsupported(TypeName(graph_[id]), "It is text.");
  }
  return absl::OkStatus();
}

absl::Status MemberTrees::CheckVersion(Id tree, const Place& place) const {
  const Id id = graph_.Find(tree, "_sklearn_version");
  if (id == kNoId) return absl::OkStatus();
  const bool is_text = graph_[id].kind == Kind::kStr;
  const std::optional<Version> version = is_text ? Version::Parse(graph_[id].text) : std::nullopt;
  if (version == context_.sklearn()) return absl::OkStatus();
  return (place / "_sklearn_version")
      .Unsupported(is_text ? graph_[id].text : "another value", "An estimator and its trees are of one release.");
}

absl::Status MemberTrees::CheckNumber(Id tree, const Place& place, std::string_view attribute, uint64_t wanted) const {
  const Place at = place / attribute;
  ASSIGN_OR_RETURN(int64_t number, context_.Int(graph_.Find(tree, attribute), at.path()));
  if (number >= 0 && static_cast<uint64_t>(number) == wanted) return absl::OkStatus();
  return at.Wrong(attribute, absl::StrCat(number), absl::StrCat(wanted, ", as its owner has"));
}

// classes_ of a tree are 0, 1, ...: indexes of its owner's labels.
absl::Status MemberTrees::CheckClasses(Id tree, const Place& place) const {
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

}  // namespace pratique
