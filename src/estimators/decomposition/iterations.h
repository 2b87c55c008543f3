// The bounds of what is solved by iteration when it is asked.
#pragma once

#include <string_view>

#include "absl/strings/str_cat.h"
#include "import/sklearn/import_context.h"
#include "status_macros.h"

namespace pratique {

// A parameter that bounds the iterations for a row; the schema has the same limit. More is refused by name.
inline absl::StatusOr<uint32_t> TakeIterations(ImportContext& context, std::string_view attribute, int64_t least = 0) {
  constexpr int64_t kMost = 10000;
  ASSIGN_OR_RETURN(const int64_t iterations, context.Int(context.Take(attribute), attribute));
  if (iterations >= least && iterations <= kMost) return static_cast<uint32_t>(iterations);
  if (iterations > kMost) {
    return context.Unsupported(
        attribute, absl::StrCat(iterations),
        absl::StrCat("At most ", kMost, " iterations are done, so that a file cannot ask for endless work."));
  }
  return context.Invalid(attribute, absl::StrCat(iterations), absl::StrCat("at least ", least));
}

}  // namespace pratique
