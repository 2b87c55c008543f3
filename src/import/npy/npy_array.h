// A numpy array as .npy -> kArray node: the members of a .skops file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "import/value/context.h"

namespace pratique::npy {

// The whole of `file` as one array; its node views the bytes. Objects would be a pickle and are refused, as is any
// dtype that scikit-learn's models do not have. kNoId, with a failure recorded that calls the file `name`.
pickle::Id ReadArray(pickle::Context& context, std::span<const std::byte> file, std::string_view name, uint64_t offset);

}  // namespace pratique::npy
