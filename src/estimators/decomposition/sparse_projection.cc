#include "estimators/decomposition/sparse_projection.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/decomposition/changes.h"
#include "estimators/linear/dot.h"
#include "estimators/linear/sparse_coef.h"
#include "import/sklearn/sparse_matrix.h"
#include "model/views.h"
#include "model/wide_floats.h"
#include "state/invariant/floats.h"
#include "state/invariant/ragged.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

// The components of the dense array `c`, {components, features}: all of its places.
SparseMatrix AllOf(const NdArray<double>& c, Arena& arena) {
  const uint64_t rows = c.shape[0], cols = c.shape[1];
  std::span<uint32_t> indptr = arena.New<uint32_t>(rows + 1), indices = arena.New<uint32_t>(c.values.size());
  for (uint64_t i = 0; i <= rows; ++i) indptr[i] = static_cast<uint32_t>(i * cols);
  for (size_t e = 0; e < indices.size(); ++e) indices[e] = static_cast<uint32_t>(e % cols);
  return {rows, cols, indptr, indices, c.values};
}

// The entries of row i of X, as f(column, value).
template <class T, class F>
void EachEntry(const MatrixView<T>& x, size_t i, F f) {
  for (size_t j = 0; j < x.cols; ++j) f(j, x(i, j));
}
template <class T, class F>
void EachEntry(const CsrView<T>& x, size_t i, F f) {
  for (int64_t e = x.indptr[i]; e < x.indptr[i + 1]; ++e) f(static_cast<size_t>(x.indices[e]), x.data[e]);
}

}  // namespace

std::optional<Violation> SparseProjection::Invariant() const {
  if (auto v = invariant::OffsetsForEach("offsets", offsets.size(), n_features_in)) return v;
  for (size_t j = 0; j < n_features_in; ++j) {
    for (size_t e = offsets[j] + size_t{1}; e < offsets[j + 1]; ++e) {
      if (outputs[e] <= outputs[e - 1])
        return Violation{absl::StrCat("outputs[", e, "]"), "ascending", absl::StrCat(outputs[e]),
                         absl::StrCat("above ", outputs[e - 1])};
    }
  }
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("weights", fitted_dtype, weights)) return v;
  return invariant::FitsFloatDType("back", fitted_dtype, back);
}

absl::StatusOr<Signature> SparseProjection::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature s, TransformerSignature(n_features_in, n_components, feature_names, children));
  s.has_methods = true;
  s.methods = {Method::kTransform};
  if (back.data() != nullptr) s.methods.push_back(Method::kInverseTransform);
  return s;
}

absl::StatusOr<Array<double>> TakeInverseComponents(ImportContext& context, fb::DType dtype) {
  const graph::Id kept = context.Take("compute_inverse_components"), inverse = context.Take("inverse_components_");
  if (kept == graph::kNoId && context.Predates(release_1_1::kInvertsProjections)) return Array<double>();
  ASSIGN_OR_RETURN(const bool has_inverse, context.Bool(kept, "compute_inverse_components"));
  if (!has_inverse) return Array<double>();
  ASSIGN_OR_RETURN(const NdArray<double> array, context.Doubles(inverse, "inverse_components_"));
  if (context.FloatDType(inverse) != dtype)
    return context.Unsupported("inverse_components_", "another dtype than components_", "Cast both to one.");
  return array.values;
}

