#include "data/file_io.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>
#include <random>
#include <system_error>

#include "data/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr size_t kBlock = size_t{1} << 20;

absl::Status Failed(const std::string& path, const char* doing, int error) {
  std::string code = error == ENOENT                     ? "io.not_found"
                     : error == EACCES || error == EPERM ? "io.denied"
                                                         : std::string("io.") + doing;
  return IoError(code, Escape(path) + ": cannot " + doing + ": " + std::generic_category().message(error));
}

absl::Status WriteAll(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), std::min<size_t>(bytes.size(), INT_MAX));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failed(path, "write", errno);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

// Standard input, whose size is not known: doubles until the end or the limit.
absl::StatusOr<FileBytes> ReadStream(const Fd& fd, const Limits& limits, const std::string& path) {
  FileBytes bytes = FileBytes::Allocate(kBlock);
  for (size_t used = 0;;) {
    if (used == bytes.size()) {
      FileBytes larger = FileBytes::Allocate(used * 2);
      std::memcpy(larger.mutable_data(), bytes.data(), used);
      bytes = std::move(larger);
    }
    ASSIGN_OR_RETURN(auto n,
                     ReadSome(fd, {reinterpret_cast<char*>(bytes.mutable_data()) + used, bytes.size() - used}, path));
    used += n;
    if (used > limits.file_bytes) return LimitError("file_bytes", used, limits.file_bytes, "standard input");
    if (n == 0) {
      bytes.Truncate(used);
      return bytes;
    }
  }
}

