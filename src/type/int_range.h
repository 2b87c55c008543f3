// Which integers a dtype of integers or bool holds.
#pragma once

#include <cstdint>

#include "values_generated.h"

namespace pratique {

struct IntRange {
  int64_t low, high;
};
inline IntRange RangeOf(fb::DType dtype) {
  switch (dtype) {
    case fb::DType::Int32:
      return {INT32_MIN, INT32_MAX};
    case fb::DType::Int16:
      return {INT16_MIN, INT16_MAX};
    case fb::DType::Int8:
      return {INT8_MIN, INT8_MAX};
    case fb::DType::UInt64:
      return {INT64_MIN, INT64_MAX};  // the bits of any
    case fb::DType::UInt32:
      return {0, UINT32_MAX};
    case fb::DType::UInt16:
      return {0, UINT16_MAX};
    case fb::DType::UInt8:
      return {0, UINT8_MAX};
    case fb::DType::Bool:
      return {0, 1};
    default:
      return {INT64_MIN, INT64_MAX};
  }
}

}  // namespace pratique