absl::Status SparseProjection::Import(ImportContext& context) {
  const graph::Id id = context.Take("components_");
  ASSIGN_OR_RETURN(dense_output, context.Bool(context.Take("dense_output"), "dense_output"));
  SparseMatrix c;
  if (IsSparseRows(context.graph(), id)) {
    ASSIGN_OR_RETURN(c, TakeSparseMatrix(context, id, "components_"));
    fitted_dtype = SparseDType(context, id);
  } else {  // density=1
    ASSIGN_OR_RETURN(const NdArray<double> array, context.Doubles(id, "components_"));
    if (array.shape.size() != 2 || array.values.size() > UINT32_MAX)
      return context.Invalid("components_", absl::StrCat(array.shape.size(), " dimensions"), "two dimensions");
    c = AllOf(array, context.arena());
    fitted_dtype = context.FloatDType(id);
    dense_output = true;  // so is the product with any X
  }
  n_components = static_cast<uint32_t>(std::min<uint64_t>(c.rows, UINT32_MAX));
  n_features_in = static_cast<uint32_t>(std::min<uint64_t>(c.cols, UINT32_MAX));
  std::span<uint32_t> begins = context.arena().New<uint32_t>(c.cols + 1),
                      rows = context.arena().New<uint32_t>(c.indices.size());
  std::span<double> values = context.arena().New<double>(c.indices.size());
  for (const uint32_t j : c.indices) ++begins[j + size_t{1}];
  for (uint64_t j = 0; j < c.cols; ++j) begins[j + 1] += begins[j];
  std::span<uint32_t> next = context.arena().Copy(Array<uint32_t>(begins));
  for (uint64_t k = 0; k < c.rows; ++k) {
    for (uint32_t e = c.indptr[k]; e < c.indptr[k + 1]; ++e) {
      const uint32_t to = next[c.indices[e]]++;
      rows[to] = static_cast<uint32_t>(k);
      values[to] = c.data[e];
    }
  }
  outputs = rows;
  weights = values;
  offsets = begins;
  ASSIGN_OR_RETURN(back, TakeInverseComponents(context, fitted_dtype));
  return context.ByName(this);
}

// scipy's products: feature after feature, in the dtype of the result.
absl::StatusOr<Data> SparseProjection::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData checked, CheckWideFloats(X, run));
  const size_t n = n_components;
  return std::visit(
      [&]<template <class> class View, class T>(const View<T>& x) -> Data {
        const auto add = [&]<class Out>(size_t i, std::span<Out> sums, auto touch) {
          EachEntry(x, i, [&](size_t j, T value) {
            for (uint32_t e = offsets[j]; e < offsets[j + 1]; ++e) {
              sums[outputs[e]] += static_cast<Out>(value) * static_cast<Out>(weights[e]);
              touch(outputs[e]);
            }
          });
        };
        const auto product = [&]<class Out>(Out) -> Data {
          if (std::is_same_v<View<T>, MatrixView<T>> || dense_output) {
            std::span<Out> out = run.arena.New<Out>(x.rows * n);
            for (size_t i = 0; i < x.rows; ++i) add(i, out.subspan(i * n, n), [](uint32_t) {});
            return MatrixView<Out>{out, x.rows, n, n};
          }
          std::span<Out> sums = run.arena.New<Out>(n);
          std::vector<bool> seen(n, false);
          std::vector<int32_t> touched, indices;
          std::vector<Out> data;
          std::span<int64_t> indptr = run.arena.New<int64_t>(x.rows + 1);
          for (size_t i = 0; i < x.rows; ++i) {
            touched.clear();
            add(i, sums, [&](uint32_t k) {
              if (seen[k]) return;
              seen[k] = true;
              touched.push_back(static_cast<int32_t>(k));
            });
            std::ranges::sort(touched);
            for (const int32_t k : touched) {
              indices.push_back(k);
              data.push_back(sums[k]);
              sums[k] = 0;
              seen[k] = false;
            }
            indptr[i + 1] = static_cast<int64_t>(indices.size());
          }
          return CsrView<Out>{x.rows, n, indptr, run.arena.Copy(std::span<const int32_t>(indices)),
                              run.arena.Copy(std::span<const Out>(data))};
        };
        const bool narrow = std::is_same_v<T, float> && fitted_dtype == fb::DType::Float32;
        return narrow ? product(float{}) : product(double{});
      },
      checked);
}

absl::StatusOr<Data> SparseProjection::InverseTransform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckFloatsOfWidth(X, n_components, run, DType::kFloat64));
  return LinearScores(x, back, run.arena.New<double>(n_features_in), fitted_dtype, run);
}

}  // namespace pratique
