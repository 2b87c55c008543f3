#include "data/array_buffer.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "data/input_error.h"
#include "data/npy.h"
#include "data/writer.h"

namespace pratique {

static_assert(std::endian::native == std::endian::little, "the .npy writer stores elements as they are in memory");

absl::Status ArrayBuffer::Append(const Matrix& chunk) {
  if (shape_.empty()) {
    dtype_ = chunk.dtype();
    shape_ = chunk.shape();
    if (shape_.empty()) return InternalError("a result has no dimensions");
  } else {
    std::vector<size_t> same = chunk.shape();
    if (!same.empty()) same[0] = shape_[0];
    if (same != shape_ || chunk.dtype() != dtype_) return ChunksDiffer();
    shape_[0] += chunk.rows();
  }
  bytes_.append(reinterpret_cast<const char*>(chunk.bytes().data()), chunk.bytes().size());
  size_t width = 0;
  for (const std::string& text : chunk.strings()) width = std::max(width, CodePoints(text));
  if (!fixed_) {
    width_ = std::max(width_, width);
    texts_.insert(texts_.end(), chunk.strings().begin(), chunk.strings().end());
  } else if (width <= width_) {
    AppendTexts(chunk.strings(), width_, bytes_);
  } else {
    return InternalError("a text of a result is longer than its type says");
  }
  return absl::OkStatus();
}

std::string ArrayBuffer::TakeTexts() {
  std::string out;
  AppendTexts(std::exchange(texts_, {}), width_, out);
  return out;
}

std::string NpyBytes(const Matrix& array) {
  ArrayBuffer buffer;
  if (!buffer.Append(array).ok()) return "";
  return buffer.Header() + buffer.TakeElements() + buffer.TakeTexts();
}

}  // namespace pratique
