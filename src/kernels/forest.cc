#include "kernels/forest.h"

#include <algorithm>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/forest.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// A walk waits for memory at every step; this many independent ones hide it. Steps between two looks at whether all
// have come to their leaves: a step at a leaf stays there.
constexpr size_t kWalks = 32, kSteps = 4;

inline PackedNode Load(const PackedNode* node) {
  PackedNode copy;
  std::memcpy(&copy, node, sizeof copy);  // one load of eight bytes
  return copy;
}

// The node behind `at` on the way of x, both counted from the root; a leaf's is itself.
template <bool kMissing>
inline uint32_t Next(const PackedNode& node, const BranchBits& bits, const float* x) {
  const float value = x[(kMissing ? node.branch & 0x7fffffff : node.branch) >> bits.right_bits];
  bool left = value <= node.threshold;
  if constexpr (kMissing) left |= (value != value) & (node.branch >> 31 != 0);
  return (node.branch & bits.right_mask()) - left;
}

// kWalks at once: walk i from the root nodes(i) over the row at x + i * x_step, to at[i], counted from its root.
template <bool kMissing, class Nodes>
HWY_INLINE void WalkMany(const BranchBits& bits, Nodes nodes, const float* x, size_t x_step,
                         uint32_t* HWY_RESTRICT at) {
  std::fill_n(at, kWalks, 0);
  for (;;) {
    uint32_t changed = 0;
    for (size_t step = 0; step < kSteps; ++step) {
      changed = 0;
      for (size_t i = 0; i < kWalks; ++i) {
        const uint32_t next = Next<kMissing>(Load(nodes(i) + at[i]), bits, x + i * x_step);
        changed |= next ^ at[i];
        at[i] = next;
      }
    }
    if (changed == 0) return;
  }
}

// Any form, one walk.
uint32_t WalkOne(const Trees& trees, uint32_t root, const float* x) {
  uint32_t leaf = root;
  WalkPath(trees, root, x, [&](uint32_t node) { leaf = node; });
  return leaf;
}

// --- portable: walks of plain loads ----------------------------------------------------------------------------------

template <bool kMissing>
HWY_INLINE void PlainRows(const Trees& trees, uint32_t root, const MatrixView<float>& X, uint32_t* leaves) {
  const PackedNode* nodes = trees.nodes + root;
  alignas(64) uint32_t at[kWalks];
  size_t row = 0;
  for (; row + kWalks <= X.rows; row += kWalks) {
    WalkMany<kMissing>(trees.bits, [=](size_t) { return nodes; }, X.row(row), X.row_stride, at);
    for (size_t i = 0; i < kWalks; ++i) leaves[row + i] = root + at[i];
  }
  for (; row < X.rows; ++row) leaves[row] = WalkOne(trees, root, X.row(row));
}

template <bool kMissing>
HWY_INLINE void PlainTrees(const Trees& trees, const float* x, uint32_t* leaves) {
  const PackedNode* roots[kWalks];
  alignas(64) uint32_t at[kWalks];
  for (size_t tree = 0; tree < trees.roots.size(); tree += kWalks) {
    const size_t n = std::min(kWalks, trees.roots.size() - tree);
    // Walks without a tree take the last one again.
    for (size_t i = 0; i < kWalks; ++i) roots[i] = trees.nodes + trees.roots[tree + std::min(i, n - 1)];
    WalkMany<kMissing>(trees.bits, [&](size_t i) { return roots[i]; }, x, 0, at);
    for (size_t i = 0; i < n; ++i) leaves[tree + i] = trees.roots[tree + i] + at[i];
  }
}

// --- with gathers ----------------------------------------------------------------------------------------------------

#undef PRATIQUE_GATHERS
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
#define PRATIQUE_GATHERS 1
#else
#define PRATIQUE_GATHERS 0
#endif

#if PRATIQUE_GATHERS

using F = hn::ScalableTag<float>;
using U = hn::Rebind<uint32_t, F>;
using I = hn::Rebind<int32_t, F>;
constexpr size_t kLanes = hn::MaxLanes(F());

// Where walks find their nodes: in memory, or, of a tree of few nodes, in kTables registers each for thresholds and
// branches.
struct InMemory {
  const float* thresholds;  // of the first node; a node's are 2 apart
  const uint32_t* branches;

