#include "import/sklearn/importer.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "import/sklearn/attribute_names.h"
#include "import/sklearn/elements.h"
#include "import/sklearn/shown.h"
#include "pratique/rejection.h"
#include "registry/parameters.h"
#include "state/layout.h"
#include "status_macros.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;
using graph::Node;

// What BaseEstimator, set_output and set_fit_request put into any object; without effect on the values of predictions.
constexpr std::string_view kInertEverywhere = "_sklearn_version _sklearn_output_config _metadata_request";

// Parameters of many classes that CheckCommonParameter reads; a class whose predict does not names them as of fit.
constexpr std::string_view kCommon = "copy n_estimators n_jobs verbose";

// Parameters that hold what was to be fitted.
constexpr std::string_view kTemplates = "base_estimator estimator final_estimator regressor";

// Parameters that any class of scikit-learn's takes a sequence for. In another predict computes with it, or stops.
constexpr std::string_view kSequences =
    "Cs U_init V_init alpha alphas categorical_features categories chain_method class_prior class_weight classes "
    "code_init connectivity constant covariance_prior cv degree dict_init dictionary drop dtype estimators "
    "feature_range fill_value hidden_layer_sizes init interaction_cst knots l1_ratio l1_ratios max_value mean_prior "
    "means_init min_categories min_value monotonic_cst n_bins n_clusters ngram_range noise_variance_init order "
    "outlier_label param_distributions param_grid patch_size precisions_init precompute preference priors "
    "quantile_range random_state scoring seeds steps stop_words thresholds transform_input transformer_list "
    "transformers vocabulary w_init weights weights_init";

// Those whose __init__ makes a tree, of which a new one with their criterion is asked for its tags.
constexpr std::string_view kForests =
    "ExtraTreesClassifier ExtraTreesRegressor RandomForestClassifier RandomForestRegressor RandomTreesEmbedding";

constexpr Version kOldest{1, 0, 0}, kNewest{1, 9, 99};

constexpr size_t kMostVersions = 100, kMostDropped = 1000, kMostFrames = 100;  // that are listed

// What to do about an estimator of a class that is not read.
std::string_view HelpWith(std::string_view name) {
  if (name.starts_with("catboost.")) {
    return "Models of CatBoost are not read, neither pickled nor as .cbm: fit one of scikit-learn's, XGBoost's or "
           "LightGBM's instead, or keep it to CatBoost and save it as .json or .onnx, which holds no pickle.";
  }
  return "`pratique types` lists what this build supports.";
}

Rejection UnsupportedClass(const Registry& registry, const Node& node, const std::string& path) {
  const std::string name = TypeName(node);
  const bool known = registry.IsKnown(name);
  return {.stage = Stage::kAudit,
          .reason = Reason::kUnsupported,
          .code = known ? "type.unsupported" : "type.unknown",
          .path = path,
          .offset = node.offset,
          .got = Escape(name),
          .message = known ? absl::StrCat(Escape(name), " is known, but not yet supported")
                           : absl::StrCat(Escape(name), " is not a type that pratique knows"),
          .help = std::string(HelpWith(name))};
}

Rejection NotFitted(const Node& node, const std::string& path) {
  return {.stage = Stage::kAudit,
          .reason = Reason::kUnsupported,
          .code = "state.not_fitted",
          .path = path,
          .offset = node.offset,
          .message = absl::StrCat(Escape(TypeName(node)), " was saved without ever being fitted"),
          .help = "Call fit before saving it; if another of its attributes is the model, save that."};
}

}  // namespace

