// _fit_X, _tree, effective_metric_ and its parameters.
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/neighbors/brute_force.h"
#include "estimators/neighbors/changes.h"
#include "estimators/neighbors/neighbors.h"
#include "import/sklearn/needed.h"
#include "import/sklearn/sparse_matrix.h"
#include "status_macros.h"

namespace pratique {
namespace {

using fb::Metric;
using graph::Id;
using graph::Kind;

// By name, and the class that a tree's metric is of, as the releases before 1.3 call it.
struct NamedMetric {
  std::string_view name;
  Metric metric;
  std::string_view tree_class = "";
};
constexpr NamedMetric kMetrics[] = {
    {"euclidean", Metric::Euclidean, "EuclideanDistance"},
    {"l2", Metric::L2, "EuclideanDistance"},
    {"sqeuclidean", Metric::SqEuclidean},
    {"manhattan", Metric::Manhattan, "ManhattanDistance"},
    {"cityblock", Metric::Manhattan, "ManhattanDistance"},
    {"l1", Metric::Manhattan, "ManhattanDistance"},
    {"chebyshev", Metric::Chebyshev, "ChebyshevDistance"},
    {"infinity", Metric::Chebyshev, "ChebyshevDistance"},
    {"minkowski", Metric::Minkowski, "MinkowskiDistance"},
    {"p", Metric::Minkowski, "MinkowskiDistance"},
    {"seuclidean", Metric::SEuclidean, "SEuclideanDistance"},
    {"mahalanobis", Metric::Mahalanobis, "MahalanobisDistance"},
    {"haversine", Metric::Haversine, "HaversineDistance"},
    {"canberra", Metric::Canberra, "CanberraDistance"},
    {"braycurtis", Metric::BrayCurtis, "BrayCurtisDistance"},
    {"hamming", Metric::Hamming, "HammingDistance"},
    {"jaccard", Metric::Jaccard, "JaccardDistance"},
    {"dice", Metric::Dice, "DiceDistance"},
    {"rogerstanimoto", Metric::RogersTanimoto, "RogersTanimotoDistance"},
    {"sokalmichener", Metric::RogersTanimoto, "SokalMichenerDistance"},
    {"russellrao", Metric::RussellRao, "RussellRaoDistance"},
    {"sokalsneath", Metric::SokalSneath, "SokalSneathDistance"},
    {"yule", Metric::Yule},
    {"cosine", Metric::Cosine},
    {"correlation", Metric::Correlation},
    {"nan_euclidean", Metric::NanEuclidean},
    {"precomputed", Metric::Precomputed},
};

absl::StatusOr<const NamedMetric*> TakeMetric(ImportContext& context) {
  const Id id = context.Take("effective_metric_");
  // The metric asked for decides for precomputed distances and, since 1.3, for minkowski; fit sets the effective one.
  const Id asked = context.Take("metric");
  for (const Id each : {asked, id}) {
    if (!context.IsNone(each) && context.graph()[each].kind != Kind::kStr)
      return context.Unsupported("metric", "a function or an object", "Metrics are supported by their names.");
  }
  ASSIGN_OR_RETURN(const std::string_view name, context.String(id, "effective_metric_"));
  ASSIGN_OR_RETURN(const std::string_view asked_name, context.String(asked, "metric"));
  if (asked_name != name && asked_name != "minkowski")
    return context.Unsupported("metric", asked_name, "It is not the one of the fit: set it before fit.");
  const auto* found = std::ranges::find(kMetrics, name, &NamedMetric::name);
  if (found != std::end(kMetrics)) return found;
  return context.Unsupported("metric", name, "This metric is not supported.");
}

absl::Status Damaged(ImportContext& context, std::string_view got) {
  return context.Invalid("_tree", got, "a tree over _fit_X");
}

// An object of an extension type: its class and its state, a tuple. Pickles have newObj of its module make it; skops
// names its class.
struct Extension {
  std::string_view type;
  std::span<const Id> state;
};
absl::StatusOr<Extension> TakeExtension(ImportContext& context, Id id, std::string_view module, size_t n) {
  if (context.IsNone(id)) return Damaged(context, "no object");
  const graph::Node node = context.graph()[id];
  if (node.kind != Kind::kObject || node.module != module || node.state == graph::kNoId)
    return Damaged(context, "another object");
  const graph::Node state = context.graph()[node.state];
  if (state.kind != Kind::kTuple || state.items.size() < n) return Damaged(context, "another state");
  if (node.made == graph::Made::kNew && node.items.empty()) return Extension{node.name, state.items};
  if (node.name != "newObj" || node.items.size() != 1) return Damaged(context, "another object");
  const graph::Node type = context.graph()[node.items[0]];
  if (type.kind != Kind::kGlobal || type.module != module) return Damaged(context, "another object");
  return Extension{type.name, state.items};
}

class NeighborsImport {
 public:
  NeighborsImport(ImportContext& context, Neighbors& n) : context_(context), n_(n) {}

