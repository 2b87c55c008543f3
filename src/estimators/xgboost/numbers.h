// Numbers as UBJSON has them: a marker of their type, and big-endian bytes.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace pratique::document {

// Bytes of a number behind its marker; 0: no number.
inline size_t WidthOf(char marker) {
  switch (marker) {
    case 'i':
    case 'U':
      return 1;
    case 'I':
      return 2;
    case 'l':
    case 'd':
      return 4;
    case 'L':
    case 'D':
      return 8;
    default:
      return 0;
  }
}
inline bool IsReal(char marker) { return marker == 'd' || marker == 'D'; }

inline uint64_t BigEndian(std::string_view bytes) {
  uint64_t bits = 0;
  for (char c : bytes) bits = bits << 8 | static_cast<uint8_t>(c);
  return bits;
}

inline int64_t IntegerOf(char marker, std::string_view bytes) {
  const uint64_t bits = BigEndian(bytes);
  switch (marker) {
    case 'i':
      return static_cast<int8_t>(bits);
    case 'I':
      return static_cast<int16_t>(bits);
    case 'l':
      return static_cast<int32_t>(bits);
    default:
      return static_cast<int64_t>(bits);
  }
}

inline double RealOf(char marker, std::string_view bytes) {
  if (marker == 'd') return std::bit_cast<float>(static_cast<uint32_t>(BigEndian(bytes)));
  if (marker == 'D') return std::bit_cast<double>(BigEndian(bytes));
  return static_cast<double>(IntegerOf(marker, bytes));
}

}  // namespace pratique::document
