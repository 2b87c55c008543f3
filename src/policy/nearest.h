// "Did you mean": the nearest of a list of names.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pratique {

// The name with the smallest edit distance to `word`, if it is near enough to be meant (at most a third of its length,
// and one at least); "" otherwise.
std::string Nearest(std::string_view word, std::span<const std::string> names);

// "; did you mean `x`?", or "" when nothing is near.
std::string DidYouMean(std::string_view word, std::span<const std::string> names);

}  // namespace pratique
