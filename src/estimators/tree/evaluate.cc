#include "estimators/tree/evaluate.h"

#include <algorithm>
#include <climits>

#include "absl/strings/str_cat.h"
#include "estimators/tree/dense_rows.h"
#include "estimators/tree/kernel.h"
#include "model/check_array.h"
#include "status_macros.h"

namespace pratique {
namespace {

Finite FiniteOf(const TreeSettings& settings) {
  return settings.accepts_missing ? Finite::kAllowNaN : Finite::kRequired;
}

// So few rows ask for numbers along their ways; to number all nodes takes longer.
constexpr size_t kFewRows = 4;

// scikit-learn's numbers of a block's nodes. Empty: they are the depth-first builder's, and for few rows.
std::span<const uint32_t> NumbersOf(const TreeBlock& block, size_t rows, Run& run) {
  if (block.numbers.data() != nullptr) return block.numbers;
  if (rows <= kFewRows) return {};
  const std::span<uint32_t> numbers = run.arena.NewUninitialized<uint32_t>(block.nodes.size());
  for (size_t tree = 0; tree < block.n_trees(); ++tree) {
    const uint32_t root = block.roots[tree];
    DepthFirstNumbers([&](size_t i) { return block.trees().right(root + static_cast<uint32_t>(i)); },
                      numbers.subspan(root, block.n_nodes(tree)));
  }
  return numbers;
}

// How many nodes the tree below `node` has. Breadth first, those of each level stand side by side.
uint32_t NodesBelow(const Trees& trees, uint32_t root, uint32_t node) {
  uint32_t count = 0;
  for (uint32_t begin = node, end = node + 1; begin < end;) {
    count += end - begin;
    const auto is_leaf = [&](uint32_t i) { return trees.right(root + i) == i; };
    while (begin < end && is_leaf(begin)) ++begin;
    if (begin == end) break;
    while (is_leaf(end - 1)) --end;
    const uint32_t first = trees.right(root + begin) - 1;
    end = trees.right(root + end - 1) + 1;
    begin = first;
  }
  return count;
}

// visit(number) from the root of a tree to the leaf that x reaches. `numbers` as NumbersOf gives them.
template <class Visit>
void WalkNumbers(const Trees& trees, std::span<const uint32_t> numbers, uint32_t root, const float* x, Visit visit) {
  if (!numbers.empty()) return WalkPath(trees, root, x, [&](uint32_t node) { visit(numbers[node]); });
  uint32_t before = 0, number = 0;
  WalkPath(trees, root, x, [&](uint32_t node) {
    const uint32_t at = node - root;
    if (at != 0) {
      const uint32_t right = trees.right(root + before);
      number += at == right ? 1 + NodesBelow(trees, root, right - 1) : 1;
    }
    before = at;
    visit(number);
  });
}

}  // namespace

std::span<const Estimator* const> BlocksOf(const Run& run) {
  size_t n = 0;
  while (n < run.children().size() && run.children()[n]->signature->tree_block) ++n;
  return run.children().first(n);
}

const TreeBlock& BlockOf(const Estimator* child) {
  return *static_cast<const TreeBlock*>(child->state);  // CheckOwnedTrees: nothing but TreeBlocks
}

absl::StatusOr<TreeValues> EvaluateTrees(const TreeSettings& settings, const Data& X, Run& run) {
  size_t width = 0, n_trees = 0;
  for (const Estimator* child : BlocksOf(run)) {
    width = BlockOf(child).value_width;
    n_trees += BlockOf(child).n_trees();
  }
  const size_t rows = Rows(X);
  std::span<double> out = run.arena.New<double>(rows * width);
  RETURN_IF_ERROR(ForDenseRows(FiniteOf(settings), X, run, [&](const MatrixView<float>& dense, size_t first) {
    for (const Estimator* child : BlocksOf(run)) {
      if (settings.averaged)
        AddLeafValues(BlockOf(child), dense, out.data() + first * width);
      else
        CopyLeafValues(BlockOf(child), dense, out.data() + first * width);
    }
    return absl::OkStatus();
  }));
  if (settings.averaged) {
    const double n = static_cast<double>(n_trees);
    for (double& value : out) value /= n;
  }
  return TreeValues{out, rows, width};
}

void InferPaths(const Children& children, bool averaged, Signature& signature) {
  std::vector<int64_t> ends{0};
  for (size_t i = 0; i < children.size(); ++i) {
    if (children.As<TreeBlock>(i) == nullptr) break;  // CheckOwnedTrees: others come last
    const TreeBlock& block = *children.As<TreeBlock>(i);
    for (size_t tree = 0; tree < block.n_trees(); ++tree) ends.push_back(ends.back() + block.n_nodes(tree));
  }
  signature.n_leaves_columns = ends.size() - 1;
  signature.leaves_one_dimensional = !averaged;
  if (averaged) signature.n_nodes_ptr = std::move(ends);
}

absl::StatusOr<Data> ApplyTrees(const TreeSettings& settings, const Data& X, Run& run) {
  const size_t rows = Rows(X);
  std::vector<std::span<const uint32_t>> numbers;
  size_t n_trees = 0;
  for (const Estimator* child : BlocksOf(run)) {
    numbers.push_back(NumbersOf(BlockOf(child), rows, run));
    n_trees += BlockOf(child).n_trees();
  }
  const std::span<int64_t> out = run.arena.NewUninitialized<int64_t>(rows * n_trees);
  RETURN_IF_ERROR(ForDenseRows(FiniteOf(settings), X, run, [&](const MatrixView<float>& dense, size_t first) {
    size_t column = 0;
    for (size_t b = 0; b < numbers.size(); ++b) {
      const TreeBlock& block = BlockOf(BlocksOf(run)[b]);
      for (size_t tree = 0; numbers[b].empty() && tree < block.n_trees(); ++tree) {
        for (size_t row = 0; row < dense.rows; ++row)
          WalkNumbers(block.trees(), {}, block.roots[tree], dense.row(row),
                      [&](uint32_t number) { out[(first + row) * n_trees + column + tree] = number; });
      }
      if (!numbers[b].empty())
        ForEachLeaf(block, dense, [&](size_t row, size_t tree, uint32_t leaf) {
          out[(first + row) * n_trees + column + tree] = numbers[b][leaf];
        });
      column += block.n_trees();
    }
    return absl::OkStatus();
  }));
  return MatrixView<int64_t>{out, rows, n_trees, n_trees};
}

absl::StatusOr<Data> DecisionPaths(const TreeSettings& settings, const Data& X, Run& run) {
  uint64_t n_nodes = 0;
  const size_t rows = Rows(X);
  std::vector<std::span<const uint32_t>> numbers;
  for (const Estimator* child : BlocksOf(run)) {
    numbers.push_back(NumbersOf(BlockOf(child), rows, run));
    n_nodes += BlockOf(child).nodes.size();
  }
  if (n_nodes > INT32_MAX) {
    return absl::ResourceExhaustedError(absl::StrCat("decision_path: ", n_nodes, " nodes are more than int32 indexes"));
  }
  std::vector<int32_t> indices;
  const std::span<int64_t> indptr = run.arena.New<int64_t>(Rows(X) + 1);
  RETURN_IF_ERROR(ForDenseRows(FiniteOf(settings), X, run, [&](const MatrixView<float>& dense, size_t first) {
    for (size_t row = 0; row < dense.rows; ++row) {
      int32_t before = 0;  // nodes of the trees before
      for (size_t b = 0; b < numbers.size(); ++b) {
        const TreeBlock& block = BlockOf(BlocksOf(run)[b]);
        const Trees trees = block.trees();
        for (size_t tree = 0; tree < block.n_trees(); ++tree) {
          WalkNumbers(trees, numbers[b], block.roots[tree], dense.row(row),
                      [&](uint32_t number) { indices.push_back(before + static_cast<int32_t>(number)); });
          before += static_cast<int32_t>(block.n_nodes(tree));
        }
      }
      indptr[first + row + 1] = static_cast<int64_t>(indices.size());
    }
    return absl::OkStatus();
  }));
  const std::span<int64_t> ones = run.arena.NewUninitialized<int64_t>(indices.size());
  std::ranges::fill(ones, 1);
  return CsrView<int64_t>{Rows(X), static_cast<size_t>(n_nodes), indptr, run.arena.Copy<int32_t>(indices), ones};
}

}  // namespace pratique
