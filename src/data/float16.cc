#include "data/float16.h"

#include <bit>
#include <cmath>

namespace pratique {

Float16::Float16(double value) {
  const auto sign = static_cast<uint16_t>(std::signbit(value) ? 0x8000 : 0);
  const double magnitude = std::abs(value);
  if (std::isnan(value)) {
    bits = sign | 0x7E00;
  } else if (magnitude >= 65520) {  // halfway from the largest float16 to the next power of two
    bits = sign | 0x7C00;
  } else if (magnitude < 0x1p-14) {  // subnormal: in steps of 2^-24
    bits = sign | static_cast<uint16_t>(std::nearbyint(magnitude * 0x1p24));
  } else {
    // The 10 highest bits of the fraction, to nearest even; a carry moves into the exponent as it should.
    const auto wide = std::bit_cast<uint64_t>(magnitude);
    const uint64_t kept = wide >> 42, rest = wide & ((uint64_t{1} << 42) - 1), half = uint64_t{1} << 41;
    const uint64_t rounded = kept + (rest > half || (rest == half && (kept & 1)));
    bits = sign | static_cast<uint16_t>(rounded - (uint64_t{1023 - 15} << 10));
  }
}

Float16::operator float() const {
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 1023;
  const float magnitude = exponent == 31  ? (fraction ? NAN : INFINITY)
                          : exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                                          : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
}

}  // namespace pratique
