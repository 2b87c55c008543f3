// From a DType known at run time to its C++ type, and numpy's promotion of two of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "data/float16.h"
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
    case DType::kFloat16:
      return f(TypeTag<Float16>());
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

// f(TypeTag<T>()) with the type that carries a numeric dtype in views: double, float, int64_t or uint64_t.
template <class F>
auto WithCarrier(DType dtype, F f) {
  switch (dtype) {
    case DType::kFloat64:
      return f(TypeTag<double>());
    case DType::kFloat32:
    case DType::kFloat16:
      return f(TypeTag<float>());
    case DType::kUInt64:
      return f(TypeTag<uint64_t>());
    case DType::kInt64:
    case DType::kInt32:
    case DType::kInt16:
    case DType::kInt8:
    case DType::kUInt32:
    case DType::kUInt16:
    case DType::kUInt8:
    case DType::kBool:
      return f(TypeTag<int64_t>());
    default:
      return f(TypeTag<double>());
  }
}

// f(the cells of a column that is not text).
template <class F>
auto WithNumbers(const Column& column, F f) {
  return WithCarrier(column.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (std::is_same_v<T, float>)
      return f(column.floats);
    else if constexpr (std::is_same_v<T, int64_t>)
      return f(column.ints);
    else if constexpr (std::is_same_v<T, uint64_t>)
      return f(column.uints);
    else
      return f(column.doubles);
  });
}

// Numbers of a view into elements of a matrix, from the `first` on, which take on its dtype.
template <class T>
void CopyNumbers(std::span<const T> from, Matrix& to, size_t first) {
  WithType(to.dtype(), [&](auto tag) {
    using Element = typename decltype(tag)::type;
    Element* out = to.values<Element>().data() + first;
    if constexpr (std::is_same_v<T, Element>)
      std::ranges::copy(from, out);
    else
      std::ranges::transform(from, out, [](T value) { return static_cast<Element>(value); });
  });
}

// A column without a name that views the numbers.
template <class T>
Column NumberColumn(std::span<const T> numbers, DType dtype) {
  Column column{.dtype = dtype};
  if constexpr (std::is_same_v<T, float>)
    column.floats = numbers;
  else if constexpr (std::is_same_v<T, int64_t>)
    column.ints = numbers;
  else if constexpr (std::is_same_v<T, uint64_t>)
    column.uints = numbers;
  else
    column.doubles = numbers;
  return column;
}

bool IsFloat(DType dtype);
bool IsInteger(DType dtype);  // bool is none

// numpy.result_type of any number of dtypes; text absorbs everything, as objects do. An integer beside a float is
// promoted by itself, so that int16 and uint16 beside float32 stay float32.
class Promotion {
 public:
  void Add(DType dtype);
  DType result() const;

 private:
  bool any_ = false, any_float_ = false, any_text_ = false;
  DType integer_ = DType::kBool;   // of bools and integers
  DType float_ = DType::kFloat16;  // of floats, and of the smallest that numpy promotes each integer to
};
DType Promoted(DType a, DType b);

// The dtype of the array that pandas makes of a frame: the promotion of its columns, and objects (kString) where text
// or other objects are among them, or a bool beside numbers.
DType DTypeOf(const FrameView& frame);
bool HoldsText(const Data& data);

}  // namespace pratique
