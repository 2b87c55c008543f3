// From a DType known at run time to its C++ type.
#pragma once

#include <cstdint>

#include "pratique/data.h"

namespace pratique {

template <class T>
struct TypeTag {
  using type = T;
};

// f(TypeTag<T>()) with the C++ type of a numeric dtype; kBool is uint8_t. `dtype` must not be kString.
template <class F>
auto WithType(DType dtype, F f) {
  switch (dtype) {
    case DType::kFloat32:
      return f(TypeTag<float>());
    case DType::kInt64:
      return f(TypeTag<int64_t>());
    case DType::kInt32:
      return f(TypeTag<int32_t>());
    case DType::kInt16:
      return f(TypeTag<int16_t>());
    case DType::kInt8:
      return f(TypeTag<int8_t>());
    case DType::kUInt64:
      return f(TypeTag<uint64_t>());
    case DType::kUInt32:
      return f(TypeTag<uint32_t>());
    case DType::kUInt16:
      return f(TypeTag<uint16_t>());
    case DType::kUInt8:
    case DType::kBool:
      return f(TypeTag<uint8_t>());
    default:
      return f(TypeTag<double>());
  }
}

}  // namespace pratique
