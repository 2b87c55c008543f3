#include "estimators/cluster/feature_agglomeration.h"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "data/float16.h"
#include "import/sklearn/import_context.h"
#include "model/views.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

// The columns of each cluster, in order: columns[begins[c] .. begins[c + 1]).
struct Columns {
  std::span<uint32_t> begins, columns;
};

Columns ColumnsOf(Array<uint32_t> labels, uint32_t n_clusters, Run& run) {
  Columns c{run.arena.New<uint32_t>(n_clusters + size_t{1}), run.arena.New<uint32_t>(labels.size())};
  for (const uint32_t label : labels) ++c.begins[label + 1];
  for (size_t k = 0; k < n_clusters; ++k) c.begins[k + 1] += c.begins[k];
  std::span<uint32_t> next = run.arena.Copy(Array<uint32_t>(c.begins));
  for (size_t j = 0; j < labels.size(); ++j) c.columns[next[labels[j]]++] = static_cast<uint32_t>(j);
  return c;
}

// out(i, c) = pool(the cells of row i in cluster c), of which pool may change the order.
template <class Out, class T, class Pool>
MatrixView<Out> Pooled(const MatrixView<T>& x, const Columns& c, DType dtype, Run& run, Pool pool) {
  const size_t n = c.begins.size() - 1;
  std::span<Out> out = NewMatrix<Out>(run, x.rows, n);
  std::span<T> scratch = run.arena.NewUninitialized<T>(x.cols);
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t k = 0; k < n; ++k) {
      const std::span<const uint32_t> of = c.columns.subspan(c.begins[k], c.begins[k + 1] - c.begins[k]);
      const std::span<T> cells = scratch.first(of.size());
      for (size_t j = 0; j < of.size(); ++j) cells[j] = x(i, of[j]);
      out[i * n + k] = pool(cells);
    }
  }
  return {out, x.rows, n, n, dtype};
}

// np.median: the middle one, or the mean of the two.
template <class Out, class T>
Out Median(std::span<T> cells) {
  const auto middle = cells.begin() + static_cast<ptrdiff_t>(cells.size() / 2);
  std::ranges::nth_element(cells, middle);
  if (cells.size() % 2 == 1) return static_cast<Out>(*middle);
  const T below = *std::max_element(cells.begin(), middle);
  return (static_cast<Out>(below) + static_cast<Out>(*middle)) / 2;
}

}  // namespace

std::optional<Violation> FeatureAgglomeration::Invariant() const {
  if (n_clusters > n_features_in)
    return Violation{"n_clusters", "a_feature_a_cluster", absl::StrCat(n_clusters),
                     absl::StrCat("at most ", n_features_in)};
  std::vector<bool> has(n_clusters, false);
  for (const uint32_t label : labels) has[label] = true;
  const auto missing = std::ranges::find(has, false);
  if (missing == has.end()) return std::nullopt;
  return Violation{"labels", "a_feature_a_cluster", absl::StrCat("none is ", missing - has.begin()), "every cluster"};
}

absl::StatusOr<Signature> FeatureAgglomeration::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_clusters, feature_names, children);
}

absl::Status FeatureAgglomeration::Import(ImportContext& context) {
  const graph::Id id = context.Take("pooling_func");
  const graph::Node node = context.graph()[id == graph::kNoId ? context.id() : id];
  const bool is_numpy = id != graph::kNoId && node.kind == graph::Kind::kGlobal && node.module == "numpy";
  if (is_numpy && node.name == "mean") {
    pooling = fb::Pooling::Mean;
  } else if (is_numpy && node.name == "median") {
    pooling = fb::Pooling::Median;
  } else if (is_numpy && (node.name == "max" || node.name == "amax")) {
    pooling = fb::Pooling::Max;
  } else if (is_numpy && (node.name == "min" || node.name == "amin")) {
    pooling = fb::Pooling::Min;
  } else {
    return context.Unsupported("pooling_func", absl::StrCat(std::string(node.module), ".", std::string(node.name)),
                               "numpy's mean, median, max and min are supported.");
  }
  ASSIGN_OR_RETURN(const Array<int64_t> clusters, context.IntVector(context.Take("labels_"), "labels_"));
  std::span<uint32_t> to = context.arena().NewUninitialized<uint32_t>(clusters.size());
  uint32_t most = 0;
  for (size_t j = 0; j < to.size(); ++j) {
    if (clusters[j] < 0 || clusters[j] >= static_cast<int64_t>(clusters.size()))
      return context.Invalid("labels_", absl::StrCat(clusters[j]), "a cluster of features");
    to[j] = static_cast<uint32_t>(clusters[j]);
    most = std::max(most, to[j]);
  }
  labels = to;
  n_clusters = most + 1;
  return context.ByName(this);
}

absl::StatusOr<Data> FeatureAgglomeration::Transform(const Data& X, Run& run) const {
  if (IsSparse(X)) return TakesDenseOnly();
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbers(X, run));
  const Columns c = ColumnsOf(labels, n_clusters, run);
  return std::visit(
      [&]<template <class> class View, class T>(const View<T>& x) -> Data {
        if constexpr (std::is_same_v<View<T>, CsrView<T>>) {
          return x;  // not there: IsSparse
        } else {
          if (pooling == fb::Pooling::Mean) {  // np.bincount(labels, row) / np.bincount(labels)
            return Pooled<double>(x, c, DType::kFloat64, run, [](std::span<T> cells) {
              double sum = 0;
              for (const T v : cells) sum += static_cast<double>(v);
              return sum / static_cast<double>(cells.size());
            });
          }
          if (pooling == fb::Pooling::Max)
            return Pooled<T>(x, c, x.dtype, run, [](std::span<T> cells) { return *std::ranges::max_element(cells); });
          if (pooling == fb::Pooling::Min)
            return Pooled<T>(x, c, x.dtype, run, [](std::span<T> cells) { return *std::ranges::min_element(cells); });
          using Out = std::conditional_t<std::is_same_v<T, float>, float, double>;
          const bool half = x.dtype == DType::kFloat16;
          return Pooled<Out>(x, c, half ? DType::kFloat16 : kDTypeOf<Out>, run, [half](std::span<T> cells) {
            const Out median = Median<Out>(cells);
            return half ? static_cast<Out>(RoundedToFloat16(median)) : median;
          });
        }
      },
      numbers);
}

absl::StatusOr<Data> FeatureAgglomeration::InverseTransform(const Data& X, Run& run) const {
  if (IsSparse(X)) return TakesDenseOnly();
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbersOfWidth(X, n_clusters, run, Finite::kAny));
  return std::visit(
      [&]<template <class> class View, class T>(const View<T>& x) -> Data {
        if constexpr (std::is_same_v<View<T>, CsrView<T>>) {
          return x;  // not there: IsSparse
        } else {
          const size_t n = labels.size();
          std::span<T> out = NewResult<T>(run, x.rows, n, x.dtype);
          for (size_t i = 0; i < x.rows; ++i) {
            const T* from = x.row(i);
            T* to = out.data() + i * n;
            for (size_t j = 0; j < n; ++j) to[j] = from[labels.data()[j]];
          }
          return MatrixView<T>{out, x.rows, n, n, x.dtype};
        }
      },
      numbers);
}

}  // namespace pratique
