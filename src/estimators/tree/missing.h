// Which trees take NaN: scikit-learn's rule, release by release.
#pragma once

#include <string_view>

#include "import/sklearn/import_context.h"

namespace pratique {

// What decides it: of a single tree itself, of a forest its first tree.
struct MissingSettings {
  Version version;
  bool is_forest = false;
  bool is_extra = false;                 // ExtraTree*
  std::string_view criterion, splitter;  // "" when they are objects of the user's own
  bool has_monotonic_cst = false;
};

// Whether predict admits NaN in dense X, whether or not fit saw any (_support_missing_values and the tags it asks, in
// sklearn/tree/_classes.py and sklearn/ensemble/_forest.py of 1.3.2, 1.4.2, 1.5.2, 1.6.1, 1.7.2, 1.8.0 and 1.9.1).
bool AcceptsMissing(const MissingSettings& settings);

}  // namespace pratique
