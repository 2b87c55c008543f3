// The fields of Limits by name: the keys of a policy's `limits`. And the formats a policy can name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pratique/limits.h"

namespace pratique {

struct LimitField {
  std::string_view name;
  uint64_t max;  // of the field's type
  uint64_t (*get)(const Limits&);
  void (*set)(Limits&, uint64_t);
};
std::span<const LimitField> LimitFields();  // every field, in the order of limits.h

// "prq", "pickle", "joblib", "skops", "lightgbm", "xgboost_json", "xgboost_ubj".
const std::vector<std::string>& AllFormats();

}  // namespace pratique
