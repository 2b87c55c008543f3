#include "estimators/preprocessing/categories_import.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "estimators/preprocessing/category_lookup.h"
#include "state/invariant/ascending.h"
#include "status_macros.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

std::string At(const char* attribute, size_t i) { return absl::StrCat(attribute, "[", i, "]"); }

template <class T>
void SortIndexes(std::span<uint32_t> order, std::span<const T> values) {
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, [&](uint32_t a, uint32_t b) { return values[a] < values[b]; });
}

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

}  // namespace

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

Array<uint32_t> OrderOf(Array<Values> categories, Arena& arena) {
  const bool ascending = std::ranges::all_of(categories, [](const Values& values) {
    return !WithKnown(values, [](auto list) { return invariant::FirstNotAscending(list); });
  });
  return ascending ? Array<uint32_t>() : WholeOrderOf(categories, arena);
}

Array<uint32_t> WholeOrderOf(Array<Values> categories, Arena& arena) {
  size_t n = 0;
  for (const Values& values : categories) n += values.size();
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

absl::StatusOr<Values> KnownValues(ImportContext& context, Id value, std::string_view attribute) {
  ASSIGN_OR_RETURN(Values values, context.ValuesOf(value, attribute, /*missing_allowed=*/true));
  // Numbers are found by bisection, text and objects by their hash.
  const bool numeric = context.graph()[value].dtype->kind != 'O' && values.dtype != fb::DType::String;
  if (numeric && WithKnown(values, [](auto list) { return invariant::FirstNotAscending(list); }))
    return context.Unsupported(attribute, "numbers that do not ascend", "fit sorts them, and takes no others");
  return values;
}

absl::StatusOr<Categories> TakeCategories(ImportContext& context) {
  const Id lists = context.Take("categories_");
  if (lists == kNoId) return context.Absent("categories_", "a list of arrays");
  const size_t n = context.graph()[lists].items.size();
  ASSIGN_OR_RETURN(std::span<const Id> features, PerFeature(context, lists, "categories_", n));
  std::span<Values> values = context.arena().New<Values>(n);
  for (size_t f = 0; f < n; ++f) {
    ASSIGN_OR_RETURN(Values of_feature, KnownValues(context, features[f], At("categories_", f)));
    values[f] = of_feature;
  }
  return Categories{values, OrderOf(values, context.arena())};
}

absl::StatusOr<std::vector<Grouping>> TakeGroupings(ImportContext& context, Array<Values> categories, bool nan_apart) {
  const Id mappings = context.Take("_default_to_infrequent_mappings"), rare = context.Take("_infrequent_indices");
  const Id flag = context.Take("_infrequent_enabled");
  bool enabled = false;
  if (flag != kNoId) {
    ASSIGN_OR_RETURN(enabled, context.Bool(flag, "_infrequent_enabled"));
  }
  std::span<const Id> of_mappings, of_rare;
  if (enabled) {
    ASSIGN_OR_RETURN(of_mappings, PerFeature(context, mappings, "_default_to_infrequent_mappings", categories.size()));
    ASSIGN_OR_RETURN(of_rare, PerFeature(context, rare, "_infrequent_indices", categories.size()));
  }
  std::vector<Grouping> groupings;
  for (size_t f = 0; f < categories.size(); ++f) {
    const fb::Missing missing = categories[f].missing;
    const bool has_nan = missing == fb::Missing::NaN || missing == fb::Missing::NoneAndNaN;
    const size_t n = categories[f].size() + categories[f].n_missing() - (nan_apart && has_nan);
    ASSIGN_OR_RETURN(Grouping grouping,
                     GroupingOf(context, n, enabled ? of_mappings[f] : kNoId, enabled ? of_rare[f] : kNoId, f));
    groupings.push_back(std::move(grouping));
  }
  return groupings;
}

}  // namespace pratique