  explicit InMemory(const PackedNode* nodes) : thresholds(&nodes->threshold), branches(&nodes->branch) {}
  HWY_INLINE hn::Vec<F> Thresholds(hn::Vec<I> at) const {
    return hn::GatherIndex(F(), thresholds, hn::ShiftLeft<1>(at));
  }
  HWY_INLINE hn::Vec<U> Branches(hn::Vec<I> at) const { return hn::GatherIndex(U(), branches, hn::ShiftLeft<1>(at)); }
};

template <size_t kTables>
struct InRegisters {
  hn::Vec<F> thresholds[kTables];
  hn::Vec<U> branches[kTables];

  // n <= kTables * kLanes
  InRegisters(const PackedNode* nodes, size_t n) {
    alignas(64) float of_thresholds[kTables * kLanes] = {};
    alignas(64) uint32_t of_branches[kTables * kLanes] = {};
    for (size_t k = 0; k < n; ++k) {
      of_thresholds[k] = nodes[k].threshold;
      of_branches[k] = nodes[k].branch;
    }
    for (size_t k = 0; k < kTables; ++k) {
      thresholds[k] = hn::Load(F(), of_thresholds + k * kLanes);
      branches[k] = hn::Load(U(), of_branches + k * kLanes);
    }
  }
  HWY_INLINE hn::Vec<F> Thresholds(hn::Vec<I> at) const { return Look(F(), thresholds, at); }
  HWY_INLINE hn::Vec<U> Branches(hn::Vec<I> at) const { return Look(U(), branches, at); }

 private:
  template <class D>
  static HWY_INLINE hn::Vec<D> Look(D d, const hn::Vec<D> (&tables)[kTables], hn::Vec<I> at) {
    const I i;
    const auto lane = hn::IndicesFromVec(d, hn::And(at, hn::Set(i, static_cast<int32_t>(kLanes - 1))));
    const auto first = hn::TableLookupLanes(tables[0], lane);
    if constexpr (kTables == 1) return first;
    const auto is_second = hn::RebindMask(d, hn::Gt(at, hn::Set(i, static_cast<int32_t>(kLanes - 1))));
    return hn::IfThenElse(is_second, hn::TableLookupLanes(tables[kTables - 1], lane), first);
  }
};

// kGroups registers of walks, each lane over its own row. kRoots: each from its own root, which `at` counts in; else
// all from the first node.
template <bool kMissing, bool kRoots, size_t kGroups>
struct Walks {
  uint32_t right_bits, right_mask;
  hn::Vec<I> root[kGroups];
  const float* x[kGroups];
  hn::Vec<I> x_offset;

  template <class Nodes>
  HWY_INLINE hn::Vec<I> Step(const Nodes& nodes, size_t g, hn::Vec<I> at) const {
    const F f;
    const U u;
    const I i;
    const auto threshold = nodes.Thresholds(at);
    const auto branch = nodes.Branches(at);
    const auto feature =
        hn::ShiftRightSame(kMissing ? hn::And(branch, hn::Set(u, 0x7fffffff)) : branch, static_cast<int>(right_bits));
    const auto value = hn::GatherIndex(f, x[g], hn::Add(x_offset, hn::BitCast(i, feature)));
    auto left = hn::Le(value, threshold);
    if constexpr (kMissing) {
      const auto bit = hn::MaskFromVec(hn::BitCast(f, hn::BroadcastSignBit(hn::BitCast(i, branch))));
      left = hn::Or(left, hn::And(hn::IsNaN(value), bit));
    }
    const auto right = hn::BitCast(i, hn::And(branch, hn::Set(u, right_mask)));
    const auto here = kRoots ? hn::Add(root[g], right) : right;
    return hn::IfThenElse(hn::RebindMask(i, left), hn::Sub(here, hn::Set(i, 1)), here);
  }

  template <class Nodes>
  HWY_INLINE void Steps(const Nodes& nodes, size_t steps, hn::Vec<I> (&at)[kGroups]) const {
    for (size_t step = 0; step < steps; ++step) {
      for (size_t g = 0; g < kGroups; ++g) at[g] = Step(nodes, g, at[g]);
    }
  }

