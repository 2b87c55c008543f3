// Bytes build no model.
// expect: error: .*(could not convert|no matching function|no viable conversion|invalid initialization)
#include "pratique/pratique.h"

absl::StatusOr<pratique::Model> Make(std::span<const std::byte> bytes) {
#ifdef MUST_FAIL
  return pratique::Build(bytes);
#else
  return pratique::LoadBytes(bytes);
#endif
}
