#include "data/byte_stream.h"

#include <unistd.h>

#include "data/input_error.h"

namespace pratique {

bool ByteStream::Fill() {
  if (!status_.ok()) return false;
  at_ = end_ = 0;
  auto n = ReadSome(fd_, buffer_, path_);
  if (!n.ok()) status_ = n.status();
  end_ = n.ok() ? *n : 0;
  return end_ > 0;
}

absl::StatusOr<bool> ByteStream::ReadLine(std::string& line) {
  line.clear();
  if (Peek() < 0) return status_.ok() ? absl::StatusOr<bool>(false) : status_;
  while (Peek() >= 0) {
    const char* begin = buffer_.data() + at_;
    const void* found = std::memchr(begin, '\n', end_ - at_);
    size_t length = found ? static_cast<size_t>(static_cast<const char*>(found) - begin) : end_ - at_;
    if (length > kMaxRecord - line.size()) {
      return InputError("input.line", "a line is longer than " + std::to_string(kMaxRecord) + " bytes");
    }
    line.append(begin, length);
    at_ += length + (found != nullptr);
    if (found) break;
  }
  if (!status_.ok()) return status_;
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return true;
}

absl::Status ByteStream::Rewind() {
  at_ = end_ = 0;
  if (::lseek(fd_.get(), 0, SEEK_SET) != 0) return IoError("io.read", Escape(path_) + " cannot be read twice");
  return status_;
}

}  // namespace pratique
