// The distance of two rows, and the reduced one that orders like it and costs less.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

#include "estimators/neighbors/neighbors.h"

namespace pratique {

// sklearn/metrics/_dist_metrics.pyx.tp (1.9), in double. scipy's cdist, which scikit-learn asks where it has no heaps,
// differs from it where a denominator is 0, and in that of braycurtis. Not for Cosine, Correlation, NanEuclidean and
// Precomputed.
class PairDistance {
 public:
  // Of float32 rows, whose differences scikit-learn takes in float32, distances are rounded to float32 where `narrow`.
  struct Of {
    bool float32 = false, narrow = false, scipy = false;
  };
  // `scratch` has n_features elements.
  PairDistance(const Neighbors& neighbors, std::span<double> scratch, Of of)
      : metric_(neighbors.metric),
        n_(neighbors.n_features),
        p_(neighbors.p),
        weights_(neighbors.weights),
        inverse_(neighbors.inverse),
        scratch_(scratch),
        of_(of),
        of_squares_(
            (metric_ == fb::Metric::Euclidean || metric_ == fb::Metric::L2 || metric_ == fb::Metric::SqEuclidean) &&
            !of.float32 && !of.narrow),
        of_roots_(of_squares_ && metric_ != fb::Metric::SqEuclidean) {}
  PairDistance(const Neighbors& neighbors, std::span<double> scratch) : PairDistance(neighbors, scratch, Of()) {}

  double Reduced(const double* a, const double* b) const {
    if (!of_squares_) return ReducedOfAny(a, b);
    double d = 0;
    for (size_t j = 0; j < n_; ++j) {
      const double t = a[j] - b[j];
      d += t * t;
    }
    return d;
  }
  // Of rows of the fit, by their numbers.
  void Reduced(const double* a, const Neighbors& fit, std::span<const uint32_t> which, std::span<double> out) const;
  double FromReduced(double reduced) const { return of_roots_ ? std::sqrt(reduced) : FromReducedOfAny(reduced); }
  void FromReduced(std::span<double> reduced) const;  // in place
  double ToReduced(double distance) const { return of_roots_ ? distance * distance : ToReducedOfAny(distance); }
  double operator()(const double* a, const double* b) const { return FromReduced(Reduced(a, b)); }
  // Whether reduced distances are their squares.
  bool are_squares() const { return of_roots_; }
  // The power that reduces it: of a KDTree's metric.
  double power() const;

 private:
  template <class Difference>
  double Sum(const double* a, const double* b, Difference difference) const;
  double ReducedOfAny(const double* a, const double* b) const;
  double FromReducedOfAny(double reduced) const;
  double ToReducedOfAny(double distance) const;
  double OfBooleans(const double* a, const double* b) const;

  fb::Metric metric_;
  size_t n_;
  double p_;
  Array<double> weights_, inverse_;
  std::span<double> scratch_;
  Of of_;
  bool of_squares_, of_roots_;  // the most usual ones, in double: what a walk of balls asks for at every node
};

}  // namespace pratique
