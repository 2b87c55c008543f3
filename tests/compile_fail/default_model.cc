// No Model comes from nothing.
// expect: error: .*(no matching function for call to|no matching constructor|use of deleted|is private)
#include "pratique/pratique.h"

pratique::Model Make(const pratique::Model& other) {
#ifdef MUST_FAIL
  (void)other;
  return pratique::Model();
#else
  return pratique::Model(other);
#endif
}