  // Until all have come to their leaves.
  template <class Nodes>
  HWY_INLINE void Run(const Nodes& nodes, hn::Vec<I> (&at)[kGroups]) const {
    const I i;
    for (;;) {
      auto changed = hn::Zero(i);
      for (size_t step = 0; step < kSteps; ++step) {
        changed = hn::Zero(i);
        for (size_t g = 0; g < kGroups; ++g) {
          const auto next = Step(nodes, g, at[g]);
          changed = hn::Or(changed, hn::Xor(next, at[g]));
          at[g] = next;
        }
      }
      if (hn::AllTrue(i, hn::Eq(changed, hn::Zero(i)))) return;
    }
  }
};

// The steps of the longest walk from the root, where a tree is so small that it pays to look; else kUnknownDepth. A
// level's first split has the first node of the next level on its left.
constexpr size_t kUnknownDepth = SIZE_MAX, kFewNodes = 256;
size_t Depth(const BranchBits& bits, const PackedNode* nodes, size_t n) {
  if (n > kFewNodes) return kUnknownDepth;
  size_t depth = 0;
  for (size_t node = 0;; ++depth) {
    while (node < n && nodes[node].is_leaf()) ++node;
    if (node == n) return depth;
    node = bits.right(nodes[node].branch) - 1;
  }
}

// All nodes of a tree in one or two registers each.
template <size_t kTables>
struct Small {
  InRegisters<kTables> nodes;
  size_t depth;

  template <class OfWalks, class At>
  HWY_INLINE void Run(const OfWalks& walks, At& at) const {
    walks.Steps(nodes, depth, at);
  }
};

// Nodes in memory, but those of the first levels: breadth first, all that n steps come to are below 2^(n + 1) - 1, so
// that one register holds them for log2(kLanes) steps, and two for one more.
struct Large {
  InRegisters<1> first;
  InRegisters<2> second;
  InMemory nodes;
  size_t depth;

  template <class OfWalks, class At>
  HWY_INLINE void Run(const OfWalks& walks, At& at) const {
    constexpr size_t kOfFirst = kLanes == 16 ? 4 : 3;
    static_assert(kLanes == size_t{1} << kOfFirst);
    walks.Steps(first, kOfFirst, at);
    walks.Steps(second, 1, at);
    if (depth == kUnknownDepth)
      walks.Run(nodes, at);
    else if (depth > kOfFirst + 1)
      walks.Steps(nodes, depth - kOfFirst - 1, at);
  }
};

template <bool kMissing, size_t kGroups, class Tree>
HWY_INLINE void RowsAtOnce(const Trees& trees, const Tree& tree, uint32_t root, const MatrixView<float>& X, size_t row,
                           uint32_t* leaves) {
  const I i;
  const U u;
  Walks<kMissing, false, kGroups> walks{trees.bits.right_bits, trees.bits.right_mask(), {}, {}, {}};
  // Lanes beyond the last row walk it again.
  const auto last = hn::Set(i, static_cast<int32_t>(std::min(X.rows - row, kLanes * kGroups) - 1));
  walks.x_offset = hn::Mul(hn::Min(hn::Iota(i, 0), last), hn::Set(i, static_cast<int32_t>(X.row_stride)));
  hn::Vec<I> at[kGroups];
  for (size_t g = 0; g < kGroups; ++g) {
    walks.root[g] = hn::Zero(i);
    walks.x[g] = X.row(row + g * kLanes);
    at[g] = hn::Zero(i);
  }
  tree.Run(walks, at);
  for (size_t g = 0; g < kGroups; ++g) {
    const auto leaf = hn::Add(hn::BitCast(u, at[g]), hn::Set(u, root));
    if (row + (g + 1) * kLanes <= X.rows) {
      hn::StoreU(leaf, u, leaves + row + g * kLanes);
    } else {
      alignas(64) uint32_t some[kLanes];
      hn::Store(leaf, u, some);
      std::copy_n(some, X.rows - row - g * kLanes, leaves + row + g * kLanes);
    }
  }
}

template <bool kMissing, class Tree>
HWY_INLINE void GatherRows(const Trees& trees, const Tree& tree, uint32_t root, const MatrixView<float>& X,
                           uint32_t* leaves) {
  size_t row = 0;
  for (; row + 4 * kLanes <= X.rows; row += 4 * kLanes) RowsAtOnce<kMissing, 4>(trees, tree, root, X, row, leaves);
  for (; row < X.rows; row += kLanes) RowsAtOnce<kMissing, 1>(trees, tree, root, X, row, leaves);
}

