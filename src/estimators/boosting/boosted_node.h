// A node of a boosted tree between its reader and the table: trees are breadth first, two children side by side.
#pragma once

#include <cstdint>

namespace pratique {

struct BoostedNode {
  uint32_t left;  // counted from the root; a leaf's is itself
  uint32_t feature = 0;
  double threshold = 0;
  uint32_t set = 0;  // of a categorical split; of a leaf what its reader says
  bool is_categorical = false, missing_goes_left = false, is_leaf = true;
  bool zero_is_missing = false;  // and so is NaN
  double value = 0;
};

}  // namespace pratique
