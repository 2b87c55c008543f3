#include "estimators/compose/parts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "status_macros.h"

namespace pratique {
absl::Status CheckOwned(const Children& children, size_t i, std::string_view role) {
  if (children.signatures[i].tree_block) return Mismatch(absl::StrCat(std::string(role), " is not an estimator"));
  return children.CheckRole(i, role);
}

absl::Status TakesTheSame(Signature& whole, const Signature& one, std::string_view role) {
  if (one.n_features_in && whole.n_features_in && *one.n_features_in != *whole.n_features_in) {
    return Mismatch(
        absl::StrCat(std::string(role), " expects ", *one.n_features_in, " features, others ", *whole.n_features_in));
  }
  if (!whole.n_features_in) whole.n_features_in = one.n_features_in;
  if (whole.feature_names.empty()) whole.feature_names = one.feature_names;
  whole.text_input |= one.text_input;
  whole.widest = std::max(whole.widest, one.widest);
  return absl::OkStatus();
}

absl::Status CheckParts(Array<fb::Part> parts, const Children& children, RoleOf role_of) {
  const size_t estimators = std::ranges::count(parts, fb::Part::Estimator);
  if (estimators != children.size()) {
    return Mismatch(
        absl::StrCat("has ", estimators, " parts that are estimators, but owns ", children.size(), " objects"));
  }
  for (size_t t = 0, child = 0; t < parts.size(); ++t) {
    if (parts[t] == fb::Part::Passthrough) continue;
    RETURN_IF_ERROR(CheckOwned(children, child++, role_of(t)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<NamedPart>> NamedParts(ImportContext& context, std::string_view attribute,
                                                  size_t tuple_size) {
  const graph::Graph& graph = context.graph();
  const graph::Id list = context.Take(attribute);
  if (list == graph::kNoId) return context.Absent(attribute, "the attribute of a fitted estimator");
  if (graph[list].kind != graph::Kind::kList) return context.Invalid(attribute, "another type", "a list of tuples");
  std::vector<NamedPart> parts;
  for (graph::Id item : graph[list].items) {
    const graph::Node& tuple = graph[item];
    const bool is_sequence = tuple.kind == graph::Kind::kTuple || tuple.kind == graph::Kind::kList;
    if (!is_sequence || tuple.items.size() != tuple_size) {
      return context.Invalid(attribute, "another element", absl::StrCat("tuples of ", tuple_size));
    }
    ASSIGN_OR_RETURN(std::string_view name, context.String(tuple.items[0], attribute));
    parts.push_back({name, tuple.items[1], tuple_size > 2 ? tuple.items[2] : graph::kNoId});
  }
  return parts;
}

namespace {
bool IsText(const ImportContext& context, graph::Id part, std::string_view text) {
  return part != graph::kNoId && context.graph()[part].kind == graph::Kind::kStr && context.graph()[part].text == text;
}
}  // namespace

bool IsPassthrough(const ImportContext& context, graph::Id part) {
  return context.IsNone(part) || IsText(context, part, "passthrough");
}
bool IsDrop(const ImportContext& context, graph::Id part) { return IsText(context, part, "drop"); }

absl::Status TakeTemplate(ImportContext& context, std::string_view attribute, bool none_allowed) {
  const graph::Id value = context.Take(attribute);
  if (value == graph::kNoId) return context.SavedAgain(attribute);
  if (context.graph()[value].kind == graph::Kind::kObject || (none_allowed && context.IsNone(value)))
    return absl::OkStatus();
  return context.Unsupported(attribute, "what is no estimator", "The estimator that was to be fitted stands there.");
}

std::optional<Violation> WrongWeight(Array<double> weights, Array<fb::Weight> kinds) {
  for (size_t t = 0; t < weights.size(); ++t) {
    const fb::Weight kind = KindOfWeight(kinds, t);
    const double weight = weights[t];
    const bool good = kind == fb::Weight::Float || (kind == fb::Weight::None && weight == 1) ||
                      (kind == fb::Weight::Integer && std::abs(weight) <= 0x1p53 && std::trunc(weight) == weight);
    if (good) continue;
    return Violation{absl::StrCat("weights[", t, "]"), "kind_of_weight", absl::StrCat(weight),
                     kind == fb::Weight::None ? "1, as nothing is weighted" : "an integer"};
  }
  return std::nullopt;
}

// transformer_weights[name], 1 when there is none.
absl::StatusOr<WeightedParts::Factor> WeightedParts::WeightOf(std::string_view name) const {
  if (context_.IsNone(all_weights_)) return Factor{};
  if (context_.graph()[all_weights_].kind != graph::Kind::kDict) {
    return context_.Invalid("transformer_weights", "another type", "None or a dict");
  }
  const graph::Id weight = context_.graph().Find(all_weights_, name);
  if (context_.IsNone(weight)) return Factor{};
  // A number of numpy's makes float64 of float32 results in numpy 2, and did not in numpy 1; no file says which it
  // meets.
  const graph::Node& number = context_.graph()[weight];
  if (number.kind != graph::Kind::kInt && number.kind != graph::Kind::kFloat) {
    return context_.Unsupported("transformer_weights", "a weight that is no number of Python's",
                                "Give weights as Python's own int or float.");
  }
  ASSIGN_OR_RETURN(double value, context_.Double(weight, "transformer_weights"));
  if (std::isfinite(value) && std::abs(value) > std::numeric_limits<float>::max())
    return context_.Unsupported("transformer_weights", absl::StrCat(value), "float32 results would not hold it");
  if (number.kind == graph::Kind::kFloat) return Factor{value, fb::Weight::Float};
  if (std::abs(value) > 0x1p53)
    return context_.Unsupported("transformer_weights", absl::StrCat(value), "Beyond 2^53 no double holds it.");
  return Factor{value, fb::Weight::Integer};
}

absl::Status WeightedParts::Add(const NamedPart& part, bool passes) {
  ASSIGN_OR_RETURN(const Factor weight, WeightOf(part.name));
  if (!passes) context_.Child(part.estimator, role_of_(parts_.size()));
  names_.push_back(part.name);
  if (parts_.size() == 1) context_.SharesRows();
  parts_.push_back(passes ? fb::Part::Passthrough : fb::Part::Estimator);
  weights_.push_back(weight.value);
  kinds_.push_back(weight.kind);
  return absl::OkStatus();
}

}  // namespace pratique
