// OrdinalEncoder from the attributes of a scikit-learn object.
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/preprocessing/categories_import.h"
#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/ordinal_encoder.h"
#include "import/sklearn/dtype_parameter.h"
#include "import/sklearn/import_context.h"
#include "status_macros.h"

namespace pratique {
namespace {

using graph::Id;
using graph::kNoId;

// _missing_indices: where NaN stands among the categories of the columns that have it, which follows from them.
absl::StatusOr<bool> TakeMissing(ImportContext& context, Array<Values> categories) {
  const Id places = context.Take("_missing_indices");
  if (places == kNoId) return context.SavedAgain("_missing_indices");
  const graph::Node& node = context.graph()[places];
  if (node.kind != graph::Kind::kDict) return context.Invalid("_missing_indices", "no dict", "a dict");
  size_t n_missing = 0;
  for (const Values& values : categories)
    n_missing += values.missing == fb::Missing::NaN || values.missing == fb::Missing::NoneAndNaN;
  for (size_t i = 0; i + 1 < node.items.size(); i += 2) {
    ASSIGN_OR_RETURN(const int64_t feature, context.Int(node.items[i], "_missing_indices"));
    ASSIGN_OR_RETURN(const int64_t place, context.Int(node.items[i + 1], "_missing_indices"));
    const bool known = feature >= 0 && static_cast<size_t>(feature) < categories.size();
    const Values* values = known ? &categories[static_cast<size_t>(feature)] : nullptr;
    if (!known || values->n_missing() == 0 || values->missing == fb::Missing::None ||
        place != static_cast<int64_t>(values->size() + values->n_missing()) - 1) {
      return context.Unsupported("_missing_indices", absl::StrCat(feature, ": ", place),
                                 "fit has the columns whose last category is NaN there");
    }
  }
  if (node.items.size() != 2 * n_missing) {
    return context.Unsupported("_missing_indices", absl::StrCat(node.items.size() / 2, " columns"),
                               "fit has the columns whose last category is NaN there");
  }
  return n_missing > 0;
}

}  // namespace

absl::Status OrdinalEncoder::ImportOptions(ImportContext& context) {
  ASSIGN_OR_RETURN(dtype, TakeDType(context, "dtype"));
  const Id policy_value = context.Take("handle_unknown");
  ASSIGN_OR_RETURN(const std::string_view policy, context.String(policy_value, "handle_unknown"));
  if (policy != "error" && policy != "use_encoded_value")
    return context.Unsupported("handle_unknown", policy, "error and use_encoded_value are known");
  encodes_unknown = policy == "use_encoded_value";
  const Id unknown = context.Take("unknown_value"), missing = context.Take("encoded_missing_value");
  if (encodes_unknown) {
    ASSIGN_OR_RETURN(unknown_value, context.Double(unknown, "unknown_value"));
  }
  ASSIGN_OR_RETURN(const bool has_missing, TakeMissing(context, categories));
  missing_value = has_missing ? std::numeric_limits<double>::quiet_NaN() : 0;
  if (has_missing && !context.Predates(release_1_1::kEncodesMissing)) {
    ASSIGN_OR_RETURN(missing_value, context.Double(missing, "encoded_missing_value"));
  }
  const auto refused = [&](const char* attribute, double value) {
    return context.Unsupported(attribute, absl::StrCat(value), "it is to be a number of the encoder's dtype");
  };
  if (const auto violation = Invariant()) {
    if (violation->field == "unknown_value") return refused("unknown_value", unknown_value);
    if (violation->field == "missing_value") return refused("encoded_missing_value", missing_value);
  }
  return absl::OkStatus();
}

absl::Status OrdinalEncoder::ImportCodes(ImportContext& context) {
  if (!context.Predates(release_1_3::kOrdinalGroups) && !context.Has("_infrequent_enabled"))
    return context.SavedAgain("_infrequent_enabled");
  ASSIGN_OR_RETURN(const std::vector<Grouping> groupings, TakeGroupings(context, categories, /*nan_apart=*/true));
  size_t n_codes = 0;
  bool any = false;
  for (const Grouping& grouping : groupings) {
    n_codes += grouping.group.size();
    any |= grouping.shared >= 0;
  }
  if (!any) return absl::OkStatus();
  std::span<uint32_t> all = context.arena().New<uint32_t>(n_codes);
  std::span<int32_t> shared = context.arena().New<int32_t>(groupings.size());
  size_t next = 0;
  for (size_t f = 0; f < groupings.size(); ++f) {
    for (const int64_t code : groupings[f].group) all[next++] = static_cast<uint32_t>(code);
    shared[f] = static_cast<int32_t>(groupings[f].shared);
  }
  codes = all;
  infrequent = shared;
  return absl::OkStatus();
}

absl::Status OrdinalEncoder::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(const Categories taken, TakeCategories(context));
  categories = taken.of;
  order = taken.order;
  RETURN_IF_ERROR(ImportCodes(context));
  RETURN_IF_ERROR(ImportOptions(context));
  return context.ByName(this);
}

}  // namespace pratique
