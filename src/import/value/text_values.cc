#include "import/value/text_values.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <vector>

#include "import/value/context.h"

namespace pratique::pickle {
namespace {

constexpr size_t kMaxDigits = 4300;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Digits in any base up to 16, exactly `count` of them at `text[at]`.
std::optional<uint32_t> Digits(std::string_view text, size_t at, size_t count, int base) {
  if (count > text.size() || at > text.size() - count) return std::nullopt;
  uint32_t value = 0;
  const char* const end = text.data() + at + count;
  const auto [stop, error] = std::from_chars(text.data() + at, end, value, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// Two's complement of the magnitude, least byte first, with room for the sign.
std::string BigFromDigits(std::string_view digits, bool negative) {
  constexpr size_t kGroup = 9;  // digits at a time, in words of 32 bits
  std::vector<uint32_t> words;
  for (size_t at = 0; at < digits.size();) {
    const size_t count = (digits.size() - at) % kGroup == 0 ? kGroup : (digits.size() - at) % kGroup;
    uint64_t scale = 1, carry = 0;
    for (const char digit : digits.substr(at, count)) {
      scale *= 10;
      carry = 10 * carry + static_cast<uint64_t>(digit - '0');
    }
    for (uint32_t& word : words) {
      carry += scale * word;
      word = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) words.push_back(static_cast<uint32_t>(carry));
    at += count;
  }
  std::string bytes;
  for (const uint32_t word : words) {
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(word >> shift);
  }
  bytes += '\0';
  unsigned carry = 1;
  for (size_t i = 0; negative && i < bytes.size(); ++i) {
    carry += static_cast<uint8_t>(~bytes[i]);
    bytes[i] = static_cast<char>(carry & 0xFF);
    carry >>= 8;
  }
  return bytes;
}

// One escape of a quoted string; `at` is behind the backslash and moves past the escape.
std::optional<char> Unescape(std::string_view text, size_t& at) {
  constexpr std::string_view kFrom = "\\'\"abfnrtv";
  constexpr std::string_view kTo = "\\'\"\a\b\f\n\r\t\v";
  const char c = text[at];
  if (const size_t i = kFrom.find(c); i != kFrom.npos) {
    ++at;
    return kTo[i];
  }
  if (c == 'x') {
    const auto value = Digits(text, at + 1, 2, 16);
    at += 3;
    return value ? std::optional(static_cast<char>(*value)) : std::nullopt;
  }
  size_t count = 0;
  while (count < 3 && at + count < text.size() && text[at + count] >= '0' && text[at + count] <= '7') ++count;
  const auto value = count == 0 ? std::nullopt : Digits(text, at, count, 8);
  at += count;
  return value && *value < 256 ? std::optional(static_cast<char>(*value)) : std::nullopt;
}

}  // namespace

bool IsDecimal(std::string_view text) {
  if (text == "0") return true;
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text[0] != '0' && std::all_of(text.begin(), text.end(), IsDigit);
}

std::optional<Decimal> ParseDecimal(std::string_view text) {
  if (text.size() > kMaxDigits + 1 || !IsDecimal(text)) return std::nullopt;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  Decimal decimal;
  uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), magnitude);
  if (error == std::errc() && magnitude <= uint64_t{INT64_MAX} + (negative ? 1 : 0)) {
    decimal.small = static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
  } else {
    decimal.big = BigFromDigits(text, negative);
  }
  return decimal;
}

std::optional<uint64_t> ParseIndex(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> ParseFloat(std::string_view text) {
  if (text.find('(') != text.npos) return std::nullopt;  // nan(0x1)
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::string> ParseQuoted(std::string_view text) {
  if (text.size() < 2 || (text.front() != '\'' && text.front() != '"') || text.back() != text.front()) {
    return std::nullopt;
  }
  const char quote = text.front();
  text = text.substr(1, text.size() - 2);
  std::string bytes;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at++];
    if (c == quote || (c == '\\' && at == text.size())) return std::nullopt;
    if (c != '\\') {
      bytes += c;
    } else if (const auto byte = Unescape(text, at)) {
      bytes += *byte;
    } else {
      return std::nullopt;
    }
  }
  return bytes;
}

std::optional<std::string> ParseRawUnicode(std::string_view text) {
  std::string utf8;
  for (size_t at = 0; at < text.size();) {
    uint32_t c = static_cast<uint8_t>(text[at++]);
    if (c == '\\' && at < text.size()) {
      const char escaped = text[at++];
      if (escaped != 'u' && escaped != 'U') {  // and begins no escape itself: \\u0041 is six characters
        utf8 += '\\';
        AppendUtf8(utf8, static_cast<uint8_t>(escaped));
        continue;
      }
      const size_t count = escaped == 'u' ? 4 : 8;
      const auto value = Digits(text, at, count, 16);
      if (!value || *value > 0x10FFFF) return std::nullopt;
      c = *value;
      at += count;
    }
    if (!AppendUtf8(utf8, c)) return std::string("\xED\xA0\x80");  // a surrogate, as those who write it nevertheless
  }
  return utf8;
}

std::optional<std::string> DecodeUtf32(std::span<const std::byte> bytes, bool big_endian) {
  std::string utf8;
  size_t text_size = 0;  // behind the last character that is not NUL
  for (size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    uint32_t c;
    std::memcpy(&c, bytes.data() + at, 4);
    if (!AppendUtf8(utf8, big_endian ? __builtin_bswap32(c) : c)) return std::nullopt;
    if (c != 0) text_size = utf8.size();
  }
  utf8.resize(text_size);
  return utf8;
}

}  // namespace pratique::pickle
