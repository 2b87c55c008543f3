#include "estimators/compose/side_by_side.h"

#include <algorithm>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "model/input_error.h"

namespace pratique {
namespace {

template <class View>
constexpr bool kIsCsr = requires(View v) { v.indptr; };

// What numpy promotes: float32 absorbs the small integers, everything else meets in float64.
enum class Kind : uint8_t { kSmallInteger, kFloat32, kFloat64, kText };

Kind KindOf(DType dtype) {
  switch (dtype) {
    case DType::kString:
      return Kind::kText;
    case DType::kFloat32:
      return Kind::kFloat32;
    case DType::kInt8:
    case DType::kUInt8:
    case DType::kInt16:
    case DType::kUInt16:
      return Kind::kSmallInteger;
    default:
      return Kind::kFloat64;  // pandas makes objects of bool beside numbers; they become float64
  }
}

Kind KindOf(const Data& data) {
  return std::visit(
      [](const auto& view) {
        using View = std::remove_cvref_t<decltype(view)>;
        if constexpr (std::is_same_v<View, FrameView>) {
          Kind kind = Kind::kSmallInteger;
          for (const Column& column : view.columns) kind = std::max(kind, KindOf(column.dtype));
          return kind;
        } else {
          constexpr bool kFloat = std::is_same_v<View, MatrixView<float>> || std::is_same_v<View, CsrView<float>>;
          return kFloat ? Kind::kFloat32 : Kind::kFloat64;
        }
      },
      data);
}

// The number in row i of a column that is not text.
double NumberAt(const Column& column, size_t i) {
  return column.dtype == DType::kFloat32 ? column.floats[i] : column.doubles[i];
}

// numpy multiplies in the array's own dtype.
template <class T>
T Weighted(T value, double weight) {
  return weight == 1 ? value : value * static_cast<T>(weight);
}

// Calls put(row, column, value) for every element that `data` stores: all of a dense block, the entries of CSR.
template <class Put>
void ForEach(const Data& data, size_t row, double weight, Put put) {
  std::visit(
      [&](const auto& view) {
        using View = std::remove_cvref_t<decltype(view)>;
        if constexpr (std::is_same_v<View, FrameView>) {
          for (size_t j = 0; j < view.columns.size(); ++j) put(j, Weighted(NumberAt(view.columns[j], row), weight));
        } else if constexpr (kIsCsr<View>) {
          for (int64_t e = view.indptr[row]; e < view.indptr[row + 1]; ++e)
            put(view.indices[e], Weighted(view.data[e], weight));
        } else {
          for (size_t j = 0; j < view.cols; ++j) put(j, Weighted(view.row(row)[j], weight));
        }
      },
      data);
}

template <class T>
Data Dense(std::span<const Block> blocks, size_t rows, size_t cols, Run& run) {
  std::span<T> out = run.arena.New<T>(rows * cols);
  size_t first = 0;
  for (const Block& block : blocks) {
    for (size_t i = 0; i < rows; ++i) {
      T* to = out.data() + i * cols + first;
      ForEach(block.data, i, block.weight, [&](size_t j, auto value) { to[j] = static_cast<T>(value); });
    }
    first += Cols(block.data);
  }
  return MatrixView<T>{out, rows, cols, cols};
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
Data Sparse(std::span<const Block> blocks, size_t rows, size_t cols, Run& run) {
  auto is_stored = [](const Block& block, auto value) { return IsSparse(block.data) || value != 0; };
  std::span<int64_t> indptr = run.arena.New<int64_t>(rows + 1);
  for (const Block& block : blocks) {
    for (size_t i = 0; i < rows; ++i) {
      ForEach(block.data, i, block.weight, [&](size_t, auto value) { indptr[i + 1] += is_stored(block, value); });
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
      ForEach(block.data, i, block.weight, [&](size_t j, auto value) {
        if (!is_stored(block, value)) return;
        indices[e] = static_cast<int32_t>(first + j);
        data[e++] = static_cast<T>(value);
      });
      first += Cols(block.data);
    }
    SortRow(indices.subspan(indptr[i], e - indptr[i]), data.subspan(indptr[i], e - indptr[i]), scratch);
  }
  return CsrView<T>{rows, cols, indptr, indices, data};
}

// Columns of numbers, one after the other, from a matrix of any kind.
void AppendColumns(const Data& data, double weight, size_t rows, Column* out, Run& run) {
  const size_t cols = Cols(data);
  std::span<double> numbers = run.arena.New<double>(rows * cols);
  for (size_t i = 0; i < rows; ++i) {
    ForEach(data, i, weight, [&](size_t j, auto value) { numbers[j * rows + i] = value; });
  }
  for (size_t j = 0; j < cols; ++j) {
    out[j] = Column{.dtype = DType::kFloat64, .doubles = numbers.subspan(j * rows, rows)};
  }
}

absl::StatusOr<Data> Objects(std::span<const Block> blocks, size_t rows, size_t cols, Run& run) {
  std::span<Column> columns = run.arena.NewUninitialized<Column>(cols);
  size_t first = 0;
  for (const Block& block : blocks) {
    if (const auto* frame = std::get_if<FrameView>(&block.data)) {
      if (block.weight != 1)
        return BadInput("input.text", "transformer_weights cannot multiply a frame that holds text");
      for (size_t j = 0; j < frame->columns.size(); ++j) {
        columns[first + j] = frame->columns[j];
        columns[first + j].name = {};
      }
    } else {
      AppendColumns(block.data, block.weight, rows, &columns[first], run);
    }
    first += Cols(block.data);
  }
  return FrameView{rows, columns};
}

}  // namespace

bool IsSparse(const Data& X) {
  return std::holds_alternative<CsrView<double>>(X) || std::holds_alternative<CsrView<float>>(X);
}

absl::StatusOr<Data> SideBySide(std::span<const Block> blocks, size_t rows, bool sparse, Run& run) {
  uint64_t cols = 0;
  Kind kind = Kind::kSmallInteger;
  for (const Block& block : blocks) {
    cols += Cols(block.data);
    kind = std::max(kind, KindOf(block.data));
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
  if (kind == Kind::kText) {
    if (sparse)
      return BadInput("input.text", "for a sparse output, all columns should be numeric or convertible to a number");
    return Objects(blocks, rows, cols, run);
  }
  const bool floats = kind == Kind::kFloat32;
  if (sparse && !blocks.empty())
    return floats ? Sparse<float>(blocks, rows, cols, run) : Sparse<double>(blocks, rows, cols, run);
  return floats ? Dense<float>(blocks, rows, cols, run) : Dense<double>(blocks, rows, cols, run);
}

}  // namespace pratique
