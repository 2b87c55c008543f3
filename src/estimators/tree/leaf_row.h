// What a leaf stands for: its prediction, or its class probabilities as the release that fitted it computes them.
#pragma once

#include <span>
#include <vector>

#include "absl/status/status.h"
#include "estimators/tree/fitted_tree.h"

namespace pratique {

class LeafRows {
 public:
  explicit LeafRows(const TreeExpectations& expected) : expected_(expected), row_(expected.width()) {}

  // The row of leaf i, all outputs side by side. Up to 1.3 a classifier's leaves hold weights of classes, which
  // predict_proba divides by their sum (1 when that is 0; sklearn/tree/_classes.py, 1.3.2); fractions since.
  void Fill(const FittedTree& tree, uint32_t i, std::span<double> row) const;

  // Refuses by name what one row a leaf cannot reproduce:
  //   - fractions that do not sum to 1: weights of an older release, saved again by a newer one;
  //   - a single tree up to 1.3 whose predict (argmax of weights) differs from the argmax of its probabilities, because
  //     two weights became equal when they were divided.
  absl::Status Check(const FittedTree& tree, const Place& place, bool is_forest);

 private:
  absl::Status CheckFractions(std::span<const double> fractions, const Place& place) const;
  absl::Status CheckLabel(std::span<const double> weights, std::span<const double> probabilities,
                          const Place& place) const;

  const TreeExpectations& expected_;
  std::vector<double> row_;  // scratch
};

}  // namespace pratique
