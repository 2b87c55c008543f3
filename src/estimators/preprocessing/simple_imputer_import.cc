// SimpleImputer from the attributes of a scikit-learn object.
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/simple_imputer.h"
#include "import/sklearn/import_context.h"
#include "status_macros.h"

namespace pratique {
namespace {

// How `statistics_` becomes what is filled in; each is one release's law.
struct Law {
  bool drops = true;     // a NaN statistic drops its column
  char fill_kind = 'O';  // numpy's kind of _fill_dtype (1.8), to which statistics are cast first; O: as they are
  uint32_t fill_itemsize = 8;
};

double Cast(double value, const Law& law) {
  if (law.fill_kind == 'f' && law.fill_itemsize == 4) return static_cast<float>(value);
  if (law.fill_kind == 'i' || law.fill_kind == 'u') return std::trunc(value);
  return value;
}

absl::StatusOr<Law> LawOf(ImportContext& context) {
  Law law;
  bool keeps_empty = false;
  if (!context.Predates(release_1_2::kKeepsEmptyFeatures)) {
    if (!context.Has("keep_empty_features")) return context.SavedAgain("keep_empty_features");
    ASSIGN_OR_RETURN(bool keep, context.Bool(context.Take("keep_empty_features"), "keep_empty_features"));
    keeps_empty = keep;
  }
  const graph::Id strategy = context.Take("strategy"), fill_dtype = context.Take("_fill_dtype");
  const bool is_constant = strategy != graph::kNoId && context.graph()[strategy].text == "constant";
  law.drops = !keeps_empty;
  if (context.Predates(release_1_8::kConstantDropsEmpty)) {
    law.drops = law.drops && !is_constant;
  } else if (fill_dtype == graph::kNoId) {
    return context.SavedAgain("_fill_dtype");
  } else if (const graph::Node& node = context.graph()[fill_dtype]; node.kind == graph::Kind::kDType && node.dtype) {
    law.fill_kind = node.dtype->kind;
    law.fill_itemsize = node.dtype->itemsize;
    if (law.fill_kind == 'f' && law.fill_itemsize != 4 && law.fill_itemsize != 8) {
      return context.Unsupported("_fill_dtype", node.dtype->ToString(), "float32 and float64 are reproduced");
    }
  } else {
    return context.Invalid("_fill_dtype", "no dtype", "a numpy dtype");
  }
  return law;
}

bool IsText(const graph::Node& node) { return node.kind == graph::Kind::kStr; }

}  // namespace

absl::Status SimpleImputer::ImportStatistics(ImportContext& context) {
  ASSIGN_OR_RETURN(Law law, LawOf(context));
  const graph::Id statistics = context.Take("statistics_");
  if (statistics == graph::kNoId) return context.Absent("statistics_", "an array");
  const graph::Node& array = context.graph()[statistics];
  const bool objects = array.dtype && array.dtype->kind == 'O';
  size_t n = objects ? array.items.size() : 0;
  Array<double> plain;
  if (!objects) {
    ASSIGN_OR_RETURN(NdArray<double> numeric, context.Doubles(statistics, "statistics_"));
    plain = numeric.values;
    n = plain.size();
  }
  auto kinds = context.arena().New<fb::FillKind>(n);
  auto values = context.arena().New<double>(n);
  auto strings = context.arena().New<std::string_view>(n);
  bool any_text = false;
  for (size_t j = 0; j < n; ++j) {
    strings[j] = "";
    if (objects && IsText(context.graph()[array.items[j]])) {
      kinds[j] = fb::FillKind::Text;
      strings[j] = context.graph()[array.items[j]].text;
      any_text = true;
      continue;
    }
    double value = objects ? 0 : plain[j];
    if (objects) {
      const std::string name = absl::StrCat("statistics_[", j, "]");
      if (context.IsNone(array.items[j]))
        return context.Unsupported(name, "None", "a missing value filled with None is not reproduced");
      ASSIGN_OR_RETURN(double number, context.Double(array.items[j], name));
      value = number;
    }
    if (law.drops && std::isnan(value)) continue;
    kinds[j] = fb::FillKind::Number;
    values[j] = Cast(value, law);
  }
  fills = kinds;
  numbers = values;
  if (any_text) texts = strings;
  return absl::OkStatus();
}

absl::Status SimpleImputer::Import(ImportContext& context) {
  RETURN_IF_ERROR(missing.Import(context));
  RETURN_IF_ERROR(ImportStatistics(context));
  const graph::Id fit_dtype = context.Take("_fit_dtype");
  if (fit_dtype != graph::kNoId && context.graph()[fit_dtype].dtype) {
    object = context.graph()[fit_dtype].dtype->kind == 'O';
  } else {
    return context.Absent("_fit_dtype", "a numpy dtype");
  }
  const graph::Id flag = context.Take("add_indicator"), mask = context.Take("indicator_");
  if (flag != graph::kNoId) {
    ASSIGN_OR_RETURN(bool marks, context.Bool(flag, "add_indicator"));
    if (marks) {
      // A MissingIndicator fitted with the same missing_values and error_on_new=False: only its columns matter.
      const graph::Id features = context.IsNone(mask) ? graph::kNoId : context.graph().Find(mask, "features_");
      if (features == graph::kNoId) return context.Invalid("indicator_", "no features_", "a fitted MissingIndicator");
      ASSIGN_OR_RETURN(NdArray<int64_t> columns, context.Ints(features, "indicator_.features_"));
      auto marked = context.arena().New<uint32_t>(columns.values.size());
      for (size_t k = 0; k < marked.size(); ++k) {
        const int64_t column = columns.values[k];
        if (column < 0 || column >= static_cast<int64_t>(fills.size())) {
          return context.Invalid(absl::StrCat("indicator_.features_[", k, "]"), absl::StrCat(column),
                                 absl::StrCat("below ", fills.size()));
        }
        marked[k] = static_cast<uint32_t>(column);
      }
      indicator = marked;
    }
  }
  context.Ignore({"fill_value", "verbose", "copy"});
  return context.ByName(this);
}

}  // namespace pratique
