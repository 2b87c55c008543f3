// The symbols of the rules: names of sizes, and numbers.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pratique {

// A symbol that is a number stands for itself (shape: "2"); nullopt for a name.
inline std::optional<int64_t> NumberOfSymbol(std::string_view symbol) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(symbol.data(), symbol.data() + symbol.size(), number);
  const bool is_number = error == std::errc() && end == symbol.data() + symbol.size() && number >= 0;
  return is_number ? std::optional(number) : std::nullopt;
}

}  // namespace pratique
