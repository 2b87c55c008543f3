// Categories of columns, and which of them a cell is: what OneHotEncoder, OrdinalEncoder and TargetEncoder share.
// "Flattened" lists run over the categories of the first column, then of the second, ...; missing ones come last.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "model/run.h"
#include "pratique/data.h"
#include "state/violation.h"
#include "type/values.h"

namespace pratique {

// As the fields of the tables: the values of each column, and the order of their known ones where they do not ascend.
struct Categories {
  Array<Values> of;
  Array<uint32_t> order;  // absent: all ascend

  std::optional<Violation> Invariant() const;
  size_t Flattened() const;  // categories of all columns, missing ones too
  bool HaveText() const;
  void Columns(std::span<Takes> columns) const;
  // The category of every cell, row by row, by its place in its column; -1: unknown. _BaseEncoder._transform
  // (sklearn/preprocessing/_encoders.py, 1.9). The memory is the caller's to change.
  absl::StatusOr<std::span<int32_t>> Encode(const Data& X, bool unknown_is_error, Run& run) const;
};

// The features of 0 to n that are none of `categorical`, which ascend.
std::vector<uint32_t> NumericFeatures(std::span<const uint32_t> categorical, uint32_t n);

}  // namespace pratique
