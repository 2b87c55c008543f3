// A LightGBM model as text (lightgbm src/boosting/gbdt_model_text.cpp SaveModelToString and src/io/tree.cpp, 3.3
// to 4.6): read where it lies. What is read is proven: sizes, children, features.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pratique {

struct LightGbmTree {
  struct Node {
    double threshold = 0;          // of a split: x <= threshold goes left
    double value = 0;              // of a leaf
    uint32_t left = 0, right = 0;  // of a split; behind it
    uint32_t feature = 0;
    bool is_leaf = true, missing_goes_left = false;
  };
  std::vector<Node> nodes;  // breadth first, the two children of a split side by side
};

struct LightGbmText {
  uint32_t n_features = 0, n_scores = 0;  // n_scores trees an iteration
  std::string_view objective;             // "binary sigmoid:1"
  std::vector<LightGbmTree> trees;

  // kInvalidArgument: no such text; kUnimplemented: a kind of model that is not
  // read. Memory and time: O(text).
  static absl::StatusOr<LightGbmText> Read(std::string_view text);
};

}  // namespace pratique
