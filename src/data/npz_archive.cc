#include "data/npz_archive.h"

#include <minizip/unzip.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <utility>

#include "data/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

// What is not yet there is not allocated either: sizes are only claims.
constexpr uint64_t kStep = uint64_t{1} << 20;
constexpr uLong kEncrypted = 1;

}  // namespace

// What minizip reads of a file, by offsets: the members of one file are read in turns.
class Unzip {
 public:
  static UnzipPtr Open(int fd, uint64_t size) {
    UnzipPtr zip(new Unzip(fd, size));
    zlib_filefunc64_def io{.zopen64_file = [](voidpf self, const void*, int) { return self; },
                           .zread_file = Read,
                           .zwrite_file = nullptr,
                           .ztell64_file = [](voidpf self, voidpf) { return ZPOS64_T{Of(self).at_}; },
                           .zseek64_file = Seek,
                           .zclose_file = [](voidpf, voidpf) { return 0; },
                           .zerror_file = [](voidpf, voidpf self) { return Of(self).failed_ ? 1 : 0; },
                           .opaque = zip.get()};
    zip->file_ = unzOpen2_64(nullptr, &io);
    return zip->file_ != nullptr ? std::move(zip) : nullptr;
  }
  Unzip(const Unzip&) = delete;
  ~Unzip() {
    if (file_ != nullptr) unzClose(file_);
    if (fd_ >= 0) ::close(fd_);
  }

  unzFile file() const { return file_; }
  // Another reader of the same file, or null.
  UnzipPtr Again() const {
    const int fd = ::dup(fd_);
    return fd >= 0 ? Open(fd, size_) : nullptr;
  }

 private:
  Unzip(int fd, uint64_t size) : fd_(fd), size_(size) {}  // takes `fd`

  static Unzip& Of(voidpf self) { return *static_cast<Unzip*>(self); }
  // minizip reads its headers byte by byte.
  static uLong Read(voidpf, voidpf self, void* out, uLong size) {
    Unzip& zip = Of(self);
    uLong done = 0;
    while (done < size && (zip.IsAhead() || zip.ReadAhead())) {
      const uint64_t from = zip.at_ - zip.ahead_at_, n = std::min<uint64_t>(size - done, zip.ahead_size_ - from);
      std::copy_n(&zip.ahead_[from], n, static_cast<char*>(out) + done);
      zip.at_ += n;
      done += n;
    }
    return done;
  }
  bool IsAhead() const { return at_ >= ahead_at_ && at_ - ahead_at_ < ahead_size_; }
  bool ReadAhead() {
    ssize_t n;
    do {
      n = ::pread(fd_, ahead_.data(), ahead_.size(), static_cast<off_t>(at_));
    } while (n < 0 && errno == EINTR);
    failed_ |= n < 0;
    ahead_at_ = at_;
    ahead_size_ = n > 0 ? static_cast<size_t>(n) : 0;
    return ahead_size_ > 0;
  }
  static long Seek(voidpf, voidpf self, ZPOS64_T offset, int from) {
    Unzip& zip = Of(self);
    const uint64_t base = from == ZLIB_FILEFUNC_SEEK_END ? zip.size_ : from == ZLIB_FILEFUNC_SEEK_CUR ? zip.at_ : 0;
    uint64_t at;
    if (__builtin_add_overflow(base, offset, &at) || at > zip.size_) return -1;
    zip.at_ = at;
    return 0;
  }

  int fd_;
  uint64_t size_, at_ = 0;
  bool failed_ = false;
  std::array<char, size_t{16} << 10> ahead_;
  uint64_t ahead_at_ = 0;
  size_t ahead_size_ = 0;
  unzFile file_ = nullptr;
};

void CloseUnzip::operator()(Unzip* zip) const { delete zip; }

absl::Status BadNpz(std::string message, std::string help) {
  return InputError("input.npz", std::move(message), std::move(help));
}

