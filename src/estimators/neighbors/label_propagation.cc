#include "estimators/neighbors/label_propagation.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/naive_bayes/joint_log_likelihood.h"
#include "estimators/neighbors/neighbor_graphs.h"
#include "estimators/neighbors/rows_of_fit.h"
#include "import/sklearn/needed.h"
#include "kernels/numpy_sum.h"
#include "model/class_indexes.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr std::string_view kNeighbors = "nn_fit";

}  // namespace

std::optional<Violation> LabelPropagation::Invariant() const {
  if (auto v = OneLabelAClass(classes, n_classes)) return v;
  if (fitted.size() > 1) return Violation{"fitted", "one_kernel", absl::StrCat(fitted.size()), "one, or none of knn"};
  if (fitted.empty()) return std::nullopt;
  const KernelRows& rows = fitted[0];
  if (auto v = rows.Invariant("fitted[0]", n_features_in)) return v;
  if (rows.kernel.metric != fb::PairwiseMetric::Rbf)
    return Violation{"fitted[0].kernel.metric", "rbf", fb::EnumNamePairwiseMetric(rows.kernel.metric), "Rbf"};
  if (rows.n_rows != n_samples)
    return Violation{"fitted[0].n_rows", "of_rows", absl::StrCat(rows.n_rows), absl::StrCat(n_samples)};
  return std::nullopt;
}

absl::StatusOr<Signature> LabelPropagation::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature s, NaiveBayesSignature(n_features_in, feature_names, classes, {}));
  s.widest = n_samples;
  if (!fitted.empty()) {
    RETURN_IF_ERROR(NoChildren(children));
    return s;
  }
  if (children.size() != 1) return Mismatch(absl::StrCat("owns ", children.size(), " objects, not one"));
  RETURN_IF_ERROR(children.CheckRole(0, kNeighbors));
  const auto* nearest = children.As<NearestNeighbors>(0);
  if (nearest == nullptr || nearest->n_features_in != n_features_in || nearest->neighbors.n_samples != n_samples)
    return Mismatch(absl::StrCat("nn_fit does not hold ", n_samples, " rows of ", n_features_in, " columns"));
  if (nearest->n_neighbors == 0) return Mismatch("nn_fit has no number of neighbours");
  s.widest = uint64_t{4} * nearest->n_neighbors;
  return s;
}

// The kernel, and what it compares rows with.
absl::Status LabelPropagation::TakeKernel(ImportContext& context) {
  const graph::Id kernel_id = context.Take("kernel"), rows = context.Take("X_"), gamma = context.Take("gamma");
  const bool is_text = !context.IsNone(kernel_id) && context.graph()[kernel_id].kind == graph::Kind::kStr;
  const std::string_view name = is_text ? context.graph()[kernel_id].text : "a function";
  if (name == "knn") {
    if (context.IsNone(rows)) return context.Absent("X_", "the rows of the fit");
    const graph::Id nearest = context.Take(kNeighbors);
    if (context.IsNone(nearest)) return context.Absent(kNeighbors, "a NearestNeighbors");
    context.Child(nearest, std::string(kNeighbors));
    return absl::OkStatus();
  }
  if (name != "rbf") return context.Unsupported("kernel", name, "rbf and knn are supported.");
  auto& kernel = context.NewState<KernelRows>();
  kernel.kernel.metric = fb::PairwiseMetric::Rbf;
  ASSIGN_OR_RETURN(kernel.kernel.gamma, context.Double(gamma, "gamma"));
  if (!std::isfinite(kernel.kernel.gamma)) return context.Unsupported("gamma", "no finite number", "Give a number.");
  RETURN_IF_ERROR(kernel.TakeRows(context, rows, "X_"));
  fitted = {&kernel, 1};
  return absl::OkStatus();
}

absl::Status LabelPropagation::Import(ImportContext& context) {
  constexpr std::string_view kShares = "label_distributions_";
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  n_classes = static_cast<uint32_t>(classes.size());
  RETURN_IF_ERROR(TakeKernel(context));
  const graph::Id id = context.Take(kShares);
  ASSIGN_OR_RETURN(const NdArray<double> shares, context.Doubles(id, kShares));
  if (shares.shape.size() != 2 || shares.shape[0] > UINT32_MAX || shares.shape[1] != n_classes)
    return context.Invalid(kShares, "an array of another shape", "a row for each row of the fit, a column a class");
  if (!fitted.empty() && shares.shape[0] != fitted[0].n_rows)
    return context.Invalid(kShares, absl::StrCat(shares.shape[0], " rows"), absl::StrCat(fitted[0].n_rows));
  if (context.FloatDType(id) != fb::DType::Float64)
    return context.Unsupported(kShares, "a float32 array", "Fit the model anew.");
  n_samples = static_cast<uint32_t>(shares.shape[0]);
  label_distributions = Transposed(shares.values, n_samples, n_classes, context.arena());
  return context.ByName(this);
}

absl::StatusOr<Data> LabelPropagation::ByKernel(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data kernel, fitted[0].Values(X, run));
  return TimesWeights(kernel, label_distributions, n_classes, fb::DType::Float64, run);
}

absl::StatusOr<Data> LabelPropagation::ByNeighbors(const Data& X, Run& run) const {
  const auto& nearest = *static_cast<const NearestNeighbors*>(run.children()[0]->state);
  ASSIGN_OR_RETURN(const Nearest found, nearest.neighbors.Find(X, nearest.n_neighbors, run));
  std::span<double> sums = NewMatrix<double>(run, found.rows, n_classes);
  std::span<double> shares = run.arena.NewUninitialized<double>(found.k);
  for (size_t i = 0; i < found.rows; ++i) {
    for (size_t c = 0; c < n_classes; ++c) {
      const double* of_class = &label_distributions[c * n_samples];
      for (size_t j = 0; j < found.k; ++j) shares[j] = of_class[found.indices[i * found.k + j]];
      sums[i * n_classes + c] = SumOverRows<double>(shares, n_classes);
    }
  }
  return MatrixView<double>{sums, found.rows, n_classes, n_classes};
}

// Of rows that are far from all others, or nearest to such as have no label, 0 / 0.
absl::StatusOr<Data> LabelPropagation::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data sums, fitted.empty() ? ByNeighbors(X, run) : ByKernel(X, run));
  const auto& view = std::get<MatrixView<double>>(sums);
  std::span<double> out = NewMatrix<double>(run, view.rows, view.cols);
  for (size_t i = 0; i < view.rows; ++i) {
    const double all = NumpySum(view.row(i), view.cols);
    for (size_t k = 0; k < view.cols; ++k) out[i * view.cols + k] = view(i, k) / all;
  }
  return MatrixView<double>{out, view.rows, view.cols, view.cols};
}

absl::StatusOr<Data> LabelPropagation::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data shares, PredictProba(X, run));
  return GreatestOfRows(shares, run);
}

}  // namespace pratique
