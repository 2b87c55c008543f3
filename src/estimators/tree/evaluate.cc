#include "estimators/tree/evaluate.h"

#include <algorithm>

#include "estimators/tree/kernel.h"
#include "model/check_array.h"
#include "status_macros.h"

namespace pratique {
namespace {

// Floats that a sparse input may become at once.
constexpr size_t kDenseFloats = size_t{1} << 22;

// The sums, or the values of the one tree, before the division; `out` is zeroed.
void AddUp(const TreeSettings& settings, const Run& run, const MatrixView<float>& X, double* out) {
  for (const Estimator* child : run.children()) {
    const auto& block = *static_cast<const TreeBlock*>(child->state);  // CheckOwnedTrees: nothing but TreeBlocks
    if (settings.averaged)
      AddLeafValues(block, X, out);
    else
      CopyLeafValues(block, X, out);
  }
}

}  // namespace

absl::StatusOr<TreeValues> EvaluateTrees(const TreeSettings& settings, const Data& X, Run& run) {
  size_t width = 0, n_trees = 0;
  for (const Estimator* child : run.children()) {
    const auto& block = *static_cast<const TreeBlock*>(child->state);
    width = block.value_width;
    n_trees += block.n_trees();
  }
  const size_t rows = Rows(X);
  std::span<double> out = run.arena.New<double>(rows * width);
  if (!IsSparse(X)) {
    ASSIGN_OR_RETURN(auto dense,
                     CheckDense<float>(X, run, settings.accepts_missing ? Finite::kAllowNaN : Finite::kRequired));
    AddUp(settings, run, dense, out.data());
  } else {
    // A few rows at a time, in memory of their own: sparse inputs can be very wide.
    const size_t step = std::clamp<size_t>(kDenseFloats / std::max<size_t>(Cols(X), 1), 1, std::max<size_t>(rows, 1));
    Arena arena;
    Run part{arena, run.limits, run.self};
    std::vector<Column> columns;
    for (size_t begin = 0; begin == 0 || begin < rows; begin += step) {
      arena.Reset();
      part.first_row = run.first_row + begin;
      ASSIGN_OR_RETURN(
          auto dense, CheckDense<float>(Slice(X, begin, std::min(begin + step, rows), columns), part, Finite::kRequired,
                                        /*densify=*/true));
      AddUp(settings, run, dense, out.data() + begin * width);
    }
  }
  if (settings.averaged) {
    const double n = static_cast<double>(n_trees);
    for (double& value : out) value /= n;
  }
  return TreeValues{out, rows, width};
}

}  // namespace pratique
