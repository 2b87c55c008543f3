// Validation never comes before the audit.
// expect: error: .*(could not convert|no matching function|no viable conversion)
#include "pratique/pratique.h"

absl::StatusOr<pratique::Validated> Make(const pratique::File& file, const pratique::Audited& audited) {
#ifdef MUST_FAIL
  return pratique::Validate(file);
#else
  return pratique::Validate(audited);
#endif
}
