// Whether numbers are finite: asked of all of X before most predictions.
#pragma once

#include <cstddef>

namespace pratique {

bool AllFinite(const float* x, size_t n);
bool AllFinite(const double* x, size_t n);
// NaN is no infinity.
bool NoneInfinite(const float* x, size_t n);
bool NoneInfinite(const double* x, size_t n);

}  // namespace pratique
