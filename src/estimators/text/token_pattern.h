// token_pattern of the text vectorizers, without an engine for regular expressions: patterns whose matches are the
// longest runs of characters of one class, such as the default, `\w+`, `[a-zA-Z]{3,}`, `\b\w{2,15}\b`, `\S+`. Others
// are refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "state/bind.h"
#include "state/violation.h"
#include "text_generated.h"

namespace pratique {

struct TokenPattern {
  using Schema = fb::TokenPattern;
  BOOST_HANA_DEFINE_STRUCT(TokenPattern, (bool, negated), (uint8_t, escapes), (Array<uint32_t>, ranges),
                           (uint32_t, min_length), (uint32_t, max_length), (bool, boundary_before),
                           (bool, boundary_behind));

  std::optional<Violation> Invariant() const;
  bool Has(char32_t c) const;

  // Calls take(begin, end) for each token of `text`, in order: re.findall of the pattern.
  template <class Take>
  void FindAll(std::u32string_view text, Take take) const;
};

// Python's pattern, with `ranges` to keep alive; nullopt for what is not such a run.
std::optional<TokenPattern> ParseTokenPattern(std::u32string_view pattern, std::vector<uint32_t>& ranges);

// --- implementation ---

bool IsWordCharacter(char32_t c);  // text::IsWord

template <class Take>
void TokenPattern::FindAll(std::u32string_view text, Take take) const {
  for (size_t i = 0; i < text.size();) {
    if (!Has(text[i])) {
      ++i;
      continue;
    }
    size_t end = i + 1;
    while (end < text.size() && Has(text[end])) ++end;
    // All of the run are word characters where boundaries are asked for: Invariant. So a boundary is where no other
    // word character stands beside it, and there is none inside.
    const bool long_enough = end - i >= min_length && (max_length == 0 || end - i <= max_length);
    const bool before = !boundary_before || i == 0 || !IsWordCharacter(text[i - 1]);
    const bool behind = !boundary_behind || end == text.size() || !IsWordCharacter(text[end]);
    if (long_enough && before && behind) take(i, end);
    i = end;
  }
}

}  // namespace pratique