absl::StatusOr<const Class*> Importer::ClassOf(Id object, const std::string& path) const {
  if (object == graph::kNoId) {
    return ToStatus({.stage = Stage::kAudit,
                     .reason = Reason::kUnsupported,
                     .code = "state.absent",
                     .path = path,
                     .got = "nothing",
                     .expected = "a fitted estimator",
                     .message = "is absent, where a fitted estimator is needed",
                     .help = "Fit the model before it is saved."});
  }
  const Node& node = graph_[object];
  if (node.kind != Kind::kObject) {
    return ToStatus({.stage = Stage::kAudit,
                     .reason = Reason::kUnsupported,
                     .code = "type.not_an_estimator",
                     .path = path,
                     .offset = node.offset,
                     .got = Escape(TypeName(node)),
                     .expected = "a fitted estimator",
                     .message = absl::StrCat("holds a ", Escape(TypeName(node)), ", not a fitted estimator"),
                     .help = "If the estimator is inside it, name the place with --root."});
  }
  const Class* type = registry_.FindAlias(TypeName(node));
  if (type == nullptr) return ToStatus(UnsupportedClass(registry_, node, path));
  if (node.made != graph::Made::kNew || !node.list_items.empty() || !node.dict_items.empty()) {
    return ToStatus(
        {.stage = Stage::kAudit,
         .reason = Reason::kMalformed,
         .code = "state.object",
         .path = path,
         .offset = node.offset,
         .message = absl::StrCat(Escape(TypeName(node)), " is not made the way scikit-learn's objects are")});
  }
  if (node.state == kNoId || graph_[node.state].kind != Kind::kDict) {
    return ToStatus({.stage = Stage::kAudit,
                     .reason = Reason::kMalformed,
                     .code = "state.object",
                     .path = path,
                     .offset = node.offset,
                     .message = absl::StrCat(Escape(TypeName(node)),
                                             " has no attributes: it was never fitted, or the file is damaged")});
  }
  return type;
}

absl::Status Importer::TakeVersion(Id object, Parent& self) {
  const Id id = graph_.Find(object, "_sklearn_version");
  if (id == kNoId || graph_[id].kind != Kind::kStr) {
    if (self.has_version) return absl::OkStatus();
    return ToStatus({.stage = Stage::kAudit,
                     .reason = Reason::kUnsupported,
                     .code = "state.version",
                     .path = self.path,
                     .offset = graph_[object].offset,
                     .message = "does not say which scikit-learn release made it",
                     .help = "Save the model again with scikit-learn 1.0 to 1.9."});
  }
  const std::string_view text = graph_[id].text;
  const std::string shown = Escape(text, 40);
  if (versions_.size() < kMostVersions && seen_versions_.insert(shown).second) versions_.push_back(shown);
  std::optional<Version> version = Version::Parse(text);
  if (!version || *version < kOldest || *version > kNewest) {
    return ToStatus({.stage = Stage::kAudit,
                     .reason = Reason::kUnsupported,
                     .code = "state.version",
                     .path = self.path,
                     .offset = graph_[id].offset,
                     .got = shown,
                     .expected = "1.0 to 1.9",
                     .message = absl::StrCat("was made by scikit-learn ", shown, "; this build reads 1.0 to 1.9"),
                     .help = "Update pratique, or save the model with a release this build reads."});
  }
  self.version = *version;
  self.has_version = true;
  return absl::OkStatus();
}

void Importer::NoteUndone(const Change& change) {
  std::string text = absl::StrCat("scikit-learn ", change.Release(), ": ", std::string(change.what));
  if (std::ranges::find(normalized_, text) == normalized_.end()) normalized_.push_back(std::move(text));
}

// A file can drop any number of attributes, under paths as long as its estimators are nested deep.
void Importer::NoteDropped(const std::string& path, std::string_view attribute) {
  ++dropped_total_;
  if (dropped_.size() < kMostDropped) dropped_.push_back(absl::StrCat(path, ".", std::string(attribute)));
}

// Why a class is not imported: of two reasons a release that is not read is the better one to know.
absl::Status Importer::OfItsRelease(Id object, Parent self, const absl::Status& status) {
  self.has_version = true;  // of a class that is not known no version is demanded
  const absl::Status version = TakeVersion(object, self);
  const bool of_sklearn = graph_[object].kind == Kind::kObject && TypeName(graph_[object]).starts_with("sklearn.");
  return version.ok() || !of_sklearn ? status : version;
}

