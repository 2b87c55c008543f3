#include "text/number_text.h"

#include <charconv>
#include <cmath>
#include <string_view>

namespace pratique::text {
namespace {

// CPython Python/pystrtod.c format_float_short of 'r', with the point that str adds; numpy/_core/src/multiarray/
// scalartypes.c.src gives the same of float64, and of float32 up to numpy 2.2 (later ones write 1e+07 for 10000000.0).
template <class T>
std::string Shortest(T value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<size_t>(end - buffer));
  const double magnitude = std::abs(static_cast<double>(value));
  if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e16)) return std::string(text);
  const size_t e = text.find('e');
  std::string digits;
  for (char c : text.substr(0, e)) {
    if (c != '-' && c != '.') digits += c;
  }
  const char* exponent_text = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
  int exponent = 0;
  std::from_chars(exponent_text, text.data() + text.size(), exponent);
  if (exponent < 0) digits.insert(0, static_cast<size_t>(-exponent), '0');
  const size_t whole = exponent < 0 ? 1 : static_cast<size_t>(exponent) + 1;
  if (digits.size() < whole + 1) digits.append(whole + 1 - digits.size(), '0');
  return (std::signbit(value) ? "-" : "") + digits.substr(0, whole) + "." + digits.substr(whole);
}

}  // namespace

std::string NumberText(double value) { return Shortest(value); }
std::string NumberText(float value) { return Shortest(value); }

}  // namespace pratique::text
