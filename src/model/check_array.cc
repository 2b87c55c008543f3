#include "model/check_array.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "kernels/finite.h"
#include "model/columns_by_name.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

absl::Status NotFinite(double v, size_t row, size_t col) {
  return BadInput(
      "input.not_finite",
      std::isnan(v)
          ? absl::StrCat("row ", row, ", column ", col, ": X contains NaN, which this estimator does not accept")
          : absl::StrCat("row ", row, ", column ", col, ": X contains infinity or a value too large for its dtype"),
      absl::StrCat(v), "a finite number");
}

template <class T>
bool AllTaken(const T* x, size_t n, Finite finite) {
  return finite == Finite::kAllowNaN ? NoneInfinite(x, n) : AllFinite(x, n);
}

// The slow path only after all were asked at once (scikit-learn's own trick).
template <class T>
absl::Status CheckFinite(MatrixView<T> x, Finite finite, size_t first_row) {
  if constexpr (std::is_integral_v<T>) {
    return absl::OkStatus();
  } else {
    if (finite == Finite::kAny) return absl::OkStatus();
    if (x.rows != 0 && x.row_stride == x.cols && AllTaken(x.row(0), x.rows * x.cols, finite)) return absl::OkStatus();
    for (size_t i = 0; i < x.rows; ++i) {
      const T* row = x.row(i);
      if (AllTaken(row, x.cols, finite)) continue;
      for (size_t j = 0; j < x.cols; ++j) {
        const auto v = static_cast<double>(row[j]);
        if (std::isfinite(v) || (finite == Finite::kAllowNaN && std::isnan(v))) continue;
        return NotFinite(v, first_row + i, j);
      }
    }
    return absl::OkStatus();
  }
}

template <class T>
absl::Status CheckFinite(const CsrView<T>& x, Finite finite, size_t first_row) {
  if (finite == Finite::kAny || std::is_integral_v<T>) return absl::OkStatus();
  if constexpr (!std::is_integral_v<T>) {
    const auto begin = static_cast<size_t>(x.indptr[0]), end = static_cast<size_t>(x.indptr[x.rows]);
    if (AllTaken(x.data.data() + begin, end - begin, finite)) return absl::OkStatus();
  }
  for (size_t i = 0; i < x.rows; ++i) {
    for (int64_t k = x.indptr[i]; k < x.indptr[i + 1]; ++k) {
      const auto v = static_cast<double>(x.data[k]);
      if (!std::isfinite(v) && !(finite == Finite::kAllowNaN && std::isnan(v)))
        return NotFinite(v, first_row + i, x.indices[k]);
    }
  }
  return absl::OkStatus();
}

absl::Status NotANumber(const Column& c, size_t i, const Run& run) {
  return BadInput("input.text",
                  absl::StrCat("row ", run.first_row + i, ", column '", Escape(c.name),
                               "': could not convert string to float: '", Escape(c.strings[i], 40), "'"),
                  "text", "a number");
}

// numpy makes no float of it.
absl::Status PandasNA(const Column& c, size_t i, const Run& run) {
  return BadInput("input.not_finite",
                  absl::StrCat("row ", run.first_row + i, ", column '", Escape(c.name),
                               "': pandas.NA among objects, of which numpy makes no number: give NaN or None"),
                  "pandas.NA", "NaN or None");
}

// The array that pandas makes of a frame, whose cells are Common, as T.
template <class T, class Common>
absl::StatusOr<MatrixView<T>> FrameToMatrix(std::span<const Column> columns, size_t rows, Run& run) {
  const size_t cols = columns.size();
  std::span<T> out = NewMatrix<T>(run, rows, cols);
  for (size_t j = 0; j < cols; ++j) {
    const Column& c = columns[j];
    if (c.cells != CellsAre::kNullable || c.dtype == DType::kString) {
      const auto na = std::ranges::find(c.marks, kCellNA);
      if (na != c.marks.end()) return PandasNA(c, static_cast<size_t>(na - c.marks.begin()), run);
    }
    if (c.dtype == DType::kString) {
      for (size_t i = 0; i < rows; ++i) {
        if (!c.lacks(i)) return NotANumber(c, i, run);
        out[i * cols + j] = static_cast<T>(std::numeric_limits<Common>::quiet_NaN());
      }
      continue;
    }
    WithNumbers(c, [&](auto cells) {
      for (size_t i = 0; i < rows; ++i) {
        const Common cell = c.lacks(i) ? std::numeric_limits<Common>::quiet_NaN() : static_cast<Common>(cells[i]);
        out[i * cols + j] = static_cast<T>(cell);
      }
    });
  }
  return MatrixView<T>{out, rows, cols, cols};
}

