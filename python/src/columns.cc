#include "columns.h"

#include <cmath>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "cells.h"
#include "errors.h"

namespace nb = nanobind;

namespace pratique::python {
namespace {

template <class Array>
DType DTypeOf(const Array& x) {
  const auto dtype = x.dtype();
  using Code = nb::dlpack::dtype_code;
  const bool is_int = dtype.code == static_cast<uint8_t>(Code::Int),
             is_uint = dtype.code == static_cast<uint8_t>(Code::UInt);
  if (dtype.code == static_cast<uint8_t>(Code::Bool)) return DType::kBool;
  if (dtype.code == static_cast<uint8_t>(Code::Float)) {
    if (dtype.bits == 64) return DType::kFloat64;
    if (dtype.bits == 32) return DType::kFloat32;
    if (dtype.bits == 16) return DType::kFloat16;
  }
  if (is_int || is_uint) {
    switch (dtype.bits) {
      case 64:
        return is_int ? DType::kInt64 : DType::kUInt64;
      case 32:
        return is_int ? DType::kInt32 : DType::kUInt32;
      case 16:
        return is_int ? DType::kInt16 : DType::kUInt16;
      case 8:
        return is_int ? DType::kInt8 : DType::kUInt8;
    }
  }
  RaiseInput("input.dtype", "the array is of a dtype that no estimator takes");
}

// The str's own UTF-8, which lives as long as it.
std::string_view ToView(nb::handle text, const std::string& column) {
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
  if (data != nullptr) return {data, static_cast<size_t>(size)};
  PyErr_Clear();
  RaiseInput("input.text",
             absl::StrCat("column '", Escape(column), "' has text that is no valid Unicode (a lone surrogate)"));
}

struct Kinds {
  bool text = false, boolean = false, integer = false, real = false, missing = false;
  bool numbers() const { return boolean || integer || real; }
};

Kinds KindsOf(const std::vector<Cell>& cells, const nb::list& list, const std::string& column) {
  Kinds kinds;
  for (size_t i = 0; i < cells.size(); ++i) {
    kinds.text |= cells[i] == Cell::kText;
    kinds.boolean |= cells[i] == Cell::kBool;
    kinds.integer |= cells[i] == Cell::kInteger;
    kinds.real |= cells[i] == Cell::kFloat;
    kinds.missing |= cells[i] == Cell::kNaN || cells[i] == Cell::kNone || cells[i] == Cell::kNA;
    if (cells[i] != Cell::kOther) continue;
    RaiseInput("input.dtype", absl::StrCat("column '", Escape(column), "', row ", i, ": an object of the type ",
                                           Escape(ToString(nb::str(nb::handle(list[i]).type().attr("__name__")))),
                                           " is no number and no text"));
  }
  if (kinds.text && kinds.numbers()) {
    RaiseInput("input.mixed_column", absl::StrCat("column '", Escape(column), "' mixes text and numbers"),
               "make all of its values text, or all numbers");
  }
  return kinds;
}

uint8_t MissingOf(Cell cell) {
  return cell == Cell::kNone ? kCellNone : cell == Cell::kNaN || cell == Cell::kNA ? kCellMissing : kCellPresent;
}

template <class T, class F>
void Fill(ColumnRows& column, DType dtype, size_t rows, F cell) {
  column.dtype = dtype;
  column.own.resize(rows * sizeof(T));
  column.numbers = {column.own.data(), sizeof(T)};
  for (size_t i = 0; i < rows; ++i) {
    const T value = cell(i);
    std::memcpy(column.own.data() + i * sizeof(T), &value, sizeof value);
  }
}

void FillIntegers(ColumnRows& column, const nb::list& list) {
  Fill<int64_t>(column, DType::kInt64, list.size(), [&](size_t i) -> int64_t {
    const nb::object index = nb::steal(PyNumber_Index(nb::handle(list[i]).ptr()));
    const long long value = index.is_valid() ? PyLong_AsLongLong(index.ptr()) : -1;
    if (!index.is_valid() || (value == -1 && PyErr_Occurred())) {
      PyErr_Clear();
      RaiseInput("input.integer", absl::StrCat("column '", Escape(column.name), "' has an integer beyond 64 bits"));
    }
    return value;
  });
}

void FillFromObjects(ColumnRows& column, const nb::list& list) {
  std::vector<Cell> cells(list.size());
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = KindOf(nb::handle(list[i]).ptr());
  const Kinds kinds = KindsOf(cells, list, column.name);
  const bool marks =
      kinds.missing && (kinds.text || (kinds.boolean && !kinds.integer && !kinds.real) || !kinds.numbers());
  if (marks) {
    for (const Cell cell : cells) column.missing.push_back(MissingOf(cell));
  }
  if (kinds.text || !kinds.numbers()) {  // a column of missing values only is one of objects
    column.dtype = DType::kString;
    column.texts.resize(cells.size());
    for (size_t i = 0; i < cells.size(); ++i) {
      if (cells[i] == Cell::kText) column.texts[i] = ToView(list[i], column.name);
    }
  } else if (kinds.boolean && !kinds.integer && !kinds.real) {
    Fill<uint8_t>(column, DType::kBool, cells.size(), [&](size_t i) -> uint8_t {
      return MissingOf(cells[i]) == kCellPresent && PyObject_IsTrue(nb::handle(list[i]).ptr()) == 1;
    });
  } else if (kinds.real || kinds.missing || kinds.boolean) {
    Fill<double>(column, DType::kFloat64, cells.size(), [&](size_t i) {
      return MissingOf(cells[i]) == kCellPresent ? nb::cast<double>(nb::float_(nb::handle(list[i]))) : std::nan("");
    });
  } else {
    FillIntegers(column, list);
  }
}

using Column1D = nb::ndarray<nb::ro, nb::ndim<1>, nb::device::cpu>;
using Block2D = nb::ndarray<nb::ro, nb::ndim<2>, nb::device::cpu>;

}  // namespace

DType DTypeByName(std::string_view name) {
  for (int k = 0; k <= static_cast<int>(DType::kFloat16); ++k) {
    if (Name(static_cast<DType>(k)) == name) return static_cast<DType>(k);
  }
  throw nb::value_error("no such dtype");
}

DenseRows ToDense(const nb::ndarray<nb::ro, nb::ndim<2>, nb::device::cpu>& x, bool swapped) {
  const DType dtype = DTypeOf(x);
  const auto size = static_cast<ptrdiff_t>(SizeOf(dtype));
  return {
      static_cast<const std::byte*>(x.data()),    x.shape(0), x.shape(1), static_cast<ptrdiff_t>(x.stride(0)) * size,
      static_cast<ptrdiff_t>(x.stride(1)) * size, dtype,      swapped};
}

HeldFrame::HeldFrame(size_t rows, const nb::list& columns) : frame_{rows, {}} {
  frame_.columns.reserve(columns.size());
  nb::handle last;  // its view is `block`: columns of one block follow each other
  Block2D block;
  for (nb::handle item : columns) {
    const auto entry = nb::cast<nb::tuple>(item);
    ColumnRows column{.name = ToString(entry[0])};
    const nb::object values = entry[1];
    size_t cells = 0;
    if (nb::isinstance<nb::list>(values)) {
      held_.push_back(values);
      const auto list = nb::cast<nb::list>(values);
      cells = list.size();
      FillFromObjects(column, list);
    } else if (entry.size() == 3) {
      if (!values.is(last)) {
        held_.push_back(values);
        block = nb::cast<Block2D>(values);
        last = values;
      }
      const auto k = nb::cast<size_t>(entry[2]);
      if (k >= block.shape(0)) throw nb::index_error("the block has no such row");
      cells = block.shape(1);
      column.dtype = DTypeOf(block);
      const auto size = static_cast<ptrdiff_t>(SizeOf(column.dtype));
      column.numbers = {
          static_cast<const std::byte*>(block.data()) + static_cast<ptrdiff_t>(k) * block.stride(0) * size,
          static_cast<ptrdiff_t>(block.stride(1)) * size};
    } else {
      held_.push_back(values);
      const auto array = nb::cast<Column1D>(values);
      cells = array.shape(0);
      column.dtype = DTypeOf(array);
      const auto size = static_cast<ptrdiff_t>(SizeOf(column.dtype));
      column.numbers = {static_cast<const std::byte*>(array.data()), static_cast<ptrdiff_t>(array.stride(0)) * size};
    }
    if (cells != rows) {
      RaiseInput("input.shape",
                 absl::StrCat("column '", Escape(column.name), "' has ", cells, " rows, and the frame ", rows));
    }
    frame_.columns.push_back(std::move(column));
  }
}

}  // namespace pratique::python