bool Importer::IsFitted(Id object) const {
  if (!TypeName(graph_[object]).starts_with("sklearn.")) return true;
  if (graph_[object].state == kNoId) return false;
  const Node& state = graph_[graph_[object].state];
  for (size_t i = 0; i + 1 < state.items.size(); i += 2) {
    const Node& key = graph_[state.items[i]];
    if (key.kind == Kind::kStr && key.text.ends_with('_')) return true;
  }
  return false;
}

absl::Status Importer::CheckAllKnown(const ImportContext& context) {
  std::set<std::string_view> judged = context.known_;  // a state can have the same key again and again
  const std::vector<Parameter> parameters = ParametersOf(context.type_.name);
  // What a library's attributes are called is known of those that ship: of a program's own type any name can be one.
  const bool is_own = Registry::Builtin().Find(context.type_.name) != &context.type_;
  const Node& state = graph_[graph_[context.object_].state];
  for (size_t i = 0; i + 1 < state.items.size(); i += 2) {
    const Node& key = graph_[state.items[i]];
    const std::string_view name = key.kind == Kind::kStr ? key.text : std::string_view();
    if (!judged.insert(name).second) continue;
    if (HasWord(kCommon, name) && std::ranges::count(parameters, name, &Parameter::name) > 0) continue;
    const bool inert = context.type_.IsInert(name) || HasWord(kInertEverywhere, name);
    if (!inert && (is_own || CouldBeSklearns(name))) {
      return ToStatus(
          {.stage = Stage::kAudit,
           .reason = Reason::kUnsupported,
           .code = "state.unknown_attribute",
           .path = absl::StrCat(context.path_, ".", Escape(name, 80)),
           .offset = key.offset,
           .message = absl::StrCat("attribute '", Escape(name, 80), "' is not known and could change predictions"),
           .help =
               "If you or a tool set it, delete it (del model.attribute) and save again; else please report it with "
               "the scikit-learn version that wrote the file."});
    }
    // What only a tool can have set, or what fit left behind.
    if (!inert || (!IsHyperparameter(name) && !name.starts_with("_sklearn"))) {
      NoteDropped(context.path_, Escape(name, 80));
    }
  }
  return absl::OkStatus();
}

// set_output chooses the container of results, and any other value makes transform raise.
absl::Status Importer::CheckOutputConfig(const ImportContext& context, bool is_named) {
  const Id id = graph_.Find(context.object_, "_sklearn_output_config");
  if (id == kNoId) return absl::OkStatus();
  bool known = graph_[id].kind == Kind::kDict;
  for (size_t i = 0; known && i + 1 < graph_[id].items.size(); i += 2) {
    const Node &method = graph_[graph_[id].items[i]], &container = graph_[graph_[id].items[i + 1]];
    known = method.kind == Kind::kStr && method.text == "transform" && container.kind == Kind::kStr &&
            HasWord("default pandas polars", container.text);
    if (!known || container.text == "default") continue;
    // Its frames would have made-up names, which the next part of the chain did not see in fit.
    if (is_named && context.Has("n_features_in_") && context.IsNone(graph_.Find(context.object_, "feature_names_in_")))
      return context.Unsupported("feature_names_in_", "nothing",
                                 "set_output makes frames, whose names follow from it.");
    ++set_output_total_;
    if (set_output_.size() < kMostFrames) set_output_.push_back({context.path_, std::string(container.text)});
  }
  if (known) return absl::OkStatus();
  return context.Unsupported("_sklearn_output_config", "another value", "set_output knows default, pandas and polars.");
}

