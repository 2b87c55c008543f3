#include "estimators/cluster/nearest_centers.h"

#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/cluster/changes.h"
#include "estimators/cluster/distances.h"
#include "estimators/linear/sparse_coef.h"
#include "import/sklearn/import_context.h"
#include "model/views.h"
#include "model/wide_floats.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {

std::optional<Violation> NearestCenters::Invariant() const {
  if (label_dtype != fb::DType::Int64 && label_dtype != fb::DType::Int32)
    return Violation{"label_dtype", "label_dtype", fb::EnumNameDType(label_dtype), "Int64 or Int32"};
  for (size_t k = 0; k < labels.size(); ++k) {
    const bool fits = labels[k] >= INT32_MIN && labels[k] <= INT32_MAX;
    if (label_dtype == fb::DType::Int32 && !fits)
      return Violation{absl::StrCat("labels[", k, "]"), "label_dtype", absl::StrCat(labels[k]), "an int32"};
  }
  if (squares_of_sparse && (!sparse_centers || compares_roots))
    return Violation{"squares_of_sparse", "of_sparse_centers", "true", "false"};
  if (transforms && n_clusters == 0) return Violation{"n_clusters", "transforms", "0", "a column for transform"};
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  return invariant::FitsFloatDType("centers", fitted_dtype, centers);
}

absl::StatusOr<Signature> NearestCenters::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature s, TransformerSignature(n_features_in, n_clusters, feature_names, children));
  s.has_methods = true;
  s.methods = {Method::kPredict};
  s.widest = n_clusters;
  if (transforms)
    s.methods.push_back(Method::kTransform);
  else
    s.n_features_out = std::nullopt;
  return s;
}

absl::StatusOr<Strings> NearestCenters::FeatureNamesOut(FeatureNames& names) const {
  if (transforms) return names.ClassNamePrefix();
  return absl::InvalidArgumentError("it has no transform");
}

namespace {

// Birch keeps the squared norms of its centers, and predict adds them: they are those of the centers.
absl::Status CheckNorms(ImportContext& context, const NdArray<double>& centers, bool narrow) {
  constexpr std::string_view kName = "_subcluster_norms";
  const graph::Id id = context.Take(kName);
  if (context.IsNone(id)) return context.SavedAgain(kName);
  ASSIGN_OR_RETURN(const Array<double> norms, context.Vector(id, kName));
  const size_t n = centers.shape[1];
  if (norms.size() != centers.shape[0])
    return context.Invalid(kName, absl::StrCat(norms.size(), " values"), "one a center");
  const double digits = narrow ? 1e-4 : 1e-10;
  for (size_t k = 0; k < norms.size(); ++k) {
    double sum = 0;
    for (const double v : centers.values.subspan(k * n, n)) sum += v * v;
    if (!(std::abs(norms[k] - sum) <= digits * sum))
      return context.Unsupported(kName, absl::StrCat(norms[k]), absl::StrCat("fit makes it ", sum, "."));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status NearestCenters::Import(ImportContext& context) {
  const bool is_birch = context.class_name() == "Birch";
  const std::string_view attribute = is_birch ? "subcluster_centers_" : "cluster_centers_";
  if (context.class_name() == "AffinityPropagation") {
    ASSIGN_OR_RETURN(const std::string_view affinity, context.String(context.Take("affinity"), "affinity"));
    if (affinity != "euclidean")
      return context.Unsupported("affinity", affinity, "predict knows centers only of affinity='euclidean'.");
  }
  const graph::Id id = context.Take(attribute);
  sparse_centers = IsSparseRows(context.graph(), id);
  NdArray<double> array;
  if (sparse_centers) {
    ASSIGN_OR_RETURN(array, DenseOfSparse(context, id, attribute));
    fitted_dtype = SparseDType(context, id);
  } else {
    ASSIGN_OR_RETURN(array, context.Doubles(id, attribute));
    fitted_dtype = context.FloatDType(id);
  }
  if (array.shape.size() != 2)
    return context.Invalid(attribute, absl::StrCat(array.shape.size(), " dimensions"), "two dimensions");
  if (array.shape[0] == 0 && context.class_name() != "AffinityPropagation")  // whose predict says -1
    return context.Unsupported(attribute, "no center", "predict needs one: fit the model again.");
  centers = array.values;
  n_clusters = static_cast<uint32_t>(std::min<uint64_t>(array.shape[0], UINT32_MAX));
  label_dtype = fb::DType::Int64;
  compares_roots = context.Predates(release_1_2::kComparesSquares);
  squares_of_sparse = sparse_centers && !compares_roots && context.Predates(release_1_4::kComparesSparseRoots);
  dense_only = context.class_name() == "MeanShift";
  transforms = is_birch;
  if (is_birch) {
    RETURN_IF_ERROR(CheckNorms(context, array, fitted_dtype == fb::DType::Float32));
    const graph::Id labels_id = context.Take("subcluster_labels_");
    ASSIGN_OR_RETURN(labels, context.IntVector(labels_id, "subcluster_labels_"));
    const auto& dtype = context.graph()[labels_id].dtype;
    if (dtype == nullptr || dtype->kind != 'i' || dtype->itemsize < 4)
      return context.Unsupported("subcluster_labels_", dtype == nullptr ? "no array" : dtype->ToString(),
                                 "Labels are read as int32 and int64.");
    if (dtype->itemsize == 4) label_dtype = fb::DType::Int32;
  }
  return context.ByName(this);
}

// sklearn/metrics/pairwise.py pairwise_distances_argmin (1.9): squared distances where X and the centers are dense,
// else np.argmin of rounded distances. (Of sparse rows beside dense centers, or the other way, releases sum
// differences: other centers are nearest only where distances agree to their last digits.)
absl::StatusOr<Data> NearestCenters::Predict(const Data& X, Run& run) const {
  if (dense_only && IsSparse(X)) return TakesDenseOnly();
  ASSIGN_OR_RETURN(FloatData x, CheckWideFloats(X, run));
  const bool is_sparse = IsSparse(AsData(x)), narrow = IsFloat32(x) && fitted_dtype == fb::DType::Float32;
  const size_t rows = Rows(AsData(x));
  std::span<int64_t> out = NewMatrix<int64_t>(run, rows, 1);
  if (n_clusters == 0) {
    std::ranges::fill(out, -1);
  } else {
    const bool mixed = is_sparse != sparse_centers;
    const bool roots = mixed || (is_sparse && !squares_of_sparse) || (compares_roots && narrow);
    const NormsOf norms = roots && !sparse_centers ? NormsOf::kDistances : NormsOf::kHeaps;
    const std::span<const uint32_t> nearest = NearestCenterOfRows(
        DistancesToCenters(x, centers, n_clusters, norms, run), roots, narrow && (compares_roots || !mixed), run);
    for (size_t i = 0; i < rows; ++i) out[i] = labels.data() != nullptr ? labels[nearest[i]] : int64_t{nearest[i]};
  }
  return MatrixView<int64_t>{out, rows, 1, 1, label_dtype == fb::DType::Int32 ? DType::kInt32 : DType::kInt64};
}

absl::StatusOr<Data> NearestCenters::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckWideFloats(X, run));
  const bool narrow = IsFloat32(x) && fitted_dtype == fb::DType::Float32;
  return Distances(DistancesToCenters(x, centers, n_clusters, NormsOf::kDistances, run), narrow, run);
}

}  // namespace pratique
