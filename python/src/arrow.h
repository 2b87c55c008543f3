// Frames through the Arrow C stream interface: polars, pyarrow, DuckDB.
#pragma once

#include <nanobind/nanobind.h>

#include <functional>

#include "absl/status/status.h"
#include "rows.h"

namespace pratique::python {

// The record batches behind a PyCapsule "arrow_array_stream", which is consumed. Numbers without nulls stay where they
// are; nulls are NaN in numbers and missing in text. A column has one dtype in all batches, as in pandas.
class ArrowTable {
 public:
  explicit ArrowTable(nanobind::handle capsule);  // raises InputError
  ~ArrowTable();
  ArrowTable(const ArrowTable&) = delete;
  ArrowTable& operator=(const ArrowTable&) = delete;

  size_t rows() const;
  // Each batch as a frame that lives during the call, and the number of its first row.
  absl::Status ForEachBatch(const std::function<absl::Status(const FrameRows&, size_t first_row)>& take) const;

 private:
  struct Batches;
  std::unique_ptr<Batches> batches_;
};

}  // namespace pratique::python