// numpy's promotion of the columns: check_array has pandas convert a frame with bools early, so that they meet numbers
// as numbers. Objects that are numbers become float64.
DType CheckedDType(std::span<const Column> columns) {
  Promotion promotion;
  for (const Column& c : columns) promotion.Add(c.holds_objects() ? DType::kString : c.dtype);
  return promotion.result() == DType::kString ? DType::kFloat64 : promotion.result();
}

template <class T>
absl::StatusOr<MatrixView<T>> FrameAs(const FrameView& frame, Run& run) {
  ASSIGN_OR_RETURN(auto columns, FeatureColumns(frame, run));
  const bool early =
      std::ranges::any_of(columns, [](const Column& c) { return c.dtype == DType::kBool && !c.holds_objects(); });
  if (early) return FrameToMatrix<T, T>(columns, frame.rows, run);
  return WithCarrier(CheckedDType(columns), [&](auto tag) {
    return FrameToMatrix<T, typename decltype(tag)::type>(columns, frame.rows, run);
  });
}

absl::StatusOr<NumericData> FrameAsItIs(const FrameView& frame, Run& run) {
  ASSIGN_OR_RETURN(auto columns, FeatureColumns(frame, run));
  const DType dtype = CheckedDType(columns);
  return WithCarrier(dtype, [&](auto tag) -> absl::StatusOr<NumericData> {
    using T = typename decltype(tag)::type;
    ASSIGN_OR_RETURN(auto matrix, (FrameToMatrix<T, T>(columns, frame.rows, run)));
    matrix.dtype = dtype;
    return matrix;
  });
}

template <class T, class From>
MatrixView<T> Cast(const MatrixView<From>& x, Run& run) {
  std::span<T> out = NewMatrix<T>(run, x.rows, x.cols);
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t j = 0; j < x.cols; ++j) out[i * x.cols + j] = static_cast<T>(x(i, j));
  }
  return {out, x.rows, x.cols, x.cols};
}

// The stored numbers of all rows, as T, with offsets that begin at 0.
template <class T, class From>
CsrView<T> Cast(const CsrView<From>& x, Run& run) {
  const auto begin = static_cast<size_t>(x.indptr[0]), n = static_cast<size_t>(x.indptr[x.rows]) - begin;
  std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(x.rows + 1);
  for (size_t i = 0; i <= x.rows; ++i) indptr[i] = x.indptr[i] - x.indptr[0];
  std::span<T> data = run.arena.NewUninitialized<T>(n);
  for (size_t k = 0; k < n; ++k) data[k] = static_cast<T>(x.data[begin + k]);
  return {x.rows, x.cols, indptr, x.indices.subspan(begin, n), data};
}

template <class T, class From>
MatrixView<T> Densify(const CsrView<From>& x, Run& run) {
  std::span<T> out = run.arena.New<T>(x.rows * x.cols);
  for (size_t i = 0; i < x.rows; ++i) {
    for (int64_t k = x.indptr[i]; k < x.indptr[i + 1]; ++k) out[i * x.cols + x.indices[k]] = static_cast<T>(x.data[k]);
  }
  return {out, x.rows, x.cols, x.cols};
}

// A .csv of another separator is a table of one column.
std::string OtherSeparator(const FrameView& frame) {
  if (frame.columns.size() != 1 || frame.columns[0].name.find_first_of(";\t|") == std::string_view::npos) return "";
  return absl::StrCat(": its one column is called '", Escape(frame.columns[0].name),
                      "', but a .csv has commas between its columns");
}

}  // namespace

absl::Status TakesDenseOnly() {
  return BadInput("input.sparse", "sparse X was passed, but this estimator takes dense X only", "csr", "dense");
}

absl::StatusOr<std::span<const Column>> FeatureColumns(const FrameView& frame, Run& run) {
  const Signature& s = run.signature();
  const size_t wanted = s.n_features_in.value_or(frame.columns.size());
  const bool named = !s.feature_names.empty() && !frame.columns.empty() && !frame.columns[0].name.empty();
  if (!named) {
    if (frame.columns.size() != wanted) {
      return BadInput("input.width",
                      absl::StrCat("X has ", frame.columns.size(), " features, but this model expects ", wanted,
                                   OtherSeparator(frame)),
                      absl::StrCat(frame.columns.size()), absl::StrCat(wanted));
    }
    return frame.columns;
  }
  std::span<Column> columns = run.arena.New<Column>(wanted);
  const ColumnsByName by_name(frame);
  for (size_t j = 0; j < wanted; ++j) {
    ASSIGN_OR_RETURN(const uint32_t position, by_name.Find(s.feature_names[j]));
    columns[j] = frame.columns[position];
  }
  return columns;
}

