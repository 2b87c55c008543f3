#include "estimators/preprocessing/numpy_call.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "data/float16.h"
#include "estimators/preprocessing/numpy_functions.h"
#include "kernels/columns.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

using fb::Function;

// Numbers that a function gave, and their dtype.
struct Numbers {
  std::variant<std::span<const double>, std::span<const float>, std::span<const int64_t>, std::span<const uint64_t>>
      values;
  DType dtype;
};

absl::Status NotFor(DType dtype, Function function) {
  return BadInput("input.dtype",
                  absl::StrCat("numpy's ", fb::EnumNameFunction(function), " of ", std::string(Name(dtype)),
                               " is not reproduced: give floats"),
                  std::string(Name(dtype)), "floats");
}

// numpy's smallest float to which it promotes the dtype.
DType FloatOf(DType dtype) {
  if (IsFloat(dtype)) return dtype;
  switch (SizeOf(dtype)) {
    case 1:
      return DType::kFloat16;
    case 2:
      return DType::kFloat32;
    default:
      return DType::kFloat64;
  }
}

double RoundedTo(DType dtype, double v) {
  return dtype == DType::kFloat64   ? v
         : dtype == DType::kFloat32 ? double{static_cast<float>(v)}
                                    : double{RoundedToFloat16(v)};
}

// What results are made in: of a dense X of so many columns, where the caller wants them.
struct Memory {
  Run& run;
  size_t cols = 0;

  template <class To>
  std::span<To> New(size_t n, DType dtype) const {
    return cols == 0 ? run.arena.NewUninitialized<To>(n) : NewResult<To>(run, n / cols, cols, dtype);
  }
};

template <class To, class T, class F>
Numbers Each(std::span<const T> x, DType dtype, const Memory& memory, F f) {
  std::span<To> out = memory.New<To>(x.size(), dtype);
  std::ranges::transform(x, out.begin(), [&](T v) { return static_cast<To>(f(v)); });
  return {std::span<const To>(out), dtype};
}

// f of doubles, rounded to `dtype`, a float's.
template <class T, class F>
Numbers Floats(std::span<const T> x, DType dtype, const Memory& memory, F f) {
  if (dtype == DType::kFloat64) return Each<double>(x, dtype, memory, [&](T v) { return f(static_cast<double>(v)); });
  return Each<float>(x, dtype, memory, [&](T v) { return RoundedTo(dtype, f(static_cast<double>(v))); });
}

// The same of a function of many numbers at once.
template <class T>
Numbers FloatsAtOnce(std::span<const T> x, DType dtype, const Memory& memory, FunctionOfFloats f) {
  constexpr size_t kAtOnce = 512;  // they stay in cache
  const auto all = [&]<class To>(std::span<To> out, auto some) {
    for (size_t first = 0; first < x.size(); first += kAtOnce)
      some(x.subspan(first, std::min(kAtOnce, x.size() - first)), out.data() + first);
    return Numbers{std::span<const To>(out), dtype};
  };
  const auto doubles = [&](std::span<const T> from, double* to) {
    if constexpr (std::is_same_v<T, double>) return f.doubles(from, to);
    std::ranges::transform(from, to, [](T v) { return static_cast<double>(v); });
    f.doubles({to, from.size()}, to);
  };
  if (dtype == DType::kFloat64) return all(memory.New<double>(x.size(), dtype), doubles);
  std::span<float> out = memory.New<float>(x.size(), dtype);
  if constexpr (std::is_same_v<T, float>) {
    if (dtype == DType::kFloat32 && f.floats != nullptr) return all(out, f.floats);
  }
  double numbers[kAtOnce];
  return all(out, [&](std::span<const T> from, float* to) {
    doubles(from, numbers);
    const std::span<const double> some(numbers, from.size());
    if (dtype == DType::kFloat32)
      std::ranges::transform(some, to, [](double v) { return static_cast<float>(v); });
    else
      std::ranges::transform(some, to, [](double v) { return RoundedToFloat16(v); });
  });
}

