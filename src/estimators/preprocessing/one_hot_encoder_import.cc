// OneHotEncoder from the attributes of a scikit-learn object: `drop` and infrequent categories become output columns.
#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "estimators/preprocessing/category_lookup.h"
#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/one_hot_encoder.h"
#include "import/sklearn/dtype_parameter.h"
#include "import/sklearn/import_context.h"
#include "state/invariant/ascending.h"
#include "status_macros.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

std::string At(const char* attribute, size_t i) { return absl::StrCat(attribute, "[", i, "]"); }

// The elements of a list, a tuple or an array of objects; one for each feature.
absl::StatusOr<std::span<const Id>> PerFeature(ImportContext& context, Id value, const char* attribute,
                                               size_t n_features) {
  if (value == kNoId) return context.Absent(attribute, "a list");
  const graph::Node& node = context.graph()[value];
  const bool is_list = node.kind == Kind::kList || node.kind == Kind::kTuple ||
                       (node.kind == Kind::kArray && node.dtype && node.dtype->kind == 'O');
  if (!is_list || node.items.size() != n_features) {
    return context.Invalid(attribute, absl::StrCat(node.items.size(), " elements"),
                           absl::StrCat("a list of ", n_features));
  }
  return std::span<const Id>(node.items);
}

// The categories of one feature after grouping: a group for each category, how many groups, and the shared one.
struct Grouping {
  std::vector<int64_t> group;  // of each category
  int64_t n_groups = 0;
  int64_t shared = -1;  // -1: nothing is infrequent
};

// scikit-learn's _default_to_infrequent_mappings[i] and _infrequent_indices[i]
// (sklearn/preprocessing/_encoders.py _fit_infrequent_category_mapping).
absl::StatusOr<Grouping> GroupingOf(ImportContext& context, size_t n, Id mapping, Id infrequent, size_t feature) {
  Grouping grouping;
  grouping.n_groups = static_cast<int64_t>(n);
  grouping.group.resize(n);
  std::iota(grouping.group.begin(), grouping.group.end(), 0);
  if (context.IsNone(infrequent) != context.IsNone(mapping)) {
    return context.Invalid(At("_infrequent_indices", feature), "None in one list only", "None in both or in none");
  }
  if (context.IsNone(infrequent)) return grouping;
  ASSIGN_OR_RETURN(Array<int64_t> groups, context.IntVector(mapping, At("_default_to_infrequent_mappings", feature)));
  ASSIGN_OR_RETURN(Array<int64_t> rare, context.IntVector(infrequent, At("_infrequent_indices", feature)));
  // The frequent ones are numbered in order, the infrequent ones share the last number.
  const int64_t n_rare = static_cast<int64_t>(rare.size()), shared = static_cast<int64_t>(n) - n_rare;
  bool good = groups.size() == n && n_rare > 0 && shared >= 0;
  int64_t next = 0;
  for (size_t k = 0; good && k < n; ++k) {
    const bool is_rare = std::ranges::binary_search(rare, static_cast<int64_t>(k));
    good = groups[k] == (is_rare ? shared : next++);
  }
  if (!good || next != shared) {
    return context.Invalid(At("_default_to_infrequent_mappings", feature), "another numbering",
                           "the frequent categories in order, then one number for all infrequent ones");
  }
  grouping.group.assign(groups.begin(), groups.end());
  grouping.n_groups = shared + 1;
  grouping.shared = shared;
  return grouping;
}

// What fit worked out, one element for each feature; an empty span where fit had nothing to work out.
struct Resolved {
  std::span<const Id> mappings, rare, drops;
};

absl::StatusOr<Resolved> ResolvedOf(ImportContext& context, size_t n_features) {
  Resolved resolved;
  const Id mappings = context.Take("_default_to_infrequent_mappings"), rare = context.Take("_infrequent_indices");
  if (const Id flag = context.Take("_infrequent_enabled"); flag != kNoId) {
    ASSIGN_OR_RETURN(bool enabled, context.Bool(flag, "_infrequent_enabled"));
    if (enabled) {
      ASSIGN_OR_RETURN(std::span<const Id> a,
                       PerFeature(context, mappings, "_default_to_infrequent_mappings", n_features));
      ASSIGN_OR_RETURN(std::span<const Id> b, PerFeature(context, rare, "_infrequent_indices", n_features));
      resolved.mappings = a;
      resolved.rare = b;
    }
  }
  const char* const dropped =
      context.Predates(release_1_2::kDropsAfterGrouping) ? "drop_idx_" : "_drop_idx_after_grouping";
  if (!context.Has(dropped)) return context.SavedAgain(dropped);
  const Id drop = context.Take(dropped);
  if (context.IsNone(drop)) return resolved;
  ASSIGN_OR_RETURN(std::span<const Id> drops, PerFeature(context, drop, dropped, n_features));
  resolved.drops = drops;
  return resolved;
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

template <class T>
void SortIndexes(std::span<uint32_t> order, std::span<const T> values) {
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, [&](uint32_t a, uint32_t b) { return values[a] < values[b]; });
}

