// A result that is a dense matrix of either dtype.
#pragma once

#include <variant>

#include "pratique/data.h"

namespace pratique {

// f(view) of a dense float32 or float64 matrix, as kernels give it; f is generic in the element type. `data` holds
// one: it comes from a kernel of ours, never from a caller.
template <class F>
decltype(auto) VisitDense(const Data& data, F f) {
  if (auto* floats = std::get_if<MatrixView<float>>(&data)) return f(*floats);
  return f(std::get<MatrixView<double>>(data));
}

}  // namespace pratique
