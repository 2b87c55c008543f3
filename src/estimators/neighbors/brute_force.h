// Distances to all rows of a fit, many at a time.
#pragma once

#include <span>

#include "estimators/neighbors/neighbors.h"
#include "estimators/neighbors/pair_distance.h"

namespace pratique {

// Sum of squares, one after the other.
double SquaredNorm(std::span<const double> row);
// What `norms` holds for a row; metrics that are not computed from products have none.
bool HasNorms(const Neighbors& neighbors);
double NormOf(const Neighbors& neighbors, size_t i);
// As the rows of Cosine and of Correlation are kept: over its norm, less its mean.
void OverNorm(std::span<double> row, double shortest);
// What is shorter is not brought to length 1, of dense rows of float64 or, `narrow`, float32.
constexpr double Shortest(bool narrow) { return narrow ? 10 * 0x1p-23 : 10 * 0x1p-52; }
void LessMean(std::span<double> row);

// X as brute force meets it.
struct Query {
  MatrixView<double> rows;
  DType dtype = DType::kFloat64;  // of X; kInt64 for all that is no float32 or float64
  bool sparse = false;            // X was
};

absl::StatusOr<Query> CheckQuery(const Neighbors& neighbors, const Data& X, Run& run);

// Whether scikit-learn of the model's release searches with heaps, not with numpy's partition.
bool UsesHeaps(const Neighbors& neighbors, const Query& X);

// The distances that the search compares, of rows of X to rows of the fit.
class BruteForce {
 public:
  // Fitted rows that heaps take at once.
  static constexpr size_t kChunk = 512;

  BruteForce(const Neighbors& neighbors, const Query& X, bool heaps, Run& run);

  // Of rows [x, x + n) to fitted rows [begin, end): out is {n, end - begin}.
  void Reduced(size_t x, size_t n, size_t begin, size_t end, std::span<double> out);
  // Of row x to some fitted rows, dense ones that heaps take by products: the bits that Reduced gives of whole chunks.
  void ReducedOfSome(size_t x, std::span<const uint32_t> which, std::span<double> out);
  double FromReduced(double reduced) const;
  // What a radius is among them.
  double ToReduced(double radius) const;
  bool by_products() const { return by_products_; }
  const double* row(size_t x) const { return X_.row(x); }
  DType dtype() const { return narrow_ ? DType::kFloat32 : DType::kFloat64; }  // of the distances

 private:
  void Dots(size_t x, size_t n, size_t begin, size_t end, std::span<double> out);
  void Pairs(size_t x, size_t n, size_t begin, size_t end, std::span<double> out);
  const double* Fitted(size_t i);
  // From the products of row x with fitted rows from `begin` on to the distances compared.
  void FromDots(size_t x, size_t begin, std::span<double> out) const;

  const Neighbors& fit_;
  MatrixView<double> X_;
  bool heaps_, by_products_, narrow_ = false;
  std::span<double> norms_, scratch_, dense_, some_;  // of X; for distances; a sparse row of the fit; copies of some
  std::span<const double> fit_norms_;                 // of all fitted rows
  PairDistance distance_;
  Arena& arena_;
};

}  // namespace pratique
