#include "estimators/compose/side_by_side.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "kernels/wrapped.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

template <class View>
constexpr bool kIsCsr = requires(View v) { v.indptr; };

// A float keeps its dtype. An integer keeps it beside an int, of which bools make int64; a float makes float64 of it.
DType WeightedDType(DType dtype, fb::Weight kind) {
  if (kind == fb::Weight::None || IsFloat(dtype) || dtype == DType::kString) return dtype;
  if (kind == fb::Weight::Float) return DType::kFloat64;
  return dtype == DType::kBool ? DType::kInt64 : dtype;
}

// Whether a dtype of integers holds the weight: numpy 2 raises where it does not, numpy 1 takes a wider one.
bool HoldsWeight(DType dtype, double weight) {
  const double values = std::ldexp(1.0, static_cast<int>(8 * SizeOf(dtype)));
  return WithInteger(dtype, [&]<class Integer>(Integer) {
    return std::is_unsigned_v<Integer> ? weight >= 0 && weight < values : weight >= -values / 2 && weight < values / 2;
  });
}

// What numpy makes of a block alone, in an array of its own.
DType DTypeOf(const Block& block) {
  return std::visit(
      [&](const auto& view) {
        if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(view)>, FrameView>) {
          return WeightedDType(view.dtype, block.kind);
        } else {
          if (view.columns.empty()) return DType::kString;  // what is left of an array of objects
          if (block.kind == fb::Weight::None) return DTypeOf(view);
          Promotion promotion;
          for (const Column& column : view.columns)
            promotion.Add(column.holds_objects() ? DType::kString : WeightedDType(column.dtype, block.kind));
          return promotion.result();
        }
      },
      block.data);
}

