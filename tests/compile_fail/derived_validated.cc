// A class derived from Validated cannot make one either.
// expect: error: .*(is private|no matching function|no matching constructor|private constructor|private member)
#include "pratique/pratique.h"

struct Derived : pratique::Validated {
#ifdef MUST_FAIL
  Derived() : pratique::Validated() {}
#else
  explicit Derived(const pratique::Validated& other) : pratique::Validated(other) {}
#endif
};
