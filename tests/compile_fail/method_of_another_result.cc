// A method that gives something else does not vanish.
// expect: error: static assertion failed.*Transform must be
#include "type/members.h"

struct Fitted {
#ifdef MUST_FAIL
  pratique::Data Transform(const pratique::Data& X, pratique::Run& run) const;
#else
  absl::StatusOr<pratique::Data> Transform(const pratique::Data& X, pratique::Run& run) const;
#endif
};
const pratique::MethodFn kFound = pratique::form::TransformOf<Fitted>();
