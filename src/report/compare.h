// Predictions against predictions: golden samples, and diff.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pratique/data.h"
#include "pratique/model.h"

namespace pratique {

// How near two results must be: what the model's types promise against scikit-learn. A file has no say in it.
struct Agreement {
  double relative = 0;       // 0: exact, bit for bit
  std::string text() const;  // "exact" or "1e-12"
};

// Of one method of the whole model: the loosest of its objects. Logarithms have a bound of their own, since numpy's and
// libm's differ in the last bit.
Agreement AgreementOf(const Model& model, Method method);

struct Difference {
  uint64_t labels_differ = 0;  // elements of text, integer or bool arrays that are not equal
  double max_abs = 0;          // largest difference of numbers; infinity when one is NaN or infinite and the other not
  uint64_t worst_row = 0;      // where max_abs is, or the first label that differs
  bool within = true;          // all labels equal and all numbers within the agreement

  // The difference of the rows that follow, the first of which is `first_row` of all.
  void Append(const Difference& next, uint64_t first_row);
};

// Of one array, a list of arrays, or a sparse matrix, where what is not stored is 0. nullopt when kinds, shapes or
// types differ, or are mixed columns: nothing can be compared. float32 results get one float32 rounding on top.
std::optional<Difference> Compare(const Output& a, const Output& b, Agreement agreement);

}  // namespace pratique
