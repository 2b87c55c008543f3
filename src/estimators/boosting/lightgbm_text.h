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
  std::string_view objective;             // "binary sigmoid:1"; "": none, raw scores
  bool averaged = false;                  // a random forest: scores are divided by the number of iterations
  // A categorical split's `set` counts `sets`, whose words say by bits which categories go left. Each is of one split.
  std::vector<std::vector<BoostedNode>> trees;
  struct Set {
    size_t first_word, n_words;
  };
  std::vector<Set> sets;
  std::vector<uint32_t> words;
  // Of linear trees: a leaf's `set` counts `leaves`. Trees that are not linear have leaves of their values alone.
  struct Leaf {
    double constant;
    size_t first_term, n_terms;
  };
  bool is_linear = false;
  std::vector<Leaf> leaves;
  std::vector<uint32_t> term_features;
  std::vector<double> coefficients;
  // What fit took for categories, and the categories of a frame's columns: JSON, "null" or "".
  std::vector<uint32_t> categorical;
  std::string_view pandas_categorical;

  std::span<const uint32_t> words_of(uint32_t set) const {
    return std::span(words).subspan(sets[set].first_word, sets[set].n_words);
  }

  // kInvalidArgument: no such text; kUnimplemented: a kind of model that is not
  // read. Memory and time: O(text).
  static absl::StatusOr<LightGbmText> Read(std::string_view text);
};

}  // namespace pratique
