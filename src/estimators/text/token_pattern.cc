#include "estimators/text/token_pattern.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "text/python_str.h"

namespace pratique {
namespace {

enum Escape : uint8_t { kWord = 1, kDigit = 2, kSpace = 4, kNoWord = 8, kNoDigit = 16, kNoSpace = 32 };

constexpr uint32_t kMaxRepeats = 65536;

// Reads a pattern from its start; every step gives nullopt or false for what is not understood.
class Parser {
 public:
  Parser(std::u32string_view pattern, std::vector<uint32_t>& ranges) : rest_(pattern), ranges_(ranges) {}

  std::optional<TokenPattern> Parse() {
    Skip(U"(?u)");
    TokenPattern pattern{};
    pattern.boundary_before = Skip(U"\\b");
    uint64_t least = 0, most = 0;
    bool endless = false, first = true;
    while (!rest_.empty() && rest_ != U"\\b") {
      std::vector<uint32_t> ranges;
      TokenPattern atom{};
      if (!Class(atom, ranges)) return std::nullopt;
      if (first) {
        pattern.negated = atom.negated;
        pattern.escapes = atom.escapes;
        ranges_ = ranges;
      } else if (pattern.negated != atom.negated || pattern.escapes != atom.escapes || ranges_ != ranges) {
        return std::nullopt;  // a sequence of several classes is no run of one
      }
      first = false;
      uint32_t low, high;
      if (!Repeats(low, high)) return std::nullopt;
      least += low;
      most += high;
      endless |= high == 0;
      if (least > kMaxRepeats || most > kMaxRepeats) return std::nullopt;
    }
    pattern.boundary_behind = Skip(U"\\b");
    if (first || least == 0 || !rest_.empty()) return std::nullopt;
    pattern.min_length = static_cast<uint32_t>(least);
    pattern.max_length = endless ? 0 : static_cast<uint32_t>(most);
    pattern.ranges = ranges_;
    if (pattern.Invariant()) return std::nullopt;
    return pattern;
  }