  absl::Status Run() {
    ASSIGN_OR_RETURN(named_, TakeMetric(context_));
    n_.metric = named_->metric;
    n_.p = 2;
    const bool since_1_1 = !context_.Predates(release_1_1::kHeapsTakeFloat64);
    const bool since_1_2 = !context_.Predates(release_1_2::kHeapsTakeFloat32AndSparse);
    const bool since_1_3 = !context_.Predates(release_1_3::kHeapsTakeMixedPairs);
    const bool since_1_4 = !context_.Predates(release_1_4::kNoHeapsOfSparsePairs);
    n_.heap_takes = since_1_4   ? fb::HeapTakes::NotSparsePairs
                    : since_1_3 ? fb::HeapTakes::OneDType
                    : since_1_2 ? fb::HeapTakes::Alike
                    : since_1_1 ? fb::HeapTakes::Float64
                                : fb::HeapTakes::Nothing;
    n_.narrow = !context_.Predates(release_1_4::kNarrowDistances);
    n_.introsort = !context_.Predates(release_1_9::kIntroSort);
    n_.gaps = n_.metric == Metric::NanEuclidean && !context_.Predates(release_1_6::kTakesGaps);
    RETURN_IF_ERROR(TakeRows());
    if (const Id given = context_.Take("metric_params");
        !context_.IsNone(given) && context_.graph()[given].kind != Kind::kDict)
      return context_.Unsupported("metric_params", "another type", "It is None or a dict.");
    ASSIGN_OR_RETURN(const std::string_view method, context_.String(context_.Take("_fit_method"), "_fit_method"));
    const Id tree = context_.Take("_tree");
    if (method == "brute") {
      n_.search = fb::Search::Brute;
      RETURN_IF_ERROR(TakeParameters(context_.Take("effective_metric_params_")));
      if (std::isinf(n_.p)) return context_.Unsupported("p", "infinity with w", "Without w it is chebyshev.");
      RETURN_IF_ERROR(CheckAsked());
      PrepareRows();
      return absl::OkStatus();
    }
    if (method != "kd_tree" && method != "ball_tree")
      return context_.Invalid("_fit_method", method, "brute, kd_tree or ball_tree");
    if (n_.metric == Metric::L2) n_.metric = Metric::Euclidean;
    n_.search = method == "kd_tree" ? fb::Search::KDTree : fb::Search::BallTree;
    return TakeTree(tree);
  }

  absl::StatusOr<Array<double>> RunTree(Id id) {
    const bool kd = !context_.IsNone(id) && context_.graph()[id].module == "sklearn.neighbors._kd_tree";
    ASSIGN_OR_RETURN(
        const Extension tree,
        TakeExtension(context_, id, kd ? "sklearn.neighbors._kd_tree" : "sklearn.neighbors._ball_tree", 13));
    n_.search = kd ? fb::Search::KDTree : fb::Search::BallTree;
    n_.p = 2;
    ASSIGN_OR_RETURN(const NdArray<double> data, context_.Doubles(tree.state[0], "_tree.data"));
    constexpr uint64_t kMost = 16777216;
    if (data.shape.size() != 2 || data.values.empty() || data.shape[0] > kMost || data.shape[1] > kMost)
      return Damaged(context_, "other rows");
    n_.n_samples = static_cast<uint32_t>(data.shape[0]);
    n_.n_features = static_cast<uint32_t>(data.shape[1]);
    n_.rows = data.values;
    ASSIGN_OR_RETURN(const Extension metric,
                     TakeExtension(context_, tree.state[11], "sklearn.metrics._dist_metrics", 3));
    std::string_view type = metric.type;
    if (type.ends_with("64")) type.remove_suffix(2);
    const auto* found = std::ranges::find(kMetrics, type, &NamedMetric::tree_class);
    if (found == std::end(kMetrics))
      return context_.Unsupported("metric", metric.type, "A tree of this metric is not supported.");
    named_ = found;
    n_.metric = found->metric;
    RETURN_IF_ERROR(TakeTree(id));
    Array<double> weights;
    if (!context_.IsNone(tree.state[12])) {
      ASSIGN_OR_RETURN(weights, context_.Vector(tree.state[12], "_tree.sample_weight"));
      if (weights.size() != n_.n_samples) return Damaged(context_, absl::StrCat(weights.size(), " weights"));
    }
    return weights;
  }

