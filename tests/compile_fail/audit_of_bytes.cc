// The audit never comes before the container is proven.
// expect: error: .*(could not convert|no matching function|no viable conversion|invalid initialization)
#include "pratique/pratique.h"

absl::StatusOr<pratique::Audited> Make(std::span<const std::byte> bytes, const pratique::File& file) {
#ifdef MUST_FAIL
  return pratique::Audit(bytes, pratique::Policy());
#else
  return pratique::Audit(file, pratique::Policy());
#endif
}
