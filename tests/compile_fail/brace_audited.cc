// Only Audit makes an Audited.
// expect: error: .*(is private|private constructor|no matching)
#include "pratique/pratique.h"

pratique::Audited Make(const pratique::File& earlier, const pratique::Audited& same) {
#ifdef MUST_FAIL
  (void)same;
  return pratique::Audited{earlier, nullptr};
#else
  (void)earlier;
  return pratique::Audited{same};
#endif
}
