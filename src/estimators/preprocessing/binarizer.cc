#include "estimators/preprocessing/binarizer.h"

#include "data/float16.h"
#include "estimators/preprocessing/changes.h"
#include "import/sklearn/import_context.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {

absl::StatusOr<Signature> Binarizer::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_features_in, feature_names, children);
}

absl::Status Binarizer::Import(ImportContext& context) {
  const graph::Id value = context.Take("threshold");
  if (value == graph::kNoId) return context.SavedAgain("threshold");
  const graph::Node& node = context.graph()[value];
  if (node.kind == graph::Kind::kArray && !node.is_scalar)
    return context.Unsupported("threshold", "an array", "scikit-learn takes a number");
  const bool numpy_float = node.kind == graph::Kind::kArray && node.dtype && node.dtype->kind == 'f';
  exact_threshold = numpy_float && !context.Predates(release_1_5::kExactThreshold);
  return context.ByName(this);
}

absl::StatusOr<Data> Binarizer::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbers(X, run));
  if (IsSparse(X) && threshold < 0) {
    return BadInput("input.sparse", "Cannot binarize a sparse matrix with threshold < 0", "csr", "dense");
  }
  return std::visit(
      [&]<template <class> class View, class T>(const View<T>& x) -> absl::StatusOr<Data> {
        double bound = threshold;
        if (x.dtype == DType::kFloat32 && !exact_threshold) bound = static_cast<float>(bound);
        if (x.dtype == DType::kFloat16 && !exact_threshold) bound = RoundedToFloat16(bound);
        const auto above = [&](T v) { return static_cast<double>(v) > bound; };
        if constexpr (requires { x.row_stride; }) {
          std::span<T> out = NewResult<T>(run, x.rows, x.cols, x.dtype);
          for (size_t i = 0; i < x.rows; ++i) {
            for (size_t j = 0; j < x.cols; ++j) out[i * x.cols + j] = above(x(i, j));
          }
          return MatrixView<T>{out, x.rows, x.cols, x.cols, x.dtype};
        } else {
          const auto most = static_cast<size_t>(x.indptr[x.rows] - x.indptr[0]);
          std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(x.rows + 1);
          std::span<int32_t> indices = run.arena.NewUninitialized<int32_t>(most);
          size_t n = 0;
          indptr[0] = 0;
          for (size_t i = 0; i < x.rows; ++i) {
            for (int64_t k = x.indptr[i]; k < x.indptr[i + 1]; ++k) {
              if (above(x.data[k])) indices[n++] = x.indices[k];
            }
            indptr[i + 1] = static_cast<int64_t>(n);
          }
          std::span<T> data = run.arena.NewUninitialized<T>(n);
          for (T& v : data) v = 1;
          return CsrView<T>{x.rows, x.cols, indptr, indices.first(n), data, x.dtype};
        }
      },
      numbers);
}

}  // namespace pratique
