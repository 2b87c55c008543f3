// SimpleImputer from the attributes of a scikit-learn object.
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/missing_indicator.h"
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
  bool keeps_dtype = false;                   // rows are taken as they are
  fb::DType fill_dtype = fb::DType::Float64;  // which must be cast to theirs; Bool: no rule
};

double Cast(double value, const Law& law) {
  if (law.fill_kind == 'f' && law.fill_itemsize == 4) return static_cast<float>(value);
  if (law.fill_kind == 'i' || law.fill_kind == 'u') return std::trunc(value);
  return value;
}

// The dtype that stands for the kind of a dtype or a number: numpy's cast asks for no more. None and text: no rule.
fb::DType KindOf(const ImportContext& context, graph::Id id) {
  if (context.IsNone(id)) return fb::DType::Bool;
  const graph::Node& node = context.graph()[id];
  char kind = 'b';
  if (node.dtype)
    kind = node.dtype->kind;
  else if (node.kind == graph::Kind::kInt || node.kind == graph::Kind::kFloat)
    kind = node.kind == graph::Kind::kInt ? 'i' : 'f';
  return kind == 'f'   ? fb::DType::Float64
         : kind == 'i' ? fb::DType::Int64
         : kind == 'u' ? fb::DType::UInt64
                       : fb::DType::Bool;
}

// What a fill is among objects. Integers and bools of numpy are scalars of their dtype; `array` is the whole.
fb::FillKind FillKindOf(const graph::Node& value, const graph::Node& array, const Law& law) {
  const bool is_object = array.dtype && array.dtype->kind == 'O';
  char kind = is_object ? 'f' : array.dtype ? array.dtype->kind : 'f';
  if (is_object && value.dtype) kind = value.dtype->kind;
  if (law.fill_kind != 'O') kind = law.fill_kind;
  const bool is_plain = is_object && law.fill_kind == 'O';
  if (kind == 'b' || (is_plain && value.kind == graph::Kind::kBool)) return fb::FillKind::Bool;
  const bool is_integer = kind == 'i' || kind == 'u' || (is_plain && value.kind == graph::Kind::kInt);
  return is_integer ? fb::FillKind::Integer : fb::FillKind::Number;
}

bool IsText(const graph::Node& node) { return node.kind == graph::Kind::kStr; }

absl::StatusOr<Law> LawOf(ImportContext& context, graph::Id statistics) {
  Law law;
  bool keeps_empty = false;
  if (!context.Predates(release_1_2::kKeepsEmptyFeatures)) {
    if (!context.Has("keep_empty_features")) return context.SavedAgain("keep_empty_features");
    ASSIGN_OR_RETURN(bool keep, context.Bool(context.Take("keep_empty_features"), "keep_empty_features"));
    keeps_empty = keep;
  }
  const graph::Id strategy = context.Take("strategy"), fill_dtype = context.Take("_fill_dtype");
  const std::string_view name = strategy == graph::kNoId || !IsText(context.graph()[strategy])
                                    ? std::string_view()
                                    : context.graph()[strategy].text;
  if (!HasWord("mean median most_frequent constant", name))
    return context.Unsupported("strategy", name,
                               "scikit-learn knows mean, median, most_frequent and constant, or a function");
  const bool is_constant = name == "constant";
  law.drops = !keeps_empty;
  law.keeps_dtype = is_constant || name == "most_frequent";
  if (law.keeps_dtype) law.fill_dtype = fb::DType::Bool;
  // 1.4 to 1.7: numpy.can_cast(statistics_.dtype, X.dtype); later, of the dtype that fit saw.
  if (is_constant && !context.Predates(release_1_4::kConstantChecksRows))
    law.fill_dtype = KindOf(context, context.Predates(release_1_8::kConstantDropsEmpty) ? statistics : fill_dtype);
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

}  // namespace

absl::Status SimpleImputer::ImportStatistics(ImportContext& context) {
  const graph::Id statistics = context.Take("statistics_");
  ASSIGN_OR_RETURN(Law law, LawOf(context, statistics));
  if (statistics == graph::kNoId) return context.Absent("statistics_", "an array");
  const graph::Node& array = context.graph()[statistics];
  const bool objects = array.dtype && array.dtype->kind == 'O';
  // Before 1.4 a constant has the dtype of the rows that fit saw.
  const bool is_narrow =
      array.dtype && (array.dtype->kind == 'i' || array.dtype->kind == 'u') && array.dtype->itemsize < 4;
  Array<double> plain;
  if (is_narrow) {
    ASSIGN_OR_RETURN(const Array<int64_t> integers, context.IntVector(statistics, "statistics_"));
    const auto wide = context.arena().NewUninitialized<double>(integers.size());
    std::ranges::copy(integers, wide.begin());
    plain = wide;
  } else if (!objects) {
    ASSIGN_OR_RETURN(plain, context.Vector(statistics, "statistics_"));
  }
  const size_t n = objects ? array.items.size() : plain.size();
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
    kinds[j] = FillKindOf(objects ? context.graph()[array.items[j]] : array, array, law);
    values[j] = Cast(value, law);
  }
  keeps_dtype = law.keeps_dtype && !any_text;
  fill_dtype = keeps_dtype ? law.fill_dtype : fb::DType::Float64;
  fills = kinds;
  numbers = values;
  if (any_text) texts = strings;
  return absl::OkStatus();
}

absl::Status SimpleImputer::Import(ImportContext& context) {
  RETURN_IF_ERROR(missing.Import(context));
  RETURN_IF_ERROR(ImportStatistics(context));
  const graph::Id fit_dtype = context.Take("_fit_dtype");
  if (context.Predates(release_1_1::kKnowsFittedDType)) {
    const graph::Node& statistics = context.graph()[context.Take("statistics_")];
    object = statistics.dtype && statistics.dtype->kind == 'O';
  } else if (fit_dtype != graph::kNoId && context.graph()[fit_dtype].kind == graph::Kind::kDType) {
    object = context.graph()[fit_dtype].dtype->kind == 'O';
  } else {
    return context.Absent("_fit_dtype", "a numpy dtype");
  }
  const graph::Id flag = context.Take("add_indicator"), mask = context.Take("indicator_");
  if (flag != graph::kNoId) {
    ASSIGN_OR_RETURN(bool marks, context.Bool(flag, "add_indicator"));
    if (marks) {
      ASSIGN_OR_RETURN(Array<uint32_t> marked, IndicatorColumns(context, mask, fills.size()));
      indicator = marked;
    }
  }
  return context.ByName(this);
}

}  // namespace pratique
