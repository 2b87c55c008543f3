#include "estimators/neighbors/binary_tree.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/neighbors/selection.h"

namespace pratique {
namespace {

class Walk {
 public:
  Walk(const Neighbors& tree, const PairDistance& distance, const double* point, std::span<double> distances,
       std::span<int64_t> indices)
      : tree_(tree),
        distance_(distance),
        point_(point),
        power_(distance.power()),
        distances_(distances),
        indices_(indices) {}

  void Node(NodeOf node, double bound) {  // as deep as the tree: at most 25 levels
    if (bound > distances_[0]) return;
    if (node.IsLeaf(tree_)) {
      ForEachRow(tree_, distance_, point_, node,
                 [&](uint32_t row, double apart) { HeapPush(distances_, indices_, apart, row); });
      return;
    }
    const double left = Bound(2 * node.i + 1), right = Bound(2 * node.i + 2);
    if (left <= right) {
      Node(node.left(), left);
      Node(node.right(), right);
    } else {
      Node(node.right(), right);
      Node(node.left(), left);
    }
  }

  // The least reduced distance that a row of the node can have (min_rdist of _kd_tree.pyx.tp and
  // _ball_tree.pyx.tp, 1.9).
  double Bound(size_t node) const {
    const size_t n = tree_.n_features;
    if (tree_.search == fb::Search::BallTree) {
      const double apart = distance_(point_, &tree_.centroids[node * n]);
      return distance_.ToReduced(std::max(0.0, apart - tree_.radii[node]));
    }
    const double *lower = &tree_.lower[node * n], *upper = &tree_.upper[node * n];
    const auto outside = [&](size_t j) {
      return std::max(0.0, lower[j] - point_[j]) + std::max(0.0, point_[j] - upper[j]);
    };
    double bound = 0;
    if (power_ == 2) {
      for (size_t j = 0; j < n; ++j) bound += outside(j) * outside(j);
    } else if (power_ == 1) {
      for (size_t j = 0; j < n; ++j) bound += outside(j);
    } else if (std::isinf(power_)) {
      for (size_t j = 0; j < n; ++j) bound = std::max(bound, outside(j));
    } else {
      for (size_t j = 0; j < n; ++j) bound += std::pow(outside(j), power_);
    }
    return bound;
  }

