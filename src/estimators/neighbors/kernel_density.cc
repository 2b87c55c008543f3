#include "estimators/neighbors/kernel_density.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/neighbors/binary_tree.h"
#include "estimators/neighbors/pair_distance.h"
#include "kernels/exp.h"
#include "kernels/log.h"
#include "kernels/numpy_sum.h"
#include "model/check_array.h"
#include "model/views.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr double kNothing = -std::numeric_limits<double>::infinity(), kPi = std::numbers::pi;

struct NamedKernel {
  std::string_view name;
  fb::DensityKernel kernel;
};
constexpr NamedKernel kKernels[] = {{"gaussian", fb::DensityKernel::Gaussian},
                                    {"tophat", fb::DensityKernel::Tophat},
                                    {"epanechnikov", fb::DensityKernel::Epanechnikov},
                                    {"exponential", fb::DensityKernel::Exponential},
                                    {"linear", fb::DensityKernel::Linear},
                                    {"cosine", fb::DensityKernel::Cosine}};

// All below: sklearn/neighbors/_binary_tree.pxi.tp (1.9). exp and log are not asked where their answers are known:
// below kTooSmall, exp of it and 1 are 1.
constexpr double kTooSmall = -38;

double LogAdd(double a, double b) {
  const double most = a > b ? a : b, less = a > b ? b : a;
  if (less - most < kTooSmall && std::isfinite(most)) return most + 0.0;
  if (most == kNothing) return kNothing;
  return most + std::log((most - most + 1) + std::exp(less - most));
}
double LogSubtract(double a, double b) {
  if (a <= b) return kNothing;
  return b - a < kTooSmall && std::isfinite(a) ? a + 0.0 : a + std::log(1 - std::exp(b - a));
}

// Of a distance d: the logarithm of these, the kernel itself of the others.
bool IsLog(fb::DensityKernel kernel) {
  return kernel == fb::DensityKernel::Gaussian || kernel == fb::DensityKernel::Exponential;
}
double KernelOf(fb::DensityKernel kernel, double d, double h) {
  switch (kernel) {
    case fb::DensityKernel::Gaussian:
      return -0.5 * (d * d) / (h * h);
    case fb::DensityKernel::Tophat:
      return d < h ? 1 : 0;
    case fb::DensityKernel::Epanechnikov:
      return d < h ? 1.0 - (d * d) / (h * h) : 0;
    case fb::DensityKernel::Exponential:
      return -d / h;
    case fb::DensityKernel::Linear:
      return d < h ? 1 - d / h : 0;
    case fb::DensityKernel::Cosine:
      return d < h ? std::cos(0.5 * kPi * d / h) : 0;
  }
  return 0;
}
double LogKernel(fb::DensityKernel kernel, double d, double h) {
  const double value = KernelOf(kernel, d, h);
  return IsLog(kernel) ? value : value == 0 ? kNothing : std::log(value);
}

// std::lgamma, which leaves the sign in a variable of all threads' otherwise.
double LogGamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}
double LogVn(double n) { return 0.5 * n * std::log(kPi) - LogGamma(0.5 * n + 1); }
double LogSn(double n) { return std::log(2 * kPi) + LogVn(n - 1); }

// _log_kernel_norm. n is at most 16777216: so many steps for the cosine, which are taken once a block.
double LogNorm(fb::DensityKernel kernel, double h, uint32_t n_features) {
  const double d = n_features;
  double factor = 0;
  switch (kernel) {
    case fb::DensityKernel::Gaussian:
      factor = 0.5 * d * std::log(2 * kPi);
      break;
    case fb::DensityKernel::Tophat:
      factor = LogVn(d);
      break;
    case fb::DensityKernel::Epanechnikov:
      factor = LogVn(d) + std::log(2. / (d + 2.));
      break;
    case fb::DensityKernel::Exponential:
      factor = LogSn(d - 1) + LogGamma(d);
      break;
    case fb::DensityKernel::Linear:
      factor = LogVn(d) - std::log(d + 1.);
      break;
    case fb::DensityKernel::Cosine: {
      double term = 2. / kPi;
      for (double k = 1; k < d + 1; k += 2) {
        factor += term;
        term *= -(d - k) * (d - k - 1) * std::pow(2. / kPi, 2);
      }
      factor = std::log(factor) + LogSn(d - 1);
      break;
    }
  }
  return -factor - d * std::log(h);
}