// f of unsigned integers of 64 bits, which overflow as those of the dtype do.
template <class T, class F>
Numbers Wrapping(std::span<const T> x, DType dtype, const Memory& memory, F f) {
  return WithType(dtype, [&](auto tag) {
    using Element = typename decltype(tag)::type;
    return Each<T>(x, dtype, memory, [&](T v) {
      const auto bits = static_cast<uint64_t>(f(static_cast<uint64_t>(v)));
      if constexpr (std::is_integral_v<Element>)
        return static_cast<T>(static_cast<Element>(bits));
      else
        return static_cast<T>(bits);
    });
  });
}

bool IsKept(Function function, bool numpy_2) {
  return function == Function::Identity || function == Function::NanToNum || function == Function::Positive ||
         function == Function::Round ||
         (numpy_2 && (function == Function::Floor || function == Function::Ceil || function == Function::Trunc));
}

// Of integers and bools, what does not make floats of them.
template <class T>
absl::StatusOr<std::optional<Numbers>> OfIntegers(const NumpyCall& call, std::span<const T> x, DType dtype,
                                                  bool numpy_2, const Memory& memory) {
  const bool is_bool = dtype == DType::kBool;
  const Function function = call.function;
  const bool is_unsigned = std::is_unsigned_v<T> || Name(dtype).starts_with('u') || is_bool;
  if (IsKept(function, numpy_2)) {
    const bool unclear =
        function == Function::Round ? is_bool || call.arguments[0] < 0 : is_bool && function == Function::Positive;
    if (unclear) return NotFor(dtype, function);
    return Numbers{x, dtype};
  }
  switch (function) {
    case Function::Absolute:
      if (is_unsigned) return Numbers{x, dtype};
      return Wrapping(x, dtype, memory, [](uint64_t v) { return static_cast<int64_t>(v) < 0 ? 0 - v : v; });
    case Function::Negative:
      if (is_bool) return NotFor(dtype, function);
      return Wrapping(x, dtype, memory, [](uint64_t v) { return 0 - v; });
    case Function::Square:
      if (is_bool) return NotFor(dtype, function);
      return Wrapping(x, dtype, memory, [](uint64_t v) { return v * v; });
    case Function::Sign:
      if (is_bool) return NotFor(dtype, function);
      return Each<T>(x, dtype, memory, [](T v) { return (v > 0) - (v < 0); });
    case Function::Reciprocal:
      return NotFor(dtype, function);
    case Function::Clip: {
      const double low = call.arguments[0], high = call.arguments[1];
      const auto fits = [&](double bound) {
        return std::isinf(bound) || WithType(dtype, [&](auto tag) {
                 using Element = typename decltype(tag)::type;
                 if constexpr (std::is_integral_v<Element>) {
                   return bound >= static_cast<double>(std::numeric_limits<Element>::min()) &&
                          bound < std::ldexp(1.0, std::numeric_limits<Element>::digits);
                 }
                 return false;
               });
      };
      if (is_bool || !call.whole || !fits(low) || !fits(high)) return NotFor(dtype, function);
      return Each<T>(x, dtype, memory, [&](T v) {
        const T above = std::isinf(low) ? v : std::max(v, static_cast<T>(low));
        return std::isinf(high) ? above : std::min(above, static_cast<T>(high));
      });
    }
    default:
      return std::optional<Numbers>();
  }
}

// Functions that have a bool for each number.
template <class T>
std::optional<Numbers> Questions(Function function, std::span<const T> x, const Memory& memory) {
  const auto ask = [&](auto f) { return Each<int64_t>(x, DType::kBool, memory, f); };
  switch (function) {
    case Function::Isnan:
      return ask([](T v) { return std::isnan(static_cast<double>(v)); });
    case Function::Isinf:
      return ask([](T v) { return std::isinf(static_cast<double>(v)); });
    case Function::Isfinite:
      return ask([](T v) { return std::isfinite(static_cast<double>(v)); });
    case Function::Signbit:
      return ask([](T v) { return std::signbit(static_cast<double>(v)); });
    default:
      return std::nullopt;
  }
}

