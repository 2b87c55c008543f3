#include "rows.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "data/dtype.h"
#include "status_macros.h"

namespace pratique::python {
namespace {

constexpr size_t kBlockBytes = size_t{64} << 20;

template <class T>
T At(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <class T>
T Swapped(const std::byte* at) {
  std::array<std::byte, sizeof(T)> bytes;
  std::reverse_copy(at, at + sizeof(T), bytes.begin());
  return At<T>(bytes.data());
}

// n numbers of `dtype`, as what carries them. swapped: they lie in the other byte order.
template <class Carrier>
void Gather(DType dtype, bool swapped, const std::byte* from, ptrdiff_t stride, size_t n, Carrier* to,
            size_t to_stride = 1) {
  WithType(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (!std::is_same_v<T, Float16> || std::is_same_v<Carrier, float>) {  // float carries float16
      if (swapped) {
        for (size_t i = 0; i < n; ++i, from += stride, to += to_stride) *to = static_cast<Carrier>(Swapped<T>(from));
      } else {
        for (size_t i = 0; i < n; ++i, from += stride, to += to_stride) *to = static_cast<Carrier>(At<T>(from));
      }
    }
  });
}

template <class Carrier>
bool IsCarried(DType dtype, const std::byte* data) {
  return dtype == kDTypeOf<Carrier> && reinterpret_cast<uintptr_t>(data) % alignof(Carrier) == 0;
}

template <class Carrier>
bool InPlace(const DenseRows& x) {
  constexpr ptrdiff_t kSize = sizeof(Carrier);
  const bool across = x.cols <= 1 || x.col_stride == kSize;
  const bool down =
      x.rows <= 1 || (x.row_stride % kSize == 0 && x.row_stride >= static_cast<ptrdiff_t>(x.cols) * kSize);
  return !x.swapped && IsCarried<Carrier>(x.dtype, x.data) && across && down;
}

template <class Carrier>
MatrixView<Carrier> View(const DenseRows& x) {
  const size_t stride = x.rows <= 1 ? x.cols : static_cast<size_t>(x.row_stride) / sizeof(Carrier);
  const size_t size = x.rows == 0 ? 0 : (x.rows - 1) * stride + x.cols;
  return {{reinterpret_cast<const Carrier*>(x.data), size}, x.rows, x.cols, stride, x.dtype, x.swapped, x.image};
}

template <class Carrier>
absl::Status Blocks(const DenseRows& x, const Take& take) {
  if (x.rows == 0 || x.cols == 0)
    return take(MatrixView<Carrier>{{}, x.rows, x.cols, x.cols, x.dtype, x.swapped, x.image}, 0);
  if (InPlace<Carrier>(x)) return take(View<Carrier>(x), 0);
  const size_t most = std::clamp<size_t>(kBlockBytes / sizeof(Carrier) / x.cols, 1, x.rows);
  std::vector<Carrier> block(most * x.cols);
  for (size_t begin = 0; begin < x.rows; begin += most) {
    const size_t n = std::min(most, x.rows - begin);
    const std::byte* first = x.data + static_cast<ptrdiff_t>(begin) * x.row_stride;
    // In the order of memory: down the columns of a Fortran array, some rows at a time that stay in cache.
    constexpr size_t kTile = 256;
    for (size_t i = 0; i < n; i += kTile) {
      const size_t tile = std::min(kTile, n - i);
      const std::byte* at = first + static_cast<ptrdiff_t>(i) * x.row_stride;
      for (size_t j = 0; j < x.cols; ++j) {
        Gather(x.dtype, x.swapped, at + static_cast<ptrdiff_t>(j) * x.col_stride, x.row_stride, tile,
               &block[i * x.cols + j], x.cols);
      }
    }
    RETURN_IF_ERROR(
        take(MatrixView<Carrier>{{block.data(), n * x.cols}, n, x.cols, x.cols, x.dtype, x.swapped, x.image}, begin));
  }
  return absl::OkStatus();
}

template <class Carrier>
void SetCells(Column& column, std::span<const Carrier> cells) {
  if constexpr (std::is_same_v<Carrier, double>) column.doubles = cells;
  if constexpr (std::is_same_v<Carrier, float>) column.floats = cells;
  if constexpr (std::is_same_v<Carrier, int64_t>) column.ints = cells;
  if constexpr (std::is_same_v<Carrier, uint64_t>) column.uints = cells;
}

template <class Carrier>
bool InPlace(const ColumnRows& column) {
  return IsCarried<Carrier>(column.dtype, column.numbers.data) && column.numbers.stride == sizeof(Carrier);
}

// What a row takes of a block's memory.
size_t GatheredBytes(const FrameRows& frame) {
  size_t bytes = 0;
  for (const ColumnRows& c : frame.columns) {
    if (c.dtype == DType::kString) continue;
    bytes += WithCarrier(c.dtype, [&](auto tag) {
      using T = typename decltype(tag)::type;
      return InPlace<T>(c) ? 0 : sizeof(T);
    });
  }
  return bytes;
}

// Rows [begin, begin + n) of a column; `own` holds what had to be gathered.
Column Block(const ColumnRows& c, size_t begin, size_t n, std::vector<uint64_t>& own) {
  Column column{.name = c.name, .dtype = c.dtype, .cells = c.cells};
  if (!c.marks.empty()) column.marks = std::span(c.marks).subspan(begin, n);
  if (c.dtype == DType::kString) {
    column.strings = std::span(c.texts).subspan(begin, n);
    return column;
  }
  WithCarrier(c.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const std::byte* first = c.numbers.data + static_cast<ptrdiff_t>(begin) * c.numbers.stride;
    if (InPlace<T>(c)) return SetCells<T>(column, {reinterpret_cast<const T*>(first), n});
    own.resize((n * sizeof(T) + 7) / 8);
    T* cells = reinterpret_cast<T*>(own.data());
    Gather(c.dtype, false, first, c.numbers.stride, n, cells);
    SetCells<T>(column, {cells, n});
  });
  return column;
}

}  // namespace

absl::Status ForEachBlock(const DenseRows& rows, const Take& take) {
  return WithCarrier(rows.dtype, [&](auto tag) { return Blocks<typename decltype(tag)::type>(rows, take); });
}

absl::Status ForEachBlock(const FrameRows& frame, const Take& take) {
  const size_t bytes = GatheredBytes(frame);
  const size_t most = std::max<size_t>(1, bytes == 0 ? frame.rows : std::min(frame.rows, kBlockBytes / bytes));
  std::vector<std::vector<uint64_t>> own(frame.columns.size());
  std::vector<Column> columns(frame.columns.size());
  for (size_t begin = 0; begin == 0 || begin < frame.rows; begin += most) {
    const size_t n = std::min(most, frame.rows - begin);
    for (size_t j = 0; j < columns.size(); ++j) columns[j] = Block(frame.columns[j], begin, n, own[j]);
    RETURN_IF_ERROR(take(FrameView{n, columns}, begin));
  }
  return absl::OkStatus();
}

}  // namespace pratique::python