 private:
  const Neighbors& tree_;
  const PairDistance& distance_;
  const double* point_;
  double power_;
  std::span<double> distances_;
  std::span<int64_t> indices_;
};

Violation Bad(std::string_view field, size_t i, std::string_view rule, double got, double expected) {
  return {absl::StrCat("neighbors.", std::string(field), "[", i, "]"), std::string(rule), absl::StrCat(got),
          absl::StrCat(expected)};
}

// Each box is exactly that of its rows: of the rows themselves in leaves, of its children's boxes above them.
std::optional<Violation> CheckBoxes(const Neighbors& t, NodeOf node) {
  const size_t n = t.n_features;
  const bool leaf = node.IsLeaf(t);
  if (!leaf) {
    if (auto v = CheckBoxes(t, node.left())) return v;
    if (auto v = CheckBoxes(t, node.right())) return v;
  }
  for (size_t j = 0; j < n; ++j) {
    const size_t at = node.i * n + j;
    double lower = std::numeric_limits<double>::infinity(), upper = -lower;
    if (leaf) {
      for (size_t i = node.begin; i < node.end; ++i) {
        const double x = t.row(t.idx_array[i])[j];
        lower = std::fmin(lower, x);
        upper = std::fmax(upper, x);
      }
    } else {
      const size_t left = (2 * node.i + 1) * n + j, right = left + n;
      lower = std::fmin(t.lower[left], t.lower[right]);
      upper = std::fmax(t.upper[left], t.upper[right]);
    }
    if (t.lower[at] != lower) return Bad("lower", at, "box", t.lower[at], lower);
    if (t.upper[at] != upper) return Bad("upper", at, "box", t.upper[at], upper);
  }
  return std::nullopt;
}

// Each ball holds its rows. (Another libm's distances may be greater by their last bits.)
std::optional<Violation> CheckBalls(const Neighbors& t, const PairDistance& distance, NodeOf node) {
  const double* centroid = &t.centroids[node.i * t.n_features];
  for (size_t i = node.begin; i < node.end; ++i) {
    const double apart = distance(centroid, t.row(t.idx_array[i]));
    if (apart > t.radii[node.i] * (1 + 1e-9) + 1e-300) return Bad("radii", node.i, "ball", t.radii[node.i], apart);
  }
  if (node.IsLeaf(t)) return std::nullopt;
  if (auto v = CheckBalls(t, distance, node.left())) return v;
  return CheckBalls(t, distance, node.right());
}

}  // namespace

std::optional<Violation> TreeInvariant(const Neighbors& t) {
  // A leaf has a row at least, so that there are no more nodes than twice the rows.
  if (!std::has_single_bit(t.n_nodes + 1) || t.n_nodes / 2 >= t.n_samples)
    return Violation{"neighbors.n_nodes", "tree", absl::StrCat(t.n_nodes),
                     "one below a power of 2, and no more leaves than rows"};
  const NodeOf root{0, 0, t.n_samples};
  if (t.search == fb::Search::KDTree) return CheckBoxes(t, root);
  std::vector<double> scratch(t.n_features);
  return CheckBalls(t, PairDistance(t, scratch), root);
}

void SearchTree(const Neighbors& neighbors, const PairDistance& distance, const double* point,
                std::span<double> distances, std::span<int64_t> indices) {
  std::ranges::fill(distances, std::numeric_limits<double>::infinity());
  std::ranges::fill(indices, 0);
  Walk walk(neighbors, distance, point, distances, indices);
  walk.Node({0, 0, neighbors.n_samples}, walk.Bound(0));
  SimultaneousSort(distances, indices, neighbors.introsort);
}

namespace {

// What x * x is more than its nearest number `square`, exactly (Dekker 1971), for numbers far from over- and underflow.
double LostOfSquare(double x, double square) {
  const double scaled = 0x1.0000002p27 * x, upper = scaled - (scaled - x), lower = x - upper;
  return ((upper * upper - square) + 2 * upper * lower) + lower * lower;
}

// pow(x, 2) and pow(x, 0.5) have their bits from the C library, as in scikit-learn: those of glibc err by less than
// 0.512 units in the last place for such numbers (e_pow.c, 2.28 and later: by 0.511 and 14 * 1.5 * 2^-15). So where the
// nearest number is clearly nearer than the next one, it is the answer, and pow need not be asked.
constexpr double kClearly = 0.487;
// Of a power that a compiler knows, it makes a product itself.
const volatile double kTwo = 2, kHalf = 0.5;

bool IsPlain(double x) { return x > 1e-6 && x < 1e6; }
double UnitOf(double x) {
  return std::bit_cast<double>(std::bit_cast<uint64_t>(x) & uint64_t{0x7FF0000000000000}) * 0x1p-52;
}

}  // namespace

double SquareOfPow(double x) {
  const double square = x * x;
  const bool is_clear = std::fabs(LostOfSquare(x, square)) <= kClearly * UnitOf(square);
  // Without branches: it is as often 0, outside of one side of a box, as not.
  const bool is_plain = IsPlain(square) | (x == 0);
  return (is_plain & is_clear) ? square : std::pow(x, kTwo);
}

double RootOfPow(double x) {
  if (!IsPlain(x)) return std::pow(x, kHalf);
  const double root = std::sqrt(x), square = root * root, lost = (x - square) - LostOfSquare(root, square);
  return std::fabs(lost) < 2 * kClearly * root * UnitOf(root) ? root : std::pow(x, kHalf);
}

DistanceBounds BoundsOfNode(const Neighbors& t, const PairDistance& distance, const double* point, size_t node) {
  const size_t n = t.n_features;
  if (t.search == fb::Search::BallTree) {
    const double apart = distance(point, &t.centroids[node * n]), radius = t.radii[node];
    return {std::max(0.0, apart - radius), apart + radius};
  }
  const double *lower = &t.lower[node * n], *upper = &t.upper[node * n], power = distance.power();
  double least = 0, greatest = 0;
  const auto each = [&](auto add) {
    for (size_t j = 0; j < n; ++j) {
      const double below = lower[j] - point[j], above = point[j] - upper[j];
      add(0.5 * ((below + std::fabs(below)) + (above + std::fabs(above))),
          std::max(std::fabs(below), std::fabs(above)));
    }
  };
  if (power == 2) {
    each([&](double outside, double farthest) {
      least += SquareOfPow(outside);
      greatest += SquareOfPow(farthest);
    });
    return {RootOfPow(least), RootOfPow(greatest)};
  }
  if (std::isinf(power)) {
    each([&](double outside, double farthest) {
      least = std::fmax(least, outside);
      greatest = std::fmax(greatest, farthest);
    });
    return {least, greatest};
  }
  each([&](double outside, double farthest) {
    least += std::pow(outside, power);
    greatest += std::pow(farthest, power);
  });
  return {std::pow(least, 1. / power), std::pow(greatest, 1. / power)};
}

namespace {

// Where all rows of a node are, beside the radius.
enum class Side : uint8_t { kOutside, kInside, kBoth };

struct RadiusWalk {
  const Neighbors& tree;
  const PairDistance& distance;
  const double* point;
  double radius, reduced;
  std::span<double> distances;
  std::span<int64_t> indices;
  size_t count = 0;  // at most the number of rows: each is of one leaf

