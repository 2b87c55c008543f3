#include "text/python_str.h"

#include <algorithm>
#include <iterator>

namespace pratique::text {
namespace {

struct Range {
  uint32_t first, last;
};
struct Pair {
  uint32_t from, to;
};
struct Decomposition {
  uint32_t from, begin, length;
};

#include "text/unicode_tables.inc"

template <size_t n>
bool In(const Range (&ranges)[n], char32_t c) {
  const Range* it = std::upper_bound(std::begin(ranges), std::end(ranges), c,
                                     [](char32_t v, const Range& range) { return v < range.first; });
  return it != std::begin(ranges) && c <= std::prev(it)->last;
}

char32_t LowerOf(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  const Pair* it =
      std::lower_bound(std::begin(kLower), std::end(kLower), c, [](const Pair& p, char32_t v) { return p.from < v; });
  return it != std::end(kLower) && it->from == c ? it->to : c;
}

// CPython's handle_capital_sigma: final behind a cased character, and with none behind it; ignorable ones are passed
// over.
bool IsFinalSigma(std::u32string_view text, size_t at) {
  size_t before = at;
  while (before > 0 && In(kCaseIgnorable, text[before - 1])) --before;
  if (before == 0 || !In(kCased, text[before - 1])) return false;
  size_t after = at + 1;
  while (after < text.size() && In(kCaseIgnorable, text[after])) ++after;
  return after == text.size() || !In(kCased, text[after]);
}

// Calls f with each character of the compatibility decomposition; canonical order of marks is left alone: no caller
// keeps them.
template <class F>
void Decompose(char32_t c, F f) {
  constexpr uint32_t kSyllables = 0xAC00, kVowels = 21, kTrailing = 28, kLast = 0xD7A3;
  if (c >= kSyllables && c <= kLast) {  // Hangul: The Unicode Standard 14.0, 3.12
    const uint32_t s = c - kSyllables;
    f(0x1100 + s / (kVowels * kTrailing));
    f(0x1161 + s % (kVowels * kTrailing) / kTrailing);
    if (s % kTrailing != 0) f(0x11A7 + s % kTrailing);
    return;
  }
  const Decomposition* it = std::lower_bound(std::begin(kDecompositions), std::end(kDecompositions), c,
                                             [](const Decomposition& d, char32_t v) { return d.from < v; });
  if (it == std::end(kDecompositions) || it->from != c) return f(c);
  for (uint32_t k = 0; k < it->length; ++k) f(kDecomposed[it->begin + k]);
}

}  // namespace

std::u32string CodePoints(std::string_view utf8) {
  std::u32string points;
  points.reserve(utf8.size());
  for (size_t i = 0; i < utf8.size();) {
    const auto byte = [&](size_t k) { return static_cast<uint8_t>(utf8[i + k]); };
    const uint8_t first = byte(0);
    if (first < 0x80) {
      points.push_back(first);
      i += 1;
    } else if (first < 0xE0) {
      points.push_back((first & 0x1F) << 6 | (byte(1) & 0x3F));
      i += 2;
    } else if (first < 0xF0) {
      points.push_back((first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F));
      i += 3;
    } else {
      points.push_back((first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F));
      i += 4;
    }
  }
  return points;
}

void AppendUtf8(std::u32string_view text, std::string& out) {
  for (char32_t c : text) {
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += static_cast<char>(0xC0 | c >> 6);
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      out += static_cast<char>(0xE0 | c >> 12);
      out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
      out += static_cast<char>(0xF0 | c >> 18);
      out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
      out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    }
  }
}

bool IsWord(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  return In(kAlphanumeric, c);
}
bool IsSpace(char32_t c) { return In(kSpace, c); }
bool IsDecimal(char32_t c) { return In(kDecimal, c); }

std::u32string Lower(std::u32string_view text) {
  constexpr char32_t kCapitalSigma = 0x3A3, kFinalSigma = 0x3C2, kDottedI = 0x130, kDot = 0x307;
  std::u32string lower;
  lower.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    if (c == kCapitalSigma && IsFinalSigma(text, i)) {
      lower.push_back(kFinalSigma);
    } else if (c == kDottedI) {
      lower.push_back('i');
      lower.push_back(kDot);
    } else {
      lower.push_back(LowerOf(c));
    }
  }
  return lower;
}

std::u32string StripAccentsUnicode(std::u32string_view text) {
  std::u32string bare;
  bare.reserve(text.size());
  for (char32_t c : text) {
    Decompose(c, [&](char32_t part) {
      if (!In(kCombining, part)) bare.push_back(part);
    });
  }
  return bare;
}

std::u32string StripAccentsAscii(std::u32string_view text) {
  std::u32string bare;
  bare.reserve(text.size());
  for (char32_t c : text) {
    Decompose(c, [&](char32_t part) {
      if (part < 0x80) bare.push_back(part);
    });
  }
  return bare;
}

}  // namespace pratique::text