// Absent where all categories ascend. Only categories given by hand do not.
Array<uint32_t> OrderOf(Array<Values> categories, Arena& arena) {
  size_t n = 0;
  bool ascending = true;
  for (const Values& values : categories) {
    n += values.size();
    ascending = ascending && !WithKnown(values, [](auto list) { return invariant::FirstNotAscending(list); });
  }
  if (ascending) return {};
  std::span<uint32_t> order = arena.New<uint32_t>(n);
  size_t first = 0;
  for (const Values& values : categories) {
    WithKnown(values, [&](auto list) {
      SortIndexes(order.subspan(first, list.size()), list);
      return 0;
    });
    first += values.size();
  }
  return order;
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
  ASSIGN_OR_RETURN(Resolved given, ResolvedOf(context, categories.size()));
  size_t total = 0;
  for (const Values& values : categories) total += values.size() + values.n_missing();
  std::span<int32_t> column = context.arena().New<int32_t>(total);
  std::span<int32_t> shared = context.arena().New<int32_t>(categories.size());
  // Derived from the rest by fit, and what transform counts with.
  const Id widths = context.Take("_n_features_outs");
  if (widths == kNoId) return context.SavedAgain("_n_features_outs");
  if (context.graph()[widths].kind != Kind::kList)  // a list is put behind [0], an array is added to it
    return context.Unsupported("_n_features_outs", "another type", "fit makes it a list");
  ASSIGN_OR_RETURN(std::span<const Id> outs, PerFeature(context, widths, "_n_features_outs", categories.size()));
  int64_t base = 0;
  size_t first = 0;
  bool any_shared = false;
  for (size_t f = 0; f < categories.size(); ++f) {
    const size_t n = categories[f].size() + categories[f].n_missing();
    ASSIGN_OR_RETURN(Grouping grouping, GroupingOf(context, n, given.mappings.empty() ? kNoId : given.mappings[f],
                                                   given.rare.empty() ? kNoId : given.rare[f], f));
    ASSIGN_OR_RETURN(int64_t dropped,
                     DroppedGroup(context, given.drops.empty() ? kNoId : given.drops[f], grouping.n_groups, f));
    const auto column_of = [&](int64_t group) {
      return group == dropped ? -1 : static_cast<int32_t>(base + group - (dropped >= 0 && group > dropped));
    };
    for (size_t k = 0; k < n; ++k) column[first + k] = column_of(grouping.group[k]);
    shared[f] = grouping.shared < 0 ? -1 : column_of(grouping.shared);
    any_shared |= shared[f] >= 0;
    first += n;
    const int64_t width = grouping.n_groups - (dropped >= 0);
    ASSIGN_OR_RETURN(int64_t told, context.Int(outs[f], At("_n_features_outs", f)));
    if (told != width) {
      return context.Invalid(At("_n_features_outs", f), absl::StrCat(told, " columns"),
                             absl::StrCat(width, " columns"));
    }
    base += width;
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
  const Id lists = context.Take("categories_");
  if (lists == kNoId) return context.Absent("categories_", "a list of arrays");
  const size_t n = context.graph()[lists].items.size();
  ASSIGN_OR_RETURN(std::span<const Id> features, PerFeature(context, lists, "categories_", n));
  std::span<Values> values = context.arena().New<Values>(n);
  for (size_t f = 0; f < n; ++f) {
    ASSIGN_OR_RETURN(Values of_feature, context.ValuesOf(features[f], At("categories_", f), /*missing_allowed=*/true));
    values[f] = of_feature;
    // Numbers are found by bisection, text and objects by their hash.
    const bool numeric = context.graph()[features[f]].dtype->kind != 'O' && of_feature.dtype != fb::DType::String;
    if (numeric && WithKnown(of_feature, [](auto list) { return invariant::FirstNotAscending(list); }))
      return context.Unsupported(At("categories_", f), "numbers that do not ascend",
                                 "fit sorts them, and takes no others");
  }
  categories = values;
  order = OrderOf(categories, context.arena());
  ImportNaming(context, features);
  RETURN_IF_ERROR(ImportOptions(context));
  RETURN_IF_ERROR(ImportColumns(context));
  return context.ByName(this);
}

}  // namespace pratique
