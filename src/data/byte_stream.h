// A file read forward in blocks, byte by byte or line by line.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "data/file_io.h"

namespace pratique {

class ByteStream {
 public:
  // One record (line, or CSV record with line breaks inside quotes) may take this much memory.
  static constexpr size_t kMaxRecord = size_t{1} << 28;

  ByteStream(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)), buffer_(size_t{1} << 18) {}

  // The next byte, without taking it; -1 at the end and after an error (see status()).
  int Peek() { return at_ < end_ || Fill() ? static_cast<unsigned char>(buffer_[at_]) : -1; }
  int Get() {
    int c = Peek();
    at_ += c >= 0;
    return c;
  }
  // The next line without its end ("\n" or "\r\n"); false at the end of the file.
  absl::StatusOr<bool> ReadLine(std::string& line);
  // A whole line is in memory: reading it will not wait.
  bool HasLine() const { return at_ < end_ && std::memchr(buffer_.data() + at_, '\n', end_ - at_) != nullptr; }

  bool CanRewind() const { return FileSize(fd_) != kUnknownSize; }
  absl::Status Rewind();
  const absl::Status& status() const { return status_; }

 private:
  bool Fill();

  Fd fd_;
  std::string path_;
  std::vector<char> buffer_;
  size_t at_ = 0, end_ = 0;
  absl::Status status_;
};

}  // namespace pratique
