// check_array for X of another width than transform takes, without names: what inverse_transform takes.
#pragma once

#include "model/check_array.h"
#include "model/run.h"

namespace pratique {

// f(run of an estimator that takes `width` columns).
template <class F>
auto WithWidth(uint64_t width, Run& run, F f) {
  Signature of_results;
  of_results.n_features_in = width;
  const Estimator self{run.self->type, run.self->state, &of_results, run.self->children};
  Run inner{run.arena, run.limits, &self, run.first_row, run.n_rows};
  return f(inner);
}

inline absl::StatusOr<NumericData> CheckNumbersOfWidth(const Data& X, uint64_t width, Run& run,
                                                       Finite finite = Finite::kRequired) {
  return WithWidth(width, run, [&](Run& inner) { return CheckNumbers(X, inner, finite); });
}

}  // namespace pratique
