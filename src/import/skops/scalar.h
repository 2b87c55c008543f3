// Single values as skops writes them: JSON text inside strings.
#pragma once

#include <optional>
#include <string_view>

#include "import/value/context.h"

namespace pratique::skops {

// What Python's json.dumps wrote of None, a bool, an int, a float or a str. kNoId, with a failure recorded, for any
// other.
pickle::Id ReadScalar(pickle::Context& context, std::string_view json, uint64_t offset);

// A key of a dict: json.dumps made a str of it, and its type stands beside it. kNoId, with a failure recorded, for
// types that no dict of a model has as keys.
pickle::Id ReadKey(pickle::Context& context, std::string_view key, std::string_view module, std::string_view type,
                   uint64_t offset);

// Whether numpy.`type` is a numpy scalar type, and `dtype` its dtype.
bool IsScalarType(std::string_view type, const graph::DType& dtype);
bool IsScalarType(std::string_view type);

}  // namespace pratique::skops
