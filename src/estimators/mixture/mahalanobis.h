// Distances of rows from the center of a normal distribution.
#pragma once

#include "absl/status/statusor.h"
#include "pratique/data.h"
#include "state/bind.h"
#include "type/members.h"

namespace pratique {

// pairwise_distances(X, location_, metric="mahalanobis", VI=precision_) ** 2
// (sklearn/covariance/_empirical_covariance.py, 1.9), by scipy's cdist (scipy/spatial/src/distance_impl.h
// mahalanobis_distance, 1.10 to 1.17): {rows, 1}, float64. `location`: one a feature; `precision`: features x features.
absl::StatusOr<Data> SquaredMahalanobis(const Data& X, Array<double> location, Array<double> precision, Run& run);

// Refuses store_precision=False, of which the matrix is inverted whenever it is asked for.
absl::Status RequireStoredPrecision(ImportContext& context);

}  // namespace pratique
