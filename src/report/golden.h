// Golden samples: inputs and expected outputs inside a .prq, and whether the model still gives them.
#pragma once

#include <optional>

#include "data/table.h"
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

// The columns that the model names, in its order, whatever the table's is.
absl::StatusOr<Output> RunOnTable(const Model& model, Method method, const Table& table);

}  // namespace pratique
