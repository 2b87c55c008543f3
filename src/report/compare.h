// Predictions against predictions: golden samples, and diff.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pratique/data.h"
#include "pratique/model.h"

namespace pratique {

// How near two numbers must be: |a - b| <= relative * max(|a|, |b|) + floor * the largest number of the
// whole result. The floor is for sums that cancel; it follows the scale of the numbers. {0, 0}: bit for bit.
struct Tolerance {
  double relative = 0, floor = 0;
};

// Relative bounds that hold for every type: of float32 results where float64 ones have a bound, and of the logarithm of
// a probability that is exact (numpy's and libm's differ by one or two units in the last place).
inline constexpr double kSingleAgreement = 1e-5, kLogarithmAgreement = 1e-15;

// How near two results must be: what the model's types promise against scikit-learn. A file has no say in it.
struct Agreement {
  Tolerance doubles, singles;  // singles: where one of the two is float32
  bool logarithms = false;     // of probabilities, which may agree by their floor instead
  double largest = 0;          // LargestOf the expected result, of which parts are compared
  std::string text() const;    // "exact" or "1e-12"
};

// Of one method of the whole model: the loosest of its objects. Logarithms have a bound of their own, since numpy's and
// libm's differ in the last bit.
Agreement AgreementOf(const Model& model, Method method);

// The largest finite number. One that is not the model's own widens no bound: it differs from the model's by itself.
double LargestOf(const Output& result);

struct Difference {
  uint64_t labels_differ = 0;  // elements of text, integer or bool arrays that are not equal, as what they are
  double max_abs = 0;          // largest difference of numbers; infinity when one is NaN or infinite and the other not
  uint64_t worst_row = 0;      // where max_abs is, or the first label that differs
  bool within = true;          // all labels equal and all numbers within the agreement

  // The difference of the rows that follow, the first of which is `first_row` of all.
  void Append(const Difference& next, uint64_t first_row);
};

// Of one array, a list of arrays, or a sparse matrix, where what is not stored is 0. nullopt when kinds, shapes or
// types differ, or are mixed columns: nothing can be compared. `a` is the model's own.
std::optional<Difference> Compare(const Output& a, const Output& b, const Agreement& agreement);

}  // namespace pratique
