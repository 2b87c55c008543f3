// No dense view is made of a bare pointer: it would not know where its memory ends.
// expect: error: .*(could not convert|no matching|no viable conversion|cannot convert|invalid conversion)
#include "pratique/pratique.h"

pratique::MatrixView<double> Make(std::span<const double> x) {
#ifdef MUST_FAIL
  return {x.data(), 2, 3, 3};
#else
  return {x, 2, 3, 3};
#endif
}
