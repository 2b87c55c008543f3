// Invariants of ragged lists: what the attribute offsets_of cannot say.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "state/violation.h"

namespace pratique::invariant {

// A list of n rows has n + 1 offsets. (offsets_of proves the first, the last, and that none decreases.)
inline std::optional<Violation> OffsetsForEach(std::string_view field, size_t n_offsets, uint64_t n) {
  if (n_offsets == n + 1) return std::nullopt;
  return Violation{std::string(field), "ragged", absl::StrCat(n_offsets, " offsets"), absl::StrCat(n + 1, " offsets")};
}

}  // namespace pratique::invariant
