// A class derived from Model cannot make one either.
// expect: error: .*(is private|no matching function|no matching constructor|private constructor|private member)
#include "pratique/pratique.h"

struct Derived : pratique::Model {
#ifdef MUST_FAIL
  Derived() : pratique::Model() {}
#else
  explicit Derived(const pratique::Model& other) : pratique::Model(other) {}
#endif
};
