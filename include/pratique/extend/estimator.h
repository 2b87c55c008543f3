// All that a type of one's own is made of (docs/own-types.md): a struct over a table, its Form, Class and Family, what
// it takes from a pickled object, and how it predicts.
//
// These headers are the library's own, in the folders that it has them in (type/, state/, model/, import/): they follow
// its releases, no promise of include/pratique/ is theirs.
#pragma once

#include "import/sklearn/import_context.h"  // IWYU pragma: export
#include "model/check_array.h"              // IWYU pragma: export
#include "model/feature_names.h"            // IWYU pragma: export
#include "model/run.h"                      // IWYU pragma: export
#include "pratique/pratique.h"              // IWYU pragma: export
#include "status_macros.h"                  // IWYU pragma: export
#include "type/change.h"                    // IWYU pragma: export
#include "type/class.h"                     // IWYU pragma: export
#include "type/transformer_signature.h"     // IWYU pragma: export
