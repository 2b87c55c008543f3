// The text forms of protocol 0: numbers and strings written as lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pratique::pickle {

// A decimal int: `small` when it fits, else its bytes, little-endian two's complement.
struct Decimal {
  int64_t small = 0;
  std::string big;  // empty when small
};
// At most 4300 digits, as Python: the conversion is quadratic.
std::optional<Decimal> ParseDecimal(std::string_view text);
// Whether it is one, of any length.
bool IsDecimal(std::string_view text);

// repr() of a float: digits, nan, inf.
std::optional<double> ParseFloat(std::string_view text);

// 'quoted' or "quoted" with backslash escapes -> bytes (STRING).
std::optional<std::string> ParseQuoted(std::string_view text);

// Latin-1 with \uXXXX and \UXXXXXXXX -> UTF-8 (UNICODE). nullopt also for a surrogate.
std::optional<std::string> ParseRawUnicode(std::string_view text);

}  // namespace pratique::pickle