// The sum of kernels over a tree for one point after another.
class Density {
  static constexpr size_t kAtOnce = 64;  // rows of a leaf

 public:
  Density(const KernelDensity& of, Run& run)
      : of_(of),
        tree_(of.neighbors),
        distance_(tree_, run.arena.NewUninitialized<double>(tree_.n_features)),
        log_norm_(LogNorm(of.kernel, of.bandwidth, tree_.n_features)),
        total_(TotalOf(of)),
        log_total_(std::log(total_)),
        log_atol_(std::log(of.atol * total_)),
        log_rtol_(std::log(of.rtol)),
        terms_(run.arena.NewUninitialized<double>(kAtOnce + 2)),
        log_sums_(run.arena.New<double>(of.weights.data() == nullptr ? 0 : tree_.n_nodes)),
        least_(run.arena.New<double>(of.breadth_first ? tree_.n_nodes : 0)),
        spread_(run.arena.New<double>(of.breadth_first ? tree_.n_nodes : 0)) {}

  double Of(const double* point) {
    point_ = point;
    const double sum = of_.breadth_first ? BreadthFirst() : DepthFirst();
    return log_norm_ + sum - log_total_;
  }

 private:
  // N of score_samples.
  static double TotalOf(const KernelDensity& of) {
    return of.weights.data() == nullptr ? of.neighbors.n_samples : NumpySum(of.weights.data(), of.weights.size());
  }
  // _total_node_weight.
  double SumOf(NodeOf node) const {
    double sum = 0;
    for (size_t i = node.begin; i < node.end; ++i) sum += of_.weights[tree_.idx_array[i]];
    return sum;
  }
  double LogSum(NodeOf node) {
    if (of_.weights.data() == nullptr) {
      const size_t rows = node.end - node.begin;
      LogOfRows& known = log_rows_[rows % log_rows_.size()];
      if (known.rows != rows) known = {rows, std::log(static_cast<double>(rows))};
      return known.log;
    }
    double& log = log_sums_[node.i];
    if (log == 0) log = std::log(SumOf(node));  // not known yet, or of 1
    return log;
  }
  double Log(double d) const { return LogKernel(of_.kernel, d, of_.bandwidth); }
  double Tolerance(double least) const { return LogAdd(log_atol_, log_rtol_ + log_norm_ + least); }

  // global_least_ less `less` and with the first n of terms_ in addition: where scikit-learn takes one logarithm a
  // term, this takes one of their sum.
  void ChangeLeast(double less, size_t n) {
    if (global_least_ <= less) global_least_ = less = kNothing;
    terms_[n] = global_least_;
    const double most = std::ranges::max(terms_.first(n + 1));
    if (most == kNothing) return;
    terms_[n + 1] = less;
    const std::span<double> all = terms_.first(n + 2);
    for (double& term : all) term -= most;
    Exp(all);
    global_least_ = most + std::log(NumpySum(all.data(), n + 1) - all.back());
  }

  // From reduced distances to KernelOf each.
  void OfReduced(std::span<double> x) const {
    const double h = of_.bandwidth, scale = -0.5 / (h * h);
    if (of_.kernel == fb::DensityKernel::Gaussian && distance_.are_squares() && std::isfinite(scale)) {
      for (double& squared : x) squared *= scale;
      return;
    }
    distance_.FromReduced(x);
    for (double& d : x) d = KernelOf(of_.kernel, d, h);
  }

  // global_least_ less a leaf's bound and with its rows.
  void ChangeLeaf(NodeOf node, double less) {
    for (size_t begin = node.begin; begin < node.end; begin += kAtOnce, less = kNothing) {
      const std::span<const uint32_t> which = tree_.idx_array.subspan(begin, std::min(kAtOnce, node.end - begin));
      const std::span<double> terms = terms_.first(which.size());
      distance_.Reduced(point_, tree_, which, terms);
      OfReduced(terms);
      if (!IsLog(of_.kernel)) pratique::Log(terms);
      if (of_.weights.data() != nullptr) {
        double weights[kAtOnce];
        for (size_t k = 0; k < which.size(); ++k) weights[k] = of_.weights[which[k]];
        pratique::Log(std::span(weights).first(which.size()));
        for (size_t k = 0; k < which.size(); ++k) terms[k] += weights[k];
      }
      ChangeLeast(less, which.size());
    }
  }

