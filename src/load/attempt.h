// Import that keeps what it learned when it ends in a refusal: a report still names the types and versions.
#pragma once

#include "import/sklearn/names.h"
#include "load/examine.h"
#include "pratique/load.h"
#include "pratique/rejection.h"

namespace pratique {

struct ImportAttempt {
  Imported learned;  // without `prq` unless status is OK
  Refusals refused;  // names that are refused, the deciding one among them or not
  absl::Status status;
};

ImportAttempt TryImport(const Unwrapped& file, const Limits& limits, const LoadOptions& options,
                        std::string_view metadata, const Registry& registry);

}  // namespace pratique