 private:
  absl::Status TakeRows() {
    const Id fitted = context_.Take("_fit_X");
    ASSIGN_OR_RETURN(const int64_t width, context_.Int(context_.Take("n_features_in_"), "n_features_in_"));
    ASSIGN_OR_RETURN(const int64_t samples, context_.Int(context_.Take("n_samples_fit_"), "n_samples_fit_"));
    constexpr int64_t kMost = 16777216;
    if (width < 1 || width > kMost) return context_.Invalid("n_features_in_", absl::StrCat(width), "1 to 16777216");
    if (samples < 1 || samples > kMost)
      return context_.Invalid("n_samples_fit_", absl::StrCat(samples), "1 to 16777216");
    n_.n_features = static_cast<uint32_t>(width);
    n_.n_samples = static_cast<uint32_t>(samples);
    if (context_.IsNone(fitted)) return context_.Absent("_fit_X", "the rows of the fit");
    const graph::Node node = context_.graph()[fitted];
    const bool sparse = node.kind == Kind::kObject;
    SetDType(sparse ? context_.graph().Find(fitted, "data") : fitted);
    if (sparse) {
      ASSIGN_OR_RETURN(const SparseMatrix m, TakeSparseMatrix(context_, fitted, "_fit_X"));
      RETURN_IF_ERROR(HasShape(m.rows, m.cols));
      if (n_.metric == Metric::Precomputed)
        return absl::OkStatus();  // X holds the distances; those of the fit are not read
      n_.indptr = m.indptr;
      n_.indices = m.indices;
      n_.values = m.data;
      return absl::OkStatus();
    }
    if (node.kind == Kind::kArray && node.dtype && (node.dtype->kind == 'b' || node.dtype->itemsize < 4))
      return context_.Unsupported("_fit_X", absl::StrCat("an array of ", node.dtype->ToString()),
                                  "Fit it on float64, float32 or integers as wide.");
    ASSIGN_OR_RETURN(const NdArray<double> rows, context_.Doubles(fitted, "_fit_X"));
    if (rows.shape.size() != 2) return context_.Invalid("_fit_X", "an array of other dimensions", "two dimensions");
    RETURN_IF_ERROR(HasShape(rows.shape[0], rows.shape[1]));
    if (n_.metric != Metric::Precomputed) n_.rows = rows.values;
    return absl::OkStatus();
  }

  absl::Status HasShape(uint64_t rows, uint64_t cols) {
    if (rows == n_.n_samples && cols == n_.n_features) return absl::OkStatus();
    return context_.Invalid("_fit_X", absl::StrCat(rows, " x ", cols),
                            absl::StrCat(n_.n_samples, " x ", n_.n_features));
  }

  void SetDType(Id array) {
    n_.dtype = fb::DType::Int64;
    if (context_.IsNone(array)) return;
    const graph::Node node = context_.graph()[array];
    if (node.kind == Kind::kArray && node.dtype && node.dtype->kind == 'f' && node.dtype->itemsize >= 4)
      n_.dtype = context_.FloatDType(array);
  }

  // Brute force reads effective_metric_params_.
  absl::Status TakeParameters(Id params) {
    if (context_.IsNone(params) || context_.graph()[params].kind != Kind::kDict)
      return context_.Invalid("effective_metric_params_", "no dict", "a dict");
    const std::vector<Id>& items = context_.graph()[params].items;
    for (size_t i = 0; i + 1 < items.size(); i += 2) {
      const graph::Node key = context_.graph()[items[i]];
      const std::string_view name = key.kind == Kind::kStr ? key.text : std::string_view("?");
      RETURN_IF_ERROR(TakeParameter(name, items[i + 1]));
    }
    if (n_.metric == Metric::SEuclidean && n_.weights.data() == nullptr)
      return context_.Unsupported("metric_params", "no V", "predict needs it: give V in metric_params.");
    if (n_.metric == Metric::Mahalanobis && n_.inverse.data() == nullptr)
      return context_.Unsupported("metric_params", "no VI", "predict needs it: give VI in metric_params.");
    if (n_.metric != Metric::Minkowski) n_.p = 2;
    return absl::OkStatus();
  }

