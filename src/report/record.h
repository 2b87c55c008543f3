// Golden samples for a file to be written: inputs with the outputs that scikit-learn, or else pratique, gives for them.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "container/writer.h"
#include "load/pass.h"

namespace pratique {

struct ExpectedResult {
  Method method;
  std::optional<std::string> document;  // as ReadResult takes it; nullopt: recorded by pratique, which `origin` says
};

// One golden sample of `input` (as ReadTable takes it), after checking that ours and the expected agree: by what the
// model's types promise, never by what the file says. golden.mismatch when they do not.
absl::StatusOr<GoldenToWrite> RecordGolden(const Passage& passage, const std::string& input, ExpectedResult expected,
                                           const Limits& limits);

}  // namespace pratique
