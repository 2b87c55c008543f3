#include "model/check_array.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "model/columns_by_name.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

template <class T>
constexpr bool kIsMatrix = false;
template <class T>
constexpr bool kIsMatrix<MatrixView<T>> = true;

absl::Status NotFinite(double v, size_t row, size_t col) {
  return BadInput(
      "input.not_finite",
      std::isnan(v)
          ? absl::StrCat("row ", row, ", column ", col, ": X contains NaN, which this estimator does not accept")
          : absl::StrCat("row ", row, ", column ", col, ": X contains infinity or a value too large for its dtype"),
      absl::StrCat(v), "a finite number");
}

// The slow path only after the sum says that something is not finite (scikit-learn's own trick).
template <class T>
absl::Status CheckFinite(MatrixView<T> x, Finite finite, size_t first_row) {
  if (finite == Finite::kAny) return absl::OkStatus();
  for (size_t i = 0; i < x.rows; ++i) {
    const T* row = x.row(i);
    bool bad = false;
    for (size_t j = 0; j < x.cols; ++j) bad |= !(row[j] - row[j] == 0);
    if (!bad) continue;
    for (size_t j = 0; j < x.cols; ++j) {
      if (std::isfinite(row[j]) || (finite == Finite::kAllowNaN && std::isnan(row[j]))) continue;
      return NotFinite(row[j], first_row + i, j);
    }
  }
  return absl::OkStatus();
}

template <class T>
absl::Status CheckFinite(const CsrView<T>& x, Finite finite, size_t first_row) {
  if (finite == Finite::kAny) return absl::OkStatus();
  for (size_t i = 0; i < x.rows; ++i) {
    for (int64_t k = x.indptr[i]; k < x.indptr[i + 1]; ++k) {
      const T v = x.data[k];
      if (!std::isfinite(v) && !(finite == Finite::kAllowNaN && std::isnan(v)))
        return NotFinite(v, first_row + i, x.indices[k]);
    }
  }
  return absl::OkStatus();
}

template <class T>
absl::StatusOr<MatrixView<T>> FrameToMatrix(const FrameView& frame, Run& run) {
  ASSIGN_OR_RETURN(auto columns, FeatureColumns(frame, run));
  const size_t cols = columns.size();
  std::span<T> out = NewMatrix<T>(run, frame.rows, cols);
  for (size_t j = 0; j < cols; ++j) {
    const Column& c = columns[j];
    for (size_t i = 0; i < frame.rows; ++i) {
      T& cell = out[i * cols + j];
      if (c.dtype == DType::kString) {
        if (c.missing.empty() || !c.missing[i]) {
          return BadInput("input.text",
                          absl::StrCat("row ", run.first_row + i, ", column '", Escape(c.name),
                                       "': could not convert string to float: '", Escape(c.strings[i], 40), "'"),
                          "text", "a number");
        }
        cell = std::numeric_limits<T>::quiet_NaN();
      } else {
        cell = static_cast<T>(c.dtype == DType::kFloat32 ? c.floats[i] : c.doubles[i]);
      }
    }
  }
  return MatrixView<T>{out, frame.rows, cols, cols};
}

bool AllFloat32(const FrameView& frame) {
  return std::ranges::all_of(frame.columns, [](const Column& c) { return c.dtype == DType::kFloat32; });
}

template <class T, class From>
MatrixView<T> Cast(MatrixView<From> x, Run& run) {
  std::span<T> out = NewMatrix<T>(run, x.rows, x.cols);
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t j = 0; j < x.cols; ++j) out[i * x.cols + j] = static_cast<T>(x(i, j));
  }
  return {out, x.rows, x.cols, x.cols};
}

template <class T, class From>
MatrixView<T> Densify(const CsrView<From>& x, Run& run) {
  std::span<T> out = run.arena.New<T>(x.rows * x.cols);
  for (size_t i = 0; i < x.rows; ++i) {
    for (int64_t k = x.indptr[i]; k < x.indptr[i + 1]; ++k) out[i * x.cols + x.indices[k]] = static_cast<T>(x.data[k]);
  }
  return {out, x.rows, x.cols, x.cols};
}

}  // namespace

absl::StatusOr<std::span<const Column>> FeatureColumns(const FrameView& frame, Run& run) {
  const Signature& s = run.signature();
  const size_t wanted = s.n_features_in.value_or(frame.columns.size());
  const bool named = !s.feature_names.empty() && !frame.columns.empty() && !frame.columns[0].name.empty();
  if (!named) {
    if (frame.columns.size() != wanted) {
      return BadInput("input.width",
                      absl::StrCat("X has ", frame.columns.size(), " features, but this model expects ", wanted),
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

absl::Status CheckWidth(const Data& X, const Run& run) {
  const std::optional<uint64_t> wanted = run.signature().n_features_in;
  if (std::holds_alternative<FrameView>(X) || !wanted || Cols(X) == *wanted) return absl::OkStatus();
  const std::string_view name = run.self->type->short_name();
  return BadInput(
      "input.width",
      absl::StrCat("X has ", Cols(X), " features, but ", std::string(name), " expects ", *wanted, " features as input"),
      absl::StrCat(Cols(X)), absl::StrCat(*wanted));
}

template <class T>
absl::StatusOr<MatrixView<T>> CheckDense(const Data& X, Run& run, Finite finite, bool densify) {
  RETURN_IF_ERROR(CheckWidth(X, run));
  ASSIGN_OR_RETURN(MatrixView<T> dense, std::visit(
                                            [&](const auto& x) -> absl::StatusOr<MatrixView<T>> {
                                              using X_ = std::decay_t<decltype(x)>;
                                              if constexpr (std::is_same_v<X_, MatrixView<T>>)
                                                return x;
                                              else if constexpr (kIsMatrix<X_>)
                                                return Cast<T>(x, run);
                                              else if constexpr (std::is_same_v<X_, FrameView>)
                                                return FrameToMatrix<T>(x, run);
                                              else {
                                                if (!densify)
                                                  return BadInput(
                                                      "input.sparse",
                                                      "sparse X was passed, but this estimator takes dense X only",
                                                      "csr", "dense");
                                                return Densify<T>(x, run);
                                              }
                                            },
                                            X));
  RETURN_IF_ERROR(CheckFinite(dense, finite, run.first_row));
  return dense;
}
template absl::StatusOr<MatrixView<float>> CheckDense(const Data&, Run&, Finite, bool);
template absl::StatusOr<MatrixView<double>> CheckDense(const Data&, Run&, Finite, bool);

absl::StatusOr<Data> CheckArray(const Data& X, Run& run, Finite finite) {
  RETURN_IF_ERROR(CheckWidth(X, run));
  Data array = X;
  if (const auto* frame = std::get_if<FrameView>(&X)) {
    if (AllFloat32(*frame)) {
      ASSIGN_OR_RETURN(auto matrix, FrameToMatrix<float>(*frame, run));
      array = matrix;
    } else {
      ASSIGN_OR_RETURN(auto matrix, FrameToMatrix<double>(*frame, run));
      array = matrix;
    }
  }
  absl::Status status = std::visit(
      [&](const auto& x) -> absl::Status {
        if constexpr (std::is_same_v<std::decay_t<decltype(x)>, FrameView>)
          return absl::InternalError("a frame was left");
        else
          return CheckFinite(x, finite, run.first_row);
      },
      array);
  if (!status.ok()) return status;
  return array;
}

}  // namespace pratique
