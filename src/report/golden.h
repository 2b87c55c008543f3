// Golden samples: inputs and expected outputs inside a .prq, and whether the model still gives them.
#pragma once

#include <optional>

#include "pratique/model.h"
#include "pratique/report.h"
#include "report/compare.h"

namespace pratique {

struct GoldenResult {
  Report::Golden golden;
  std::optional<Rejection> refused;
};
// Runs every golden sample of the model's file.
GoldenResult CheckGolden(const Model& model, const Limits& limits);

}  // namespace pratique
