// Keys as Python compares them: 1, True and 1.0 are one key, and so are a str and the numpy.str_ of the same text.
#pragma once

#include "import/value/context.h"

namespace pratique::pickle {

// Makes every dict and set of the graph what Python has at the end: of equal keys the first, with the last one's value.
// A numpy.str_ that is a key becomes the str that it equals. False, with a failure recorded, when memory is spent.
// Objects, times and complex numbers are keys of their own, though Python may find two of them equal.
bool UnifyKeys(Context& context);

}  // namespace pratique::pickle
