// A rule that does not hold, as plain data. The path is built only when there is one.
#pragma once

#include <string>

namespace pratique {

struct Violation {
  std::string field;  // "nodes[203].left"; relative to the object
  std::string rule;   // "index_below n_nodes"
  std::string got;
  std::string expected;  // "below 1031"
};

}  // namespace pratique
