// X and results in other forms: of another width, sparse or dense, as doubles, logarithms.
#pragma once

#include <algorithm>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "kernels/probabilities.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "model/of_width.h"
#include "model/run.h"
#include "pratique/data.h"
#include "pratique/rejection.h"

namespace pratique {

// limit.memory where a dense result of T would pass the limit.
template <class T>
absl::Status FitsMemory(size_t rows, size_t cols, const Run& run) {
  if (cols == 0 || rows <= run.limits.memory / sizeof(T) / cols) return absl::OkStatus();
  return ToStatus({.stage = Stage::kNone,
                   .reason = Reason::kLimit,
                   .code = "limit.memory",
                   .message = absl::StrCat(rows, " rows of ", cols, " columns pass the limit of memory")});
}

// scipy's csr_matrix(x): zeros are not stored.
template <class T>
CsrView<T> SparseOf(const MatrixView<T>& x, Run& run) {
  std::span<int64_t> indptr = run.arena.New<int64_t>(x.rows + 1);
  std::vector<int32_t> indices;
  std::vector<T> data;
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t j = 0; j < x.cols; ++j) {
      if (x(i, j) == 0) continue;
      indices.push_back(static_cast<int32_t>(j));
      data.push_back(x(i, j));
    }
    indptr[i + 1] = static_cast<int64_t>(indices.size());
  }
  return {x.rows, x.cols, indptr, run.arena.Copy(std::span<const int32_t>(indices)),
          run.arena.Copy(std::span<const T>(data))};
}

// The entries of X as CSR that begins at 0: of dense rows what is not 0, of sparse ones what is stored, with the zeros
// among it or without.
template <class T>
CsrView<T> StoredOf(const MatrixView<T>& x, Run& run, bool /*zeros*/) {
  CsrView<T> csr = SparseOf(x, run);
  csr.dtype = x.dtype;
  return csr;
}
template <class T>
CsrView<T> StoredOf(const CsrView<T>& x, Run& run, bool zeros) {
  std::span<int64_t> indptr = run.arena.New<int64_t>(x.rows + 1);
  std::vector<int32_t> indices;
  std::vector<T> data;
  for (size_t i = 0; i < x.rows; ++i) {
    for (int64_t k = x.indptr[i]; k < x.indptr[i + 1]; ++k) {
      if (x.data[static_cast<size_t>(k)] == 0 && !zeros) continue;
      indices.push_back(x.indices[static_cast<size_t>(k)]);
      data.push_back(x.data[static_cast<size_t>(k)]);
    }
    indptr[i + 1] = static_cast<int64_t>(indices.size());
  }
  return {x.rows,
          x.cols,
          indptr,
          run.arena.Copy(std::span<const int32_t>(indices)),
          run.arena.Copy(std::span<const T>(data)),
          x.dtype};
}

// Floats as doubles, for estimators that check_array's dtype=np.float64; X is dense or CSR.
inline Data AsDoubles(const Data& X, Run& run) {
  if (const auto* dense = std::get_if<MatrixView<float>>(&X)) {
    std::span<double> out = NewMatrix<double>(run, dense->rows, dense->cols);
    for (size_t i = 0; i < dense->rows; ++i) std::copy_n(dense->row(i), dense->cols, out.data() + i * dense->cols);
    return MatrixView<double>{out, dense->rows, dense->cols, dense->cols};
  }
  if (const auto* csr = std::get_if<CsrView<float>>(&X)) {
    std::span<double> data = run.arena.NewUninitialized<double>(csr->data.size());
    std::ranges::copy(csr->data, data.begin());
    return CsrView<double>{csr->rows, csr->cols, csr->indptr, csr->indices, data};
  }
  return X;
}

// CheckFloats for X of `width` columns without names: what inverse_transform takes.
inline absl::StatusOr<FloatData> CheckFloatsOfWidth(const Data& X, uint64_t width, Run& run, DType fitted,
                                                    Finite finite = Finite::kRequired) {
  return WithWidth(width, run, [&](Run& inner) { return CheckFloats(X, inner, finite, fitted); });
}

// A dense result as X of what comes next.
inline FloatData Floats(const Data& dense) {
  return VisitDense(dense, [](const auto& view) -> FloatData { return view; });
}

// np.log of a dense result, in its dtype.
inline Data LogOf(const Data& probabilities, Run& run) {
  return VisitDense(probabilities, [&]<class T>(const MatrixView<T>& view) -> Data {
    std::span<T> out = NewMatrix<T>(run, view.rows, view.cols);
    Log(view.data.first(out.size()), out);
    return MatrixView<T>{out, view.rows, view.cols, view.cols};
  });
}

}  // namespace pratique
