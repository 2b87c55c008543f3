// What the scalers share: as many columns out as in, and X checked as all of them do.
#pragma once

#include <type_traits>

#include "kernels/columns.h"
#include "model/check_array.h"
#include "model/run.h"
#include "pratique/data.h"
#include "state/bind.h"
#include "status_macros.h"

namespace pratique {

// CSR whose entries are multiplied by their column's factor.
template <class T>
CsrView<T> ScaleColumns(const CsrView<T>& x, ColumnFactor factor, Run& run) {
  const int64_t begin = x.indptr[0];
  const size_t n = static_cast<size_t>(x.indptr[x.rows] - begin), n_columns = factor.statistic.size();
  if (factor.reciprocal && n > n_columns) {  // each is divided once
    std::span<double> reciprocal = run.arena.NewUninitialized<double>(n_columns);
    for (size_t j = 0; j < n_columns; ++j) reciprocal[j] = factor(j);
    factor = {reciprocal};
  }
  std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(x.rows + 1);
  for (size_t i = 0; i <= x.rows; ++i) indptr[i] = x.indptr[i] - begin;
  std::span<T> data = run.arena.NewUninitialized<T>(n);
  ScaleEntries(x, factor, data);
  return CsrView<T>{x.rows, x.cols, indptr, x.indices.subspan(begin, n), data};
}

// Checks X as scalers do (NaN passes, unless `finite` says otherwise) and hands its floats to `csr` or to `dense`, each
// generic in the element type.
template <class Csr, class Dense>
absl::StatusOr<Data> Scale(const Data& X, Run& run, Csr csr, Dense dense, Finite finite = Finite::kAllowNaN) {
  ASSIGN_OR_RETURN(FloatData floats, CheckFloats(X, run, finite));
  return std::visit(
      [&](const auto& x) -> absl::StatusOr<Data> {
        if constexpr (requires { x.indptr; })
          return csr(x);
        else
          return dense(x);
      },
      floats);
}

}  // namespace pratique
