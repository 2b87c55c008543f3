// What a Python object in a cell is.
#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <string>

namespace pratique::python {

enum class Cell : uint8_t { kText, kBool, kInteger, kFloat, kNaN, kNone, kNA, kOther };

// Python's and numpy's scalars, and pandas' NA. A time that is none (NaT) is another object.
Cell KindOf(PyObject* cell);

// Raises InputError for text that is no valid Unicode.
std::string ToString(nanobind::handle text);

}  // namespace pratique::python