  // _kde_single_breadthfirst. The heap is scikit-learn's NodeHeap: the nearest node first.
  double BreadthFirst() {
    heap_.clear();
    const DistanceBounds root = BoundsOfNode(tree_, distance_, point_, 0);
    Push({root.least, {0, 0, tree_.n_samples}});
    global_least_ = log_total_ + Log(root.greatest);
    global_spread_ = LogSubtract(log_total_ + Log(root.least), global_least_);
    least_[0] = global_least_;
    spread_[0] = global_spread_;
    while (!heap_.empty()) {
      const NodeOf node = Pop();
      if (log_norm_ + spread_[node.i] - LogSum(node) + log_total_ <= Tolerance(least_[node.i])) continue;
      if (log_norm_ + global_spread_ <= Tolerance(global_least_)) break;
      if (node.IsLeaf(tree_)) {
        global_spread_ = LogSubtract(global_spread_, spread_[node.i]);
        ChangeLeaf(node, least_[node.i]);
        continue;
      }
      const NodeOf both[] = {node.left(), node.right()};
      DistanceBounds bounds[2];
      for (size_t k = 0; k < 2; ++k) {
        bounds[k] = BoundsOfNode(tree_, distance_, point_, both[k].i);
        const double log_sum = LogSum(both[k]);
        terms_[k] = least_[both[k].i] = log_sum + Log(bounds[k].greatest);
        spread_[both[k].i] = log_sum + Log(bounds[k].least);
      }
      ChangeLeast(least_[node.i], 2);
      global_spread_ = LogSubtract(global_spread_, spread_[node.i]);
      for (const NodeOf& child : both) global_spread_ = LogAdd(global_spread_, spread_[child.i]);
      for (size_t k = 0; k < 2; ++k) Push({bounds[k].least, both[k]});
    }
    return LogAdd(global_least_, global_spread_ - std::log(2));
  }

  double DepthFirst() {
    const DistanceBounds root = BoundsOfNode(tree_, distance_, point_, 0);
    // kernel_density of depth first: the bounds of the top node.
    const double least = log_total_ + Log(root.greatest), most = log_total_ + Log(root.least);
    global_least_ = least;
    global_spread_ = LogSubtract(most, least);
    Node({0, 0, tree_.n_samples}, global_least_, global_spread_);
    return LogAdd(global_least_, global_spread_ - std::log(2));
  }

  // _kde_single_depthfirst; as deep as the tree: at most 25 levels.
  void Node(NodeOf node, double least, double spread) {
    if (log_norm_ + spread - LogSum(node) + log_total_ <= Tolerance(least)) return;
    if (log_norm_ + global_spread_ <= Tolerance(global_least_)) return;
    if (node.IsLeaf(tree_)) {
      global_spread_ = LogSubtract(global_spread_, spread);
      ChangeLeaf(node, least);
      return;
    }
    const NodeOf both[] = {node.left(), node.right()};
    double child_least[2], child_spread[2];
    for (size_t k = 0; k < 2; ++k) {
      const DistanceBounds bounds = BoundsOfNode(tree_, distance_, point_, both[k].i);
      const double log_sum = LogSum(both[k]);
      terms_[k] = child_least[k] = log_sum + Log(bounds.greatest);
      child_spread[k] = LogSubtract(log_sum + Log(bounds.least), child_least[k]);
    }
    ChangeLeast(least, 2);
    global_spread_ = LogSubtract(global_spread_, spread);
    for (size_t k = 0; k < 2; ++k) global_spread_ = LogAdd(global_spread_, child_spread[k]);
    for (size_t k = 0; k < 2; ++k) Node(both[k], child_least[k], child_spread[k]);
  }

