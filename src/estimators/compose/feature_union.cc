#include "estimators/compose/feature_union.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/compose/part_names.h"
#include "estimators/compose/parts.h"
#include "estimators/compose/side_by_side.h"
#include "model/check_array.h"
#include "status_macros.h"

namespace pratique {
namespace {

std::string Transformer(size_t t) { return absl::StrCat("transformer_list[", t, "]"); }

}  // namespace

absl::StatusOr<Signature> FeatureUnion::Infer(const Children& children) const {
  RETURN_IF_ERROR(CheckParts(parts, children, Transformer));
  Signature whole;
  std::optional<uint64_t> width = 0;
  size_t passed = 0;
  for (size_t t = 0, child = 0; t < parts.size(); ++t) {
    if (parts[t] == fb::Part::Passthrough) {
      ++passed;
      continue;
    }
    const Signature& s = children.signatures[child++];
    if (!s.Has(Method::kTransform)) return Mismatch(absl::StrCat(Transformer(t), " has no transform"));
    if (s.rows == RowsAre::kLabels || s.rows == RowsAre::kImages || (child > 1 && s.rows != whole.rows))
      return Mismatch(absl::StrCat(Transformer(t), " takes other rows than the others"));
    whole.rows = s.rows;
    RETURN_IF_ERROR(TakesTheSame(whole, s, Transformer(t)));
    if (s.one_dimensional_transform) return Mismatch(absl::StrCat(Transformer(t), " gives one dimension, not two"));
    whole.text_output |= s.text_output;
    width = width && s.n_features_out ? std::optional(*width + *s.n_features_out) : std::nullopt;
  }
  if (passed > 0)
    width = width && whole.n_features_in ? std::optional(*width + passed * *whole.n_features_in) : std::nullopt;
  whole.n_features_out = width;
  whole.widest = std::max(whole.widest, width.value_or(0));
  return whole;
}

absl::Status FeatureUnion::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(auto transformers, NamedParts(context, "transformer_list", 2));
  WeightedParts kept(context, Transformer);
  for (const NamedPart& t : transformers) {
    if (IsDrop(context, t.estimator)) continue;
    RETURN_IF_ERROR(kept.Add(t));
  }
  if (kept.empty())
    return context.Unsupported("transformer_list", "nothing but what is dropped", "Its result would have no columns.");
  kept.StoreIn(*this);
  const Naming verbose = TakeNaming(context, false);
  naming = verbose.rule;
  name_format = verbose.format;
  return context.ByName(this);
}

absl::StatusOr<Strings> FeatureUnion::FeatureNamesOut(FeatureNames& feature_names_out) const {
  std::vector<Strings> blocks(parts.size());
  for (size_t t = 0, child = 0; t < parts.size(); ++t) {
    ASSIGN_OR_RETURN(blocks[t],
                     parts[t] == fb::Part::Passthrough
                         ? feature_names_out.In()
                         : feature_names_out.Of(*feature_names_out.children()[child++], feature_names_out.given()));
  }
  return NamesSideBySide({naming, name_format}, names, blocks, feature_names_out);
}

absl::StatusOr<Data> FeatureUnion::Transform(const Data& X, Run& run) const {
  std::span<Block> blocks = run.arena.NewUninitialized<Block>(parts.size());
  size_t child = 0;
  bool sparse = false;
  for (size_t t = 0; t < parts.size(); ++t) {
    absl::StatusOr<Data> part = X;
    if (parts[t] == fb::Part::Estimator) part = run.children()[child++]->Call(Method::kTransform, X, run);
    if (!part.ok()) return part.status();
    sparse |= IsSparse(*part);
    blocks[t] = {*part, weights[t], KindOfWeight(weight_kinds, t)};
  }
  return SideBySide(blocks, Rows(X), sparse, run);
}

}  // namespace pratique
