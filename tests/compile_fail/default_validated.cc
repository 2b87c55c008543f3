// No Validated comes from nothing.
// expect: error: .*(no matching function for call to|no matching constructor|use of deleted|is private)
#include "pratique/pratique.h"

pratique::Validated Make(const pratique::Validated& other) {
#ifdef MUST_FAIL
  (void)other;
  return pratique::Validated();
#else
  return pratique::Validated(other);
#endif
}
