// What a method returned, as numpy arrays that own it.
#pragma once

#include <nanobind/nanobind.h>

#include "pratique/data.h"

namespace pratique::python {

// Rows of `more` after those of `output`, of the same kinds and types (false otherwise).
bool Append(Output& output, Output more);

// An array without a copy; text as a list of str.
nanobind::object ToArray(Matrix matrix);

// ("array", A), ("list", [A, ...]), ("csr", (data, indices, indptr, shape)) or ("columns", [(name, A, missing), ...]).
// A: an array, or (list of str, shape).
nanobind::object ToPython(Output output);

}  // namespace pratique::python
