// Import that keeps what it learned when it ends in a refusal: a report still names the types and versions.
#pragma once

#include <functional>

#include "import/sklearn/names.h"
#include "import/sklearn/outline.h"
#include "load/examine.h"
#include "pratique/load.h"
#include "pratique/rejection.h"

namespace pratique {

struct ImportAttempt {
  Imported learned;               // without `prq` unless status is OK
  Refusals refused;               // names that are refused, the deciding one among them or not
  std::string data;               // what the file is, where it is data and no model: "a list of 12 texts"
  std::vector<Outlined> outline;  // of what was refused, if it was asked for
  absl::Status status;
};

// One estimator of a bundle.
struct BundleEntry {
  std::string root;       // as --root takes it
  std::string type;       // as the file names it
  ImportAttempt attempt;  // paths begin with `root`
};
using TakeEntry = std::function<void(BundleEntry)>;

struct Wanted {
  TakeEntry take = [](const BundleEntry&) {};
  bool outline = false;
};

// A bundle is refused, since Load wants one estimator; `take` is handed each of them first. They share one budget.
ImportAttempt TryImport(const Unwrapped& file, const Limits& limits, const LoadOptions& options,
                        std::string_view metadata, const Registry& registry, const Wanted& wanted);

}  // namespace pratique
