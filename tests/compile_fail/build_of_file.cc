// A file that was neither audited nor validated builds no model.
// expect: error: .*(could not convert|no matching function|no viable conversion)
#include "pratique/pratique.h"

absl::StatusOr<pratique::Model> Make(const pratique::File& file, const pratique::Validated& validated) {
#ifdef MUST_FAIL
  return pratique::Build(file);
#else
  return pratique::Build(validated);
#endif
}
