// The text forms of protocol 0: numbers and strings written as lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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
// Whether it is one, of any length: as str() writes it. Python's two unpicklers take a zero or a plus in front for
// octal, for a bool, or for an error.
bool IsDecimal(std::string_view text);

// Digits, zeros in front as well; nullopt when it does not fit.
std::optional<uint64_t> ParseIndex(std::string_view text);

// repr() of a float: digits, nan, inf.
std::optional<double> ParseFloat(std::string_view text);

// 'quoted' or "quoted" with backslash escapes -> bytes (STRING).
std::optional<std::string> ParseQuoted(std::string_view text);

// Latin-1 with \uXXXX and \UXXXXXXXX -> UTF-8 (UNICODE), which is none where a surrogate stood.
std::optional<std::string> ParseRawUnicode(std::string_view text);

// numpy's text -> UTF-8, without the NULs at its end. nullopt for surrogates and what lies beyond Unicode.
std::optional<std::string> DecodeUtf32(std::span<const std::byte> bytes, bool big_endian);

}  // namespace pratique::pickle
