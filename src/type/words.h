// Lists of names in one text, with a space between them: how tables say which classes or attributes they mean.
#pragma once

#include <algorithm>
#include <string_view>

namespace pratique {

// Calls f(word) for each word of the list, in order.
template <class F>
void ForEachWord(std::string_view words, F f) {
  while (!words.empty()) {
    const size_t end = std::min(words.find(' '), words.size());
    if (end > 0) f(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

inline bool HasWord(std::string_view words, std::string_view word) {
  bool has = false;
  ForEachWord(words, [&](std::string_view w) { has |= w == word; });
  return has;
}

}  // namespace pratique
