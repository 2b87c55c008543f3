// A file that was audited but not validated builds no model.
// expect: error: .*(could not convert|no matching function|no viable conversion)
#include "pratique/pratique.h"

absl::StatusOr<pratique::Model> Make(const pratique::Audited& audited, const pratique::Validated& validated) {
#ifdef MUST_FAIL
  return pratique::Build(audited);
#else
  return pratique::Build(validated);
#endif
}
