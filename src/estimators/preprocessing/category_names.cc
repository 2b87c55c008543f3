#include "estimators/preprocessing/category_names.h"

#include "absl/strings/str_cat.h"
#include "text/number_text.h"

namespace pratique {

std::string_view CategoryName(const Values& values, size_t k, bool widened, FeatureNames& names) {
  if (k >= values.size()) return k == values.size() && values.missing != fb::Missing::NaN ? "None" : "nan";
  switch (values.dtype) {
    case fb::DType::String:
      return values.strings[k];
    case fb::DType::Bool:
      return values.ints[k] != 0 ? "True" : "False";
    case fb::DType::Float64:
      return names.Join(text::NumberText(values.floats[k]));
    case fb::DType::Float32:
      return names.Join(widened ? text::NumberText(values.floats[k])
                                : text::NumberText(static_cast<float>(values.floats[k])));
    case fb::DType::UInt64:
      return names.Join(absl::StrCat(static_cast<uint64_t>(values.ints[k])));
    default:
      return names.Join(absl::StrCat(values.ints[k]));
  }
}

}  // namespace pratique