// Parameters that many classes have, and that predict meets even where it does not use them.
absl::Status Importer::CheckCommonParameter(ImportContext& context, std::string_view name, bool shares_rows) {
  const Id id = graph_.Find(context.object_, name);
  const Kind kind = graph_[id].kind;
  if (name == "copy") {
    if (kind == Kind::kStr && graph_[id].text == "deprecated") return absl::OkStatus();  // Birch of 1.6 and 1.7
    const auto& methods = context.type_.form->methods;
    if (std::ranges::all_of(methods, [](MethodFn method) { return method == nullptr; })) return absl::OkStatus();
    ASSIGN_OR_RETURN(bool copies, context.Bool(id, name));
    if (copies || !shares_rows) return absl::OkStatus();
    return context.Unsupported(
        name, "False beside others that read the same rows",
        "It works in place, so that the next part of a FeatureUnion or ColumnTransformer sees its results as rows.");
  }
  if (name == "n_jobs" || name == "n_estimators") {  // forests share their trees out among jobs
    const std::optional<int64_t> number = ReadPlainNumber<int64_t>(graph_[id]);
    if (number && (name == "n_jobs" ? *number != 0 : *number > 0)) return absl::OkStatus();
    if (name == "n_jobs" && graph_[id].kind == Kind::kNone) return absl::OkStatus();
    return context.Unsupported(name, TypeName(graph_[id]), "it is a number but 0, and n_jobs can be None");
  }
  if (name == "verbose") {
    if (kind == Kind::kStr && graph_[id].text == "deprecated") return absl::OkStatus();
    // joblib.Parallel divides by what follows from it.
    const double least = context.type_.name.starts_with("sklearn.ensemble.") ? 0 : -HUGE_VAL;
    const std::optional<double> number = ReadPlainNumber<double>(graph_[id]);
    if (kind == Kind::kBool || (number && *number >= least && std::isfinite(*number))) return absl::OkStatus();
    return context.Unsupported(name, TypeName(graph_[id]), "it is a number or a flag");
  }
  return absl::OkStatus();
}

// __init__ sets every parameter of its release and no other. An object that was fitted by one release and saved again
// by the next says it is of the newer, and predicts there by what its attributes happen to be.
absl::Status Importer::CheckParameters(ImportContext& context, bool shares_rows) {
  for (const Parameter& parameter : ParametersOf(context.type_.name)) {
    const bool has = context.Has(parameter.name);
    // An attribute that was no parameter yet can be one of the class that this one derives from.
    if (has && !parameter.IsIn(current_) && !HasWord(context.type_.inert, parameter.name)) {
      return context.Unsupported(
          parameter.name,
          absl::StrCat("a parameter that scikit-learn ", current_.major, ".", current_.minor, " does not have"),
          "Fitted by one scikit-learn and saved again by another? Convert the original file.");
    }
    // One that every release has is in every object, whether or not predict reads it.
    if (!has && parameter.IsIn(current_) && (parameter.first == 0 || !context.type_.IsInert(parameter.name)))
      return context.SavedAgain(parameter.name);
    if (!has) continue;
    const Node value = graph_[graph_.Find(context.object_, parameter.name)];
    const bool is_sequence =
        value.kind == Kind::kList || value.kind == Kind::kTuple || (value.kind == Kind::kArray && !value.is_scalar);
    if (is_sequence && context.type_.name.starts_with("sklearn.") && !HasWord(kSequences, parameter.name)) {
      return context.Unsupported(parameter.name, TypeName(value),
                                 "scikit-learn takes no list or array there: set it back, or fit it again.");
    }
    RETURN_IF_ERROR(CheckCommonParameter(context, parameter.name, shares_rows));
    if (HasWord(kTemplates, parameter.name)) RETURN_IF_ERROR(CheckTemplate(context, parameter.name));
  }
  return absl::OkStatus();
}

