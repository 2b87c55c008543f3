#include "estimators/compose/multi_output.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/compose/parts.h"
#include "estimators/compose/side_by_side.h"
#include "import/sklearn/import_context.h"
#include "status_macros.h"

namespace pratique {
namespace {

std::string OneOf(size_t k) { return absl::StrCat("estimators_[", k, "]"); }

}  // namespace

std::optional<Violation> MultiOutput::Invariant() const {
  for (size_t k = 0; k < classes.size(); ++k) {
    const std::string at = absl::StrCat("classes[", k, "]");
    if (auto violation = classes[k].Invariant(at)) return violation;
    if (classes[k].missing != fb::Missing::No)
      return Violation{at + ".missing", "labels", fb::EnumNameMissing(classes[k].missing), "No"};
    if (classes[k].dtype != classes[0].dtype)
      return Violation{at + ".dtype", "one_dtype", fb::EnumNameDType(classes[k].dtype),
                       fb::EnumNameDType(classes[0].dtype)};
  }
  return std::nullopt;
}

absl::StatusOr<Signature> MultiOutput::Infer(const Children& children) const {
  if (children.size() != n_outputs)
    return Mismatch(absl::StrCat("has ", n_outputs, " outputs, but owns ", children.size(), " objects"));
  const bool classifier = !classes.empty();
  Signature whole;
  bool proba = classifier;
  for (size_t k = 0; k < children.size(); ++k) {
    RETURN_IF_ERROR(CheckOwned(children, k, OneOf(k)));
    const Signature& s = children.signatures[k];
    if (!s.Has(Method::kPredict) || !s.one_dimensional || s.n_outputs != 1)
      return Mismatch(absl::StrCat(OneOf(k), " does not predict one output"));
    if (classifier ? s.classes.size() != 1 || !(s.classes[0] == classes[k]) : !s.classes.empty())
      return Mismatch(absl::StrCat(OneOf(k), classifier ? " has other classes" : " is a classifier"));
    proba &= s.Has(Method::kPredictProba);
    RETURN_IF_ERROR(TakesTheSame(whole, s, OneOf(k)));
  }
  whole.n_outputs = n_outputs;
  whole.one_dimensional = false;
  whole.proba_is_list = true;
  whole.classes = classes;
  whole.widest = std::max<uint64_t>(whole.widest, n_outputs);
  whole.has_methods = true;
  whole.methods = {Method::kPredict};
  if (proba) whole.methods.push_back(Method::kPredictProba);
  return whole;
}

// classes_, which fit makes of the estimators'; partial_fit leaves it to them.
absl::Status MultiOutput::ImportClasses(ImportContext& context, std::span<const graph::Id> estimators) {
  const graph::Graph& graph = context.graph();
  const graph::Id list = context.Take("classes_");
  if (list != graph::kNoId && (graph[list].kind != graph::Kind::kList || graph[list].items.size() != estimators.size()))
    return context.Invalid("classes_", "another value", "a list, one array an estimator");
  std::vector<Values> all;
  for (size_t k = 0; k < estimators.size(); ++k) {
    const graph::Id one = list != graph::kNoId ? graph[list].items[k] : graph.Find(estimators[k], "classes_");
    ASSIGN_OR_RETURN(const Values values, context.ValuesOf(one, "classes_"));
    // numpy's array of all predictions would have a dtype that holds them all.
    if (!all.empty() && all[0].dtype != values.dtype) {
      return context.Unsupported("classes_", "outputs of several dtypes",
                                 "Encode the labels of all outputs as one dtype.");
    }
    all.push_back(values);
  }
  classes = Keep(context, all);
  return absl::OkStatus();
}

absl::Status MultiOutput::Import(ImportContext& context) {
  RETURN_IF_ERROR(TakeTemplate(context, "estimator"));
  const graph::Id list = context.Take("estimators_");
  if (list == graph::kNoId) return context.Absent("estimators_", "a list of fitted estimators");
  const std::vector<graph::Id> estimators = context.graph()[list].items;
  if (context.graph()[list].kind != graph::Kind::kList || estimators.empty())
    return context.Invalid("estimators_", "another value", "a list of fitted estimators");
  if (context.class_name() == "MultiOutputClassifier") RETURN_IF_ERROR(ImportClasses(context, estimators));
  n_outputs = static_cast<uint32_t>(estimators.size());
  for (size_t k = 0; k < estimators.size(); ++k) context.Child(estimators[k], OneOf(k));
  if (estimators.size() > 1) context.SharesRows();
  return context.ByName(this);
}

// np.asarray([e.predict(X) for e in estimators_]).T; probabilities are a list, one array an output.
absl::StatusOr<Data> MultiOutput::OfAll(Method method, const Data& X, Run& run) const {
  std::span<Block> blocks = run.arena.NewUninitialized<Block>(run.children().size());
  for (size_t k = 0; k < blocks.size(); ++k) {
    ASSIGN_OR_RETURN(const Data one, run.children()[k]->Call(method, X, run));
    blocks[k] = {one};
  }
  return SideBySide(blocks, Rows(X), /*sparse=*/false, run);
}

}  // namespace pratique
