// OneHotEncoder from the attributes of a scikit-learn object: `drop` and infrequent categories become output columns.
#include "absl/strings/str_cat.h"
#include "estimators/preprocessing/categories_import.h"
#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/one_hot_encoder.h"
#include "import/sklearn/dtype_parameter.h"
#include "import/sklearn/import_context.h"
#include "status_macros.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

std::string At(const char* attribute, size_t i) { return absl::StrCat(attribute, "[", i, "]"); }

// What fit dropped, one element for each feature; an empty span where it dropped nothing.
absl::StatusOr<std::span<const Id>> TakeDrops(ImportContext& context, size_t n_features) {
  const char* const dropped =
      context.Predates(release_1_2::kDropsAfterGrouping) ? "drop_idx_" : "_drop_idx_after_grouping";
  if (!context.Has(dropped)) return context.SavedAgain(dropped);
  const Id drop = context.Take(dropped);
  if (context.IsNone(drop)) return std::span<const Id>();
  if (context.graph()[drop].kind != graph::Kind::kArray || context.graph()[drop].shape.size() != 1)
    return context.Unsupported(dropped, "no array of one dimension", "transform makes rows of it: fit it again.");
  return PerFeature(context, drop, dropped, n_features);
}

// -1: none of the feature's groups.
absl::StatusOr<int64_t> DroppedGroup(ImportContext& context, Id drop, int64_t n_groups, size_t feature) {
  if (context.IsNone(drop)) return -1;
  const std::string name = At("_drop_idx_after_grouping", feature);
  ASSIGN_OR_RETURN(int64_t index, context.Int(drop, name));
  if (index < 0 || index >= n_groups)
    return context.Invalid(name, absl::StrCat(index), absl::StrCat("0 to ", n_groups - 1));
  return index;
}

}  // namespace

absl::Status OneHotEncoder::ImportOptions(ImportContext& context) {
  const Id policy_value = context.Take("handle_unknown");
  ASSIGN_OR_RETURN(std::string_view policy, context.String(policy_value, "handle_unknown"));
  if (policy == "error")
    unknown = fb::UnknownCategory::Error;
  else if (policy == "ignore")
    unknown = fb::UnknownCategory::AllZeros;
  else if (policy == "infrequent_if_exist")
    unknown = fb::UnknownCategory::Infrequent;
  // Documented as "infrequent_if_exist" from its beginning (scikit-learn #32592).
  else if (policy == "warn") {
    unknown = context.Predates(release_1_8::kWarnGroupsUnknown) ? fb::UnknownCategory::AllZeros
                                                                : fb::UnknownCategory::Infrequent;
  } else
    return context.Unsupported("handle_unknown", policy, "error, ignore, infrequent_if_exist and warn are known");

  const char* const output = context.Predates(release_1_2::kSparseIsSparseOutput) ? "sparse" : "sparse_output";
  if (!context.Has(output)) return context.SavedAgain(output);
  ASSIGN_OR_RETURN(bool is_sparse, context.Bool(context.Take(output), output));
  sparse = is_sparse;

  context.Take("drop");  // is only asked for whether there is one, for a warning
  ASSIGN_OR_RETURN(fb::DType result, TakeDType(context, "dtype"));
  dtype = result;
  return absl::OkStatus();
}

absl::Status OneHotEncoder::ImportColumns(ImportContext& context) {
  ASSIGN_OR_RETURN(std::vector<Grouping> groupings, TakeGroupings(context, categories, /*nan_apart=*/false));
  ASSIGN_OR_RETURN(std::span<const Id> drops, TakeDrops(context, categories.size()));
  std::span<int32_t> column = context.arena().New<int32_t>(Categories{categories, order}.Flattened());
  std::span<int32_t> shared = context.arena().New<int32_t>(categories.size());
  // Derived from the rest by fit, and what transform counts with.
  std::span<const Id> outs;
  if (!context.Predates(release_1_1::kGroupsRareCategories)) {
    if (!context.Has("_infrequent_enabled")) return context.SavedAgain("_infrequent_enabled");
    const Id widths = context.Take("_n_features_outs");
    if (widths == kNoId) return context.SavedAgain("_n_features_outs");
    if (context.graph()[widths].kind != Kind::kList)  // a list is put behind [0], an array is added to it
      return context.Unsupported("_n_features_outs", "another type", "fit makes it a list");
    ASSIGN_OR_RETURN(outs, PerFeature(context, widths, "_n_features_outs", categories.size()));
  }
  int64_t base = 0;
  size_t first = 0;
  bool any_shared = false;
  for (size_t f = 0; f < categories.size(); ++f) {
    const Grouping& grouping = groupings[f];
    const size_t n = grouping.group.size();
    ASSIGN_OR_RETURN(int64_t dropped, DroppedGroup(context, drops.empty() ? kNoId : drops[f], grouping.n_groups, f));
    const auto column_of = [&](int64_t group) {
      return group == dropped ? -1 : static_cast<int32_t>(base + group - (dropped >= 0 && group > dropped));
    };
    for (size_t k = 0; k < n; ++k) column[first + k] = column_of(grouping.group[k]);
    shared[f] = grouping.shared < 0 ? -1 : column_of(grouping.shared);
    any_shared |= shared[f] >= 0;
    first += n;
    const int64_t width = grouping.n_groups - (dropped >= 0);
    base += width;
    if (outs.empty()) continue;
    ASSIGN_OR_RETURN(int64_t told, context.Int(outs[f], At("_n_features_outs", f)));
    if (told != width) {
      return context.Invalid(At("_n_features_outs", f), absl::StrCat(told, " columns"),
                             absl::StrCat(width, " columns"));
    }
  }
  columns = column;
  if (any_shared) infrequent = shared;
  n_features_out = static_cast<uint32_t>(base);
  return absl::OkStatus();
}

// A function makes names by its own rule; and str() of an object is that of its own type.
void OneHotEncoder::ImportNaming(ImportContext& context, std::span<const Id> features) {
  const Id combiner = context.Take("feature_name_combiner");
  custom_names = !context.IsNone(combiner) && context.graph()[combiner].kind != Kind::kStr;
  for (size_t f = 0; f < features.size(); ++f) {
    const graph::Node& array = context.graph()[features[f]];
    if (!categories[f].IsFloat() || array.dtype->kind != 'O') continue;
    custom_names |= std::ranges::any_of(array.items, [&](Id item) {
      const graph::Node& object = context.graph()[item];
      return object.kind != Kind::kFloat && object.kind != Kind::kNone;
    });
  }
}

absl::Status OneHotEncoder::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(const Categories taken, TakeCategories(context));
  categories = taken.of;
  order = taken.order;
  ImportNaming(context, context.graph()[context.Take("categories_")].items);
  RETURN_IF_ERROR(ImportOptions(context));
  RETURN_IF_ERROR(ImportColumns(context));
  return context.ByName(this);
}

}  // namespace pratique
