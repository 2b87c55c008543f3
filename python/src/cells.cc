#include "cells.h"

#include <cmath>

#include "errors.h"

namespace nb = nanobind;

namespace pratique::python {

std::string ToString(nb::handle text) {
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
  if (data == nullptr) {
    PyErr_Clear();
    RaiseInput("input.text", "a text is no valid Unicode (a lone surrogate)");
  }
  return {data, static_cast<size_t>(size)};
}

Cell KindOf(PyObject* cell) {
  if (PyUnicode_Check(cell)) return Cell::kText;
  if (cell == Py_None) return Cell::kNone;
  if (PyFloat_Check(cell)) return std::isnan(PyFloat_AsDouble(cell)) ? Cell::kNaN : Cell::kFloat;
  if (PyBool_Check(cell)) return Cell::kBool;
  if (PyLong_Check(cell)) return Cell::kInteger;
  const nb::handle type = reinterpret_cast<PyObject*>(Py_TYPE(cell));
  const std::string name = ToString(nb::str(nb::getattr(type, "__name__", nb::str(""))));
  if (name == "NAType") return Cell::kNA;
  if (name == "bool" || name == "bool_") return Cell::kBool;
  if (PyIndex_Check(cell)) return Cell::kInteger;
  if (name.starts_with("float"))
    return std::isnan(nb::cast<double>(nb::float_(nb::handle(cell)))) ? Cell::kNaN : Cell::kFloat;
  return Cell::kOther;
}

}  // namespace pratique::python
