// .npy as rows: read where they are asked for, so that the file may be larger than memory.
#include <algorithm>
#include <functional>
#include <numeric>
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
      : fd_(std::move(fd)),
        path_(std::move(path)),
        header_(std::move(header)),
        axes_(std::span(header_.shape).subspan(1)) {
    rows_ = header_.shape[0];
    cols_ = ProductOf(axes_);
  }

  absl::StatusOr<std::optional<Table>> ReadRows(size_t max_rows, uint64_t max_bytes) override;

 private:
  static uint64_t ProductOf(std::span<const uint64_t> axes) {
    return std::accumulate(axes.begin(), axes.end(), uint64_t{1}, std::multiplies<>());
  }
  // numpy's reshape of all channels into one axis, as scikit-learn has it.
  ImageAxes Image() const {
    if (axes_.size() < 2) return {};
    return {axes_[0], axes_[1], ProductOf(axes_.subspan(2))};
  }
  // Where element `stored` of a row in Fortran order, whose first axis is the fastest, is in C order.
  size_t InCOrder(size_t stored) const;
  // The stored elements of rows [row_, row_ + rows), row-major.
  absl::Status ReadElements(size_t rows);
  template <class T>
  Table Numbers(size_t rows) const;
  absl::StatusOr<Table> Texts(size_t rows) const;

  Fd fd_;
  std::string path_;
  NpyHeader header_;
  std::span<const uint64_t> axes_;  // of a row
  uint64_t rows_, cols_;
  uint64_t row_ = 0;
  bool given_ = false;
  std::vector<char> bytes_;
};

size_t NpyReader::InCOrder(size_t stored) const {
  size_t at = 0, step = cols_;
  for (const uint64_t axis : axes_) {
    step /= axis;
    at += stored % axis * step;
    stored /= axis;
  }
  return at;
}

absl::Status NpyReader::ReadElements(size_t rows) {
  size_t item = header_.item_size;
  bytes_.resize(rows * cols_ * item);
  if (!header_.fortran_order) return ReadAt(fd_, header_.offset + row_ * cols_ * item, bytes_, path_);
  std::vector<char> column(rows * item);
  for (size_t j = 0; j < cols_; ++j) {
    if (auto read = ReadAt(fd_, header_.offset + (j * rows_ + row_) * item, column, path_); !read.ok()) return read;
    char* to = bytes_.data() + InCOrder(j) * item;
    for (size_t i = 0; i < rows; ++i) std::copy_n(column.data() + i * item, item, to + i * cols_ * item);
  }
  return absl::OkStatus();
}

template <class T>
Table NpyReader::Numbers(size_t rows) const {
  OwnedDense<T> dense{rows, cols_, std::vector<T>(rows * cols_), header_.dtype, header_.swapped, Image()};
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

// Of what the model takes as images: an image at least has a height and a width.
absl::Status CheckImages(const NpyHeader& header, const Limits& limits) {
  if (header.dtype == DType::kString) return InputError("input.images", "text is no image", "save numbers");
  if (header.shape.size() < 3) {
    return InputError("input.images",
                      "Found array with dim " + std::to_string(header.shape.size()) + ", but the model takes images",
                      "save an array of (images, height, width) or (images, height, width, channels)");
  }
  uint64_t bytes = sizeof(double);
  for (const uint64_t axis : std::span(header.shape).subspan(1)) {
    if (axis == 0) return InputError("input.images", "the images have no points");
    if (axis > limits.memory / bytes)
      return LimitError("memory", bytes > UINT64_MAX / axis ? UINT64_MAX : bytes * axis, limits.memory,
                        "bytes of an image of the input");
    bytes *= axis;
  }
  return absl::OkStatus();
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
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> OpenNpy(Fd fd, const std::string& path, const Limits& limits,
                                                ReadOptions options) {
  uint64_t size = FileSize(fd);
  std::vector<char> head(static_cast<size_t>(std::min<uint64_t>(size, kMaxNpyHeader)));
  RETURN_IF_ERROR(ReadAt(fd, 0, head, path));
  ASSIGN_OR_RETURN(auto header, ParseNpyHeader(head, size));
  RETURN_IF_ERROR(options.rows == RowsAre::kImages ? CheckImages(header, limits)
                                                   : CheckShape(header, limits, options.rows == RowsAre::kLabels));
  if (header.shape[0] > limits.rows) return LimitError("rows", header.shape[0], limits.rows, "rows of the input");
  return std::make_unique<NpyReader>(std::move(fd), path, std::move(header));
}

}  // namespace pratique
