// UTF-8, one sequence at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pratique {

// Length of the valid UTF-8 sequence at the start of `s` (Unicode 15, table 3-7); 0 if there is none.
inline size_t Utf8Length(std::string_view s) {
  auto byte = [&](size_t i) { return i < s.size() ? static_cast<uint8_t>(s[i]) : uint8_t{0}; };
  auto in = [](uint8_t b, uint8_t lo, uint8_t hi) { return lo <= b && b <= hi; };
  uint8_t a = byte(0);
  if (a < 0x80) return 1;
  if (in(a, 0xC2, 0xDF)) return in(byte(1), 0x80, 0xBF) ? 2 : 0;
  if (in(a, 0xE0, 0xEF)) {
    bool second = in(byte(1), a == 0xE0 ? 0xA0 : 0x80, a == 0xED ? 0x9F : 0xBF);
    return second && in(byte(2), 0x80, 0xBF) ? 3 : 0;
  }
  if (in(a, 0xF0, 0xF4)) {
    bool second = in(byte(1), a == 0xF0 ? 0x90 : 0x80, a == 0xF4 ? 0x8F : 0xBF);
    return second && in(byte(2), 0x80, 0xBF) && in(byte(3), 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

inline bool IsUtf8(std::string_view s) {
  while (!s.empty()) {
    size_t length = Utf8Length(s);
    if (length == 0) return false;
    s.remove_prefix(length);
  }
  return true;
}

}  // namespace pratique
