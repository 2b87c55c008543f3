#include "estimators/tree/leaf_row.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "kernels/arg_max.h"
#include "kernels/numpy_sum.h"

namespace pratique {
namespace {

// Rounding of many weights stays far below; weights of whole samples far above.
constexpr double kFractionTolerance = 1e-3;

}  // namespace

void LeafRows::Fill(const FittedTree& tree, uint32_t i, std::span<double> row) const {
  for (size_t k = 0; k < expected_.n_outputs(); ++k) {
    const std::span<double> part = row.first(expected_.n_classes[k]);
    row = row.subspan(part.size());
    std::ranges::copy(tree.values(i, k, part.size()), part.begin());
    if (!expected_.holds_weights) continue;
    const double sum = NumpySum(part.data(), part.size());
    for (double& value : part) value /= sum == 0 ? 1.0 : sum;
  }
}

absl::Status LeafRows::CheckFractions(std::span<const double> fractions, const Place& place) const {
  const double sum = NumpySum(fractions.data(), fractions.size());
  if (std::abs(sum - 1) <= kFractionTolerance) return absl::OkStatus();
  return place.Unsupported(
      absl::StrCat("class fractions whose sum is ", sum),
      "Fitted before scikit-learn 1.4 and saved again by a later release? Convert the original file.");
}

absl::Status LeafRows::CheckLabel(std::span<const double> weights, std::span<const double> probabilities,
                                  const Place& place) const {
  if (ArgMax(weights) == ArgMax(probabilities)) return absl::OkStatus();
  return place.Unsupported("a leaf whose label is not its most probable class",
                           "Two classes' weights differ by less than their probabilities can show. Fit again with "
                           "scikit-learn 1.4 or later.");
}

absl::Status LeafRows::Check(const FittedTree& tree, const Place& place, bool is_forest) {
  if (!expected_.is_classifier || (expected_.holds_weights && is_forest)) return absl::OkStatus();
  const Place at = place / "values";
  for (const uint32_t i : tree.leaves()) {
    if (expected_.holds_weights) Fill(tree, i, row_);
    std::span<const double> rest = row_;
    for (size_t k = 0; k < expected_.n_outputs(); ++k) {
      const std::span<const double> values = tree.values(i, k, expected_.n_classes[k]);
      absl::Status status =
          expected_.holds_weights ? CheckLabel(values, rest.first(values.size()), at) : CheckFractions(values, at);
      if (!status.ok()) return status;
      rest = rest.subspan(values.size());
    }
  }
  return absl::OkStatus();
}

}  // namespace pratique
