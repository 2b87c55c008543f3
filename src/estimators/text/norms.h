// Rows divided by their norm.
#pragma once

#include <cmath>

#include "model/run.h"
#include "text_generated.h"

namespace pratique {

// sklearn/utils/sparsefuncs_fast.pyx inplace_csr_row_normalize_l1 and _l2 (1.9): the sum in float64 over the entries as
// they stand; rows of zeros stay. Gives the data; `norm` is L1 or L2.
template <class T>
std::span<const T> NormalizedRows(const CsrView<T>& x, fb::RowNorm norm, Run& run) {
  std::span<T> data = run.arena.Copy(x.data);
  for (size_t i = 0; i < x.rows; ++i) {
    const auto begin = static_cast<size_t>(x.indptr[i]), end = static_cast<size_t>(x.indptr[i + 1]);
    double sum = 0;
    for (size_t k = begin; k < end; ++k) sum += norm == fb::RowNorm::L1 ? std::fabs(data[k]) : data[k] * data[k];
    if (sum == 0) continue;
    if (norm == fb::RowNorm::L2) sum = std::sqrt(sum);
    for (size_t k = begin; k < end; ++k) data[k] = static_cast<T>(data[k] / sum);
  }
  return data;
}

}  // namespace pratique