  struct Item {
    double value;
    NodeOf node;
  };
  void Push(Item item) {
    heap_.push_back(item);
    for (size_t i = heap_.size() - 1; i > 0;) {
      const size_t parent = (i - 1) / 2;
      if (heap_[parent].value <= heap_[i].value) break;
      std::swap(heap_[parent], heap_[i]);
      i = parent;
    }
  }
  NodeOf Pop() {
    const NodeOf popped = heap_.front().node;
    heap_.front() = heap_.back();
    heap_.pop_back();
    for (size_t i = 0;;) {
      const size_t left = 2 * i + 1, right = left + 1;
      size_t child = left;
      if (right < heap_.size()) {
        if (heap_[left].value > heap_[right].value) child = right;
      } else if (left >= heap_.size()) {
        break;
      }
      if (!(heap_[child].value <= heap_[i].value)) break;
      std::swap(heap_[child], heap_[i]);
      i = child;
    }
    return popped;
  }

  const KernelDensity& of_;
  const Neighbors& tree_;
  PairDistance distance_;
  const double* point_ = nullptr;
  double log_norm_, total_, log_total_, log_atol_, log_rtol_;
  double global_least_ = 0, global_spread_ = 0;
  std::span<double> terms_;  // of a sum
  struct LogOfRows {
    size_t rows;  // 0: of none yet
    double log;
  };
  std::array<LogOfRows, 64> log_rows_{};         // nodes of one level have as many rows, or one more
  std::span<double> log_sums_, least_, spread_;  // of nodes
  std::vector<Item> heap_;                       // no more than there are nodes
};

}  // namespace

std::optional<Violation> KernelDensity::Invariant() const {
  if (auto v = neighbors.Invariant(n_features_in, 1)) return v;
  if (neighbors.search == fb::Search::Brute)
    return Violation{"neighbors.search", "tree", fb::EnumNameSearch(neighbors.search), "KDTree or BallTree"};
  if (weights.data() == nullptr) return std::nullopt;
  if (weights.size() != neighbors.n_samples)
    return Violation{"weights", "one_a_row", absl::StrCat(weights.size()), absl::StrCat(neighbors.n_samples)};
  return std::nullopt;
}

absl::StatusOr<Signature> KernelDensity::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.widest = neighbors.n_nodes / 512;  // what a block's walks hold is shared by its rows
  return s;
}

absl::Status KernelDensity::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(weights, neighbors.ImportTree(context, "tree_"));
  n_features_in = neighbors.n_features;
  ASSIGN_OR_RETURN(const int64_t width, context.Int(context.Take("n_features_in_"), "n_features_in_"));
  if (width != n_features_in)
    return context.Invalid("n_features_in_", absl::StrCat(width), absl::StrCat(n_features_in, ", as the tree has"));
  ASSIGN_OR_RETURN(const std::string_view name, context.String(context.Take("kernel"), "kernel"));
  const auto* found = std::ranges::find(kKernels, name, &NamedKernel::name);
  if (found == std::end(kKernels)) return context.Unsupported("kernel", name, "scikit-learn knows no such kernel.");
  kernel = found->kernel;
  if (const graph::Id wide = context.Take("bandwidth_"); context.IsNone(wide)) {  // before 1.2
    if (context.sklearn() >= Version{1, 2, 0}) return context.SavedAgain("bandwidth_");
    ASSIGN_OR_RETURN(bandwidth, context.Double(context.Take("bandwidth"), "bandwidth"));
  } else {
    ASSIGN_OR_RETURN(bandwidth, context.Double(wide, "bandwidth_"));
  }
  // It is squared: 0 / 0 is no answer.
  if (!(bandwidth > 0 && bandwidth * bandwidth > 0))
    return context.Unsupported("bandwidth", absl::StrCat(bandwidth), "Above 0, and so is its square.");
  return context.ByName(this);
}

absl::StatusOr<Data> KernelDensity::ScoreSamples(const Data& X, Run& run) const {
  if (IsSparse(X)) return TakesDenseOnly();
  ASSIGN_OR_RETURN(const MatrixView<double> x, CheckDense<double>(X, run));
  Density density(*this, run);
  std::span<double> out = NewMatrix<double>(run, x.rows, 1);
  for (size_t i = 0; i < x.rows; ++i) out[i] = density.Of(x.row(i));
  return MatrixView<double>{out, x.rows, 1, 1};
}

}  // namespace pratique
