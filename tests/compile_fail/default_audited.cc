// No Audited comes from nothing.
// expect: error: .*(no matching function for call to|no matching constructor|use of deleted|is private)
#include "pratique/pratique.h"

pratique::Audited Make(const pratique::Audited& other) {
#ifdef MUST_FAIL
  (void)other;
  return pratique::Audited();
#else
  return pratique::Audited(other);
#endif
}
