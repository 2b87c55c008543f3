// Rows in the memory of numpy or Arrow, handed to a model as views of it: in place where they lie as a view takes them,
// else gathered block by block, so that an input is never in memory twice.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "pratique/data.h"

namespace pratique::python {

// Numbers at a fixed distance: element i is at data + i * stride (bytes; may be negative).
struct Strided {
  const std::byte* data = nullptr;
  ptrdiff_t stride = 0;
};

// A two-dimensional array of numbers, or images one a row.
struct DenseRows {
  const std::byte* data = nullptr;
  size_t rows = 0, cols = 0;
  ptrdiff_t row_stride = 0, col_stride = 0;  // bytes
  DType dtype = DType::kFloat64;
  bool swapped = false;  // they lie in the other byte order
  ImageAxes image = {};
};

// One column of a frame: numbers in place, or cells that were made for it.
struct ColumnRows {
  std::string name;
  DType dtype = DType::kFloat64;
  Strided numbers;                      // all but kString
  std::vector<std::byte> own;           // what `numbers` points to, if it was made
  std::vector<std::string_view> texts;  // kString; the owner of their bytes is the caller's
  std::vector<uint8_t> marks;           // as Column::marks
  CellsAre cells = CellsAre::kValues;
};
struct FrameRows {
  size_t rows = 0;
  std::vector<ColumnRows> columns;
};

using Take = std::function<absl::Status(const Data& block, size_t first_row)>;

// All rows, in order: at once if they can be viewed in place, otherwise in blocks of some 64 MiB. Ends with the first
// error of `take`.
absl::Status ForEachBlock(const DenseRows& rows, const Take& take);
absl::Status ForEachBlock(const FrameRows& rows, const Take& take);

}  // namespace pratique::python
