// Only Validate makes a Validated.
// expect: error: .*(is private|private constructor|no matching)
#include "pratique/pratique.h"

pratique::Validated Make(const pratique::Audited& earlier, const pratique::Validated& same) {
#ifdef MUST_FAIL
  (void)same;
  return pratique::Validated{earlier, nullptr};
#else
  (void)earlier;
  return pratique::Validated{same};
#endif
}
