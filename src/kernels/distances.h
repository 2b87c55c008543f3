// Squared distances, as sums of squared differences.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pratique/data.h"

namespace pratique {

// out(i, k) = the sum over j of (x(i, j) - columns[j * n + k])^2, j ascending from 0 on, each square rounded before it
// is added (as libsvm's and scipy's compilers leave it): the n others have their features one behind the other. `out`
// has x.rows rows of n. Every target gives the same bits.
void SquaredDistances(const MatrixView<double>& x, const double* columns, size_t n, double* out);

// The same of one x of `cols` numbers and n others that have rows of their own: the k-th is row which[k] of `rows`, or
// row k where `which` is nullptr.
void SquaredDistancesOfOne(const double* x, const double* rows, size_t cols, const uint32_t* which, size_t n,
                           double* out);

// nan_euclidean of one x of `cols` numbers and n others, NaN being missing, which have their features one behind the
// other: columns[j * n + k]. What NanEuclidean of estimators/neighbors/nan_euclidean.h gives of each, to the bit.
void NanEuclideanDistances(const double* x, const double* columns, size_t cols, size_t n, double* out);

// Of products x . y in place: norm - 2 x . y + norms[k], in this order, and 0 where that is not above 0.
void SquaredDistancesOfProducts(double* products, const double* norms, double norm, size_t n);

// Of n pairs of numbers, how many are not 0 in both, in the first alone, and in the second alone.
struct Nonzeros {
  size_t both, only_first, only_second;
};
Nonzeros CountNonzeros(const double* first, const double* second, size_t n);
// How many differ.
size_t CountUnequal(const double* first, const double* second, size_t n);

// The first of n values that is not at least `bound`, or n.
size_t FirstBelow(const double* values, size_t n, double bound);
size_t FirstBelow(const float* values, size_t n, float bound);

}  // namespace pratique
