// scipy.sparse.save_npz: a zip of format.npy, shape.npy, data.npy, indices.npy, indptr.npy.
#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <utility>

#include "data/dtype.h"
#include "data/input_error.h"
#include "data/npz_archive.h"
#include "data/open.h"
#include "status_macros.h"

namespace pratique {
namespace {

struct Shape {
  size_t rows = 0, cols = 0;
};

// indptr of `major` rows (CSR) or columns (CSC) that lie one after the other in `stored` entries.
absl::Status CheckOffsets(std::span<const int64_t> indptr, size_t major, uint64_t stored) {
  if (indptr.size() != major + 1 || indptr.front() != 0 || indptr.back() != static_cast<int64_t>(stored)) {
    return BadNpz("indptr is not " + std::to_string(major + 1) + " offsets from 0 to " + std::to_string(stored));
  }
  for (size_t i = 0; i < major; ++i) {
    if (indptr[i] > indptr[i + 1]) return BadNpz("indptr decreases at " + std::to_string(i + 1));
  }
  return absl::OkStatus();
}

// The indices of one row (CSR) or column (CSC): each below `end`, none twice.
absl::Status CheckIndices(std::span<const int64_t> indices, size_t end, const char* major, size_t i,
                          std::vector<int64_t>& sorted) {
  for (int64_t index : indices) {
    if (index >= 0 && static_cast<uint64_t>(index) < end) continue;
    return BadNpz("index " + std::to_string(index) + " of " + major + " " + std::to_string(i) + " is not below " +
                  std::to_string(end));
  }
  if (std::ranges::adjacent_find(indices, std::greater_equal<>()) == indices.end()) return absl::OkStatus();
  sorted.assign(indices.begin(), indices.end());
  std::sort(sorted.begin(), sorted.end());
  auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice == sorted.end()) return absl::OkStatus();
  return BadNpz(std::string(major) + " " + std::to_string(i) + " has index " + std::to_string(*twice) + " twice",
                "call X.sum_duplicates() before saving");
}

// A CSR matrix as stored: the offsets are in memory, the entries of a chunk's rows are read with it.
template <class T>
class CsrReader : public Reader {
 public:
  CsrReader(NpzArchive archive, Shape shape) : archive_(std::move(archive)), shape_(shape) {}

  // Reads everything once, so that what is wrong is known before the first row is given.
  absl::Status Prepare() {
    ASSIGN_OR_RETURN(auto indptr, archive_.OpenIntegers("indptr"));
    if (indptr.header().items != shape_.rows + 1) {
      return BadNpz("indptr is not " + std::to_string(shape_.rows + 1) + " offsets");
    }
    ASSIGN_OR_RETURN(auto offsets, indptr.template ReadAll<int64_t>());
    indptr_ = std::move(offsets);
    RETURN_IF_ERROR(Restart());
    uint64_t stored = data_->header().items;
    if (indices_->header().items != stored) {
      return BadNpz(std::to_string(indices_->header().items) + " indices for " + std::to_string(stored) + " values");
    }
    RETURN_IF_ERROR(CheckOffsets(indptr_, shape_.rows, stored));
    for (bool more = true; more;) {
      ASSIGN_OR_RETURN(auto table, ReadRows(SIZE_MAX, kChunkBytes));
      more = table.has_value();
    }
    for (NpzMember* member : {&*data_, &*indices_}) {
      RETURN_IF_ERROR(member->Finish());
    }
    return Restart();
  }

  absl::StatusOr<std::optional<Table>> ReadRows(size_t max_rows, uint64_t max_bytes) override {
    if (row_ == shape_.rows && std::exchange(given_, true)) return std::nullopt;
    given_ = true;
    const size_t first = row_;
    row_ += RowsThatFit(max_rows, max_bytes);
    OwnedCsr<T> chunk{row_ - first, shape_.cols, {}, {}, {}, data_->header().dtype};
    for (size_t i = first; i <= row_; ++i) chunk.indptr.push_back(indptr_[i] - indptr_[first]);
    std::vector<int64_t> indices(static_cast<size_t>(chunk.indptr.back()));
    chunk.data.resize(indices.size());
    RETURN_IF_ERROR(indices_->Read<int64_t>(indices));
    RETURN_IF_ERROR(data_->Read<T>(chunk.data));
    for (size_t i = 0; i < chunk.rows; ++i) {
      auto begin = static_cast<size_t>(chunk.indptr[i]), end = static_cast<size_t>(chunk.indptr[i + 1]);
      auto sound = CheckIndices(std::span(indices).subspan(begin, end - begin), shape_.cols, "row", first + i, sorted_);
      if (!sound.ok()) return sound;
    }
    chunk.indices.assign(indices.begin(), indices.end());
    return Table(std::move(chunk), row_ - first, first);
  }

