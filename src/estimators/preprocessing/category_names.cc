#include "estimators/preprocessing/category_names.h"

#include "absl/strings/str_cat.h"
#include "text/number_text.h"

namespace pratique {

std::string CategoryText(const Values& values, size_t k, bool widened) {
  if (k >= values.size()) return k == values.size() && values.missing != fb::Missing::NaN ? "None" : "nan";
  switch (values.dtype) {
    case fb::DType::String:
      return std::string(values.strings[k]);
    case fb::DType::Bool:
      return values.ints[k] != 0 ? "True" : "False";
    case fb::DType::Float64:
      return text::NumberText(values.floats[k]);
    case fb::DType::Float32:
      return widened ? text::NumberText(values.floats[k]) : text::NumberText(static_cast<float>(values.floats[k]));
    case fb::DType::UInt64:
      return absl::StrCat(static_cast<uint64_t>(values.ints[k]));
    default:
      return absl::StrCat(values.ints[k]);
  }
}

std::string_view CategoryName(const Values& values, size_t k, bool widened, FeatureNames& names) {
  if (k < values.size() && values.dtype == fb::DType::String) return values.strings[k];
  return names.Join(CategoryText(values, k, widened));
}

}  // namespace pratique
