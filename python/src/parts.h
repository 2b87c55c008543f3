// The estimators inside a model, as models of their own.
#pragma once

#include <nanobind/nanobind.h>

#include "pratique/pratique.h"

namespace pratique::python {

// What object `index` calls what it owns (the steps of a Pipeline); None where it has no names for them.
nanobind::object PartNames(const Model& model, size_t index);

// Object `index` and what it owns: written as a .prq of its own, which goes through all stages again. `policy`: the one
// that the model was loaded under.
Model Part(const Model& model, size_t index, const Policy& policy);

// The policy for what comes of a file that it allowed: what it says of formats, digests and releases is about that
// file.
Policy ForWhatComesOfIt(Policy policy);

}  // namespace pratique::python
