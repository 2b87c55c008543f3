// What a method returned, as numpy arrays that own it.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include "pratique/data.h"

namespace pratique::python {

// Rows of `more` after those of `output`, of the same kinds and types (false otherwise).
bool Append(Output& output, Output more);

// An array without a copy; text as a list of str.
nanobind::object ToArray(Matrix matrix);

// ("array", A), ("indexes", A) of classes that are text, ("list", [A, ...]), ("csr", (data, indices, indptr, shape)) or
// ("columns", [(name, A, missing, categories), ...]), whose A are indexes of the categories where these are a list of
// str. A: an array, or (list of str, shape). indptr: int32, as scipy has it, where that reaches.
nanobind::object ToPython(Output output);

// array[i, column] = objects[indexes[i]], of numpy's array of objects.
using Indexes = nanobind::ndarray<const int32_t, nanobind::ndim<1>, nanobind::c_contig, nanobind::device::cpu>;
void FillObjects(nanobind::handle array, size_t column, const Indexes& indexes, const nanobind::list& objects);

}  // namespace pratique::python