  // Since 1.3 predict asks metric, p and metric_params, too: they still say what fit made of them.
  absl::Status CheckAsked() {
    ASSIGN_OR_RETURN(const std::string_view asked, context_.String(context_.Take("metric"), "metric"));
    const Id p = context_.Take("p"), params = context_.Take("metric_params");
    if (asked == "minkowski" && context_.Has("p") && context_.IsNone(p))
      return context_.Unsupported("p", "None", "fit of minkowski takes a number: set it back.");
    Neighbors again = n_;
    again.metric = asked == "minkowski" ? Metric::Minkowski : n_.metric;
    again.p = 2;
    again.weights = again.inverse = {};
    if (asked == "minkowski" && !context_.IsNone(p)) {
      ASSIGN_OR_RETURN(again.p, context_.Double(p, "p"));
    }
    if (!context_.IsNone(params)) {
      const bool has_p =
          context_.graph()[params].kind == Kind::kDict && context_.graph().Find(params, "p") != graph::kNoId;
      NeighborsImport of_asked(context_, again);
      RETURN_IF_ERROR(of_asked.TakeParameters(params));
      if (has_p && asked != "minkowski") return context_.Unsupported("metric_params", "p", "This metric has none.");
    }
    const double plain = again.weights.data() != nullptr ? 0 : again.p;  // of the metrics that have names of their own
    if (again.metric == Metric::Minkowski) {
      again.metric = plain == 1          ? Metric::Manhattan
                     : plain == 2        ? Metric::Euclidean
                     : std::isinf(plain) ? Metric::Chebyshev
                                         : again.metric;
    }
    if (again.metric != Metric::Minkowski) again.p = 2;
    if (again.metric == n_.metric && again.p == n_.p && std::ranges::equal(again.weights, n_.weights) &&
        std::ranges::equal(again.inverse, n_.inverse))
      return absl::OkStatus();
    return context_.Unsupported("metric", "a metric that was changed after fit", "Fit it again, or set it back.");
  }

  absl::Status TakeParameter(std::string_view name, Id value) {
    const std::string attribute = absl::StrCat("effective_metric_params_['", std::string(name), "']");
    if (name == "p" && n_.metric == Metric::Minkowski) {
      ASSIGN_OR_RETURN(n_.p, context_.Double(value, attribute));
      if (!(n_.p > 0) || (n_.p < 1 && context_.sklearn() < Version{1, 3, 0}))
        return context_.Unsupported(attribute, absl::StrCat(n_.p), "above 0; before 1.3, from 1 on");
      return absl::OkStatus();
    }
    if ((name == "w" && n_.metric == Metric::Minkowski) || (name == "V" && n_.metric == Metric::SEuclidean)) {
      if (context_.IsNone(value)) return absl::OkStatus();
      ASSIGN_OR_RETURN(const NdArray<double> w, context_.Doubles(value, attribute, ImportContext::Of::kSequence));
      return SetWeights(w, attribute);
    }
    if (name == "VI" && n_.metric == Metric::Mahalanobis) {
      ASSIGN_OR_RETURN(const NdArray<double> inverse, context_.Doubles(value, attribute));
      return SetInverse(inverse, attribute);
    }
    return context_.Unsupported("metric_params", name, "This metric has no such parameter, or it is not supported.");
  }

  absl::Status SetWeights(const NdArray<double>& w, std::string_view attribute) {
    if (w.shape.size() != 1 || w.values.size() != n_.n_features)
      return context_.Unsupported(attribute, absl::StrCat(w.values.size(), " values"), "One a feature.");
    n_.weights = w.values;
    return absl::OkStatus();
  }
  absl::Status SetInverse(const NdArray<double>& m, std::string_view attribute) {
    if (m.shape.size() != 2 || m.shape[0] != n_.n_features || m.shape[1] != n_.n_features)
      return context_.Unsupported(attribute, absl::StrCat(m.values.size(), " values"), "A matrix of the features.");
    n_.inverse = m.values;
    return absl::OkStatus();
  }

