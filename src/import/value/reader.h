// A bounds-checked cursor over a pickle stream that knows about frames.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace pratique::pickle {

// Every read is wholly inside the current frame, or outside of any: readers that fetch frames whole and readers that
// ignore them then see the same bytes.
class Reader {
 public:
  enum class Fault : uint8_t { kNone, kTruncated, kFrame };

  explicit Reader(std::span<const std::byte> data) : data_(data) {}

  size_t position() const { return position_; }
  size_t size() const { return data_.size(); }
  size_t left() const { return data_.size() - position_; }
  bool in_frame() const { return frame_end_ != 0; }
  // Why the last read gave nothing.
  Fault fault() const { return fault_; }

  // Called between opcodes: a frame that is used up is left.
  void LeaveFrame() {
    if (position_ == frame_end_) frame_end_ = 0;
  }
  // False when a frame is open, or the new one is empty or passes the end of the stream.
  bool EnterFrame(uint64_t length) {
    if (in_frame() || length == 0 || length > left()) return false;
    frame_end_ = position_ + length;
    return true;
  }

  // The next n bytes.
  std::optional<std::span<const std::byte>> Take(uint64_t n) {
    const size_t end = in_frame() ? frame_end_ : data_.size();
    if (n > end - position_) {
      fault_ = in_frame() ? Fault::kFrame : Fault::kTruncated;
      return std::nullopt;
    }
    const auto bytes = data_.subspan(position_, n);
    position_ += n;
    return bytes;
  }

  // A little-endian number.
  template <typename T>
  std::optional<T> Number() {
    static_assert(std::endian::native == std::endian::little);
    const auto bytes = Take(sizeof(T));
    if (!bytes) return std::nullopt;
    T value;
    std::memcpy(&value, bytes->data(), sizeof(T));
    return value;
  }

  // The text up to the next newline, which is skipped.
  std::optional<std::string_view> Line() {
    const size_t end = in_frame() ? frame_end_ : data_.size();
    const auto* start = reinterpret_cast<const char*>(data_.data()) + position_;
    const void* newline = end == position_ ? nullptr : std::memchr(start, '\n', end - position_);
    if (newline == nullptr) {
      fault_ = in_frame() ? Fault::kFrame : Fault::kTruncated;
      return std::nullopt;
    }
    const size_t length = static_cast<const char*>(newline) - start;
    position_ += length + 1;
    return std::string_view(start, length);
  }

 private:
  std::span<const std::byte> data_;
  size_t position_ = 0;
  size_t frame_end_ = 0;  // 0: outside of frames
  Fault fault_ = Fault::kNone;
};

}  // namespace pratique::pickle
