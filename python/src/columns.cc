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

// The mark of a cell in a column of `dtype`.
uint8_t MarkOf(Cell cell, DType dtype) {
  switch (cell) {
    case Cell::kNone:
      return kCellNone;
    case Cell::kNaN:
      return kCellNaN;
    case Cell::kNA:
      return kCellNA;
    case Cell::kBool:
      return dtype == DType::kBool ? kCellPresent : kCellBool;
    case Cell::kInteger:
      return dtype == DType::kInt64 ? kCellPresent : kCellInteger;
    default:
      return kCellPresent;
  }
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

// Of bools alone bool, of integers alone int64; all others are float64.
DType DTypeOf(const Kinds& kinds) {
  if (kinds.text || !kinds.numbers()) return DType::kString;  // a column of missing values only is one of objects
  if (kinds.boolean && !kinds.integer && !kinds.real) return DType::kBool;
  return kinds.real || kinds.missing || kinds.boolean ? DType::kFloat64 : DType::kInt64;
}

double NumberOf(nb::handle cell, Cell kind, const ColumnRows& column) {
  const double number = nb::cast<double>(nb::float_(cell));
  if (kind == Cell::kInteger && column.cells == CellsAre::kObjects && !(std::abs(number) < 0x1p53))
    RaiseInput("input.integer",
               absl::StrCat("column '", Escape(column.name),
                            "' mixes an integer of 2^53 or more with other numbers or missing values"));
  return number;
}

// Plain cells (CellsAre::kValues) are of unknown origin: NaN may stand for None, and numbers are an array.
void FillFromObjects(ColumnRows& column, const nb::list& list) {
  std::vector<Cell> cells(list.size());
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = KindOf(nb::handle(list[i]).ptr());
  const DType dtype = DTypeOf(KindsOf(cells, list, column.name));
  const bool is_plain = column.cells == CellsAre::kValues;
  if (!is_plain || dtype == DType::kString || dtype == DType::kBool) {
    bool any = false;
    column.marks.resize(cells.size());
    for (size_t i = 0; i < cells.size(); ++i) {
      uint8_t& mark = column.marks[i] = MarkOf(cells[i], dtype);
      if (is_plain && (mark == kCellNaN || mark == kCellNA)) mark = kCellMissing;
      any |= mark != kCellPresent;
    }
    if (!any) column.marks.clear();
  }
  if (dtype == DType::kString) {
    column.dtype = DType::kString;
    column.texts.resize(cells.size());
    for (size_t i = 0; i < cells.size(); ++i) {
      if (cells[i] == Cell::kText) column.texts[i] = ToView(list[i], column.name);
    }
  } else if (dtype == DType::kBool) {
    Fill<uint8_t>(column, DType::kBool, cells.size(), [&](size_t i) -> uint8_t {
      return cells[i] == Cell::kBool && PyObject_IsTrue(nb::handle(list[i]).ptr()) == 1;
    });
  } else if (dtype == DType::kFloat64) {
    Fill<double>(column, DType::kFloat64, cells.size(), [&](size_t i) {
      const bool is_missing = IsMissingMark(MarkOf(cells[i], dtype));
      return is_missing ? std::nan("") : NumberOf(list[i], cells[i], column);
    });
  } else {
    FillIntegers(column, list);
  }
}

// In the place of a block's row: what the column's cells are kept in (pratique._input).
constexpr ptrdiff_t kNullableColumn = -1;  // any other below 0: objects

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
    const ptrdiff_t place = entry.size() == 3 ? nb::cast<ptrdiff_t>(entry[2]) : 0;
    if (place < 0) column.cells = place == kNullableColumn ? CellsAre::kNullable : CellsAre::kObjects;
    size_t cells = 0;
    if (nb::isinstance<nb::list>(values)) {
      held_.push_back(values);
      const auto list = nb::cast<nb::list>(values);
      cells = list.size();
      FillFromObjects(column, list);
    } else if (entry.size() == 3 && place >= 0) {
      if (!values.is(last)) {
        held_.push_back(values);
        block = nb::cast<Block2D>(values);
        last = values;
      }
      const auto k = static_cast<size_t>(place);
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
