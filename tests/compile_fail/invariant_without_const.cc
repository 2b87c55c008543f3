// An invariant of another signature does not vanish.
// expect: error: static assertion failed.*Invariant must be
#include "type/members.h"

struct Fitted {
#ifdef MUST_FAIL
  std::optional<pratique::Violation> Invariant();
#else
  std::optional<pratique::Violation> Invariant() const;
#endif
};
const bool kFound = pratique::form::FindsInvariant<Fitted>();