template <class T>
absl::StatusOr<Numbers> Result(const NumpyCall& call, std::span<const T> x, DType dtype, bool numpy_2,
                               const Memory& memory) {
  if (std::optional<Numbers> answers = Questions(call.function, x, memory)) return *answers;
  if constexpr (std::is_integral_v<T>) {
    ASSIGN_OR_RETURN(std::optional<Numbers> integers, OfIntegers(call, x, dtype, numpy_2, memory));
    if (integers) return *integers;
  }
  const DType to = FloatOf(dtype);
  const Array<double> arguments = call.arguments;
  switch (call.function) {
    case Function::Identity:
    case Function::Positive:
      return Numbers{x, dtype};
    case Function::Clip: {
      const double low = RoundedTo(to, arguments[0]), high = RoundedTo(to, arguments[1]);
      // A bound beyond the dtype makes numpy 1 promote the result, and numpy 2 fail.
      if ((std::isinf(low) && !std::isinf(arguments[0])) || (std::isinf(high) && !std::isinf(arguments[1])))
        return NotFor(dtype, call.function);
      return Floats(x, to, memory, [&](double v) {
        const double clipped = Clip(v, low, high);
        if (numpy_2) return clipped;
        return clipped == low ? low : clipped == high ? high : clipped;
      });
    }
    case Function::NanToNum: {
      const double most = to == DType::kFloat64   ? std::numeric_limits<double>::max()
                          : to == DType::kFloat32 ? double{std::numeric_limits<float>::max()}
                                                  : 65504;
      const double above = std::min(arguments[1], most), below = std::max(arguments[2], -most);
      return Floats(x, to, memory, [&](double v) {
        return std::isnan(v) ? arguments[0] : std::isinf(v) ? (v > 0 ? above : below) : v;
      });
    }
    case Function::Round:
      return Floats(x, to, memory, [&](double v) { return RoundedDecimals(v, arguments[0], to); });
    case Function::Degrees:
      if (to == DType::kFloat64) return Floats(x, to, memory, [](double v) { return v * (180.0 / std::numbers::pi); });
      return Floats(x, to, memory, [](double v) { return v * double{180.0f / std::numbers::pi_v<float>}; });
    case Function::Radians:
      if (to == DType::kFloat64) return Floats(x, to, memory, [](double v) { return v * (std::numbers::pi / 180.0); });
      return Floats(x, to, memory, [](double v) { return v * double{std::numbers::pi_v<float> / 180.0f}; });
    default:
      return FloatsAtOnce(x, to, memory, FloatFunction(call.function));
  }
}

// scipy's sparse matrices have a method of the name, or Python's own operator.
bool TakesSparse(Function function) {
  switch (function) {
    case Function::Identity:
    case Function::Absolute:
    case Function::Arcsin:
    case Function::Arcsinh:
    case Function::Arctan:
    case Function::Arctanh:
    case Function::Expm1:
    case Function::Log1p:
    case Function::Negative:
    case Function::Rint:
    case Function::Sin:
    case Function::Sinh:
    case Function::Sqrt:
    case Function::Tan:
    case Function::Tanh:
      return true;
    default:
      return false;
  }
}

template <class T>
std::span<const T> Compact(const MatrixView<T>& x, Run& run) {
  if (x.row_stride == x.cols) return x.data.first(x.rows * x.cols);
  std::span<T> out = NewMatrix<T>(run, x.rows, x.cols);
  for (size_t i = 0; i < x.rows; ++i) std::copy_n(x.row(i), x.cols, out.data() + i * x.cols);
  return out;
}

size_t ArgumentsOf(Function function) {
  switch (function) {
    case Function::Clip:
      return 2;
    case Function::NanToNum:
      return 3;
    case Function::Round:
      return 1;
    default:
      return 0;
  }
}

}  // namespace

