// A class derived from Audited cannot make one either.
// expect: error: .*(is private|no matching function|no matching constructor|private constructor|private member)
#include "pratique/pratique.h"

struct Derived : pratique::Audited {
#ifdef MUST_FAIL
  Derived() : pratique::Audited() {}
#else
  explicit Derived(const pratique::Audited& other) : pratique::Audited(other) {}
#endif
};
