// Predictions against predictions: golden samples, and diff.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "pratique/data.h"
#include "pratique/model.h"

namespace pratique {

// How near two results must be: what the model's types promise against scikit-learn. A file has no say in it.
struct Agreement {
  double relative = 0;  // 0: exact, bit for bit
  std::string text() const;  // "exact" or "1e-12"
};

// Of the whole model: the loosest of its objects.
Agreement AgreementOf(const Model& model);

struct Difference {
  uint64_t labels_differ = 0;  // elements of text, integer or bool arrays that are not equal
  double max_abs = 0;          // largest difference of numbers; infinity when one is NaN or infinite and the other not
  uint64_t worst_row = 0;      // where max_abs is, or the first label that differs
  bool within = true;          // all labels equal and all numbers within the agreement
};

// nullopt when the shapes differ: nothing can be compared. float32 results get one float32 rounding on top.
std::optional<Difference> Compare(const Matrix& a, const Matrix& b, Agreement agreement);

// A result array from an .npy document, of one or two dimensions. Numbers come as float32 or float64.
absl::StatusOr<Matrix> ReadArray(std::string_view npy);

// The one dense array of `output`; nullptr for lists and sparse results.
const Matrix* SingleArray(const Output& output);

}  // namespace pratique
