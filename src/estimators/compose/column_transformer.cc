#include "estimators/compose/column_transformer.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "absl/strings/str_cat.h"
#include "estimators/compose/part_names.h"
#include "estimators/compose/parts.h"
#include "estimators/compose/select_columns.h"
#include "estimators/compose/selection.h"
#include "estimators/compose/side_by_side.h"
#include "state/invariant/ragged.h"
#include "status_macros.h"

namespace pratique {
namespace {

std::string Transformer(size_t t) { return absl::StrCat("transformers_[", t, "]"); }

// The resolved columns of one transformer: integers of a list or an array.
absl::StatusOr<std::vector<uint32_t>> ChosenColumns(ImportContext& context, graph::Id list, uint64_t n_features) {
  constexpr std::string_view kAttribute = "_transformer_to_input_indices";
  if (list == graph::kNoId)
    return context.Invalid(kAttribute, "a transformer without columns", "columns for every transformer");
  if (const auto& dtype = context.graph()[list].dtype; dtype && dtype->kind == 'O')
    return context.Unsupported(kAttribute, "an array of objects", "frames are not selected by it.");
  ASSIGN_OR_RETURN(Array<int64_t> chosen, context.IntVector(list, kAttribute, ImportContext::Of::kSequence));
  for (int64_t column : chosen) {
    if (column < 0 || static_cast<uint64_t>(column) >= n_features) {
      return context.Invalid(kAttribute, absl::StrCat(column), absl::StrCat("a column from 0 to ", n_features - 1));
    }
  }
  return std::vector<uint32_t>(chosen.begin(), chosen.end());
}

// A single name or number selects a one-dimensional column, which only text vectorisers take.
bool SelectsOneDimension(const ImportContext& context, graph::Id columns) {
  if (columns == graph::kNoId) return false;
  const graph::Node& node = context.graph()[columns];
  return node.kind == graph::Kind::kStr || node.kind == graph::Kind::kInt ||
         (node.kind == graph::Kind::kArray && node.is_scalar);
}

bool TakesDocuments(const ImportContext& context, graph::Id transformer) {
  if (transformer == graph::kNoId) return false;
  const graph::Node& node = context.graph()[transformer];
  return node.kind == graph::Kind::kObject && node.module == "sklearn.feature_extraction.text" &&
         node.name.ends_with("Vectorizer");
}

// From 1.2 to 1.3 what stands for 'passthrough' is kept beside the transformers, by name.
absl::StatusOr<graph::Id> FittedPassthroughs(ImportContext& context) {
  if (context.sklearn() < Version{1, 2, 0} || context.sklearn() >= Version{1, 4, 0}) return graph::kNoId;
  const graph::Id fitted = context.Take("_name_to_fitted_passthrough");
  if (fitted == graph::kNoId) return context.SavedAgain("_name_to_fitted_passthrough");
  if (context.graph()[fitted].kind == graph::Kind::kDict) return fitted;
  return context.Unsupported("_name_to_fitted_passthrough", "another type", "fit makes it a dict");
}

// An array is selected by what stands in transformers_, a frame by the indices that fit worked out: both are the same.
absl::Status CheckSelects(ImportContext& context, graph::Id columns, const std::vector<uint32_t>& chosen,
                          uint64_t n_features) {
  ASSIGN_OR_RETURN(Selection selection, Selection::Of(context, columns));
  if (!selection.by_position) return absl::OkStatus();
  if (std::ranges::equal(selection.Positions(n_features, chosen.size() + 1), chosen)) return absl::OkStatus();
  return context.Unsupported("transformers_", "columns that differ from _transformer_to_input_indices",
                             "fit works out the one from the other.");
}

}  // namespace

std::optional<Violation> ColumnTransformer::Invariant() const {
  if (auto v = WrongWeight(weights, weight_kinds)) return v;
  return invariant::OffsetsForEach("column_offsets", column_offsets.size(), n_transformers);
}

absl::StatusOr<Signature> ColumnTransformer::Infer(const Children& children) const {
  RETURN_IF_ERROR(CheckParts(parts, children, Transformer));
  Signature whole;
  whole.n_features_in = n_features_in;
  whole.feature_names = feature_names;
  uint64_t width = 0;
  bool known = true;
  size_t child = 0;
  for (size_t t = 0; t < parts.size(); ++t) {
    const uint64_t given = ColumnsOf(t).size();
    if (parts[t] == fb::Part::Passthrough) {
      width += given;
      whole.text_input = true;
      continue;
    }
    const Signature& s = children.signatures[child++];
    if (!s.Has(Method::kTransform)) return Mismatch(absl::StrCat(Transformer(t), " has no transform"));
    if (s.rows != RowsAre::kFeatures)
      return Mismatch(absl::StrCat(Transformer(t), " takes labels, records or images, and no columns"));
    if (s.one_dimensional_transform) return Mismatch(absl::StrCat(Transformer(t), " gives one dimension, not two"));
    if (s.n_features_in && *s.n_features_in != given) {
      return Mismatch(
          absl::StrCat(Transformer(t), " expects ", *s.n_features_in, " features, is given ", given, " columns"));
    }
    for (size_t k = 0; k < s.feature_names.size() && !feature_names.empty(); ++k) {
      if (s.feature_names[k] != feature_names[ColumnsOf(t)[k]])
        return Mismatch(absl::StrCat(Transformer(t), " was fitted on other columns than it is given"));
    }
    whole.text_input |= s.text_input;
    whole.text_output |= s.text_output;
    known &= s.n_features_out.has_value();
    width += s.n_features_out.value_or(0);
    whole.widest = std::max({whole.widest, s.widest, given});
  }
  if (known) whole.n_features_out = width;
  whole.widest = std::max(whole.widest, width);
  return whole;
}

void ColumnTransformer::Columns(const Estimator& self, std::span<Takes> all) const {
  std::ranges::fill(all, Takes::kNothing);
  for (size_t t = 0, child = 0; t < parts.size(); ++t) {
    std::vector<Takes> own(ColumnsOf(t).size(), Takes::kAnything);
    if (parts[t] == fb::Part::Estimator) self.children[child++]->Columns(own);
    for (size_t k = 0; k < own.size(); ++k) all[ColumnsOf(t)[k]] = Both(all[ColumnsOf(t)[k]], own[k]);
  }
}

namespace {

// Since 1.4 transform looks up what it hands each transformer by the names that were asked for: those of `transformers`
// that are not "drop" and have columns, and of `_remainder`.
absl::Status CheckAsked(ImportContext& context, std::span<const NamedPart> fitted) {
  constexpr std::string_view kAsked = "transformers";
  const graph::Graph& graph = context.graph();
  const graph::Id list = context.Take(kAsked), of_columns = context.Take("_columns"), rest = context.Take("_remainder");
  const auto is_sequence = [&](graph::Id id) {
    return id != graph::kNoId && (graph[id].kind == graph::Kind::kList || graph[id].kind == graph::Kind::kTuple);
  };
  for (const auto& [attribute, id] : {std::pair(kAsked, list), {"_columns", of_columns}, {"_remainder", rest}}) {
    if (!is_sequence(id)) return context.Unsupported(attribute, "what is no list", "transform reads it: fit it again.");
  }
  std::set<std::string_view> names;
  const auto add = [&](graph::Id part, graph::Id columns) -> absl::Status {
    if (!is_sequence(part) || graph[part].items.size() != 3)
      return context.Unsupported(kAsked, "what is no tuple of three", "transform reads it: fit it again.");
    ASSIGN_OR_RETURN(const std::string_view name, context.String(graph[part].items[0], kAsked));
    const bool nothing = columns == graph::kNoId || (is_sequence(columns) && graph[columns].items.empty());
    if (!nothing && !IsDrop(context, graph[part].items[1])) names.insert(name);
    return absl::OkStatus();
  };
  for (size_t t = 0; t < std::min(graph[list].items.size(), graph[of_columns].items.size()); ++t)
    RETURN_IF_ERROR(add(graph[list].items[t], graph[of_columns].items[t]));
  if (graph[rest].items.size() != 3)
    return context.Unsupported("_remainder", "what is no tuple of three", "transform reads it: fit it again.");
  RETURN_IF_ERROR(add(rest, graph[rest].items[2]));
  for (const NamedPart& part : fitted) {
    if (!names.contains(part.name))
      return context.Unsupported(kAsked, "others than were fitted",
                                 "transform asks for their names: set them back, or fit it again.");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ColumnTransformer::Import(ImportContext& context) {
  const graph::Id indices = context.Take("_transformer_to_input_indices");
  if (indices == graph::kNoId && !context.Has("transformers_")) return context.Absent("transformers_", "a list");
  if (indices == graph::kNoId || context.graph()[indices].kind != graph::Kind::kDict) {
    return context.Unsupported("_transformer_to_input_indices", "absent",
                               "pratique reads ColumnTransformers of scikit-learn 1.0 and later.");
  }
  if (!context.Has("sparse_output_")) return context.SavedAgain("sparse_output_");
  const graph::Id fitted_names = context.graph().Find(context.id(), "feature_names_in_");
  if (fitted_names != graph::kNoId && context.graph()[fitted_names].kind != graph::Kind::kArray)
    return context.Unsupported("feature_names_in_", "no array", "Its names are chosen by indexes: set it back.");
  ASSIGN_OR_RETURN(auto transformers, NamedParts(context, "transformers_", 3));
  ASSIGN_OR_RETURN(int64_t n_features, context.Int(context.Take("n_features_in_"), "n_features_in_"));
  if (n_features < 1 || n_features > UINT32_MAX)
    return context.Invalid("n_features_in_", absl::StrCat(n_features), "at least 1");
  std::vector<NamedPart> used;
  WeightedParts kept(context, Transformer);
  std::vector<uint32_t> kept_columns, offsets{0};
  ASSIGN_OR_RETURN(graph::Id passthroughs, FittedPassthroughs(context));
  for (NamedPart& t : transformers) {
    if (const graph::Id fitted =
            passthroughs == graph::kNoId ? passthroughs : context.graph().Find(passthroughs, t.name);
        fitted != graph::kNoId) {
      t.estimator = fitted;
    }
    if (IsDrop(context, t.estimator)) continue;
    ASSIGN_OR_RETURN(auto chosen, ChosenColumns(context, context.graph().Find(indices, t.name), n_features));
    RETURN_IF_ERROR(CheckSelects(context, t.columns, chosen, n_features));
    if (chosen.empty()) continue;  // never fitted, gives nothing
    used.push_back(t);
    // Documents are one dimension; a frame of one column would be taken for its columns' names.
    if (const bool one = SelectsOneDimension(context, t.columns); one != TakesDocuments(context, t.estimator)) {
      return context.Unsupported(
          "transformers_",
          one ? "a transformer of one column without brackets" : "a text vectorizer of a list of columns",
          "Text vectorizers take 'text', all others ['text'].");
    }
    // None is for pipelines; since 1.4 fit puts a transformer in the place of 'passthrough', as it does in unions.
    const bool passes =
        context.sklearn() < Version{1, 4, 0} && !context.IsNone(t.estimator) && IsPassthrough(context, t.estimator);
    RETURN_IF_ERROR(kept.Add(t, passes));
    kept_columns.insert(kept_columns.end(), chosen.begin(), chosen.end());
    offsets.push_back(static_cast<uint32_t>(kept_columns.size()));
  }
  if (context.sklearn() >= Version{1, 4, 0}) RETURN_IF_ERROR(CheckAsked(context, used));
  n_features_in = static_cast<uint32_t>(n_features);
  kept.StoreIn(*this);
  const Naming verbose = TakeNaming(context, context.sklearn() >= Version{1, 6, 0});
  naming = verbose.rule;
  name_format = verbose.format;
  column_offsets = Keep(context, offsets);
  columns = Keep(context, kept_columns);
  return context.ByName(this);
}

absl::StatusOr<Strings> ColumnTransformer::FeatureNamesOut(FeatureNames& feature_names_out) const {
  ASSIGN_OR_RETURN(const Strings in, feature_names_out.In());
  std::vector<Strings> blocks(parts.size());
  for (size_t t = 0, child = 0; t < parts.size(); ++t) {
    const Array<uint32_t> taken = ColumnsOf(t);
    std::span<std::string_view> own = feature_names_out.New(taken.size());
    for (size_t k = 0; k < own.size(); ++k) own[k] = in[taken[k]];
    blocks[t] = own;
    if (parts[t] == fb::Part::Passthrough) continue;
    ASSIGN_OR_RETURN(blocks[t], feature_names_out.Of(*feature_names_out.children()[child++], blocks[t]));
  }
  return NamesSideBySide({naming, name_format}, names, blocks, feature_names_out);
}

absl::StatusOr<Data> ColumnTransformer::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(auto positions, PositionsOf(X, n_features_in, feature_names, columns, run));
  std::span<Block> blocks = run.arena.NewUninitialized<Block>(parts.size());
  size_t child = 0;
  for (size_t t = 0; t < parts.size(); ++t) {
    absl::StatusOr<Data> part = SelectColumns(X, ColumnsOf(t), positions, run);
    if (parts[t] == fb::Part::Estimator) part = run.children()[child++]->Call(Method::kTransform, *part, run);
    if (!part.ok()) return part.status();
    blocks[t] = {*part, weights[t], KindOfWeight(weight_kinds, t)};
  }
  return SideBySide(blocks, Rows(X), sparse_output, run);
}

}  // namespace pratique
