#include "data/npz_writer.h"

#include <minizip/zip.h>

#include <algorithm>
#include <limits>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "data/array_buffer.h"
#include "data/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

struct Entry {
  std::string name;
  std::string bytes;
};

// What minizip writes, in memory: it goes back to a member's header once its sizes are known.
class Written {
 public:
  zlib_filefunc64_def Io() {
    return {.zopen64_file = [](voidpf self, const void*, int) { return self; },
            .zread_file = [](voidpf, voidpf, void*, uLong) { return uLong{0}; },
            .zwrite_file = Write,
            .ztell64_file = [](voidpf self, voidpf) { return ZPOS64_T{static_cast<Written*>(self)->at_}; },
            .zseek64_file = Seek,
            .zclose_file = [](voidpf, voidpf) { return 0; },
            .zerror_file = [](voidpf, voidpf) { return 0; },
            .opaque = this};
  }
  std::string Take() { return std::move(bytes_); }

 private:
  static uLong Write(voidpf, voidpf self, const void* data, uLong size) {
    auto& [bytes, at] = *static_cast<Written*>(self);
    try {
      if (at + size > bytes.size()) bytes.resize(at + size);
    } catch (const std::bad_alloc&) {  // not through minizip, which is C
      return 0;
    }
    std::copy_n(static_cast<const char*>(data), size, bytes.begin() + static_cast<ptrdiff_t>(at));
    at += size;
    return size;
  }
  static long Seek(voidpf, voidpf self, ZPOS64_T offset, int from) {
    auto& [bytes, at] = *static_cast<Written*>(self);
    const uint64_t base = from == ZLIB_FILEFUNC_SEEK_END ? bytes.size() : from == ZLIB_FILEFUNC_SEEK_CUR ? at : 0;
    if (offset > bytes.size() - base) return -1;
    at = base + offset;
    return 0;
  }

  std::string bytes_;
  size_t at_ = 0;
};

bool Add(zipFile zip, const Entry& entry, bool deflate) {
  constexpr uLong kFirstDay = (1 << 5 | 1) << 16;  // 1980-01-01
  constexpr size_t kStep = size_t{1} << 30;
  zip_fileinfo info{};
  info.dosDate = kFirstDay;
  const int wide = entry.bytes.size() >= std::numeric_limits<uint32_t>::max();
  if (zipOpenNewFileInZip64(zip, entry.name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr, deflate ? Z_DEFLATED : 0,
                            Z_DEFAULT_COMPRESSION, wide) != ZIP_OK) {
    return false;
  }
  for (size_t at = 0; at < entry.bytes.size(); at += kStep) {
    const size_t size = std::min(kStep, entry.bytes.size() - at);
    if (zipWriteInFileInZip(zip, entry.bytes.data() + at, static_cast<unsigned>(size)) != ZIP_OK) return false;
  }
  return zipCloseFileInZip(zip) == ZIP_OK;
}

absl::StatusOr<std::string> Zip(const std::vector<Entry>& entries, bool deflate) {
  Written written;
  zlib_filefunc64_def io = written.Io();
  zipFile zip = zipOpen2_64(nullptr, APPEND_STATUS_CREATE, nullptr, &io);
  bool good = zip != nullptr;
  for (const Entry& entry : entries) good = good && Add(zip, entry, deflate);
  if (zip != nullptr) good = zipClose(zip, nullptr) == ZIP_OK && good;
  if (!good) return IoError("io.write", "cannot write the .npz: out of memory");
  return written.Take();
}

template <class T>
std::string VectorBytes(DType dtype, const std::vector<T>& values) {
  Matrix array(dtype, {values.size()});
  std::copy(values.begin(), values.end(), array.values<T>().begin());
  return NpyBytes(array);
}

std::vector<Entry> CsrEntries(const CsrMatrix& x) {
  bool small =
      static_cast<int64_t>(x.indices.size()) <= INT32_MAX && x.rows <= INT32_MAX;  // scipy's choice of index type
  std::vector<int32_t> indptr32(small ? x.indptr.begin() : x.indptr.end(), x.indptr.end());
  std::vector<int64_t> indices64(small ? x.indices.end() : x.indices.begin(), x.indices.end());
  std::vector<int64_t> shape = {static_cast<int64_t>(x.rows), static_cast<int64_t>(x.cols)};
  std::string header = NpyHeaderBytes(DType::kBool, 0, {});
  // The format is a scalar of three bytes, S3, which no result ever is.
  header.replace(header.find("|b1"), 3, "|S3");
  return {
      {"indices.npy", small ? VectorBytes(DType::kInt32, x.indices) : VectorBytes(DType::kInt64, indices64)},
      {"indptr.npy", small ? VectorBytes(DType::kInt32, indptr32) : VectorBytes(DType::kInt64, x.indptr)},
      {"format.npy", header + "csr"},
      {"shape.npy", VectorBytes(DType::kInt64, shape)},
      {"data.npy", NpyBytes(x.data)},
  };
}

class NpzWriter : public Writer {
 public:
  NpzWriter(OutputFile file, size_t text_width) : file_(std::move(file)), text_width_(text_width) {}

  absl::Status Append(const Output& output) override {
    bool first = !std::exchange(started_, true);
    if (!output.columns.empty()) return MixedHasNoPlace();
    if (output.records) return RecordsHaveNoPlace();
    if (first) arrays_.resize(output.arrays.size(), ArrayBuffer(text_width_));
    if (arrays_.size() != output.arrays.size() || (!first && csr_.has_value() != output.csr.has_value())) {
      return ChunksDiffer();
    }
    for (size_t a = 0; a < arrays_.size(); ++a) {
      RETURN_IF_ERROR(arrays_[a].Append(output.arrays[a]));
    }
    if (output.csr && csr_ && output.csr->data.dtype() != csr_->data.dtype()) return ChunksDiffer();
    if (output.csr) AppendCsr(*output.csr);
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    std::vector<Entry> entries;
    if (csr_) entries = CsrEntries(*csr_);
    for (size_t a = 0; a < arrays_.size(); ++a) {
      entries.push_back({"arr_" + std::to_string(a) + ".npy",
                         arrays_[a].Header() + arrays_[a].TakeElements() + arrays_[a].TakeTexts()});
    }
    ASSIGN_OR_RETURN(auto zip, Zip(entries, /*deflate=*/csr_.has_value()));
    RETURN_IF_ERROR(file_.Write(zip));
    return file_.Commit();
  }

 private:
  void AppendCsr(const CsrMatrix& chunk) {
    if (!csr_) return void(csr_ = chunk);
    int64_t base = csr_->indptr.back() - chunk.indptr.front();
    for (size_t i = 1; i < chunk.indptr.size(); ++i) csr_->indptr.push_back(chunk.indptr[i] + base);
    csr_->indices.insert(csr_->indices.end(), chunk.indices.begin(), chunk.indices.end());
    csr_->data.Append(chunk.data);
    csr_->rows += chunk.rows;
  }

  OutputFile file_;
  size_t text_width_;
  bool started_ = false;
  std::vector<ArrayBuffer> arrays_;
  std::optional<CsrMatrix> csr_;
};

}  // namespace

std::unique_ptr<Writer> MakeNpzWriter(OutputFile file, const WriterOptions& options) {
  return std::make_unique<NpzWriter>(std::move(file), options.text_width);
}

}  // namespace pratique