 private:
  bool Skip(std::u32string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  std::optional<char32_t> Next() {
    if (rest_.empty()) return std::nullopt;
    const char32_t c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }

  // An escape behind its backslash: a class, or a character that stands for itself.
  bool Escaped(uint8_t& escapes, std::optional<char32_t>& character) {
    const auto c = Next();
    if (!c) return false;
    switch (*c) {
      case U'w':
        return escapes |= kWord, true;
      case U'd':
        return escapes |= kDigit, true;
      case U's':
        return escapes |= kSpace, true;
      case U'W':
        return escapes |= kNoWord, true;
      case U'D':
        return escapes |= kNoDigit, true;
      case U'S':
        return escapes |= kNoSpace, true;
      default:
        break;
    }
    if (text::IsWord(*c) || *c >= 0x80) return false;  // \n, \x41, \1, \u00e9, ...
    character = *c;
    return true;
  }

  bool Class(TokenPattern& atom, std::vector<uint32_t>& ranges) {
    const auto c = Next();
    if (!c) return false;
    if (*c == U'\\') {
      std::optional<char32_t> character;
      if (!Escaped(atom.escapes, character)) return false;
      if (character) ranges = {*character, *character};
      return true;
    }
    if (*c != U'[') {
      if (std::u32string_view(U".^$*+?{}()|]").find(*c) != std::u32string_view::npos) return false;
      ranges = {*c, *c};
      return true;
    }
    atom.negated = Skip(U"^");
    for (bool any = false;; any = true) {
      auto first = Next();
      if (!first || *first == U'[') return false;
      if (*first == U']') {
        if (!any) return false;
        break;
      }
      if (*first == U'\\') {
        std::optional<char32_t> character;
        if (!Escaped(atom.escapes, character)) return false;
        if (!character) continue;
        first = character;
      }
      char32_t last = *first;
      if (rest_.size() >= 2 && rest_[0] == U'-' && rest_[1] != U']') {
        Skip(U"-");
        const auto end = Next();
        if (!end || *end == U'\\' || *end == U'[' || *end < last) return false;
        last = *end;
      }
      // Python warns of these, since they are to mean sets one day.
      if (rest_.starts_with(U"--") || rest_.starts_with(U"&&") || rest_.starts_with(U"||") || rest_.starts_with(U"~~"))
        return false;
      ranges.push_back(*first);
      ranges.push_back(last);
    }
    return true;
  }

  // `high` 0: without end.
  bool Repeats(uint32_t& low, uint32_t& high) {
    low = high = 1;
    if (Skip(U"+"))
      high = 0;
    else if (Skip(U"*"))
      low = high = 0;
    else if (rest_.starts_with(U"{"))
      return Braces(low, high) && !Lazy();
    else
      return !rest_.starts_with(U"?");
    return !Lazy();
  }
  bool Lazy() const {
    return rest_.starts_with(U"?") || rest_.starts_with(U"+") || rest_.starts_with(U"*") || rest_.starts_with(U"{");
  }

  bool Braces(uint32_t& low, uint32_t& high) {
    Skip(U"{");
    if (!Number(low)) return false;
    if (Skip(U"}")) return high = low, low > 0;
    if (!Skip(U",")) return false;
    if (Skip(U"}")) return high = 0, true;
    return Number(high) && Skip(U"}") && high >= low && high > 0;
  }
  bool Number(uint32_t& value) {
    if (rest_.empty() || rest_[0] < U'0' || rest_[0] > U'9') return false;
    value = 0;
    while (!rest_.empty() && rest_[0] >= U'0' && rest_[0] <= U'9') {
      value = value * 10 + (rest_[0] - U'0');
      if (value > kMaxRepeats) return false;
      rest_.remove_prefix(1);
    }
    return true;
  }

  std::u32string_view rest_;
  std::vector<uint32_t>& ranges_;
};

// Every character of the class is a word character.
bool OfWordCharacters(const TokenPattern& pattern) {
  if (pattern.negated) return pattern.escapes & kNoWord;
  if (pattern.escapes & ~(kWord | kDigit)) return false;
  uint64_t looked_at = 0;
  for (size_t i = 0; i + 1 < pattern.ranges.size(); i += 2) {
    for (uint32_t c = pattern.ranges[i]; c <= pattern.ranges[i + 1]; ++c) {
      if (!text::IsWord(c) || ++looked_at > 0x110000) return false;
    }
  }
  return true;
}

}  // namespace

bool IsWordCharacter(char32_t c) { return text::IsWord(c); }

bool TokenPattern::Has(char32_t c) const {
  bool in = (escapes & kWord && text::IsWord(c)) || (escapes & kDigit && text::IsDecimal(c)) ||
            (escapes & kSpace && text::IsSpace(c)) || (escapes & kNoWord && !text::IsWord(c)) ||
            (escapes & kNoDigit && !text::IsDecimal(c)) || (escapes & kNoSpace && !text::IsSpace(c));
  for (size_t i = 0; !in && i + 1 < ranges.size(); i += 2) in = ranges[i] <= c && c <= ranges[i + 1];
  return in != negated;
}

std::optional<Violation> TokenPattern::Invariant() const {
  if (ranges.size() % 2 != 0)
    return Violation{"ranges", "pairs", absl::StrCat(ranges.size()), "first and last of each range"};
  for (size_t i = 0; i < ranges.size(); i += 2) {
    if (ranges[i] > ranges[i + 1])
      return Violation{absl::StrCat("ranges[", i, "]"), "pairs", absl::StrCat(ranges[i]),
                       absl::StrCat("at most ", ranges[i + 1])};
  }
  if (ranges.size() > 256) return Violation{"ranges", "pairs", absl::StrCat(ranges.size()), "at most 256"};
  if (max_length != 0 && (max_length < min_length || !boundary_before || !boundary_behind))
    return Violation{"max_length", "run", absl::StrCat(max_length), "at least min_length, between boundaries"};
  if ((boundary_before || boundary_behind) && !OfWordCharacters(*this))
    return Violation{"boundary_before", "run", "a boundary beside other characters", "a class of word characters"};
  return std::nullopt;
}

std::optional<TokenPattern> ParseTokenPattern(std::u32string_view pattern, std::vector<uint32_t>& ranges) {
  return Parser(pattern, ranges).Parse();
}

}  // namespace pratique
