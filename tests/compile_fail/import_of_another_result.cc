// An import of another signature does not vanish.
// expect: error: static assertion failed.*Import must be
#include "type/members.h"

struct Fitted {
#ifdef MUST_FAIL
  bool Import(pratique::ImportContext& context);
#else
  absl::Status Import(pratique::ImportContext& context);
#endif
};
const bool kFound = pratique::form::FindsImport<Fitted>();