 private:
  absl::Status Restart() {
    row_ = 0;
    given_ = false;
    ASSIGN_OR_RETURN(auto data, archive_.OpenMember("data"));
    ASSIGN_OR_RETURN(auto indices, archive_.OpenIntegers("indices"));
    data_ = std::move(data);
    indices_ = std::move(indices);
    return absl::OkStatus();
  }

  // At least one row, and then as many as have few enough entries.
  size_t RowsThatFit(size_t max_rows, uint64_t max_bytes) const {
    const auto entries = static_cast<int64_t>(max_bytes / 16);
    size_t rows = std::min(max_rows, shape_.rows - row_);
    auto begin = indptr_.begin() + static_cast<ptrdiff_t>(row_);
    auto fits = std::upper_bound(begin, begin + static_cast<ptrdiff_t>(rows) + 1, *begin + entries);
    return std::min(rows, std::max<size_t>(1, static_cast<size_t>(fits - begin) - 1));
  }

  NpzArchive archive_;
  Shape shape_;
  std::vector<int64_t> indptr_;
  std::optional<NpzMember> data_, indices_;
  std::vector<int64_t> sorted_;
  size_t row_ = 0;
  bool given_ = false;
};

// A matrix in memory, in chunks.
template <class T>
class MemoryReader : public Reader {
 public:
  explicit MemoryReader(OwnedCsr<T> csr) : csr_(std::move(csr)) {}

  absl::StatusOr<std::optional<Table>> ReadRows(size_t max_rows, uint64_t /*max_bytes*/) override {
    if (row_ == csr_.rows && std::exchange(given_, true)) return std::nullopt;
    given_ = true;
    size_t first = row_, rows = std::min(max_rows, csr_.rows - row_);
    row_ += rows;
    if (rows == csr_.rows) return Table(std::move(csr_), rows);
    OwnedCsr<T> chunk{rows, csr_.cols, {}, {}, {}, csr_.dtype};
    int64_t begin = csr_.indptr[first], end = csr_.indptr[first + rows];
    for (size_t i = 0; i <= rows; ++i) chunk.indptr.push_back(csr_.indptr[first + i] - begin);
    chunk.indices.assign(csr_.indices.begin() + begin, csr_.indices.begin() + end);
    chunk.data.assign(csr_.data.begin() + begin, csr_.data.begin() + end);
    return Table(std::move(chunk), rows, first);
  }

