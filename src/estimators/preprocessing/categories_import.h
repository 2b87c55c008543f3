// Categories and their grouping from the attributes of scikit-learn's encoders (_BaseEncoder).
#pragma once

#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "estimators/preprocessing/categories.h"
#include "import/sklearn/import_context.h"

namespace pratique {

// The elements of a list, a tuple or an array of objects; one for each feature.
absl::StatusOr<std::span<const graph::Id>> PerFeature(ImportContext& context, graph::Id value, const char* attribute,
                                                      size_t n_features);

// An array of distinct values, which may be missing. Numbers ascend: scikit-learn finds them by bisection.
absl::StatusOr<Values> KnownValues(ImportContext& context, graph::Id value, std::string_view attribute);

// The order of values that do not ascend, as only text does that was given by hand; else absent.
Array<uint32_t> OrderOf(Array<Values> categories, Arena& arena);
// The same, whether they ascend or not.
Array<uint32_t> WholeOrderOf(Array<Values> categories, Arena& arena);

// categories_.
absl::StatusOr<Categories> TakeCategories(ImportContext& context);

// The categories of one feature after grouping: a group for each category, how many groups, and the shared one.
struct Grouping {
  std::vector<int64_t> group;  // of each category
  int64_t n_groups = 0;
  int64_t shared = -1;  // -1: nothing is infrequent
};

// What fit worked out of max_categories and min_frequency, one for each feature. `nan_apart`: the category NaN, which
// is the last, is none of those that are grouped.
absl::StatusOr<std::vector<Grouping>> TakeGroupings(ImportContext& context, Array<Values> categories, bool nan_apart);

}  // namespace pratique
