// Files: read once into private memory, read in blocks, written whole or not at all. POSIX.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "aligned_memory.h"
#include "pratique/limits.h"

namespace pratique {

// An owned file descriptor; -1 when empty.
class Fd {
 public:
  explicit Fd(int fd = -1, bool owned = true) : fd_(fd), owned_(owned) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)), owned_(other.owned_) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(owned_, other.owned_);
    return *this;
  }
  ~Fd();
  int get() const { return fd_; }
  absl::Status Close(const std::string& path);  // reports what close() reports

 private:
  int fd_;
  bool owned_;
};

// io.device for what is there and is neither a regular file nor a directory, without opening it: opening a pipe would
// wait for its writer, and opening a device can have effects. "-" is none.
absl::Status RefuseDevice(const std::string& path);
// Opens for reading; "-" is standard input. A directory is io.directory, a missing file io.not_found.
absl::StatusOr<Fd> OpenForReading(const std::string& path);
// The size of a regular file; nullopt-like UINT64_MAX for pipes and devices.
inline constexpr uint64_t kUnknownSize = UINT64_MAX;
uint64_t FileSize(const Fd& fd);
// Up to `out.size()` bytes from where the file stands; 0 at its end.
absl::StatusOr<size_t> ReadSome(const Fd& fd, std::span<char> out, const std::string& path);
// Exactly out.size() bytes from `offset`; the end of the file before that is io.read.
absl::Status ReadAt(const Fd& fd, uint64_t offset, std::span<char> out, const std::string& path);

// The bytes of a file in private memory, 64-byte aligned: no one else can change them after they were
// checked.
class FileBytes {
 public:
  FileBytes() = default;
  std::span<const uint8_t> span() const { return {data(), size_}; }
  const uint8_t* data() const { return reinterpret_cast<const uint8_t*>(memory_.get()); }
  size_t size() const { return size_; }

  static FileBytes Allocate(size_t size);  // uninitialised; throws std::bad_alloc
  uint8_t* mutable_data() { return reinterpret_cast<uint8_t*>(memory_.get()); }
  void Truncate(size_t size) { size_ = size; }

 private:
  AlignedMemory memory_;
  size_t size_ = 0;
};

// Reads a regular file, or standard input for "-", once. Refuses directories (io.directory), devices and
// pipes (io.device), absent and unreadable files (io.not_found, io.denied), and more than limits.file_bytes
// (limit.file_bytes, before it is read).
absl::StatusOr<FileBytes> ReadFile(const std::string& path, const Limits& limits);
// The same of a file that is open, from where it stands; `path` is for messages.
absl::StatusOr<FileBytes> ReadOpenFile(const Fd& fd, const Limits& limits, const std::string& path);

// A file that appears under its name only once it is complete: a temporary file in the same directory, synced
// and renamed by Commit, removed otherwise; what a killed run left is removed by the next Create for the same name.
// "-" is standard output and an existing device or pipe is written
// to directly.
class OutputFile {
 public:
  static absl::StatusOr<OutputFile> Create(const std::string& path);
  // Writes to an open file of someone else; Commit does nothing.
  static OutputFile Borrow(const Fd& fd, std::string name) {
    return {Fd(fd.get(), /*owned=*/false), std::move(name), ""};
  }
  OutputFile(OutputFile&&) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  absl::Status Write(std::string_view bytes);
  absl::Status WriteAt(uint64_t offset, std::string_view bytes);
  absl::Status Commit();

 private:
  OutputFile(Fd fd, std::string path, std::string temporary)
      : fd_(std::move(fd)), path_(std::move(path)), temporary_(std::move(temporary)) {}
  Fd fd_;
  std::string path_;
  std::string temporary_;  // "" when written directly or committed
};

absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes);

}  // namespace pratique
