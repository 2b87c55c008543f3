// What Python's str makes of categories, for the names of columns.
#pragma once

#include <string>

#include "model/feature_names.h"
#include "type/values.h"

namespace pratique {

// str() of category k; the missing ones come last, None before NaN. float32 is written as such unless it became a
// float64 (`widened`: numpy.concatenate with objects makes Python's float of it).
std::string CategoryText(const Values& values, size_t k, bool widened);
// The same; it lives as long as `names`.
std::string_view CategoryName(const Values& values, size_t k, bool widened, FeatureNames& names);

}  // namespace pratique
