#include "validate/utf8.h"

#include <cstdint>

namespace pratique {

bool IsUtf8WithoutNul(std::string_view text) {
  const auto* p = reinterpret_cast<const uint8_t*>(text.data());
  const auto* const end = p + text.size();
  auto continues = [&](int i, uint8_t low = 0x80, uint8_t high = 0xBF) {
    return end - p > i && p[i] >= low && p[i] <= high;
  };
  while (p < end) {
    const uint8_t c = *p;
    if (c == 0) return false;
    if (c < 0x80) p += 1;
    else if (c >= 0xC2 && c <= 0xDF && continues(1)) p += 2;
    else if (c >= 0xE0 && c <= 0xEF && continues(1, c == 0xE0 ? 0xA0 : 0x80, c == 0xED ? 0x9F : 0xBF) && continues(2)) p += 3;
    else if (c >= 0xF0 && c <= 0xF4 && continues(1, c == 0xF0 ? 0x90 : 0x80, c == 0xF4 ? 0x8F : 0xBF) && continues(2) &&
             continues(3)) p += 4;
    else return false;
  }
  return true;
}

}  // namespace pratique