// What was to be fitted is asked for its tags (sklearn/utils/_tags.py get_tags, since 1.6), which follow from its class
// and parameters, and from those of what it holds: it is an estimator, and has the parameters of its class.
absl::Status Importer::CheckTemplate(const ImportContext& context, std::string_view name) {
  const Id root = graph_.Find(context.object_, name);
  if (graph_[root].kind != Kind::kObject) return absl::OkStatus();  // None and 'deprecated', where a class takes them
  std::vector<Id> next{root};
  const auto refuse = [&](std::string_view got) {
    return context.Unsupported(name, got, "The estimator that was to be fitted stands there, as its class makes it.");
  };
  while (!next.empty()) {
    const Id id = next.back();
    next.pop_back();
    if (!templates_.emplace(current_, id).second) continue;  // many owners can have one
    const std::string of = TypeName(graph_[id]);
    if (graph_[id].kind != Kind::kObject || graph_[id].made != graph::Made::kNew || !registry_.IsKnown(of))
      return refuse(of);  // a slice, a kernel
    const Class* type = registry_.FindAlias(of);
    if (type == nullptr) continue;
    for (const Parameter& parameter : ParametersOf(type->name)) {
      const Id value = graph_.Find(id, parameter.name);
      if (value == kNoId && parameter.first == 0 && parameter.IsIn(current_))
        return context.SavedAgain(absl::StrCat(std::string(name), ".", std::string(parameter.name)));
      if (value != kNoId && HasWord(kTemplates, parameter.name) && graph_[value].kind == Kind::kObject)
        next.push_back(value);
    }
    if (HasWord(kForests, type->short_name()) && current_ >= Version{1, 4, 0}) {
      const Id tree = graph_.Find(id, "estimator"), criterion = graph_.Find(id, "criterion");
      const bool is_text = criterion == kNoId || graph_[criterion].kind == Kind::kStr;  // or of the class
      if (tree == kNoId || !TypeName(graph_[tree]).starts_with("sklearn.tree.") || !is_text)
        return refuse("a forest of what are no trees");
      next.push_back(tree);
    }
    const Id steps = type->short_name() == "Pipeline" ? graph_.Find(id, "steps") : kNoId;
    if (steps == kNoId) continue;
    const bool is_sequence = graph_[steps].kind == Kind::kList || graph_[steps].kind == Kind::kTuple;
    if (!is_sequence || graph_[steps].items.empty()) return refuse("a Pipeline without steps");
    for (const Id step : graph_[steps].items) {
      if (graph_[step].kind != Kind::kTuple || graph_[step].items.size() != 2)
        return refuse("a Pipeline whose step is no pair of a name and an estimator");
      const Id estimator = graph_[step].items[1];
      if (graph_[estimator].kind != Kind::kNone && graph_[estimator].kind != Kind::kStr) next.push_back(estimator);
    }
  }
  return absl::OkStatus();
}

namespace {

// What stands in the place of an estimator, and is asked as one: an empty text, or why it gives no answer.
std::string_view WhyUnasked(const graph::Graph& graph, Id id, const Class& owner, Version release) {
  if (id == kNoId || graph[id].kind != Kind::kObject || graph[id].name != "Booster") return {};
  const Node part = graph[id];
  if (part.module.starts_with("xgboost")) return "XGBoost's Booster predicts of a DMatrix alone: give an XGBModel.";
  if (part.module.starts_with("lightgbm") && owner.short_name() == "Pipeline" && release >= Version{1, 6, 0})
    return "A Pipeline asks whether its step is fitted, which a Booster does not say: give an LGBMModel.";
  return {};
}

}  // namespace

