// Squared distances, as sums of squared differences.
#pragma once

#include <cstddef>

#include "pratique/data.h"

namespace pratique {

// out(i, k) = the sum over j of (x(i, j) - columns[j * n + k])^2, j ascending from 0 on, each square rounded before it
// is added (as libsvm's and scipy's compilers leave it): the n others have their features one behind the other. `out`
// has x.rows rows of n. Every target gives the same bits.
void SquaredDistances(const MatrixView<double>& x, const double* columns, size_t n, double* out);

}  // namespace pratique
