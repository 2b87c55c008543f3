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
  const Estimator& root() const { return estimators.back(); }
};

}  // namespace pratique
