// Only Build makes a Model.
// expect: error: .*(is private|private constructor|no matching)
#include "pratique/pratique.h"

pratique::Model Make(const pratique::Validated& earlier, const pratique::Model& same) {
#ifdef MUST_FAIL
  (void)same;
  return pratique::Model{earlier, nullptr};
#else
  (void)earlier;
  return pratique::Model{same};
#endif
}