bool IsOfObjects(const Data& X) {
  const auto* frame = std::get_if<FrameView>(&X);
  if (frame == nullptr) return false;
  const auto is_number = [](const Column& c) { return c.cells == CellsAre::kNullable && c.dtype != DType::kString; };
  return std::ranges::any_of(frame->columns, [](const Column& c) { return c.holds_objects(); }) &&
         std::ranges::none_of(frame->columns, is_number);
}

bool IsSparse(const Data& X) {
  return std::visit([](const auto& x) { return requires { x.indptr; }; }, X);
}

absl::Status CheckWidth(const Data& X, const Run& run) {
  const std::optional<uint64_t> wanted = run.signature().n_features_in;
  if (std::holds_alternative<FrameView>(X) || !wanted || Cols(X) == *wanted) return absl::OkStatus();
  const std::string_view name = run.self->type->short_name();
  return BadInput(
      "input.width",
      absl::StrCat("X has ", Cols(X), " features, but ", std::string(name), " expects ", *wanted, " features as input"),
      absl::StrCat(Cols(X)), absl::StrCat(*wanted));
}

namespace {

// Whether all numbers that a sparse X holds are finite as T.
template <class T>
bool StoredAreFinite(const Data& X) {
  return std::visit(
      [](const auto& x) {
        bool finite = true;
        if constexpr (requires { x.indptr; }) {
          for (int64_t e = x.indptr[0]; e < x.indptr[x.rows]; ++e) {
            const T v = static_cast<T>(x.data[e]);
            finite &= v - v == 0;
          }
        }
        return finite;
      },
      X);
}

}  // namespace

template <class T>
absl::StatusOr<MatrixView<T>> CheckDense(const Data& X, Run& run, Finite finite, bool densify) {
  RETURN_IF_ERROR(CheckWidth(X, run));
  ASSIGN_OR_RETURN(MatrixView<T> dense, std::visit(
                                            [&](const auto& x) -> absl::StatusOr<MatrixView<T>> {
                                              using View = std::decay_t<decltype(x)>;
                                              if constexpr (std::is_same_v<View, MatrixView<T>>)
                                                return x;
                                              else if constexpr (std::is_same_v<View, FrameView>)
                                                return FrameAs<T>(x, run);
                                              else if constexpr (requires { x.row_stride; })
                                                return Cast<T>(x, run);
                                              else if (densify)
                                                return Densify<T>(x, run);
                                              else
                                                return TakesDenseOnly();
                                            },
                                            X));
  if (IsSparse(X) && StoredAreFinite<T>(X)) return dense;
  RETURN_IF_ERROR(CheckFinite(dense, finite, run.first_row));
  return dense;
}
template absl::StatusOr<MatrixView<float>> CheckDense(const Data&, Run&, Finite, bool);
template absl::StatusOr<MatrixView<double>> CheckDense(const Data&, Run&, Finite, bool);

absl::StatusOr<NumericData> CheckNumbers(const Data& X, Run& run, Finite finite) {
  RETURN_IF_ERROR(CheckWidth(X, run));
  ASSIGN_OR_RETURN(NumericData numbers, std::visit(
                                            [&](const auto& x) -> absl::StatusOr<NumericData> {
                                              if constexpr (std::is_same_v<std::decay_t<decltype(x)>, FrameView>)
                                                return FrameAsItIs(x, run);
                                              else
                                                return x;
                                            },
                                            X));
  RETURN_IF_ERROR(std::visit([&](const auto& x) { return CheckFinite(x, finite, run.first_row); }, numbers));
  return numbers;
}

absl::StatusOr<FloatData> CheckFloats(const Data& X, Run& run, Finite finite, std::optional<DType> fitted) {
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbers(X, run, finite));
  return std::visit(
      [&]<template <class> class View, class T>(const View<T>& x) -> FloatData {
        if constexpr (std::is_floating_point_v<T>) {
          if constexpr (requires { x.swapped; }) {
            if (x.swapped && !fitted) return Cast<double>(x, run);
          }
          return x;
        } else {
          if (fitted && Promoted(x.dtype, *fitted) == DType::kFloat32) return Cast<float>(x, run);
          return Cast<double>(x, run);
        }
      },
      numbers);
}

}  // namespace pratique
