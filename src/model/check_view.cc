#include "model/check_view.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

// A column that a row of CSR names twice. Rows are sorted as a rule; only one that is not takes memory, and then its
// own.
std::optional<int32_t> Twice(std::span<const int32_t> row, std::vector<int32_t>& scratch) {
  const int32_t* columns = row.data();
  int unsorted = 0;
  for (size_t i = 1; i < row.size(); ++i) unsorted |= columns[i - 1] >= columns[i];
  if (unsorted == 0) return std::nullopt;
  scratch.assign(row.begin(), row.end());
  std::ranges::sort(scratch);
  const auto twice = std::ranges::adjacent_find(scratch);
  return twice == scratch.end() ? std::nullopt : std::optional(*twice);
}

// Whether the columns of every row ascend from 0 or more to less than x.cols. What indptr says lies in indices.
template <class T>
bool AllAscend(const CsrView<T>& x) {
  const int32_t* columns = x.indices.data();
  const int64_t begin = x.indptr[0], end = x.indptr[x.rows];
  // All rows at once: where they do not ascend, a row has to begin.
  uint64_t not_ascending = 0;
  for (int64_t e = begin + 1; e < end;) {
    const int64_t stop = std::min(end, e + (int64_t{1} << 20));
    uint32_t some = 0;
    for (; e < stop; ++e) some += columns[e - 1] >= columns[e];
    not_ascending += some;
  }
  bool inside = true;
  for (size_t i = 0; i < x.rows; ++i) {
    const int64_t first = x.indptr[i], behind = x.indptr[i + 1];
    if (first == behind) continue;
    if (first != begin) not_ascending -= columns[first - 1] >= columns[first];
    inside &= columns[first] >= 0 && static_cast<uint64_t>(columns[behind - 1]) < x.cols;
  }
  return inside && not_ascending == 0;
}

// A view handed in by a caller is checked once: the kernels index by what it says.
template <class T>
absl::Status CheckCsr(const CsrView<T>& x) {
  const auto bad = [](std::string message) { return BadInput("input.csr", std::move(message)); };
  if (x.indptr.empty() || x.indptr.size() - 1 != x.rows || x.indices.size() != x.data.size()) {
    return BadInput("input.csr", "CSR: indptr, indices and data disagree in size",
                    absl::StrCat(x.indptr.size(), " of indptr, ", x.indices.size(), " indices, ", x.data.size(),
                                 " of data, ", x.rows, " rows"),
                    "indptr one longer than the rows, as many indices as data");
  }
  // Every end is checked before any row is read: one in the middle can be beyond the last.
  for (size_t i = 0; i < x.rows; ++i) {
    if (x.indptr[i] > x.indptr[i + 1]) return bad(absl::StrCat("CSR: indptr decreases at row ", i));
  }
  if (x.indptr[0] < 0 || x.indptr[x.rows] > static_cast<int64_t>(x.indices.size()))
    return bad("CSR: indptr points outside of data");
  if (x.cols > uint64_t{1} << 31)
    return bad(absl::StrCat("CSR: ", x.cols, " columns are more than int32 indexes reach"));
  if (AllAscend(x)) return absl::OkStatus();
  std::vector<int32_t> scratch;
  for (size_t i = 0; i < x.rows; ++i) {
    const std::span<const int32_t> row = x.indices.subspan(x.indptr[i], x.indptr[i + 1] - x.indptr[i]);
    for (const int32_t j : row) {
      if (j < 0 || static_cast<size_t>(j) >= x.cols)
        return bad(absl::StrCat("CSR: row ", i, ": index ", j, " is not below ", x.cols));
    }
    if (const auto j = Twice(row, scratch))
      return bad(absl::StrCat("CSR: row ", i, ": column ", *j, " occurs twice; sum duplicates first"));
  }
  return absl::OkStatus();
}

template <class T>
absl::Status CheckImage(const MatrixView<T>& x) {
  const auto [height, width, channels] = x.image;
  const bool is_one = height > 0 && width > 0 && x.cols % channels == 0 && x.cols / channels % width == 0 &&
                      x.cols / channels / width == height;
  if (is_one) return absl::OkStatus();
  return BadInput(
      "input.images",
      absl::StrCat("X: a row of ", x.cols, " numbers is no image of ", height, " x ", width, " points of ", channels),
      absl::StrCat(x.cols, " columns"), "height times width times channels of them");
}

template <class T>
absl::Status CheckDense(const MatrixView<T>& x) {
  if (x.image) RETURN_IF_ERROR(CheckImage(x));
  if (x.row_stride < x.cols) {
    return BadInput("input.stride", "X: the row stride is smaller than a row", absl::StrCat(x.row_stride),
                    absl::StrCat("at least ", x.cols));
  }
  if (x.row_stride > PTRDIFF_MAX / sizeof(T) / x.rows)
    return BadInput("input.stride", "X: its rows are more than an address space holds");
  const size_t needed = (x.rows - 1) * x.row_stride + x.cols;
  if (x.data.size() < needed) {
    return BadInput("input.extent",
                    absl::StrCat("X: ", x.rows, " rows of ", x.cols, " columns need ", needed, " elements, but ",
                                 x.data.size(), " are given"),
                    absl::StrCat(x.data.size(), " elements"), absl::StrCat("at least ", needed));
  }
  return absl::OkStatus();
}

