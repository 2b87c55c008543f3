// joblib before 0.10: an array is a file beside the pickle, which names it.
//
// Guarantees: only what the caller gave is read, each file once, under the limits of the whole; no file is opened here.
// Does NOT guarantee: that the caller's files belong to this pickle.
// Layout: joblib 0.9.4 numpy_pickle.py, NDArrayWrapper (an .npy) and ZNDArrayWrapper (the bytes alone, as a z-file).
#pragma once

#include "import/value/context.h"

namespace pratique::joblib {

// The array of a wrapper with this state; a value that is not read when the caller did not give its file. kNoId, with a
// failure recorded, when anything about it is malformed, as is a name that could reach into another folder.
pickle::Id ReadSideFile(pickle::Context& context, pickle::Id state, uint64_t offset);

}  // namespace pratique::joblib
