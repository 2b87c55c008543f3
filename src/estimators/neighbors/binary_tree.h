// KDTree and BallTree: nested boxes, or balls, of rows.
//
// A tree of n_nodes = 2^levels - 1: node 0 has all of idx_array; the children of node i are 2i + 1 and 2i + 2, and have
// its first and second half (sklearn/neighbors/_binary_tree.pxi.tp _recursive_build, 1.9).
#pragma once

#include <algorithm>
#include <optional>
#include <span>

#include "estimators/neighbors/neighbors.h"
#include "estimators/neighbors/pair_distance.h"

namespace pratique {

// A node and its rows, idx_array[begin .. end).
struct NodeOf {
  size_t i, begin, end;
  bool IsLeaf(const Neighbors& t) const { return 2 * i + 1 >= t.n_nodes; }
  size_t middle() const { return begin + (end - begin) / 2; }
  NodeOf left() const { return {2 * i + 1, begin, middle()}; }
  NodeOf right() const { return {2 * i + 2, middle(), end}; }
};

// visit(row, its reduced distance to `point`) for each row of a node, in the order of idx_array.
template <class Visit>
void ForEachRow(const Neighbors& t, const PairDistance& distance, const double* point, NodeOf node, Visit visit) {
  constexpr size_t kAtOnce = 64;
  double reduced[kAtOnce];
  for (size_t begin = node.begin; begin < node.end; begin += kAtOnce) {
    const std::span<const uint32_t> which = t.idx_array.subspan(begin, std::min(kAtOnce, node.end - begin));
    distance.Reduced(point, t, which, reduced);
    for (size_t k = 0; k < which.size(); ++k) visit(which[k], reduced[k]);
  }
}

// Whether the nodes are those of a tree over the rows, their boxes the rows' own, and their balls around their rows.
// O(n_samples * levels) distances for balls, O((n_samples + n_nodes) * n_features) for boxes.
std::optional<Violation> TreeInvariant(const Neighbors& neighbors);

// The k nearest of `point` into a heap of k, sorted (_query_single_depthfirst, 1.9). Distances stay reduced.
void SearchTree(const Neighbors& neighbors, const PairDistance& distance, const double* point,
                std::span<double> distances, std::span<int64_t> indices);

// The least and the greatest distance that a row of a node can have to `point` (min_max_dist of _kd_tree.pyx.tp and
// _ball_tree.pyx.tp, 1.9).
struct DistanceBounds {
  double least, greatest;
};
DistanceBounds BoundsOfNode(const Neighbors& neighbors, const PairDistance& distance, const double* point, size_t node);

// std::pow(x, 2) and std::pow(x, 0.5) of x not below 0, to the bit.
double SquareOfPow(double x);
double RootOfPow(double x);

// The rows within a radius of `point`, node by node (_query_radius_single, 1.9); returns their number. Both spans have
// room for all rows.
size_t SearchTreeWithin(const Neighbors& neighbors, const PairDistance& distance, const double* point, double radius,
                        std::span<double> distances, std::span<int64_t> indices);

}  // namespace pratique
