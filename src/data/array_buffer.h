// An array that grows by rows and ends as an .npy file.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "data/npy.h"
#include "pratique/data.h"

namespace pratique {

class ArrayBuffer {
 public:
  // `text_width`: see WriterOptions.
  explicit ArrayBuffer(size_t text_width = 0)
      : fixed_(text_width > 0), width_(fixed_ ? text_width : 1) {}  // numpy has no U0

  // Takes type and columns of the first chunk; the others must agree.
  absl::Status Append(const Matrix& chunk);

  bool waits() const { return dtype_ == DType::kString && !fixed_; }
  size_t rows() const { return shape_.empty() ? 0 : shape_[0]; }
  std::string Header() const { return NpyHeaderBytes(dtype_, width_, shape_); }
  // The elements appended since the last call, as .npy stores them. Text of unknown width waits for the end.
  std::string TakeElements() { return std::exchange(bytes_, {}); }
  std::string TakeTexts();

 private:
  DType dtype_ = DType::kFloat64;
  std::vector<size_t> shape_;
  bool fixed_;    // the width is known
  size_t width_;  // of text
  std::string bytes_;
  std::vector<std::string> texts_;
};

}  // namespace pratique
