// A LightGBM model as text (lightgbm src/boosting/gbdt_model_text.cpp SaveModelToString and src/io/tree.cpp, 3.3
// to 4.6): read where it lies. What is read is proven: sizes, children, features.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "estimators/boosting/boosted_node.h"

namespace pratique {

struct LightGbmText {
  uint32_t n_features = 0, n_scores = 0;  // n_scores trees an iteration
  std::string_view objective;             // "binary sigmoid:1"
  std::vector<std::vector<BoostedNode>> trees;

  // kInvalidArgument: no such text; kUnimplemented: a kind of model that is not
  // read. Memory and time: O(text).
  static absl::StatusOr<LightGbmText> Read(std::string_view text);
};

}  // namespace pratique
