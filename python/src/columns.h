// Arrays and columns of Python objects as rows.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <string_view>

#include "rows.h"

namespace pratique::python {

DType DTypeByName(std::string_view name);  // "float64", ...; raises ValueError
DenseRows ToDense(const nanobind::ndarray<nanobind::ro, nanobind::ndim<2>, nanobind::device::cpu>& x, bool swapped);

// A frame whose columns are tuples (name, array of numbers), (name, array of two dimensions, k), which is row k of that
// array, or (name, list of cells). Cells are text, numbers or bools, and None, NaN or pandas.NA where one is missing;
// text and numbers do not mix (input.mixed_column). All are of `rows` cells (input.shape). A third element below 0 says
// what the column's array is: -1 one of pandas' nullable dtypes, -2 one of objects. Holds what it points to; the lists
// must be the caller's own.
class HeldFrame {
 public:
  HeldFrame(size_t rows, const nanobind::list& columns);
  const FrameRows& rows() const { return frame_; }

 private:
  FrameRows frame_;
  std::vector<nanobind::object> held_;
};

}  // namespace pratique::python
