#include "data/npz_archive.h"

#include <unistd.h>
#include <zip.h>

#include <algorithm>

#include "data/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

// What is not yet there is not allocated either: sizes are only claims.
constexpr uint64_t kStep = uint64_t{1} << 20;

}  // namespace

absl::Status BadNpz(std::string message, std::string help) {
  return InputError("input.npz", std::move(message), std::move(help));
}

void CloseZip::operator()(zip* z) const { zip_discard(z); }
void CloseZip::operator()(zip_file* f) const { zip_fclose(f); }

absl::Status NpzMember::ReadBytes(std::span<char> out) {
  left_ -= std::min<uint64_t>(left_, out.size());
  size_t ready = std::min(ahead_.size(), out.size());
  std::copy_n(ahead_.begin(), ready, out.begin());
  ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<ptrdiff_t>(ready));
  for (out = out.subspan(ready); !out.empty();) {
    zip_int64_t n = zip_fread(file_.get(), out.data(), out.size());
    if (n <= 0) return BadNpz("'" + name_ + "' is cut short or damaged: " + Escape(zip_file_strerror(file_.get())));
    out = out.subspan(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

absl::Status NpzMember::ReadHeader() {
  std::vector<char> head(static_cast<size_t>(std::min<uint64_t>(size_, kMaxNpyHeader)));
  RETURN_IF_ERROR(ReadBytes(head));
  auto header = ParseNpyHeader(head, size_);
  if (!header.ok()) return BadNpz("'" + name_ + "': " + std::string(header.status().message()));
  header_ = *std::move(header);
  ahead_.assign(head.begin() + static_cast<ptrdiff_t>(header_.offset), head.end());
  left_ = size_ - header_.offset;
  return absl::OkStatus();
}

template <class T>
absl::Status NpzMember::Read(std::span<T> out) {
  if (out.size() > left_ / header_.item_size) return BadNpz("'" + name_ + "' has too few elements");
  block_.resize(out.size() * header_.item_size);
  RETURN_IF_ERROR(ReadBytes(block_));
  DecodeNumbers<T>(header_, block_.data(), out);
  return absl::OkStatus();
}

template <class T>
absl::StatusOr<std::vector<T>> NpzMember::ReadAll() {
  std::vector<T> values;
  while (left_ > 0) {
    size_t used = values.size();
    values.resize(used + static_cast<size_t>(std::min(kStep, left_ / header_.item_size)));
    RETURN_IF_ERROR(Read<T>(std::span(values).subspan(used)));
  }
  RETURN_IF_ERROR(Finish());
  return values;
}

template absl::Status NpzMember::Read(std::span<double>);
template absl::Status NpzMember::Read(std::span<float>);
template absl::Status NpzMember::Read(std::span<int64_t>);
template absl::Status NpzMember::Read(std::span<uint64_t>);
template absl::StatusOr<std::vector<double>> NpzMember::ReadAll();
template absl::StatusOr<std::vector<float>> NpzMember::ReadAll();
template absl::StatusOr<std::vector<int64_t>> NpzMember::ReadAll();
template absl::StatusOr<std::vector<uint64_t>> NpzMember::ReadAll();

absl::Status NpzMember::Finish() {
  char extra;
  if (left_ == 0 && zip_fread(file_.get(), &extra, 1) == 0) return absl::OkStatus();
  return BadNpz("'" + name_ + "' is damaged: its size or checksum differs");
}

absl::StatusOr<NpzArchive> NpzArchive::Open(const Fd& fd, const std::string& path, const Limits& limits) {
  int copy = ::dup(fd.get()), error = 0;
  if (copy < 0) return IoError("io.read", Escape(path) + " cannot be read");
  zip_t* z = zip_fdopen(copy, ZIP_CHECKCONS, &error);
  if (z != nullptr) return NpzArchive(z, limits.inflated_bytes);
  ::close(copy);
  zip_error_t reason;
  zip_error_init_with_code(&reason, error);
  std::string text = zip_error_strerror(&reason);
  zip_error_fini(&reason);
  return BadNpz("the .npz is not a sound zip file: " + Escape(text));
}

size_t NpzArchive::members() const { return static_cast<size_t>(zip_get_num_entries(zip_.get(), 0)); }

bool NpzArchive::Has(const std::string& name) const {
  return zip_name_locate(zip_.get(), (name + ".npy").c_str(), ZIP_FL_ENC_RAW) >= 0;
}

absl::StatusOr<NpzMember> NpzArchive::OpenFile(const std::string& name) {
  NpzMember member;
  member.name_ = name + ".npy";
  zip_stat_t info;
  if (zip_stat(zip_.get(), member.name_.c_str(), ZIP_FL_ENC_RAW, &info) != 0 || !(info.valid & ZIP_STAT_SIZE)) {
    return BadNpz("the .npz has no '" + member.name_ + "'", "save it with scipy.sparse.save_npz");
  }
  if (charged_.insert(name).second) {
    if (info.size > budget_ - spent_) return LimitError("inflated_bytes", spent_ + info.size, budget_, "the .npz");
    spent_ += info.size;
  }
  member.size_ = member.left_ = info.size;
  member.file_.reset(zip_fopen_index(zip_.get(), info.index, 0));
  if (!member.file_) return BadNpz("'" + member.name_ + "' cannot be read: " + Escape(zip_strerror(zip_.get())));
  return member;
}

absl::StatusOr<NpzMember> NpzArchive::OpenMember(const std::string& name) {
  auto member = OpenFile(name);
  if (!member.ok()) return member;
  RETURN_IF_ERROR(member->ReadHeader());
  return member;
}

absl::StatusOr<NpzMember> NpzArchive::OpenIntegers(const std::string& name) {
  auto member = OpenMember(name);
  if (!member.ok()) return member;
  const NpyHeader& header = member->header();
  bool integers = header.dtype == DType::kInt32 || header.dtype == DType::kInt64;
  if (integers && header.shape.size() == 1) return member;
  return BadNpz("'" + name + "' is not a one-dimensional array of int32 or int64");
}

absl::StatusOr<std::string> NpzArchive::ReadDocument(const std::string& name) {
  ASSIGN_OR_RETURN(auto member, OpenFile(name));
  std::string bytes;
  while (member.left_ > 0) {
    size_t used = bytes.size();
    bytes.resize(used + static_cast<size_t>(std::min(kStep, member.left_)));
    RETURN_IF_ERROR(member.ReadBytes({bytes.data() + used, bytes.size() - used}));
  }
  RETURN_IF_ERROR(member.Finish());
  return bytes;
}

}  // namespace pratique