  // As brute force reads them.
  void PrepareRows() {
    if (n_.metric == Metric::Cosine || n_.metric == Metric::Correlation) {
      Array<double>& kept = n_.IsSparse() ? n_.values : n_.rows;
      std::span<double> rows = context_.arena().Copy(kept);
      const bool narrow = n_.dtype == fb::DType::Float32;
      for (size_t i = 0; i < n_.n_samples; ++i) {
        std::span<double> row = n_.IsSparse() ? rows.subspan(n_.indptr[i], n_.indptr[i + 1] - n_.indptr[i])
                                              : rows.subspan(i * n_.n_features, n_.n_features);
        n_.metric == Metric::Cosine ? OverNorm(row, n_.IsSparse() ? 0 : Shortest(narrow)) : LessMean(row);
      }
      kept = rows;
    }
    if (!HasNorms(n_)) return;
    std::span<double> norms = context_.arena().NewUninitialized<double>(n_.n_samples);
    for (size_t i = 0; i < norms.size(); ++i) norms[i] = NormOf(n_, i);
    n_.norms = norms;
  }

  // (data, idx_array, node_data, node_bounds, leaf_size, n_levels, n_nodes, n_trims, n_leaves, n_splits, n_calls,
  // dist_metric, sample_weight): sklearn/neighbors/_binary_tree.pxi.tp __getstate__ (1.9).
  absl::Status TakeTree(Id id) {
    context_.Ignore({"p", "metric_params"});
    context_.Ignore({"effective_metric_params_"});  // the tree's own metric holds them
    const bool kd = n_.search == fb::Search::KDTree;
    ASSIGN_OR_RETURN(
        const Extension tree,
        TakeExtension(context_, id, kd ? "sklearn.neighbors._kd_tree" : "sklearn.neighbors._ball_tree", 12));
    if (tree.type != (kd ? "KDTree" : "BallTree"))
      return context_.Unsupported("_tree", tree.type, "Trees of float64 rows are supported: KDTree and BallTree.");
    ASSIGN_OR_RETURN(const NdArray<double> data, context_.Doubles(tree.state[0], "_tree.data"));
    if (!std::ranges::equal(data.values, n_.rows)) return Damaged(context_, "a tree over other rows");
    ASSIGN_OR_RETURN(const Array<int64_t> order, context_.IntVector(tree.state[1], "_tree.idx_array"));
    std::span<uint32_t> idx = context_.arena().NewUninitialized<uint32_t>(order.size());
    for (size_t i = 0; i < idx.size(); ++i) {
      if (order[i] < 0 || order[i] >= n_.n_samples) return Damaged(context_, absl::StrCat("a row ", order[i]));
      idx[i] = static_cast<uint32_t>(order[i]);
    }
    n_.idx_array = idx;
    RETURN_IF_ERROR(TakeNodes(tree.state[2]));
    RETURN_IF_ERROR(TakeBounds(tree.state[3], kd ? 2 : 1));
    return TakeTreeMetric(tree.state[11]);
  }

  // The nodes are halves of their parents: only the radii say more.
  absl::Status TakeNodes(Id nodes) {
    for (const std::string_view field : {"idx_start", "idx_end", "is_leaf", "radius"}) {
      if (context_.IsNone(nodes) || ImportContext::FieldNamed(context_.graph()[nodes], field) == nullptr)
        return Damaged(context_, "nodes of another kind");
    }
    ASSIGN_OR_RETURN(const Array<int64_t> starts, context_.IntField(nodes, "idx_start"));
    ASSIGN_OR_RETURN(const Array<int64_t> ends, context_.IntField(nodes, "idx_end"));
    ASSIGN_OR_RETURN(const Array<int64_t> leaves, context_.IntField(nodes, "is_leaf"));
    ASSIGN_OR_RETURN(const Array<double> radii, context_.DoubleField(nodes, "radius"));
    const size_t n = starts.size();
    if (n < 1 || n > 33554431) return Damaged(context_, absl::StrCat(n, " nodes"));
    n_.n_nodes = static_cast<uint32_t>(n);
    int64_t begin = 0, end = n_.n_samples;
    for (size_t i = 0; i < n; ++i) {
      if (i > 0) {
        const size_t parent = (i - 1) / 2;
        const int64_t middle = starts[parent] + (ends[parent] - starts[parent]) / 2;
        begin = i % 2 == 1 ? starts[parent] : middle;
        end = i % 2 == 1 ? middle : ends[parent];
      }
      if (starts[i] != begin || ends[i] != end || (leaves[i] != 0) != (2 * i + 1 >= n))
        return Damaged(context_, absl::StrCat("another node ", i));
    }
    if (n_.search == fb::Search::BallTree) n_.radii = radii;
    return absl::OkStatus();
  }