absl::Status NpzMember::ReadBytes(std::span<char> out) {
  left_ -= std::min<uint64_t>(left_, out.size());
  size_t ready = std::min(ahead_.size(), out.size());
  std::copy_n(ahead_.begin(), ready, out.begin());
  ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<ptrdiff_t>(ready));
  for (out = out.subspan(ready); !out.empty();) {
    const size_t most = std::min<size_t>(out.size(), std::numeric_limits<int>::max());
    const int n = unzReadCurrentFile(zip_->file(), out.data(), static_cast<unsigned>(most));
    if (n <= 0) return BadNpz("'" + name_ + "' is cut short or damaged");
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
  if (left_ == 0 && unzCloseCurrentFile(zip_->file()) == UNZ_OK) return absl::OkStatus();
  return BadNpz("'" + name_ + "' is damaged: its size or checksum differs");
}

absl::StatusOr<NpzArchive> NpzArchive::Open(const Fd& fd, const std::string& path, const Limits& limits) {
  const int copy = ::dup(fd.get());
  if (copy < 0) return IoError("io.read", Escape(path) + " cannot be read");
  UnzipPtr zip = Unzip::Open(copy, FileSize(fd));
  if (zip == nullptr) return BadNpz("the .npz is not a sound zip file: its directory is missing or broken");
  NpzArchive archive(std::move(zip), limits.inflated_bytes);
  RETURN_IF_ERROR(archive.ReadDirectory());
  return archive;
}

absl::Status NpzArchive::ReadDirectory() {
  unz_global_info64 all;
  if (unzGetGlobalInfo64(zip_->file(), &all) != UNZ_OK) return BadNpz("the .npz has no directory");
  std::string longest(std::numeric_limits<uint16_t>::max(), '\0');
  int status = all.number_entry == 0 ? UNZ_END_OF_LIST_OF_FILE : unzGoToFirstFile(zip_->file());
  for (; status == UNZ_OK; status = unzGoToNextFile(zip_->file())) {
    unz_file_info64 info;
    unz64_file_pos at;
    if (unzGetCurrentFileInfo64(zip_->file(), &info, longest.data(), longest.size(), nullptr, 0, nullptr, 0) !=
            UNZ_OK ||
        unzGetFilePos64(zip_->file(), &at) != UNZ_OK || (info.flag & kEncrypted) != 0) {
      return BadNpz("an entry of the .npz is broken or encrypted");
    }
    std::string name = longest.substr(0, info.size_filename);
    const Place place{at.pos_in_zip_directory, at.num_of_file, info.uncompressed_size};
    if (!places_.emplace(name, place).second) return BadNpz("the .npz has '" + Escape(name) + "' twice");
  }
  if (status != UNZ_END_OF_LIST_OF_FILE || places_.size() != all.number_entry) {
    return BadNpz("the .npz is not a sound zip file: its directory is cut short or broken");
  }
  return absl::OkStatus();
}

size_t NpzArchive::members() const { return places_.size(); }

bool NpzArchive::Has(const std::string& name) const { return places_.contains(name + ".npy"); }

absl::StatusOr<NpzMember> NpzArchive::OpenFile(const std::string& name) {
  NpzMember member;
  member.name_ = name + ".npy";
  const auto found = places_.find(member.name_);
  if (found == places_.end()) {
    return BadNpz("the .npz has no '" + member.name_ + "'", "save it with scipy.sparse.save_npz");
  }
  Place& place = found->second;
  if (!std::exchange(place.charged, true)) {
    if (place.size > budget_ - spent_) return LimitError("inflated_bytes", spent_ + place.size, budget_, "the .npz");
    spent_ += place.size;
  }
  member.size_ = member.left_ = place.size;
  member.zip_ = zip_->Again();
  const unz64_file_pos at{place.offset, place.number};
  if (member.zip_ == nullptr || unzGoToFilePos64(member.zip_->file(), &at) != UNZ_OK ||
      unzOpenCurrentFile(member.zip_->file()) != UNZ_OK) {
    return BadNpz("'" + member.name_ + "' cannot be read: its header is missing, or is not what the directory says");
  }
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