// scikit-learn 1.6 and later refuses pandas.NA in columns of pandas' own; numpy makes no number of it anywhere.
absl::Status CheckNA(const Block& block, bool sparse, const Run& run) {
  const auto* frame = std::get_if<FrameView>(&block.data);
  for (size_t j = 0; frame != nullptr && j < frame->columns.size(); ++j) {
    const Column& c = frame->columns[j];
    const bool is_nullable = c.cells == CellsAre::kNullable;
    if (!is_nullable && !sparse) continue;
    for (size_t i = 0; i < frame->rows; ++i) {
      const bool nan = is_nullable && IsFloat(c.dtype) &&
                       WithNumbers(c, [&](auto cells) { return std::isnan(static_cast<double>(cells[i])); });
      if (!nan && c.mark(i) != kCellNA) continue;
      return BadInput("input.not_finite",
                      absl::StrCat("row ", run.first_row + i, ", column '", Escape(c.name),
                                   "': pandas.NA in what is passed on: cast the column to one of numpy's dtypes"),
                      "pandas.NA", "NaN or None");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckWeight(const Block& block) {
  if (block.kind != fb::Weight::Integer) return absl::OkStatus();
  const auto check = [&](DType dtype) {
    if (!IsInteger(dtype) || HoldsWeight(dtype, block.weight)) return absl::OkStatus();
    return BadInput("input.weight",
                    absl::StrCat("transformer_weights: ", std::string(Name(dtype)), " does not hold ", block.weight));
  };
  return std::visit(
      [&]<class View>(const View& view) -> absl::Status {
        if constexpr (std::is_same_v<View, FrameView>) {
          for (const Column& column : view.columns) RETURN_IF_ERROR(check(column.dtype));
          return absl::OkStatus();
        } else {
          return check(view.dtype);
        }
      },
      block.data);
}

// Calls put(column, value) for every element that row `row` of the block stores: all of a dense one, the entries of
// CSR.
template <class Put>
void ForEach(const Block& block, size_t row, Put put) {
  const auto weighted = [&]<class T>(size_t j, T value, DType dtype) {
    if (block.kind == fb::Weight::None) return put(j, value);
    if constexpr (std::is_integral_v<T>) {
      if (block.kind == fb::Weight::Integer)
        put(j, TimesWrapped(value, static_cast<int64_t>(block.weight), dtype));
      else
        put(j, static_cast<double>(value) * block.weight);
    } else if (dtype == DType::kFloat16) {
      put(j, static_cast<T>(RoundedToFloat16(value * RoundedToFloat16(block.weight))));
    } else {
      put(j, value * static_cast<T>(block.weight));
    }
  };
  std::visit(
      [&](const auto& view) {
        using View = std::remove_cvref_t<decltype(view)>;
        if constexpr (std::is_same_v<View, FrameView>) {
          for (size_t j = 0; j < view.columns.size(); ++j) {
            const Column& c = view.columns[j];
            if (c.lacks(row))
              put(j, std::numeric_limits<double>::quiet_NaN());
            else
              WithNumbers(c, [&](auto cells) { weighted(j, cells[row], c.dtype); });
          }
        } else if constexpr (kIsCsr<View>) {
          for (int64_t e = view.indptr[row]; e < view.indptr[row + 1]; ++e)
            weighted(view.indices[e], view.data[e], view.dtype);
        } else {
          for (size_t j = 0; j < view.cols; ++j) weighted(j, view.row(row)[j], view.dtype);
        }
      },
      block.data);
}

template <class T>
Data Dense(std::span<const Block> blocks, size_t rows, size_t cols, DType dtype, Run& run) {
  std::span<T> out = run.arena.New<T>(rows * cols);
  size_t first = 0;
  for (const Block& block : blocks) {
    for (size_t i = 0; i < rows; ++i) {
      T* to = out.data() + i * cols + first;
      ForEach(block, i, [&](size_t j, auto value) { to[j] = static_cast<T>(value); });
    }
    first += Cols(block.data);
  }
  return MatrixView<T>{out, rows, cols, cols, dtype};
}

// Sorts the entries of one row; most rows are sorted already.
template <class T>
void SortRow(std::span<int32_t> indices, std::span<T> data, std::vector<std::pair<int32_t, T>>& scratch) {
  if (std::ranges::is_sorted(indices)) return;
  scratch.clear();
  for (size_t e = 0; e < indices.size(); ++e) scratch.emplace_back(indices[e], data[e]);
  std::ranges::sort(scratch, {}, &std::pair<int32_t, T>::first);
  for (size_t e = 0; e < indices.size(); ++e) std::tie(indices[e], data[e]) = scratch[e];
}

template <class T>
Data Sparse(std::span<const Block> blocks, size_t rows, size_t cols, DType dtype, Run& run) {
  auto is_stored = [](const Block& block, auto value) { return IsSparse(block.data) || value != 0; };
  std::span<int64_t> indptr = run.arena.New<int64_t>(rows + 1);
  for (const Block& block : blocks) {
    for (size_t i = 0; i < rows; ++i) {
      ForEach(block, i, [&](size_t, auto value) { indptr[i + 1] += is_stored(block, value); });
    }
  }
  for (size_t i = 0; i < rows; ++i) indptr[i + 1] += indptr[i];
  std::span<int32_t> indices = run.arena.NewUninitialized<int32_t>(indptr[rows]);
  std::span<T> data = run.arena.NewUninitialized<T>(indptr[rows]);
  std::vector<std::pair<int32_t, T>> scratch;
  for (size_t i = 0; i < rows; ++i) {
    size_t first = 0;
    int64_t e = indptr[i];
    for (const Block& block : blocks) {
      ForEach(block, i, [&](size_t j, auto value) {
        if (!is_stored(block, value)) return;
        indices[e] = static_cast<int32_t>(first + j);
        data[e++] = static_cast<T>(value);
      });
      first += Cols(block.data);
    }
    SortRow(indices.subspan(indptr[i], e - indptr[i]), data.subspan(indptr[i], e - indptr[i]), scratch);
  }
  return CsrView<T>{rows, cols, indptr, indices, data, dtype};
}

// Columns of numbers, one after the other, from a matrix of any kind.
void AppendColumns(const Block& block, size_t rows, Column* out, Run& run) {
  const size_t cols = Cols(block.data);
  const DType dtype = DTypeOf(block);
  WithCarrier(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::span<T> numbers = run.arena.New<T>(rows * cols);
    for (size_t i = 0; i < rows; ++i) {
      ForEach(block, i, [&](size_t j, auto value) { numbers[j * rows + i] = static_cast<T>(value); });
    }
    for (size_t j = 0; j < cols; ++j) out[j] = NumberColumn(std::span<const T>(numbers).subspan(j * rows, rows), dtype);
  });
}

absl::StatusOr<Data> Objects(std::span<const Block> blocks, size_t rows, size_t cols, Run& run) {
  std::span<Column> columns = run.arena.NewUninitialized<Column>(cols);
  size_t first = 0;
  for (const Block& block : blocks) {
    if (const auto* frame = std::get_if<FrameView>(&block.data)) {
      if (block.kind != fb::Weight::None)
        return BadInput("input.text", "transformer_weights cannot multiply a frame that holds text or other objects");
      for (size_t j = 0; j < frame->columns.size(); ++j) {
        columns[first + j] = frame->columns[j];
        columns[first + j].name = {};
      }
    } else {
      AppendColumns(block, rows, columns.data() + first, run);
    }
    first += Cols(block.data);
  }
  for (Column& column : columns) {
    if (column.cells == CellsAre::kValues || column.dtype == DType::kString) column.cells = CellsAre::kObjects;
  }
  return FrameView{rows, columns};
}

}  // namespace

absl::StatusOr<Data> SideBySide(std::span<const Block> blocks, size_t rows, bool sparse, Run& run) {
  uint64_t cols = 0;
  Promotion promotion;
  bool text = false;
  for (const Block& block : blocks) {
    cols += Cols(block.data);
    promotion.Add(DTypeOf(block));
    text |= HoldsText(block.data);
    RETURN_IF_ERROR(CheckWeight(block));
    RETURN_IF_ERROR(CheckNA(block, sparse, run));
    if (Rows(block.data) != rows) return absl::InternalError("a result of another number of rows");
    if (cols > run.limits.output_columns) {
      return ToStatus(
          {.stage = Stage::kNone,
           .reason = Reason::kLimit,
           .code = "limit.output_columns",
           .got = absl::StrCat(cols),
           .expected = absl::StrCat("at most ", run.limits.output_columns),
           .message = absl::StrCat("would produce ", cols, " columns, the limit is ", run.limits.output_columns),
           .help = "Raise limits.output_columns in the policy if you trust the source."});
    }
  }
  const DType dtype = promotion.result();
  if (text && sparse)
    return BadInput("input.text", "for a sparse output, all columns should be numeric or convertible to a number");
  // Of a ColumnTransformer; scipy.sparse.hstack of dense arrays alone raises.
  if (sparse && !blocks.empty() && std::ranges::none_of(blocks, [](const Block& b) { return IsSparse(b.data); }))
    return BadInput("input.sparse", "results of the fit were sparse, and of these rows none is: scikit-learn raises");
  if (dtype == DType::kString && !sparse) return Objects(blocks, rows, cols, run);
  return WithCarrier(dtype, [&](auto tag) {  // objects that are numbers: float64
    using T = typename decltype(tag)::type;
    const DType number = dtype == DType::kString ? DType::kFloat64 : dtype;
    return sparse && !blocks.empty() ? Sparse<T>(blocks, rows, cols, number, run)
                                     : Dense<T>(blocks, rows, cols, number, run);
  });
}

}  // namespace pratique