std::optional<Violation> NumpyCall::Invariant(std::string_view field) const {
  const std::string path = absl::StrCat(std::string(field), ".arguments");
  if (arguments.size() != ArgumentsOf(function)) {
    return Violation{path, "function", absl::StrCat(arguments.size(), " elements"),
                     absl::StrCat(ArgumentsOf(function), " of ", fb::EnumNameFunction(function))};
  }
  const bool decimals =
      function == Function::Round && !(std::abs(arguments[0]) <= 300 && arguments[0] == std::trunc(arguments[0]));
  for (size_t i = 0; i < arguments.size(); ++i) {
    if ((std::isnan(arguments[i]) && (function != Function::NanToNum || i > 0)) || decimals)
      return Violation{absl::StrCat(path, "[", i, "]"), "function", absl::StrCat(arguments[i]),
                       decimals ? "a whole number of at most 300" : "a number"};
  }
  return std::nullopt;
}

absl::StatusOr<Data> NumpyCall::OfArray(const NumericData& X, bool numpy_2, Run& run) const {
  return std::visit(
      [&]<template <class> class View, class T>(const View<T>& x) -> absl::StatusOr<Data> {
        if (function == Function::Identity) return x;
        if constexpr (requires { x.indptr; }) {
          if (!TakesSparse(function)) {
            return BadInput("input.sparse",
                            absl::StrCat("numpy's ", fb::EnumNameFunction(function), " takes no sparse X"), "csr",
                            "dense");
          }
          const auto begin = static_cast<size_t>(x.indptr[0]), n = static_cast<size_t>(x.indptr[x.rows]) - begin;
          std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(x.rows + 1);
          for (size_t i = 0; i <= x.rows; ++i) indptr[i] = x.indptr[i] - x.indptr[0];
          ASSIGN_OR_RETURN(Numbers numbers, Result(*this, x.data.subspan(begin, n), x.dtype, numpy_2, Memory{run}));
          return std::visit(
              [&]<class To>(std::span<const To> data) -> Data {
                return CsrView<To>{x.rows, x.cols, indptr, x.indices.subspan(begin, n), data, numbers.dtype};
              },
              numbers.values);
        } else {
          ASSIGN_OR_RETURN(Numbers numbers, Result(*this, Compact(x, run), x.dtype, numpy_2, Memory{run, x.cols}));
          return std::visit(
              [&]<class To>(std::span<const To> data) -> Data {
                return MatrixView<To>{data, x.rows, x.cols, x.cols, numbers.dtype};
              },
              numbers.values);
        }
      },
      X);
}

absl::StatusOr<Data> NumpyCall::OfFrame(const FrameView& X, bool numpy_2, Run& run) const {
  if (function == Function::Identity) return X;
  for (const Column& column : X.columns) {
    const bool is_text = column.dtype == DType::kString;
    const bool is_number = column.cells == CellsAre::kNullable && column.dtype != DType::kBool;
    if (!is_text && (is_number || !column.holds_objects())) continue;
    return BadInput("input.text",
                    absl::StrCat("column '", Escape(column.name), "' holds ", is_text ? "text" : "objects",
                                 ", of which numpy computes no ", fb::EnumNameFunction(function)),
                    is_text ? "text" : "objects", "numbers");
  }
  if (function == Function::NanToNum) {
    if (DTypeOf(X) == DType::kString) return NotFor(DType::kBool, function);
    ASSIGN_OR_RETURN(NumericData numbers, CheckNumbers(X, run, Finite::kAny));
    return OfArray(numbers, numpy_2, run);
  }
  std::span<Column> columns = run.arena.New<Column>(X.columns.size());
  for (size_t j = 0; j < columns.size(); ++j) {
    const Column& column = X.columns[j];
    ASSIGN_OR_RETURN(Numbers numbers, WithNumbers(column, [&]<class T>(std::span<const T> x) {
                       return Result(*this, x.first(X.rows), column.dtype, numpy_2 || function == Function::Clip,
                                     Memory{run});
                     }));
    columns[j] = std::visit([&](auto values) { return NumberColumn(values, numbers.dtype); }, numbers.values);
    columns[j].name = column.name;
    columns[j].cells = column.cells;
  }
  return FrameView{X.rows, columns};
}

}  // namespace pratique
