// No File comes from nothing.
// expect: error: .*(no matching function for call to|no matching constructor|use of deleted|is private)
#include "pratique/pratique.h"

pratique::File Make(const pratique::File& other) {
#ifdef MUST_FAIL
  (void)other;
  return pratique::File();
#else
  return pratique::File(other);
#endif
}
