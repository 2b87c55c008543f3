// JSON that a file holds for people: metadata, who wrote it, hyperparameters.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace pratique {

inline constexpr size_t kClaimsDepth = 64;

// Printing nested JSON recurses: is `text` nested at most kClaimsDepth deep?
inline bool IsShallow(std::string_view text) {
  size_t depth = 0;
  bool in_text = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      in_text = c != '"';
    } else if (c == '"') {
      in_text = true;
    } else if ((c == '[' || c == '{') && ++depth > kClaimsDepth) {
      return false;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return true;
}

// Json: nlohmann::json or ordered_json. Discarded (`is_discarded()`) when it is no JSON, or nested too deeply. Keys
// come sorted: the parser of ordered ones compares each key with all before it.
template <class Json>
Json ParseClaims(std::string_view text) {
  if (!IsShallow(text)) return Json(Json::value_t::discarded);
  auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  return json.is_discarded() ? Json(Json::value_t::discarded) : Json(std::move(json));
}

}  // namespace pratique