absl::StatusOr<uint32_t> Importer::ImportObject(Id object, std::string role, const Parent& parent, uint32_t depth) {
  Parent self = parent;
  self.path = parent.path.empty() ? role : absl::StrCat(parent.path, ".", role);
  if (depth > limits_.depth) {
    return ToStatus({.stage = Stage::kAudit,
                     .reason = Reason::kLimit,
                     .code = "limit.depth",
                     .path = self.path,
                     .message = absl::StrCat("estimators are nested deeper than ", limits_.depth),
                     .help = "Raise limits.depth in the policy if you trust the source."});
  }
  absl::StatusOr<const Class*> type = ClassOf(object, self.path);
  if (!type.ok()) return object == graph::kNoId ? type.status() : OfItsRelease(object, self, type.status());
  const std::string path = absl::StrCat(self.path, " ", std::string((*type)->short_name()));
  self.has_version |=
      !(*type)->name.starts_with("sklearn.");  // only its own classes say of which scikit-learn they are
  RETURN_IF_ERROR(TakeVersion(object, self));

  std::vector<ImportContext::ChildToImport> children;
  ObjectToWrite written{std::string((*type)->name), std::move(role), "", 0, ""};
  std::vector<uint32_t> owned;
  {
    Arena arena;
    arena.SetLimit(budget_ - spent_);
    const struct Spend {  // what was charged, also for an object that is refused in the end
      ~Spend() { spent += arena.charged(); }
      const Arena& arena;
      uint64_t& spent;
    } spend{arena, spent_};
    arena.Charge(kObject);
    arena.Charge(graph_[graph_[object].state].items.size() * sizeof(Id));  // read again for each object that has it
    ImportContext context(*this, object, **type, path, arena);
    current_ = self.version;
    void* state = arena.New<std::byte>((*type)->form->info->size).data();
    absl::Status status = (*type)->form->import ? (*type)->form->import(context, state) : context.ByName(state);
    if (!status.ok()) {
      const Rejection why = *GetRejection(status);
      const bool lacks = why.reason == Reason::kInvalid || why.code == "state.absent";
      return lacks && !IsFitted(object) ? ToStatus(NotFitted(graph_[object], path)) : status;
    }
    RETURN_IF_ERROR(CheckAllKnown(context));
    RETURN_IF_ERROR(CheckParameters(context, self.shares_rows));
    RETURN_IF_ERROR(CheckOutputConfig(context, self.is_named));
    if ((*type)->short_name() == "ColumnTransformer")
      self.is_named = !context.IsNone(graph_.Find(object, "feature_names_in_"));
    else if (!HasWord("Pipeline FeatureUnion", (*type)->short_name()))
      self.is_named = false;
    self.shares_rows |= context.shares_rows_;
    written.params = ParamsJson(graph_, object);
    arena.Charge(written.params.size());
    const auto encode = [&](const Class& form_of, const void* what) {
      arena.Charge(EncodedSize(form_of.form->plan(), what));
      return Encode(form_of.form->plan(), what);
    };
    ASSIGN_OR_RETURN(std::string encoded, encode(**type, state));
    written.state = std::move(encoded);
    // Parts that the importer made itself live in this arena: encoded now, placed in order below.
    for (ImportContext::ChildToImport& child : context.children_) {
      if (child.state != nullptr) {
        ASSIGN_OR_RETURN(std::string part, encode(*child.type, child.state));
        owned.push_back(static_cast<uint32_t>(file_.objects.size()));
        file_.objects.push_back({std::string(child.type->name), child.role, "", 0, std::move(part)});
      } else {
        children.push_back(std::move(child));
      }
    }
  }
  for (ImportContext::ChildToImport& child : children) {
    if (const std::string_view why = WhyUnasked(graph_, child.object, **type, self.version); !why.empty())
      return ToStatus({.stage = Stage::kAudit,
                       .reason = Reason::kUnsupported,
                       .code = "state.unsupported_value",
                       .path = absl::StrCat(path, ".", child.role),
                       .got = Escape(TypeName(graph_[child.object])),
                       .message = "is a part that scikit-learn cannot ask",
                       .help = std::string(why)});
    ASSIGN_OR_RETURN(uint32_t index, ImportObject(child.object, std::move(child.role), self, depth + 1));
    owned.push_back(index);
  }
  file_.objects.push_back(std::move(written));
  if (file_.objects.size() > limits_.objects) {
    return ToStatus({.stage = Stage::kAudit,
                     .reason = Reason::kLimit,
                     .code = "limit.objects",
                     .path = path,
                     .message = absl::StrCat("more than ", limits_.objects, " objects"),
                     .help = "Raise limits.objects in the policy if you trust the source."});
  }
  for (uint32_t child : owned) file_.objects[child].owner = static_cast<uint32_t>(file_.objects.size());
  return static_cast<uint32_t>(file_.objects.size() - 1);
}

