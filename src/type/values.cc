#include "type/values.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "type/int_range.h"

namespace pratique {

std::optional<Violation> Values::Invariant(std::string_view field) const {
  const bool is_string = dtype == fb::DType::String, is_float = IsFloat();
  auto at = [&](const char* name) { return absl::StrCat(std::string(field), ".", name); };
  struct {
    const char* name;
    bool present, wanted;
  } lists[] = {{"ints", ints.data() != nullptr, !is_string && !is_float},
               {"floats", floats.data() != nullptr, is_float},
               {"strings", strings.data() != nullptr, is_string}};
  for (const auto& list : lists) {
    if (list.present != list.wanted) {
      return Violation{at(list.name), "values_of_dtype", list.present ? "present" : "absent",
                       list.wanted ? "present" : "absent"};
    }
  }
  const IntRange range = RangeOf(dtype);
  for (size_t i = 0; i < ints.size(); ++i) {
    if (ints[i] < range.low || ints[i] > range.high) {
      return Violation{absl::StrCat(at("ints"), "[", i, "]"), "dtype_range", absl::StrCat(ints[i]),
                       absl::StrCat(range.low, " to ", range.high)};
    }
  }
  if (dtype == fb::DType::Float32) {
    for (size_t i = 0; i < floats.size(); ++i) {
      if (static_cast<double>(static_cast<float>(floats[i])) != floats[i]) {
        return Violation{absl::StrCat(at("floats"), "[", i, "]"), "dtype_range", absl::StrCat(floats[i]), "a float32"};
      }
    }
  }
  return std::nullopt;
}

bool Values::operator==(const Values& other) const {
  return dtype == other.dtype && missing == other.missing && std::ranges::equal(ints, other.ints) &&
         std::ranges::equal(floats, other.floats) && std::ranges::equal(strings, other.strings);
}

}  // namespace pratique