  void Add(uint32_t row, double apart) {
    indices[count] = row;
    distances[count++] = apart;
  }
  Side SideOf(size_t node) const {
    if (tree.search == fb::Search::KDTree && distance.power() == 2) {
      // Squares decide nearly always; where they are near, so do the powers.
      constexpr double kNear = 1e-6, kLeast = 1e-290;
      const double squared = radius * radius, below = squared * (1 - kNear), above = squared * (1 + kNear);
      const auto [least, greatest] = SquaredBoundsOfBox(node);
      if (squared > kLeast) {
        if (least > above) return Side::kOutside;
        if (greatest < below) return Side::kInside;
        if (least < below && greatest > above) return Side::kBoth;
      }
    }
    const auto [least, greatest] = BoundsOfNode(tree, distance, point, node);
    return least > radius ? Side::kOutside : greatest <= radius ? Side::kInside : Side::kBoth;
  }
  DistanceBounds SquaredBoundsOfBox(size_t node) const {
    const size_t n = tree.n_features;
    const double *lower = &tree.lower[node * n], *upper = &tree.upper[node * n];
    DistanceBounds squared{0, 0};
    for (size_t j = 0; j < n; ++j) {
      const double below = lower[j] - point[j], above = point[j] - upper[j];
      const double outside = std::max({below, above, 0.0}), farthest = std::max(std::fabs(below), std::fabs(above));
      squared.least += outside * outside;
      squared.greatest += farthest * farthest;
    }
    return squared;
  }
  void Node(NodeOf node) {  // as deep as the tree: at most 25 levels
    const Side side = SideOf(node.i);
    if (side == Side::kOutside) return;
    if (side == Side::kInside) {
      ForEachRow(tree, distance, point, node,
                 [&](uint32_t row, double apart) { Add(row, distance.FromReduced(apart)); });
    } else if (node.IsLeaf(tree)) {
      ForEachRow(tree, distance, point, node, [&](uint32_t row, double apart) {
        if (apart <= reduced) Add(row, distance.FromReduced(apart));
      });
    } else {
      Node(node.left());
      Node(node.right());
    }
  }
};

}  // namespace

size_t SearchTreeWithin(const Neighbors& neighbors, const PairDistance& distance, const double* point, double radius,
                        std::span<double> distances, std::span<int64_t> indices) {
  RadiusWalk walk{neighbors, distance, point, radius, distance.ToReduced(radius), distances, indices};
  walk.Node({0, 0, neighbors.n_samples});
  return walk.count;
}

}  // namespace pratique
