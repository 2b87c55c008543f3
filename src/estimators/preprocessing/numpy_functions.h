// The functions of numpy that a FunctionTransformer may name.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "pratique/data.h"
#include "preprocessing_generated.h"

namespace pratique {

// By numpy's own name, one of import/sklearn/numpy_functions.h; nullopt: none of the list.
std::optional<fb::Function> FunctionNamed(std::string_view name);

// What it computes of floats, NaN for NaN, if it has no arguments and its result is a float: libm's function,
// or numpy's own (numpy/_core/src/umath/loops.c.src, 2.1).
// `to` may be what it is computed from. `floats`, where it is there, gives the bits of `doubles` rounded to float32.
struct FunctionOfFloats {
  void (*doubles)(std::span<const double> from, double* to);
  void (*floats)(std::span<const float> from, float* to);
};
FunctionOfFloats FloatFunction(fb::Function function);

// np.round(v, decimals) (numpy/_core/src/multiarray/calculation.c PyArray_Round, 2.1): by numbers of `dtype`.
double RoundedDecimals(double v, double decimals, DType dtype);

}  // namespace pratique
