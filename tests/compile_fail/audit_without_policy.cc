// There is no audit without a policy.
// expect: error: .*too few arguments
#include "pratique/pratique.h"

absl::StatusOr<pratique::Audited> Make(const pratique::File& file) {
#ifdef MUST_FAIL
  return pratique::Audit(file);
#else
  return pratique::Audit(file, pratique::Policy());
#endif
}
