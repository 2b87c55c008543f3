// scipy.sparse.save_npz: a zip of format.npy, shape.npy, data.npy, indices.npy, indptr.npy.
#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "data/input_error.h"
#include "data/npy.h"
#include "data/open.h"

namespace pratique {
namespace {

absl::Status Bad(std::string message, std::string help = "") {
  return InputError("input.npz", std::move(message), std::move(help));
}

struct CloseZip {
  void operator()(zip_t* z) const { zip_discard(z); }
  void operator()(zip_file_t* f) const { zip_fclose(f); }
};

struct Array {
  NpyHeader header;
  std::vector<char> bytes;
  const char* elements() const { return bytes.data() + header.offset; }
};

// The arrays of one .npz, within limits.inflated_bytes in sum.
class Archive {
 public:
  static absl::StatusOr<Archive> Open(const Fd& fd, const std::string& path, const Limits& limits);
  bool Has(const char* name) const { return zip_name_locate(zip_.get(), name, ZIP_FL_ENC_RAW) >= 0; }
  absl::StatusOr<Array> Read(const std::string& name);
  // An array of whole numbers, one-dimensional.
  absl::StatusOr<std::vector<int64_t>> ReadIntegers(const std::string& name);

 private:
  Archive(zip_t* zip, uint64_t budget) : zip_(zip), limit_(budget), left_(budget) {}
  std::unique_ptr<zip_t, CloseZip> zip_;
  uint64_t limit_, left_;
};

absl::StatusOr<Archive> Archive::Open(const Fd& fd, const std::string& path, const Limits& limits) {
  int copy = ::dup(fd.get()), error = 0;
  if (copy < 0) return IoError("io.read", Escape(path) + " cannot be read");
  zip_t* zip = zip_fdopen(copy, ZIP_CHECKCONS, &error);
  if (zip == nullptr) {
    ::close(copy);
    zip_error_t reason;
    zip_error_init_with_code(&reason, error);
    std::string text = zip_error_strerror(&reason);
    zip_error_fini(&reason);
    return Bad("the .npz is not a sound zip file: " + Escape(text));
  }
  return Archive(zip, limits.inflated_bytes);
}

absl::StatusOr<Array> Archive::Read(const std::string& name) {
  std::string entry = name + ".npy";
  zip_stat_t info;
  if (zip_stat(zip_.get(), entry.c_str(), ZIP_FL_ENC_RAW, &info) != 0 || !(info.valid & ZIP_STAT_SIZE)) {
    return Bad("the .npz has no '" + entry + "'", "save it with scipy.sparse.save_npz");
  }
  if (info.size > left_) return LimitError("inflated_bytes", limit_ - left_ + info.size, limit_, "the .npz");
  left_ -= info.size;
  std::unique_ptr<zip_file_t, CloseZip> file(zip_fopen_index(zip_.get(), info.index, 0));
  if (!file) return Bad("'" + entry + "' cannot be read: " + Escape(zip_strerror(zip_.get())));
  Array array;
  // Grown as the bytes come: the size is only a claim.
  constexpr uint64_t kStep = uint64_t{1} << 24;
  while (array.bytes.size() < info.size) {
    size_t used = array.bytes.size();
    array.bytes.resize(used + static_cast<size_t>(std::min(kStep, info.size - used)));
    zip_int64_t n = zip_fread(file.get(), array.bytes.data() + used, array.bytes.size() - used);
    if (n <= 0)
      return Bad("'" + entry + "' is cut short or damaged: " + Escape(zip_file_strerror(file.get())));
    array.bytes.resize(used + static_cast<size_t>(n));
  }
  char extra;
  if (zip_fread(file.get(), &extra, 1) != 0)
    return Bad("'" + entry + "' is damaged: its size or checksum differs");
  auto header = ParseNpyHeader(array.bytes, array.bytes.size());
  if (!header.ok()) return Bad("'" + entry + "': " + std::string(header.status().message()));
  array.header = *std::move(header);
  return array;
}

absl::StatusOr<std::vector<int64_t>> Archive::ReadIntegers(const std::string& name) {
  auto array = Read(name);
  if (!array.ok()) return array.status();
  DType type = array->header.dtype;
  if ((type != DType::kInt32 && type != DType::kInt64) || array->header.shape.size() != 1) {
    return Bad("'" + name + "' is not a one-dimensional array of int32 or int64");
  }
  std::vector<int64_t> values(array->header.items);
  DecodeNumbers<int64_t>(array->header, array->elements(), values);
  return values;
}

// A compressed matrix as stored: `major` is rows of CSR, columns of CSC.
template <class T>
struct Compressed {
  size_t major = 0, minor = 0;
  std::vector<int64_t> indptr, indices;
  std::vector<T> data;
};

template <class T>
absl::Status Check(const Compressed<T>& x, const char* major) {
  size_t n = x.data.size();
  if (x.indices.size() != n)
    return Bad(std::to_string(x.indices.size()) + " indices for " + std::to_string(n) + " values");
  if (x.indptr.size() != x.major + 1 || x.indptr.front() != 0 || x.indptr.back() != static_cast<int64_t>(n)) {
    return Bad("indptr is not " + std::to_string(x.major + 1) + " offsets from 0 to " + std::to_string(n));
  }
  for (size_t i = 0; i < x.major; ++i) {
    if (x.indptr[i] > x.indptr[i + 1]) return Bad("indptr decreases at " + std::to_string(i + 1));
  }
  std::vector<int64_t> sorted;
  for (size_t i = 0; i < x.major; ++i) {
    auto begin = x.indices.begin() + x.indptr[i], end = x.indices.begin() + x.indptr[i + 1];
    for (auto it = begin; it != end; ++it) {
      if (*it >= 0 && static_cast<uint64_t>(*it) < x.minor) continue;
      return Bad("index " + std::to_string(*it) + " of " + major + " " + std::to_string(i) +
                 " is not below " + std::to_string(x.minor));
    }
    sorted.assign(begin, end);
    std::sort(sorted.begin(), sorted.end());
    if (auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end()) {
      return Bad(
          std::string(major) + " " + std::to_string(i) + " has index " + std::to_string(*twice) + " twice",
          "call X.sum_duplicates() before saving");
    }
  }
  return absl::OkStatus();
}

template <class T>
OwnedCsr<T> FromRows(Compressed<T> x) {
  OwnedCsr<T> csr{x.major, x.minor, std::move(x.indptr), {}, std::move(x.data)};
  csr.indices.assign(x.indices.begin(), x.indices.end());
  return csr;
}

// scipy's csc_tocsr: rows come out with their columns in order.
template <class T>
OwnedCsr<T> FromColumns(const Compressed<T>& x) {
  OwnedCsr<T> csr{x.minor, x.major, std::vector<int64_t>(x.minor + 1), {}, {}};
  csr.indices.resize(x.data.size());
  csr.data.resize(x.data.size());
  for (int64_t row : x.indices) ++csr.indptr[static_cast<size_t>(row) + 1];
  for (size_t i = 0; i < csr.rows; ++i) csr.indptr[i + 1] += csr.indptr[i];
  std::vector<int64_t> next(csr.indptr.begin(), csr.indptr.end() - 1);
  for (size_t j = 0; j < x.major; ++j) {
    for (int64_t k = x.indptr[j]; k < x.indptr[j + 1]; ++k) {
      auto to = static_cast<size_t>(next[static_cast<size_t>(x.indices[k])]++);
      csr.indices[to] = static_cast<int32_t>(j);
      csr.data[to] = x.data[k];
    }
  }
  return csr;
}

template <class T>
class CsrReader : public Reader {
 public:
  explicit CsrReader(OwnedCsr<T> csr) : csr_(std::move(csr)) {}

