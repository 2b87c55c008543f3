// joblib's NumpyArrayWrapper: an array whose bytes stand in the pickle stream right after the opcode that builds it.
// Layout: joblib/numpy_pickle.py, NumpyArrayWrapper.read_array (joblib 0.10 and later).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "import/value/context.h"
#include "import/value/reader.h"

namespace pratique::joblib {

struct ArrayWrapper {
  std::shared_ptr<const graph::DType> dtype;
  std::vector<uint64_t> shape;
  bool fortran = false;
  pickle::Id subclass = pickle::kNoId;  // the name of the array's class, when it is not numpy.ndarray
  bool padded = false;    // joblib 1.2 and later: a byte that counts padding, and the padding, before the data
  uint8_t alignment = 0;  // the most padding there can be
};

// Whether a class is joblib's array wrapper, or one of its forms before 0.10, whose arrays are files beside the pickle.
bool IsArrayWrapper(std::string_view module, std::string_view name);
bool IsSideFileWrapper(std::string_view module, std::string_view name);

// The wrapper that a state dict describes; nullopt, with a failure recorded, when it is not one that joblib writes.
std::optional<ArrayWrapper> ParseWrapper(pickle::Context& context, pickle::Id state, uint64_t offset);

// The array of a wrapper whose dtype is not object, read from where the reader stands, which must be outside of frames.
pickle::Id ReadPayload(pickle::Context& context, pickle::Reader& reader, const ArrayWrapper& wrapper, uint64_t offset);

}  // namespace pratique::joblib
