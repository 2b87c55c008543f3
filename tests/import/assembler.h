// Writes pickle streams opcode by opcode, for tests.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pratique::testing {

inline std::string Little(uint64_t value, int width) {
  std::string bytes;
  for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}
inline std::string Proto(int protocol) { return "\x80" + Little(static_cast<uint64_t>(protocol), 1); }
inline std::string Str(std::string_view text) { return "\x8c" + Little(text.size(), 1) + std::string(text); }
inline std::string OldStr(std::string_view text) { return "X" + Little(text.size(), 4) + std::string(text); }
inline std::string Bytes(std::string_view bytes) { return "C" + Little(bytes.size(), 1) + std::string(bytes); }
inline std::string Int(uint32_t value) { return "J" + Little(value, 4); }
inline std::string Name(std::string_view module, std::string_view name) { return Str(module) + Str(name) + "\x93"; }
inline std::string OldName(std::string_view module, std::string_view name) {
  return "c" + std::string(module) + "\n" + std::string(name) + "\n";
}
inline std::string Frame(std::string_view body) { return "\x95" + Little(body.size(), 8) + std::string(body); }
inline std::string Get(int index) { return "h" + Little(static_cast<uint64_t>(index), 1); }

inline const std::string kReduce = "R", kBuild = "b", kMemoize = "\x94", kNewObj = "\x81", kTuple1 = "\x85",
                         kTuple2 = "\x86", kTuple3 = "\x87", kTrue = "\x88", kFalse = "\x89", kStop = ".";

// numpy.dtype(type) with its state; `order` is '<', '>' or '|', `size` -1 or the item size.
inline std::string DType(std::string_view type, std::string_view order, int size = -1) {
  const auto n = static_cast<uint32_t>(size);
  return Name("numpy", "dtype") + Str(type) + kFalse + kTrue + kTuple3 + kReduce + "(" + Int(3) + Str(order) + "NNN" +
         Int(n) + Int(n) + Int(0) + "t" + kBuild;
}
// A float64 array of protocol 5 in one dimension.
inline std::string Array(std::string_view bytes, uint32_t length) {
  return Name("numpy._core.numeric", "_frombuffer") + "(" + "\x96" + Little(bytes.size(), 8) + std::string(bytes) +
         DType("f8", "<") + Int(length) + kTuple1 + Str("C") + "t" + kReduce;
}
// A joblib wrapper up to and with its BUILD; the payload follows.
inline std::string Wrapper(std::string_view dtype, uint32_t length, std::string_view alignment = "K\x10",
                           std::string_view order = "C") {
  return Name("joblib.numpy_pickle", "NumpyArrayWrapper") + ")" + kNewObj + "}(" + Str("subclass") +
         Name("numpy", "ndarray") + Str("shape") + Int(length) + kTuple1 + Str("order") + Str(order) + Str("dtype") +
         std::string(dtype) + Str("allow_mmap") + kTrue + Str("numpy_array_alignment_bytes") + std::string(alignment) +
         "u" + kBuild;
}

inline std::span<const std::byte> View(const std::string& bytes) { return std::as_bytes(std::span(bytes)); }

}  // namespace pratique::testing
