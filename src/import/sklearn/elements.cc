#include "import/sklearn/elements.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "import/value/text_values.h"

namespace pratique {
namespace {

using graph::DType;
using graph::Kind;
using graph::Node;

template <class S>
S Load(const std::byte* p, bool big_endian) {
  std::byte raw[sizeof(S)];
  std::memcpy(raw, p, sizeof raw);
  if (big_endian) std::reverse(raw, raw + sizeof raw);
  return std::bit_cast<S>(raw);
}

// Exact conversion, or nothing.
template <class T, class S>
std::optional<T> Exactly(S v) {
  if constexpr (std::is_integral_v<T>) {
    if constexpr (std::is_floating_point_v<S>)
      return std::nullopt;
    else
      return std::in_range<T>(v) ? std::optional<T>(static_cast<T>(v)) : std::nullopt;
  } else {
    return static_cast<T>(v);  // an int64 beyond 2^53 rounds, as numpy's astype(float64) does
  }
}

// Calls f with a loader of one element of `dtype`; false for dtypes that are not numbers of at most 64 bits.
template <class F>
bool WithLoader(const DType& d, F f) {
  const bool swap = d.big_endian;
  auto with = [&](auto zero) {
    using S = decltype(zero);
    f([swap](const std::byte* p) { return Load<S>(p, swap); });
    return true;
  };
  switch (d.kind) {
    case 'b':
      return d.itemsize == 1 && with(uint8_t{});
    case 'i':
      return d.itemsize == 1   ? with(int8_t{})
             : d.itemsize == 2 ? with(int16_t{})
             : d.itemsize == 4 ? with(int32_t{})
                               : d.itemsize == 8 && with(int64_t{});
    case 'u':
      return d.itemsize == 1   ? with(uint8_t{})
             : d.itemsize == 2 ? with(uint16_t{})
             : d.itemsize == 4 ? with(uint32_t{})
                               : d.itemsize == 8 && with(uint64_t{});
    case 'f':
      return d.itemsize == 4 ? with(float{}) : d.itemsize == 8 && with(double{});
    default:
      return false;
  }
}

// n elements, `stride` bytes apart.
template <class T>
std::optional<Array<T>> Convert(const std::byte* data, size_t n, size_t stride, const DType& dtype, Arena& arena) {
  std::span<T> out = arena.NewUninitialized<T>(n);
  bool exact = true;
  const bool known = WithLoader(dtype, [&](auto load) {
    for (size_t i = 0; i < n; ++i) {
      auto v = Exactly<T>(load(data + i * stride));
      if (!v) {
        exact = false;
        return;
      }
      out[i] = *v;
    }
  });
  if (!known || !exact) return std::nullopt;
  return out;
}

size_t Count(const Node& n) {
  size_t count = 1;
  for (uint64_t d : n.shape) count *= d;
  return count;
}

// Column-major to row-major, any number of dimensions.
template <class T>
Array<T> FromFortran(Array<T> values, std::span<const uint64_t> shape, Arena& arena) {
  if (shape.size() < 2 || values.empty()) return values;
  std::span<T> out = arena.NewUninitialized<T>(values.size());
  std::vector<uint64_t> index(shape.size(), 0);
  for (size_t i = 0; i < values.size(); ++i) {  // values in order: the first index runs fastest
    size_t to = 0;
    for (size_t d = 0; d < shape.size(); ++d) to = to * shape[d] + index[d];
    out[to] = values[i];
    for (size_t d = 0; d < shape.size() && ++index[d] == shape[d]; ++d) index[d] = 0;
  }
  return out;
}

}  // namespace

template <class T>
std::optional<Array<T>> ReadNumbers(const Node& n, Arena& arena) {
  if (n.kind != Kind::kArray || !n.dtype) return std::nullopt;
  const DType& d = *n.dtype;
  const size_t count = Count(n);
  if (n.bytes.size() != count * d.itemsize) return std::nullopt;
  const char native = std::is_floating_point_v<T> ? 'f' : std::is_signed_v<T> ? 'i' : 'u';
  const bool as_is = d.kind == native && d.itemsize == sizeof(T) && !d.big_endian &&
                     reinterpret_cast<uintptr_t>(n.bytes.data()) % alignof(T) == 0 && count > 0;
  std::optional<Array<T>> values;
  if (as_is)
    values = Array<T>(reinterpret_cast<const T*>(n.bytes.data()), count);
  else
    values = Convert<T>(n.bytes.data(), count, d.itemsize, d, arena);
  if (values && n.fortran) values = FromFortran<T>(*values, n.shape, arena);
  return values;
}
template std::optional<Array<double>> ReadNumbers(const Node&, Arena&);
template std::optional<Array<int64_t>> ReadNumbers(const Node&, Arena&);
template std::optional<Array<uint64_t>> ReadNumbers(const Node&, Arena&);

template <class T>
std::optional<Array<T>> ReadStructured(const Node& n, const DType::Field& field, Arena& arena) {
  if (n.kind != Kind::kArray || n.shape.size() != 1 || !n.dtype || !field.dtype) return std::nullopt;
  const size_t count = n.shape[0];
  if (n.bytes.size() != count * n.dtype->itemsize || field.offset + field.dtype->itemsize > n.dtype->itemsize)
    return std::nullopt;
  return Convert<T>(n.bytes.data() + field.offset, count, n.dtype->itemsize, *field.dtype, arena);
}
template std::optional<Array<double>> ReadStructured(const Node&, const DType::Field&, Arena&);
template std::optional<Array<int64_t>> ReadStructured(const Node&, const DType::Field&, Arena&);

template <class T>
std::optional<T> ReadNumber(const Node& n) {
  switch (n.kind) {
    case Kind::kBool:
    case Kind::kInt:
      return static_cast<T>(n.integer);
    case Kind::kFloat:
      if constexpr (std::is_floating_point_v<T>) return n.real;
      return std::nullopt;
    case Kind::kArray: {
      if (!n.shape.empty() || !n.dtype || n.bytes.size() != n.dtype->itemsize) return std::nullopt;
      std::optional<T> result;
      WithLoader(*n.dtype, [&](auto load) { result = Exactly<T>(load(n.bytes.data())); });
      return result;
    }
    default:
      return std::nullopt;
  }
}
template std::optional<double> ReadNumber(const Node&);
template std::optional<int64_t> ReadNumber(const Node&);

template <class T>
std::optional<T> ReadPlainNumber(const Node& n) {
  if (n.kind == Kind::kArray && (!n.is_scalar || !n.dtype || n.dtype->kind == 'b')) return std::nullopt;
  return ReadNumber<T>(n);
}
template std::optional<double> ReadPlainNumber(const Node&);
template std::optional<int64_t> ReadPlainNumber(const Node&);

std::optional<Strings> ReadTexts(const Node& n, Arena& arena) {
  const size_t count = Count(n);
  const uint32_t itemsize = n.dtype->itemsize;
  if (n.dtype->kind != 'U' || itemsize % 4 != 0 || n.bytes.size() != count * itemsize ||
      (n.fortran && n.shape.size() > 1))
    return std::nullopt;
  auto out = arena.New<std::string_view>(count);
  for (size_t i = 0; i < count; ++i) {
    const auto text = pickle::DecodeUtf32(n.bytes.subspan(i * itemsize, itemsize), n.dtype->big_endian);
    if (!text) return std::nullopt;
    out[i] = arena.Copy(std::string_view(*text));
  }
  return Strings(out);
}

std::optional<std::string_view> ReadText(const Node& n, Arena& arena) {
  if (n.kind == Kind::kStr) return n.text;
  if (n.kind != Kind::kArray || !n.shape.empty() || !n.dtype || n.dtype->kind != 'U') return std::nullopt;
  std::optional<Strings> one = ReadTexts(n, arena);
  return one ? std::optional((*one)[0]) : std::nullopt;
}

}  // namespace pratique
