#include "registry/parameters.h"

#include <algorithm>
#include <charconv>
#include <climits>
#include <iterator>

#include "type/words.h"

namespace pratique {
namespace {

// "copy", of every release; "clip:9-", since 1.9; "normalize:-1", until 1.1; "sparse:1-3".
struct Signature {
  std::string_view class_name, parameters;
};
constexpr Signature kSignatures[] = {
// sorted by name
#include "registry/parameters.inc"
};

int Minor(std::string_view text, int otherwise) {
  std::from_chars(text.data(), text.data() + text.size(), otherwise);
  return otherwise;
}

Parameter Parsed(std::string_view word) {
  const size_t colon = word.find(':');
  if (colon == word.npos) return {word, 0, INT_MAX};
  const std::string_view range = word.substr(colon + 1);
  const size_t dash = range.find('-');
  return {word.substr(0, colon), Minor(range.substr(0, dash), 0), Minor(range.substr(dash + 1), INT_MAX)};
}

}  // namespace

std::vector<Parameter> ParametersOf(std::string_view class_name) {
  std::vector<Parameter> parameters;
  const auto* found = std::ranges::lower_bound(kSignatures, class_name, {}, &Signature::class_name);
  if (found == std::end(kSignatures) || found->class_name != class_name) return parameters;
  ForEachWord(found->parameters, [&](std::string_view word) { parameters.push_back(Parsed(word)); });
  return parameters;
}

}  // namespace pratique