 private:
  OwnedCsr<T> csr_;
  size_t row_ = 0;
  bool given_ = false;
};

// scipy's csc_tocsr: rows come out with their columns in order. The columns must have been checked.
template <class T>
OwnedCsr<T> ByRows(Shape shape, std::span<const int64_t> indptr, std::span<const int64_t> indices,
                   std::span<const T> data, DType dtype) {
  OwnedCsr<T> csr{shape.rows, shape.cols, std::vector<int64_t>(shape.rows + 1), {}, {}, dtype};
  csr.indices.resize(data.size());
  csr.data.resize(data.size());
  for (int64_t row : indices) ++csr.indptr[static_cast<size_t>(row) + 1];
  for (size_t i = 0; i < csr.rows; ++i) csr.indptr[i + 1] += csr.indptr[i];
  std::vector<int64_t> next(csr.indptr.begin(), csr.indptr.end() - 1);
  for (size_t j = 0; j < shape.cols; ++j) {
    for (auto k = static_cast<size_t>(indptr[j]); k < static_cast<size_t>(indptr[j + 1]); ++k) {
      auto to = static_cast<size_t>(next[static_cast<size_t>(indices[k])]++);
      csr.indices[to] = static_cast<int32_t>(j);
      csr.data[to] = data[k];
    }
  }
  return csr;
}

// Columns cannot be given row by row without having them all.
template <class T>
absl::StatusOr<std::unique_ptr<Reader>> ReadColumns(NpzArchive& archive, Shape shape) {
  auto read = [&](const char* name) -> absl::StatusOr<std::vector<int64_t>> {
    ASSIGN_OR_RETURN(auto member, archive.OpenIntegers(name));
    return member.ReadAll<int64_t>();
  };
  ASSIGN_OR_RETURN(auto member, archive.OpenMember("data"));
  const DType dtype = member.header().dtype;
  auto data = member.template ReadAll<T>();
  auto indices = read("indices"), indptr = read("indptr");
  for (const absl::Status& status : {data.status(), indices.status(), indptr.status()}) {
    if (!status.ok()) return status;
  }
  if (indices->size() != data->size()) {
    return BadNpz(std::to_string(indices->size()) + " indices for " + std::to_string(data->size()) + " values");
  }
  RETURN_IF_ERROR(CheckOffsets(*indptr, shape.cols, data->size()));
  // Offsets are made for rows of which the file holds nothing but their number.
  const uint64_t most = (uint64_t{1} << 20) + 16 * data->size();
  if (shape.rows > most) {
    return BadNpz(std::to_string(shape.rows) + " rows are more than a CSC matrix of " + std::to_string(data->size()) +
                      " entries can have here",
                  "save X.tocsr()");
  }
  std::vector<int64_t> sorted;
  for (size_t j = 0; j < shape.cols; ++j) {
    auto begin = static_cast<size_t>((*indptr)[j]), end = static_cast<size_t>((*indptr)[j + 1]);
    auto sound = CheckIndices(std::span(*indices).subspan(begin, end - begin), shape.rows, "column", j, sorted);
    if (!sound.ok()) return sound;
  }
  return std::make_unique<MemoryReader<T>>(ByRows<T>(shape, *indptr, *indices, *data, dtype));
}

template <class T>
absl::StatusOr<std::unique_ptr<Reader>> OpenMatrix(NpzArchive archive, Shape shape, bool by_columns) {
  if (by_columns) return ReadColumns<T>(archive, shape);
  auto reader = std::make_unique<CsrReader<T>>(std::move(archive), shape);
  RETURN_IF_ERROR(reader->Prepare());
  return reader;
}

absl::StatusOr<bool> IsByColumns(NpzArchive& archive) {
  ASSIGN_OR_RETURN(auto document, archive.ReadDocument("format"));
  auto format = ParseNpyHeader(document, document.size());
  std::string name;
  if (!format.ok() || format->dtype != DType::kString || format->items != 1 ||
      !DecodeText(*format, document.data() + format->offset, name) || (name != "csr" && name != "csc")) {
    return BadNpz("the sparse format '" + Escape(name, 20) + "' is not csr or csc", "save X.tocsr()");
  }
  return name == "csc";
}

absl::StatusOr<DType> ReadDType(NpzArchive& archive) {
  ASSIGN_OR_RETURN(auto data, archive.OpenMember("data"));
  const NpyHeader& header = data.header();
  if (header.dtype == DType::kFloat16) return BadNpz("scipy computes with no float16", "save X.astype('float32')");
  if (header.dtype == DType::kString || header.shape.size() != 1)
    return BadNpz("'data' is not a one-dimensional array of numbers");
  return header.dtype;
}

absl::StatusOr<Shape> ReadShape(NpzArchive& archive, const Limits& limits) {
  ASSIGN_OR_RETURN(auto member, archive.OpenIntegers("shape"));
  ASSIGN_OR_RETURN(auto shape, member.ReadAll<int64_t>());
  constexpr int64_t kMaxCols = std::numeric_limits<int32_t>::max();
  // Rows are bounded by the offsets that CSR stores for them; CSC stores none, so they need a bound of their own.
  if (shape.size() != 2 || shape[0] < 0 || shape[1] < 1 || shape[1] > kMaxCols) {
    return BadNpz("the shape is not two-dimensional with 1 to 2^31 - 1 columns");
  }
  uint64_t rows = static_cast<uint64_t>(shape[0]),
           row_limit = std::min(limits.rows, limits.memory / sizeof(int64_t) / 4);
  if (rows > row_limit) return LimitError("rows", rows, row_limit, "rows of the input");
  return Shape{rows, static_cast<size_t>(shape[1])};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> OpenNpz(Fd fd, const std::string& path, const Limits& limits) {
  ASSIGN_OR_RETURN(auto archive, NpzArchive::Open(fd, path, limits));
  if (!archive.Has("format")) {
    return BadNpz("the .npz is not a sparse matrix of scipy.sparse.save_npz",
                  "save a dense matrix with numpy.save, as .npy");
  }
  ASSIGN_OR_RETURN(auto by_columns, IsByColumns(archive));
  ASSIGN_OR_RETURN(auto shape, ReadShape(archive, limits));
  ASSIGN_OR_RETURN(auto dtype, ReadDType(archive));
  return WithCarrier(
      dtype, [&](auto tag) { return OpenMatrix<typename decltype(tag)::type>(std::move(archive), shape, by_columns); });
}

}  // namespace pratique
