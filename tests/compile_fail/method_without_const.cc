// A method of another signature does not vanish.
// expect: error: static assertion failed.*Predict must be
#include "type/members.h"

struct Fitted {
#ifdef MUST_FAIL
  absl::StatusOr<pratique::Data> Predict(const pratique::Data& X, pratique::Run& run);
#else
  absl::StatusOr<pratique::Data> Predict(const pratique::Data& X, pratique::Run& run) const;
#endif
};
const pratique::MethodFn kFound = pratique::form::PredictOf<Fitted>();