// What the view carries is of the dtype that it names.
template <class T>
absl::Status CheckDType(DType dtype) {
  const bool carried = dtype != DType::kString && dtype <= DType::kFloat16 &&
                       WithCarrier(dtype, [](auto tag) { return std::is_same_v<typename decltype(tag)::type, T>; });
  if (carried) return absl::OkStatus();
  return BadInput("input.dtype", absl::StrCat("X: ", std::string(Name(kDTypeOf<T>)), " does not carry an array of ",
                                              std::string(Name(dtype))));
}

absl::Status CheckRecords(const FrameView& frame) {
  const Records& records = *frame.records;
  const auto bad = [](std::string message) { return BadInput("input.records", std::move(message)); };
  if (!frame.columns.empty()) return bad("a frame has columns, or records");
  if (records.offsets.empty() || records.offsets.size() - 1 != frame.rows)
    return bad(absl::StrCat("records: ", records.offsets.size(), " offsets for ", frame.rows, " rows"));
  for (size_t i = 0; i < frame.rows; ++i) {
    if (records.offsets[i] > records.offsets[i + 1]) return bad(absl::StrCat("records: offsets decrease at row ", i));
  }
  if (records.offsets[0] < 0 || records.offsets[frame.rows] > static_cast<int64_t>(records.items.size()))
    return bad("records: offsets point outside of the items");
  return absl::OkStatus();
}

absl::Status CheckFrame(const FrameView& frame) {
  if (frame.records) return CheckRecords(frame);
  for (const Column& c : frame.columns) {
    if (c.dtype > DType::kFloat16)
      return BadInput("input.dtype",
                      absl::StrCat("column '", Escape(c.name), "' has no dtype: ", static_cast<int>(c.dtype)));
    const size_t size =
        c.dtype == DType::kString ? c.strings.size() : WithNumbers(c, [](auto cells) { return cells.size(); });
    if (size != frame.rows || (!c.marks.empty() && c.marks.size() != frame.rows)) {
      const size_t rows = size != frame.rows ? size : c.marks.size();
      return BadInput("input.frame",
                      absl::StrCat("column '", Escape(c.name), "' has ", rows, " rows, the frame has ", frame.rows),
                      absl::StrCat(rows, " rows"), absl::StrCat(frame.rows));
    }
    const bool of_objects = c.cells == CellsAre::kObjects && c.dtype == DType::kFloat64;
    if (!c.marks.empty() && c.dtype != DType::kString && c.dtype != DType::kBool && !of_objects) {
      return BadInput("input.frame", absl::StrCat("column '", Escape(c.name), "' of ", std::string(Name(c.dtype)),
                                                  " has marks of missing cells: NaN is missing, integers never are"));
    }
    if (std::ranges::any_of(c.marks, [](uint8_t mark) { return mark > kCellInteger; }))
      return BadInput("input.frame", absl::StrCat("column '", Escape(c.name), "' has a mark that is none"));
  }
  return absl::OkStatus();
}

template <template <class> class View, class T>
absl::Status CheckNumbers(const View<T>& x) {
  RETURN_IF_ERROR(CheckDType<T>(x.dtype));
  if constexpr (std::is_same_v<View<T>, CsrView<T>>)
    return x.dtype == DType::kFloat16 ? BadInput("input.dtype", "CSR: scipy computes with no float16") : CheckCsr(x);
  else
    return CheckDense(x);
}

// X is images if, and only if, the model takes them.
absl::Status CheckImages(const Data& X, RowsAre wanted) {
  const ImageAxes image = AxesOfImages(X);
  if (static_cast<bool>(image) == (wanted == RowsAre::kImages)) return absl::OkStatus();
  if (image) {  // the words are scikit-learn's
    return BadInput("input.images",
                    absl::StrCat("Found array with dim ", image.channels == 1 ? 3 : 4,
                                 ": X is images, but the model takes rows of columns"),
                    absl::StrCat("images of ", image.height, " x ", image.width), "rows of columns");
  }
  return BadInput("input.images",
                  "X is rows of columns, but the model takes images: X of shape (images, height, width) or (images, "
                  "height, width, channels)",
                  absl::StrCat("rows of ", Cols(X), " columns"), "images");
}

}  // namespace

absl::Status CheckView(const Data& X, RowsAre wanted, const Limits& limits) {
  if (Rows(X) == 0) return BadInput("input.empty", "X has no rows");
  if (Rows(X) > limits.rows)
    return BadInput("input.rows", absl::StrCat("X has ", Rows(X), " rows, the limit is ", limits.rows));
  const auto* frame = std::get_if<FrameView>(&X);
  const bool records = frame != nullptr && frame->records;
  if (records && wanted != RowsAre::kRecords)
    return BadInput("input.records", "X is records (dicts or lists), but the model takes columns", "records",
                    "columns");
  if (Cols(X) == 0 && !records) return BadInput("input.empty", "X has no columns");
  RETURN_IF_ERROR(std::visit(
      [&](const auto& x) -> absl::Status {
        using V = std::decay_t<decltype(x)>;
        if constexpr (std::is_same_v<V, FrameView>)
          return CheckFrame(x);
        else
          return CheckNumbers(x);
      },
      X));
  return CheckImages(X, wanted);
}

}  // namespace pratique
