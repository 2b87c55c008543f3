// Only Open makes a File.
// expect: error: .*(is private|private constructor|no matching)
#include "pratique/pratique.h"

pratique::File Make(std::shared_ptr<const pratique::Storage> storage, const pratique::File& same) {
#ifdef MUST_FAIL
  (void)same;
  return pratique::File{storage};
#else
  (void)storage;
  return pratique::File{same};
#endif
}