  absl::Status TakeBounds(Id id, uint64_t n_bounds) {
    ASSIGN_OR_RETURN(const NdArray<double> bounds, context_.Doubles(id, "_tree.node_bounds"));
    const uint64_t cells = uint64_t{n_.n_nodes} * n_.n_features;
    if (bounds.shape.size() != 3 || bounds.values.size() != n_bounds * cells) return Damaged(context_, "other bounds");
    if (n_bounds == 1) {
      n_.centroids = bounds.values;
    } else {
      n_.lower = bounds.values.first(cells);
      n_.upper = bounds.values.subspan(cells);
    }
    return absl::OkStatus();
  }

  // (p, vec, mat): sklearn/metrics/_dist_metrics.pyx.tp __getstate__ (1.9).
  absl::Status TakeTreeMetric(Id id) {
    ASSIGN_OR_RETURN(const Extension metric, TakeExtension(context_, id, "sklearn.metrics._dist_metrics", 3));
    std::string_view type = metric.type;
    if (type.ends_with("64")) type.remove_suffix(2);
    if (type != named_->tree_class) {
      // The tree of a p that has a name of its own is by that: DistanceMetric.get_metric.
      const auto* by = std::ranges::find(kMetrics, type, &NamedMetric::tree_class);
      if (n_.metric != Metric::Minkowski || by == std::end(kMetrics) || !IsMinkowski(by->metric))
        return Damaged(context_, absl::StrCat("a tree by ", std::string(metric.type)));
      n_.metric = by->metric;
    }
    if (n_.metric == Metric::Minkowski) {
      ASSIGN_OR_RETURN(n_.p, context_.Double(metric.state[0], "_tree.dist_metric.p"));
    }
    ASSIGN_OR_RETURN(const NdArray<double> vec, context_.Doubles(metric.state[1], "_tree.dist_metric.vec"));
    if (n_.metric == Metric::SEuclidean || (n_.metric == Metric::Minkowski && HasWeights(vec)))
      RETURN_IF_ERROR(SetWeights(vec, "_tree.dist_metric.vec"));
    if (n_.metric != Metric::Mahalanobis) return absl::OkStatus();
    ASSIGN_OR_RETURN(const NdArray<double> mat, context_.Doubles(metric.state[2], "_tree.dist_metric.mat"));
    return SetInverse(mat, "_tree.dist_metric.mat");
  }

  static bool IsMinkowski(Metric metric) {
    return metric == Metric::Euclidean || metric == Metric::Manhattan || metric == Metric::Chebyshev;
  }

  // Without w, vec is empty; in 1.1 and 1.2, which had no w in trees' minkowski at first, a zero.
  bool HasWeights(const NdArray<double>& vec) const {
    return !vec.values.empty() && !(vec.values.size() == 1 && vec.values[0] == 0);
  }

  ImportContext& context_;
  Neighbors& n_;
  const NamedMetric* named_ = nullptr;
};

}  // namespace

absl::Status Neighbors::Import(ImportContext& context) { return NeighborsImport(context, *this).Run(); }

absl::StatusOr<Array<double>> Neighbors::ImportTree(ImportContext& context, std::string_view attribute) {
  return NeighborsImport(context, *this).RunTree(context.Take(attribute));
}

absl::StatusOr<uint32_t> TakeNumberOfNeighbors(ImportContext& context, const Neighbors& neighbors) {
  const Id id = context.Take("n_neighbors");
  if (context.IsNone(id)) return context.Unsupported("n_neighbors", "None", "Give it a number.");
  RETURN_IF_ERROR(CheckCountsOn(context, "n_neighbors"));
  ASSIGN_OR_RETURN(const int64_t k, context.Int(id, "n_neighbors"));
  if (k >= 1 && k <= neighbors.n_samples) return static_cast<uint32_t>(k);
  return context.Unsupported(
      "n_neighbors", absl::StrCat(k),
      absl::StrCat("There are ", neighbors.n_samples, " rows: scikit-learn's predict refuses it, too."));
}

}  // namespace pratique