  absl::StatusOr<std::optional<Table>> ReadRows(size_t max_rows) override {
    if (row_ == csr_.rows && std::exchange(given_, true)) return std::nullopt;
    given_ = true;
    size_t first = row_, rows = std::min(max_rows, csr_.rows - row_);
    row_ += rows;
    if (rows == csr_.rows) return Table(std::move(csr_), rows);
    OwnedCsr<T> chunk{rows, csr_.cols, {}, {}, {}};
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

template <class T>
absl::StatusOr<std::unique_ptr<Reader>> ReadMatrix(Archive& archive, const Array& data,
                                                   const std::vector<int64_t>& shape, bool by_columns) {
  Compressed<T> x;
  x.major = static_cast<size_t>(shape[by_columns ? 1 : 0]);
  x.minor = static_cast<size_t>(shape[by_columns ? 0 : 1]);
  auto indices = archive.ReadIntegers("indices");
  if (!indices.ok()) return indices.status();
  auto indptr = archive.ReadIntegers("indptr");
  if (!indptr.ok()) return indptr.status();
  x.indices = *std::move(indices);
  x.indptr = *std::move(indptr);
  x.data.resize(data.header.items);
  DecodeNumbers<T>(data.header, data.elements(), x.data);
  if (auto sound = Check(x, by_columns ? "column" : "row"); !sound.ok()) return sound;
  return std::make_unique<CsrReader<T>>(by_columns ? FromColumns(x) : FromRows(std::move(x)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> OpenNpz(Fd fd, const std::string& path, const Limits& limits) {
  auto archive = Archive::Open(fd, path, limits);
  if (!archive.ok()) return archive.status();
  if (!archive->Has("format.npy")) {
    return Bad("the .npz is not a sparse matrix of scipy.sparse.save_npz",
               "save a dense matrix with numpy.save, as .npy");
  }
  auto format = archive->Read("format");
  if (!format.ok()) return format.status();
  std::string name;
  if (format->header.dtype != DType::kString || format->header.items != 1 ||
      !DecodeText(format->header, format->elements(), name) || (name != "csr" && name != "csc")) {
    return Bad("the sparse format '" + Escape(name, 20) + "' is not csr or csc", "save X.tocsr()");
  }
  auto shape = archive->ReadIntegers("shape");
  if (!shape.ok()) return shape.status();
  constexpr int64_t kMaxCols = std::numeric_limits<int32_t>::max();
  // Rows are bounded by the offsets that CSR stores for them; CSC stores none, so they need a bound of their
  // own.
  if (shape->size() != 2 || (*shape)[0] < 0 || (*shape)[1] < 1 || (*shape)[1] > kMaxCols) {
    return Bad("the shape is not two-dimensional with 1 to 2^31 - 1 columns");
  }
  uint64_t rows = static_cast<uint64_t>((*shape)[0]),
           row_limit = std::min(limits.rows, limits.memory / sizeof(int64_t) / 4);
  if (rows > row_limit) return LimitError("rows", rows, row_limit, "rows of the input");
  auto data = archive->Read("data");
  if (!data.ok()) return data.status();
  if (data->header.dtype == DType::kString || data->header.shape.size() != 1)
    return Bad("'data' is not a one-dimensional array of numbers");
  bool by_columns = name == "csc";
  if (data->header.dtype == DType::kFloat32) return ReadMatrix<float>(*archive, *data, *shape, by_columns);
  return ReadMatrix<double>(*archive, *data, *shape, by_columns);
}

}  // namespace pratique