namespace {

// An attribute of the object that Python asks for in place of the method of its class: an empty text for none.
std::string_view HiddenMethod(const graph::Graph& graph, const Node& object) {
  if (object.state == kNoId || graph[object.state].kind != Kind::kDict) return {};
  const std::vector<Id>& attributes = graph[object.state].items;
  for (size_t i = 0; i + 1 < attributes.size(); i += 2) {
    const Node& key = graph[attributes[i]];
    if (key.kind != Kind::kStr || !HidesMethod(key.text)) continue;
    if (!IsOwnMethod(graph, attributes[i + 1], object, key.text)) return key.text;
  }
  return {};
}

absl::Status UnsupportedPart(const Node& node, std::string_view message, std::string_view help) {
  return ToStatus({.stage = Stage::kAudit,
                   .reason = Reason::kUnsupported,
                   .code = "state.unsupported_value",
                   .path = "model",
                   .offset = node.offset,
                   .got = Escape(TypeName(node)),
                   .message = std::string(message),
                   .help = std::string(help)});
}

}  // namespace

// What stands anywhere in the model, also where it is read attribute by attribute, or not at all.
absl::Status Importer::CheckParts(Id root) const {
  std::vector<bool> seen(graph_.size()), judged(graph_.size());
  std::vector<Id> next{root};
  const auto add = [&](const std::vector<Id>& ids) { next.insert(next.end(), ids.begin(), ids.end()); };
  while (!next.empty()) {
    const Id id = next.back();
    next.pop_back();
    if (id == kNoId || seen[id]) continue;
    seen[id] = true;
    const Node node = graph_[id];
    next.push_back(node.state);
    add(node.items);
    add(node.list_items);
    add(node.dict_items);
    const bool of_boosters = node.module.starts_with("xgboost") || node.module.starts_with("lightgbm");
    if (node.kind != Kind::kObject || (!of_boosters && !node.module.starts_with("sklearn."))) continue;
    // A Booster gives its bytes to its own library when Python loads the file: wherever it stands, an estimator that
    // was imported has proven them.
    if (of_boosters && node.name == "Booster" && !proven_.contains(id)) {
      return UnsupportedPart(node, "holds a Booster that no estimator predicts with, so that its bytes are not proven",
                             "Delete the attribute that holds it and save again.");
    }
    // Requests of metadata are kept by the names of methods.
    if (node.module == "sklearn.utils._metadata_requests") continue;
    if (node.state == kNoId || judged[node.state]) continue;  // many objects can have one state
    judged[node.state] = true;
    if (const std::string_view method = HiddenMethod(graph_, node); !method.empty()) {
      return UnsupportedPart(node,
                             absl::StrCat("holds a ", Escape(TypeName(node)), " whose attribute '", Escape(method, 80),
                                          "' hides the method of its class"),
                             "If you or a tool set it, delete it and save again.");
    }
  }
  return absl::OkStatus();
}

absl::Status Importer::Unfolds(Id root) const {
  if (budget_ == limits_.memory) {  // less than a stream of this size may unfold to
    return ToStatus({.stage = Stage::kAudit,
                     .reason = Reason::kLimit,
                     .code = "limit.memory",
                     .offset = graph_[root].offset,
                     .expected = absl::StrCat("at most ", limits_.memory, " bytes"),
                     .message = absl::StrCat("needs more memory than the limit of ", limits_.memory, " bytes"),
                     .help = "Raise limits.memory in the policy if you trust the source."});
  }
  return ToStatus({.stage = Stage::kAudit,
                   .reason = Reason::kMalformed,
                   .code = "pickle.unfolds",
                   .offset = graph_[root].offset,
                   .message = absl::StrCat("the model is more than the stream of ", graph_.stream_bytes,
                                           " bytes holds: an object, array or text is used again and again"),
                   .help = "No pickler writes this of an honest model. Do not load the file."});
}

absl::StatusOr<FileToWrite> Importer::Run(Id root) {
  if (IsSpent()) return Unfolds(root);
  try {
    RETURN_IF_ERROR(ImportObject(root, "model", {}, 0).status());
    RETURN_IF_ERROR(CheckParts(root));
    return std::move(file_);
  } catch (const Arena::OverLimit&) {
    return Unfolds(root);
  }
}

}  // namespace pratique
