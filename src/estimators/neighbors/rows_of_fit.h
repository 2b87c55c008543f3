// What the rows of a fit belong to: their labels, or their targets.
#pragma once

#include <optional>

#include "estimators/neighbors/neighbors.h"
#include "kernels/numpy_sum.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// The parameter `weights`: uniform or distance; a function is refused by name.
absl::StatusOr<fb::Weighting> TakeWeighting(ImportContext& context);

struct LabelsOfRows {
  uint32_t n_outputs = 1;
  Array<Values> classes;
  Array<uint32_t> labels;  // {rows, n_outputs}: indexes of classes
};
absl::StatusOr<LabelsOfRows> TakeLabelsOfRows(ImportContext& context, const Neighbors& neighbors);
std::optional<Violation> CheckLabelsOfRows(const LabelsOfRows& of_rows, const Neighbors& neighbors);

struct TargetsOfRows {
  uint32_t n_outputs = 1;
  bool one_dimensional = true;
  fb::DType dtype = fb::DType::Float64;
  Array<double> targets;  // {rows, n_outputs}
};
absl::StatusOr<TargetsOfRows> TakeTargetsOfRows(ImportContext& context, graph::Id y, const Neighbors& neighbors);
std::optional<Violation> CheckTargetsOfRows(const TargetsOfRows& of_rows, const Neighbors& neighbors);

// np.sum over some rows: pairwise where they stand side by side, else one after the other.
template <class T>
T SumOverRows(std::span<const T> values, size_t n_outputs) {
  if (n_outputs == 1) return NumpySum(values.data(), values.size());
  T sum = 0;
  for (const T v : values) sum += v;
  return sum;
}

}  // namespace pratique