template <bool kMissing>
HWY_INLINE void GatherRows(const Trees& trees, size_t tree, const MatrixView<float>& X, uint32_t* leaves) {
  const uint32_t root = trees.roots[tree];
  const PackedNode* nodes = trees.nodes + root;
  const size_t n = trees.n_nodes_of(tree), depth = Depth(trees.bits, nodes, n);
  const InRegisters<1> first(nodes, std::min(n, kLanes));
  if (n <= kLanes) return GatherRows<kMissing>(trees, Small<1>{first, depth}, root, X, leaves);
  const InRegisters<2> second(nodes, std::min(n, 2 * kLanes));
  if (n <= 2 * kLanes) return GatherRows<kMissing>(trees, Small<2>{second, depth}, root, X, leaves);
  GatherRows<kMissing>(trees, Large{first, second, InMemory(nodes), depth}, root, X, leaves);
}

template <bool kMissing>
HWY_INLINE void GatherTrees(const Trees& trees, const float* x, uint32_t* leaves) {
  constexpr size_t kGroups = 4;
  const I i;
  const U u;
  const InMemory nodes(trees.nodes);
  Walks<kMissing, true, kGroups> walks{trees.bits.right_bits, trees.bits.right_mask(), {}, {}, {}};
  walks.x_offset = hn::Zero(i);
  const size_t n = trees.roots.size();
  for (size_t tree = 0; tree < n; tree += kGroups * kLanes) {
    alignas(64) uint32_t some[kGroups * kLanes];
    const size_t here = std::min(n - tree, kGroups * kLanes);
    for (size_t k = 0; k < kGroups * kLanes; ++k) some[k] = trees.roots[tree + std::min(k, here - 1)];
    hn::Vec<I> at[kGroups];
    for (size_t g = 0; g < kGroups; ++g) {
      walks.x[g] = x;
      walks.root[g] = at[g] = hn::BitCast(i, hn::Load(u, some + g * kLanes));
    }
    walks.Run(nodes, at);
    for (size_t g = 0; g < kGroups; ++g) hn::Store(hn::BitCast(u, at[g]), u, some + g * kLanes);
    std::copy_n(some, here, leaves + tree);
  }
}

#endif  // PRATIQUE_GATHERS

void Rows(const Trees& trees, size_t tree, const MatrixView<float>& X, uint32_t* leaves) {
  const uint32_t root = trees.roots[tree];
  if (trees.features != nullptr) {
    for (size_t row = 0; row < X.rows; ++row) leaves[row] = WalkOne(trees, root, X.row(row));
    return;
  }
#if PRATIQUE_GATHERS
  // Gathers index by 32 bits.
  if (X.row_stride < (size_t{1} << 26)) {
    return trees.bits.missing ? GatherRows<true>(trees, tree, X, leaves) : GatherRows<false>(trees, tree, X, leaves);
  }
#endif
  return trees.bits.missing ? PlainRows<true>(trees, root, X, leaves) : PlainRows<false>(trees, root, X, leaves);
}

void OneRow(const Trees& trees, const float* x, uint32_t* leaves) {
  if (trees.features != nullptr) {
    for (size_t tree = 0; tree < trees.roots.size(); ++tree) leaves[tree] = WalkOne(trees, trees.roots[tree], x);
    return;
  }
#if PRATIQUE_GATHERS
  return trees.bits.missing ? GatherTrees<true>(trees, x, leaves) : GatherTrees<false>(trees, x, leaves);
#else
  return trees.bits.missing ? PlainTrees<true>(trees, x, leaves) : PlainTrees<false>(trees, x, leaves);
#endif
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(Rows);
HWY_EXPORT(OneRow);

void WalkRows(const Trees& trees, size_t tree, const MatrixView<float>& X, std::span<uint32_t> leaves) {
  HWY_DYNAMIC_DISPATCH(Rows)(trees, tree, X, leaves.data());
}

void WalkTrees(const Trees& trees, const float* x, std::span<uint32_t> leaves) {
  HWY_DYNAMIC_DISPATCH(OneRow)(trees, x, leaves.data());
}

}  // namespace pratique
#endif  // HWY_ONCE
