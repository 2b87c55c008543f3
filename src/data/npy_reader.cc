// .npy as rows: read where they are asked for, so that the file may be larger than memory.
#include <algorithm>
#include <utility>

#include "data/dtype.h"
#include "data/input_error.h"
#include "data/npy.h"
#include "data/open.h"
#include "status_macros.h"

namespace pratique {
namespace {

class NpyReader : public Reader {
 public:
  NpyReader(Fd fd, std::string path, NpyHeader header)
      : fd_(std::move(fd)), path_(std::move(path)), header_(std::move(header)) {
    rows_ = header_.shape[0];
    cols_ = header_.shape.size() == 2 ? header_.shape[1] : 1;
  }

  absl::StatusOr<std::optional<Table>> ReadRows(size_t max_rows, uint64_t max_bytes) override;

 private:
  // The stored elements of rows [row_, row_ + rows), row-major.
  absl::Status ReadElements(size_t rows);
  template <class T>
  Table Numbers(size_t rows) const;
  absl::StatusOr<Table> Texts(size_t rows) const;

  Fd fd_;
  std::string path_;
  NpyHeader header_;
  uint64_t rows_, cols_;
  uint64_t row_ = 0;
  bool given_ = false;
  std::vector<char> bytes_;
};

absl::Status NpyReader::ReadElements(size_t rows) {
  size_t item = header_.item_size;
  bytes_.resize(rows * cols_ * item);
  if (!header_.fortran_order) return ReadAt(fd_, header_.offset + row_ * cols_ * item, bytes_, path_);
  std::vector<char> column(rows * item);
  for (size_t j = 0; j < cols_; ++j) {
    if (auto read = ReadAt(fd_, header_.offset + (j * rows_ + row_) * item, column, path_); !read.ok()) return read;
    for (size_t i = 0; i < rows; ++i) {
      std::copy_n(column.data() + i * item, item, bytes_.data() + (i * cols_ + j) * item);
    }
  }
  return absl::OkStatus();
}

template <class T>
Table NpyReader::Numbers(size_t rows) const {
  OwnedDense<T> dense{rows, cols_, std::vector<T>(rows * cols_), header_.dtype, header_.swapped};
  DecodeNumbers<T>(header_, bytes_.data(), dense.values);
  return Table(std::move(dense), rows, row_);
}

absl::StatusOr<Table> NpyReader::Texts(size_t rows) const {
  std::vector<OwnedColumn> columns(cols_);
  for (OwnedColumn& column : columns) column.BecomeText();
  std::string text;
  const char* element = bytes_.data();
  for (size_t i = 0; i < rows; ++i) {
    for (OwnedColumn& column : columns) {
      if (!DecodeText(header_, element, text)) {
        return InputError("input.npy", "row " + std::to_string(row_ + i) + " has a string that is not Unicode");
      }
      column.AddText(text);
      element += header_.item_size;
    }
  }
  return Table(std::move(columns), rows, row_);
}

absl::StatusOr<std::optional<Table>> NpyReader::ReadRows(size_t max_rows, uint64_t max_bytes) {
  if (row_ == rows_ && std::exchange(given_, true)) return std::nullopt;
  given_ = true;
  const bool text = header_.dtype == DType::kString;
  const uint64_t width = cols_ * std::max(header_.item_size, text ? 1 : sizeof(double));  // in memory
  uint64_t fit = std::max<uint64_t>(1, max_bytes / width);
  auto rows = static_cast<size_t>(std::min({rows_ - row_, uint64_t{max_rows}, fit}));
  RETURN_IF_ERROR(ReadElements(rows));
  absl::StatusOr<Table> table = text ? Texts(rows) : WithCarrier(header_.dtype, [&](auto tag) -> absl::StatusOr<Table> {
    return Numbers<typename decltype(tag)::type>(rows);
  });
  if (!table.ok()) return table.status();
  row_ += rows;
  return std::optional(*std::move(table));
}

// scikit-learn's own words where it has some (check_array, sklearn/utils/validation.py).
absl::Status CheckShape(const NpyHeader& header, const Limits& limits, bool labels) {
  auto bad = [](const std::string& message) { return InputError("input.shape", message); };
  bool text = header.dtype == DType::kString;
  if (header.is_bytes) return InputError("input.npy", "bytes are not text", "save str: X.astype(str)");
  if (header.shape.empty()) return bad("Expected 2D array, got scalar array instead");
  if (header.shape.size() == 1 && !text && !labels) {
    return bad(
        "Expected 2D array, got 1D array instead. Reshape your data either using array.reshape(-1, 1) if "
        "your "
        "data has a single feature or array.reshape(1, -1) if it contains a single sample.");
  }
  if (header.shape.size() > 2)
    return bad("Found array with dim " + std::to_string(header.shape.size()) + ", expected 2");
  uint64_t cols = header.shape.size() == 2 ? header.shape[1] : 1;
  if (cols == 0) return bad("Found array with 0 feature(s) while a minimum of 1 is required");
  if (cols > limits.output_columns)
    return LimitError("output_columns", cols, limits.output_columns, "columns of the input");
  if (header.shape[0] > limits.rows) return LimitError("rows", header.shape[0], limits.rows, "rows of the input");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> OpenNpy(Fd fd, const std::string& path, const Limits& limits,
                                                ReadOptions options) {
  uint64_t size = FileSize(fd);
  std::vector<char> head(static_cast<size_t>(std::min<uint64_t>(size, kMaxNpyHeader)));
  RETURN_IF_ERROR(ReadAt(fd, 0, head, path));
  ASSIGN_OR_RETURN(auto header, ParseNpyHeader(head, size));
  RETURN_IF_ERROR(CheckShape(header, limits, options.rows == RowsAre::kLabels));
  return std::make_unique<NpyReader>(std::move(fd), path, std::move(header));
}

}  // namespace pratique
