// The differences of two proven states, field by field.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pratique/validate.h"

namespace pratique::cli {

struct Change {
  std::string path;
  const char* kind;  // "param", "state", "structure", "type", "metadata"
  std::string a, b;  // as text; "" when absent
  std::optional<double> max_abs;
};

// Object `i` of `a` against object `j` of `b`, of the same class.
void CompareStates(const Validated& a, size_t i, const Validated& b, size_t j, const std::string& path,
                   std::vector<Change>& changes);

}  // namespace pratique::cli
