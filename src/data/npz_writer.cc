#include "data/npz_writer.h"

#include <zip.h>

#include <algorithm>
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

absl::Status Failed(const char* what) { return IoError("io.write", std::string("cannot write the .npz: ") + what); }

// The zip file of `entries`, which must outlive the call.
absl::StatusOr<std::string> Zip(const std::vector<Entry>& entries, bool deflate) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  if (target == nullptr) return Failed(zip_error_strerror(&error));
  zip_source_keep(target);  // for reading what was written after zip_close
  struct Free {
    void operator()(zip_source_t* s) const { zip_source_free(s); }
  };
  std::unique_ptr<zip_source_t, Free> kept(target);
  zip_t* zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  if (zip == nullptr) {
    zip_source_free(target);
    return Failed(zip_error_strerror(&error));
  }
  constexpr zip_uint16_t kFirstDay = 1 << 5 | 1;  // 1980-01-01
  for (const Entry& entry : entries) {
    zip_source_t* source = zip_source_buffer(zip, entry.bytes.data(), entry.bytes.size(), 0);
    zip_int64_t index = source ? zip_file_add(zip, entry.name.c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
    if (index < 0) {
      zip_source_free(source);
      zip_discard(zip);
      return Failed("out of memory");
    }
    auto i = static_cast<zip_uint64_t>(index);
    zip_set_file_compression(zip, i, deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
    zip_file_set_dostime(zip, i, 0, kFirstDay, 0);
  }
  if (zip_close(zip) != 0) {
    std::string reason = zip_strerror(zip);
    zip_discard(zip);
    return Failed(reason.c_str());
  }
  std::string out;
  zip_stat_t info;
  if (zip_source_open(target) != 0 || zip_source_stat(target, &info) != 0) return Failed("cannot read back");
  out.resize(info.size);
  zip_int64_t n = zip_source_read(target, out.data(), out.size());
  zip_source_close(target);
  if (n != static_cast<zip_int64_t>(out.size())) return Failed("cannot read back");
  return out;
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
