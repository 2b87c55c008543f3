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
  // Takes type and columns of the first chunk; the others must agree.
  absl::Status Append(const Matrix& chunk);

  DType dtype() const { return dtype_; }
  size_t rows() const { return shape_.empty() ? 0 : shape_[0]; }
  std::string Header() const { return NpyHeaderBytes(dtype_, width_, shape_); }
  // The elements appended since the last call, as .npy stores them. Text waits for the end: its width is not
  // known.
  std::string TakeElements() { return std::exchange(bytes_, {}); }
  std::string TakeTexts();

 private:
  DType dtype_ = DType::kFloat64;
  std::vector<size_t> shape_;
  size_t width_ = 1;  // numpy has no U0
  std::string bytes_;
  std::vector<std::string> texts_;
};

}  // namespace pratique
