// A parameter `dtype`.
#pragma once

#include "absl/status/statusor.h"
#include "import/sklearn/import_context.h"
#include "values_generated.h"

namespace pratique {

// The dtype that an attribute names: a type of numpy, a dtype, its name, or Python's int, float and bool. Others are
// refused by name.
absl::StatusOr<fb::DType> TakeDType(ImportContext& context, std::string_view attribute);

}  // namespace pratique
