// The estimators of a model, wired.
#pragma once

#include <memory>
#include <vector>

#include "model/run.h"

namespace pratique {

class Graph {
 public:
  std::vector<Estimator> estimators;                    // one per object; the last is the root
  std::vector<std::vector<const Estimator*>> children;  // backs Estimator::children
  Arena prepared;                                       // what they prepared for calls
  // Columns that one row can have on its way, of all estimators together; 0: not known before there is a row.
  uint64_t columns = 0;
  bool solves_together = false;  // one of them does
  // The result of a row depends on all of X, which comes to the estimators in one piece.
  bool TakesAllRows(Method method) const {
    return method == Method::kPredictCov || (solves_together && method != Method::kInverseTransform);
  }
  const Estimator& root() const { return estimators.back(); }
};

}  // namespace pratique
