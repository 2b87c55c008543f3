// A class derived from File cannot make one either.
// expect: error: .*(is private|no matching function|no matching constructor|private constructor|private member)
#include "pratique/pratique.h"

struct Derived : pratique::File {
#ifdef MUST_FAIL
  Derived() : pratique::File() {}
#else
  explicit Derived(const pratique::File& other) : pratique::File(other) {}
#endif
};
