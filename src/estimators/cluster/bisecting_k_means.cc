#include "estimators/cluster/bisecting_k_means.h"

#include <array>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/cluster/distances.h"
#include "estimators/cluster/threads.h"
#include "import/sklearn/import_context.h"
#include "model/input_error.h"
#include "model/wide_floats.h"
#include "state/invariant/breadth_first.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

// What the product x.center sums up, column after column.
template <class T>
double Dot(const MatrixView<T>& x, size_t i, const double* center) {
  double sum = 0;
  for (size_t j = 0; j < x.cols; ++j) sum += double{x(i, j)} * center[j];
  return sum;
}
template <class T>
double Dot(const CsrView<T>& x, size_t i, const double* center) {
  double sum = 0;
  for (int64_t e = x.indptr[i]; e < x.indptr[i + 1]; ++e) sum += double{x.data[e]} * center[x.indices[e]];
  return sum;
}

}  // namespace

std::optional<Violation> BisectingKMeans::Invariant() const {
  const uint64_t n_nodes = right.size(), n_splits = n_clusters - 1;
  if (n_nodes != 2 * n_splits + 1)
    return Violation{"right", "a_leaf_a_cluster", absl::StrCat(n_nodes, " nodes"), absl::StrCat(2 * n_splits + 1)};
  if (node_centers.size() != 2 * n_splits * n_features_in) {
    return Violation{"node_centers", "two_centers_a_split", absl::StrCat(node_centers.size(), " numbers"),
                     absl::StrCat(2 * n_splits * n_features_in)};
  }
  constexpr uint32_t kRoots[] = {0};
  BreadthFirst tree(n_nodes, kRoots);
  for (size_t node = 0; node < n_nodes; ++node) {
    const bool is_split = right[node] != node;
    if (!tree.Add(is_split, right[node])) {
      return Violation{absl::StrCat("right[", node, "]"), "breadth_first", absl::StrCat(right[node]),
                       absl::StrCat(tree.expected_right(is_split))};
    }
    if (is_split && label[node] != 0)
      return Violation{absl::StrCat("label[", node, "]"), "of_leaf", absl::StrCat(label[node]), "0, of a split"};
  }
  if (!tree.Complete()) return Violation{"right", "breadth_first", "a tree that lacks nodes", "a whole tree"};
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("node_centers", fitted_dtype, node_centers)) return v;
  return invariant::FitsFloatDType("cluster_centers", fitted_dtype, cluster_centers);
}

absl::StatusOr<Signature> BisectingKMeans::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_clusters, feature_names, children);
}

// _bisecting_tree: objects with center, and left and right or label.
absl::Status BisectingKMeans::Import(ImportContext& context) {
  constexpr std::string_view kTree = "_bisecting_tree";
  const graph::Graph& graph = context.graph();
  const graph::Id centers_id = context.Take("cluster_centers_"), root = context.Take(kTree);
  fitted_dtype = context.FloatDType(centers_id);
  RETURN_IF_ERROR(CheckThreads(context));
  RETURN_IF_ERROR(context.ByName(this));
  Array<double> mean;
  if (const graph::Id id = context.Take("_X_mean"); id != graph::kNoId) {
    ASSIGN_OR_RETURN(mean, context.Vector(id, "_X_mean"));
    if (mean.size() != n_features_in || context.FloatDType(id) != fitted_dtype)
      return context.Invalid("_X_mean", absl::StrCat(mean.size(), " numbers"), "one a feature, of the centers' dtype");
  }
  const auto is_node = [&](graph::Id id) { return id != graph::kNoId && graph[id].kind == graph::Kind::kObject; };
  if (!is_node(root)) return context.SavedAgain(kTree);
  std::vector<graph::Id> nodes = {root};
  std::vector<uint32_t> rights, leaf_labels;
  std::vector<double> centers;
  for (size_t node = 0; node < nodes.size(); ++node) {
    const std::array children = {graph.Find(nodes[node], "left"), graph.Find(nodes[node], "right")};
    if (context.IsNone(children[0])) {
      ASSIGN_OR_RETURN(const int64_t cluster, context.Int(graph.Find(nodes[node], "label"), kTree));
      if (cluster < 0 || cluster >= n_clusters)
        return context.Invalid(kTree, absl::StrCat("cluster ", cluster), absl::StrCat("below ", n_clusters));
      rights.push_back(static_cast<uint32_t>(node));
      leaf_labels.push_back(static_cast<uint32_t>(cluster));
      continue;
    }
    if (nodes.size() + 2 > 2 * uint64_t{n_clusters} - 1 || !is_node(children[0]) || !is_node(children[1]))
      return context.Invalid(kTree, "another tree", absl::StrCat("a binary tree with ", n_clusters, " leaves"));
    for (const graph::Id child : children) {
      nodes.push_back(child);
      const graph::Id id = graph.Find(child, "center");
      ASSIGN_OR_RETURN(const Array<double> center, context.Vector(id, kTree));
      if (center.size() != n_features_in || context.FloatDType(id) != fitted_dtype)
        return context.Invalid(kTree, "a center of another width or dtype", "those of cluster_centers_");
      for (size_t j = 0; j < center.size(); ++j) {
        const double sum = mean.data() != nullptr ? center[j] + mean[j] : center[j];
        centers.push_back(fitted_dtype == fb::DType::Float32 ? static_cast<float>(sum) : sum);
      }
    }
    rights.push_back(static_cast<uint32_t>(nodes.size() - 1));
    leaf_labels.push_back(0);
  }
  right = context.arena().Copy(Array<uint32_t>(rights));
  label = context.arena().Copy(Array<uint32_t>(leaf_labels));
  node_centers = context.arena().Copy(Array<double>(centers));
  return absl::OkStatus();
}

// From the root to the nearer center, left where both are as near (sklearn/cluster/_bisect_k_means.py
// _predict_recursive and _k_means_lloyd.pyx, 1.9): |c|^2 - 2 x.c.
absl::StatusOr<Data> BisectingKMeans::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckWideFloats(X, run));
  RETURN_IF_ERROR(CheckDTypeOfFit(x, fitted_dtype, run));
  const size_t n = n_features_in;
  const std::span<const double> norms = SquaredNorms(MatrixView<double>{node_centers, right.size() - 1, n, n}, run);
  return std::visit(
      [&](const auto& view) -> Data {
        std::span<int64_t> labels = NewMatrix<int64_t>(run, view.rows, 1);
        for (size_t i = 0; i < view.rows; ++i) {
          size_t node = 0;
          while (right[node] != node) {
            // Centers of the node at k are the (k - 1)-th: the root has none. Children are behind their split, so that
            // this ends (Invariant).
            const auto distance = [&](size_t k) {
              return norms[k - 1] - 2 * Dot(view, i, node_centers.data() + (k - 1) * n);
            };
            const size_t at = right[node];
            node = distance(at) < distance(at - 1) ? at : at - 1;
          }
          labels[i] = label[node];
        }
        return MatrixView<int64_t>{labels, view.rows, 1, 1, DType::kInt32};
      },
      x);
}

absl::StatusOr<Data> BisectingKMeans::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckWideFloats(X, run));
  const bool narrow = IsFloat32(x) && fitted_dtype == fb::DType::Float32;
  return Distances(DistancesToCenters(x, cluster_centers, n_clusters, NormsOf::kDistances, run), narrow, run);
}

}  // namespace pratique