// A file that is being written is called <name>.<digits>.tmp, and is locked by its writer for as long as that lives.
bool IsTemporary(std::string_view file, std::string_view name) {
  if (!file.starts_with(name) || !file.ends_with(".tmp") || file.size() < name.size() + 6) return false;
  const std::string_view digits = file.substr(name.size() + 1, file.size() - name.size() - 5);
  return file[name.size()] == '.' && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

// Locks a file that has just been created. False: someone else took it for a leftover.
bool Take(const Fd& fd) {
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return false;
  struct stat info;
  return ::fstat(fd.get(), &info) == 0 && info.st_nlink > 0;
}

// Removes what runs that were killed have left beside `path`: temporary files that nobody holds locked.
void RemoveLeftovers(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (!IsTemporary(at->path().filename().string(), path.filename().string())) continue;
    Fd left(::open(at->path().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat info;
    if (left.get() < 0 || ::fstat(left.get(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    if (::flock(left.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(at->path().c_str());
  }
}

}  // namespace

Fd::~Fd() {
  if (fd_ >= 0 && owned_) ::close(fd_);
}

absl::Status Fd::Close(const std::string& path) {
  int fd = std::exchange(fd_, -1);
  if (fd >= 0 && owned_ && ::close(fd) != 0) return Failed(path, "write", errno);
  return absl::OkStatus();
}

absl::Status RefuseDevice(const std::string& path) {
  struct stat info;
  bool device = path != "-" && ::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
  return device ? IoError("io.device", Escape(path) + " is not a regular file") : absl::OkStatus();
}

absl::StatusOr<Fd> OpenForReading(const std::string& path) {
  if (path == "-") return Fd(STDIN_FILENO, /*owned=*/false);
  int fd;
  do {
    fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return Failed(path, "read", errno);
  Fd file(fd);
  struct stat info;
  if (::fstat(fd, &info) != 0) return Failed(path, "read", errno);
  if (S_ISDIR(info.st_mode)) return IoError("io.directory", Escape(path) + " is a directory");
  return file;
}

uint64_t FileSize(const Fd& fd) {
  struct stat info;
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return kUnknownSize;
  return static_cast<uint64_t>(info.st_size);
}

absl::StatusOr<size_t> ReadSome(const Fd& fd, std::span<char> out, const std::string& path) {
  for (;;) {
    ssize_t n = ::read(fd.get(), out.data(), std::min<size_t>(out.size(), INT_MAX));
    if (n >= 0) return static_cast<size_t>(n);
    if (errno != EINTR) return Failed(path, "read", errno);
  }
}

absl::Status ReadAt(const Fd& fd, uint64_t offset, std::span<char> out, const std::string& path) {
  while (!out.empty()) {
    ssize_t n = ::pread(fd.get(), out.data(), std::min<size_t>(out.size(), INT_MAX), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failed(path, "read", errno);
    if (n == 0) return IoError("io.read", Escape(path) + " became shorter while it was read");
    out = out.subspan(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
  return absl::OkStatus();
}

FileBytes FileBytes::Allocate(size_t size) {
  FileBytes bytes;
  bytes.memory_ = AllocateAligned(size);
  bytes.size_ = size;
  return bytes;
}

absl::StatusOr<FileBytes> ReadFile(const std::string& path, const Limits& limits) {
  RETURN_IF_ERROR(RefuseDevice(path));
  ASSIGN_OR_RETURN(auto fd, OpenForReading(path));
  return ReadOpenFile(fd, limits, path);
}

absl::StatusOr<FileBytes> ReadOpenFile(const Fd& fd, const Limits& limits, const std::string& path) try {
  uint64_t size = FileSize(fd);
  if (size == kUnknownSize) return ReadStream(fd, limits, path);
  if (size > limits.file_bytes) return LimitError("file_bytes", size, limits.file_bytes, Escape(path));
  FileBytes bytes = FileBytes::Allocate(size);
  size_t used = 0;
  while (used < size) {
    ASSIGN_OR_RETURN(auto n, ReadSome(fd, {reinterpret_cast<char*>(bytes.mutable_data()) + used, size - used}, path));
    if (n == 0) break;
    used += n;
  }
  bytes.Truncate(used);
  return bytes;
} catch (const std::bad_alloc&) {
  return IoError("io.memory", Escape(path) + ": not enough memory to read it");
}

absl::StatusOr<OutputFile> OutputFile::Create(const std::string& path) {
  if (path == "-") return OutputFile(Fd(STDOUT_FILENO, /*owned=*/false), path, "");
  struct stat info;
  bool exists = ::stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) return IoError("io.directory", Escape(path) + " is a directory");
  if (exists && !S_ISREG(info.st_mode)) {
    Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (fd.get() < 0) return Failed(path, "write", errno);
    return OutputFile(std::move(fd), path, "");
  }
  RemoveLeftovers(path);
  std::random_device random;
  for (int attempt = 0;; ++attempt) {
    std::string temporary = path + "." + std::to_string(random()) + ".tmp";
    Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (fd.get() >= 0 && Take(fd)) return OutputFile(std::move(fd), path, std::move(temporary));
    const bool again = fd.get() >= 0 || errno == EEXIST || errno == EINTR;
    if (!again || attempt == 100) return Failed(path, "write", errno);
  }
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : fd_(std::move(other.fd_)), path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, "")) {}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

absl::Status OutputFile::Write(std::string_view bytes) { return WriteAll(fd_.get(), bytes, path_); }

absl::Status OutputFile::WriteAt(uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failed(path_, "write", errno);
    bytes.remove_prefix(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
  return absl::OkStatus();
}

absl::Status OutputFile::Commit() {
  if (temporary_.empty()) return fd_.Close(path_);
  if (::fsync(fd_.get()) != 0) return Failed(path_, "write", errno);
  const Fd locked(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));  // nobody's leftover until it has its name
  RETURN_IF_ERROR(fd_.Close(path_));
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return Failed(path_, "write", errno);
  temporary_.clear();
  std::string directory = std::filesystem::path(path_).parent_path().string();
  Fd parent(::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems cannot sync a directory; the file itself is already safe under one of its two names.
  if (parent.get() >= 0) (void)::fsync(parent.get());
  return absl::OkStatus();
}

absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes) {
  ASSIGN_OR_RETURN(auto file, OutputFile::Create(path));
  RETURN_IF_ERROR(file.Write(bytes));
  return file.Commit();
}

}  // namespace pratique
