#include "estimators/neighbors/pair_distance.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/distances.h"
#include "kernels/exp.h"

namespace pratique {

template <class Difference>
double PairDistance::Sum(const double* a, const double* b, Difference difference) const {
  double d = 0;
  switch (metric_) {
    case fb::Metric::Manhattan:
      for (size_t j = 0; j < n_; ++j) d += std::fabs(difference(a[j], b[j]));
      return d;
    case fb::Metric::Chebyshev:
      for (size_t j = 0; j < n_; ++j) d = std::fmax(d, std::fabs(difference(a[j], b[j])));
      return d;
    case fb::Metric::Minkowski:
      if (weights_.data() == nullptr) {
        for (size_t j = 0; j < n_; ++j) d += std::pow(std::fabs(difference(a[j], b[j])), p_);
      } else {
        for (size_t j = 0; j < n_; ++j) d += weights_[j] * std::pow(std::fabs(difference(a[j], b[j])), p_);
      }
      return d;
    case fb::Metric::SEuclidean:
      for (size_t j = 0; j < n_; ++j) {
        const double t = difference(a[j], b[j]);
        d += t * t / weights_[j];
      }
      return d;
    case fb::Metric::Mahalanobis:
      for (size_t j = 0; j < n_; ++j) scratch_[j] = difference(a[j], b[j]);
      for (size_t i = 0; i < n_; ++i) {
        double t = 0;
        for (size_t j = 0; j < n_; ++j) t += inverse_[i * n_ + j] * scratch_[j];
        d += t * scratch_[i];
      }
      return d;
    case fb::Metric::Haversine: {
      const double s0 = std::sin(0.5 * difference(a[0], b[0])), s1 = std::sin(0.5 * difference(a[1], b[1]));
      return s0 * s0 + std::cos(a[0]) * std::cos(b[0]) * s1 * s1;
    }
    case fb::Metric::Canberra:
      for (size_t j = 0; j < n_; ++j) {
        const double sum = std::fabs(a[j]) + std::fabs(b[j]);
        if (sum > 0) d += std::fabs(difference(a[j], b[j])) / sum;
      }
      return d;
    case fb::Metric::BrayCurtis: {
      double sum = 0;
      for (size_t j = 0; j < n_; ++j) {
        d += std::fabs(difference(a[j], b[j]));
        sum += of_.scipy ? std::fabs(a[j] + b[j]) : std::fabs(a[j]) + std::fabs(b[j]);
      }
      return sum > 0 || of_.scipy ? d / sum : 0;
    }
    default:  // Euclidean, L2, SqEuclidean
      for (size_t j = 0; j < n_; ++j) {
        const double t = difference(a[j], b[j]);
        d += t * t;
      }
      return d;
  }
}

double PairDistance::OfBooleans(const double* a, const double* b) const {
  const auto [both, only_a, only_b] = CountNonzeros(a, b, n_);
  const double n = static_cast<double>(n_), tt = static_cast<double>(both);
  const double unequal = static_cast<double>(only_a + only_b);
  switch (metric_) {
    case fb::Metric::Jaccard:
      return unequal + tt == 0 ? 0 : unequal / (unequal + tt);
    case fb::Metric::Dice:
      return unequal / (2.0 * tt + unequal);
    case fb::Metric::RogersTanimoto:
      return 2.0 * unequal / (n + unequal);
    case fb::Metric::RussellRao:
      return (n - tt) / n;
    case fb::Metric::SokalSneath:
      return unequal / (0.5 * tt + unequal);
    default: {  // Yule, scipy's alone
      const double ff = n - tt - unequal, half = static_cast<double>(only_a) * static_cast<double>(only_b);
      return 2.0 * half / (tt * ff + half + (half == 0 ? 1.0 : 0.0));
    }
  }
}

double PairDistance::ReducedOfAny(const double* a, const double* b) const {
  double d;
  if (metric_ >= fb::Metric::Jaccard) {
    d = OfBooleans(a, b);
  } else if (metric_ == fb::Metric::Hamming) {
    d = static_cast<double>(CountUnequal(a, b, n_)) / static_cast<double>(n_);
  } else if (of_.float32) {
    d = Sum(a, b, [](double x, double y) { return static_cast<double>(static_cast<float>(x - y)); });
  } else {
    d = Sum(a, b, [](double x, double y) { return x - y; });
  }
  return of_.narrow ? static_cast<float>(d) : d;
}

void PairDistance::Reduced(const double* a, const Neighbors& fit, std::span<const uint32_t> which,
                           std::span<double> out) const {
  constexpr size_t kFew = 4;  // by themselves before a kernel has begun
  if (!of_squares_) {
    for (size_t k = 0; k < which.size(); ++k) out[k] = ReducedOfAny(a, fit.row(which[k]));
  } else if (which.size() <= kFew) {
    for (size_t k = 0; k < which.size(); ++k) out[k] = Reduced(a, fit.row(which[k]));
  } else {
    SquaredDistancesOfOne(a, fit.row(0), n_, which.data(), which.size(), out.data());
  }
}

void PairDistance::FromReduced(std::span<double> reduced) const {
  if (of_roots_) return Sqrt(reduced);
  for (double& d : reduced) d = FromReducedOfAny(d);
}

double PairDistance::FromReducedOfAny(double r) const {
  if (of_.float32) r = static_cast<float>(r);
  switch (metric_) {
    case fb::Metric::Euclidean:
    case fb::Metric::L2:
    case fb::Metric::SEuclidean:
    case fb::Metric::Mahalanobis:
      r = std::sqrt(r);
      break;
    case fb::Metric::Minkowski:
      r = std::pow(r, 1. / p_);
      break;
    case fb::Metric::Haversine:
      r = 2 * std::asin(std::sqrt(r));
      break;
    default:
      break;
  }
  return of_.narrow ? static_cast<float>(r) : r;
}

double PairDistance::ToReducedOfAny(double d) const {
  switch (metric_) {
    case fb::Metric::Euclidean:
    case fb::Metric::L2:
    case fb::Metric::SEuclidean:
    case fb::Metric::Mahalanobis:
      return d * d;
    case fb::Metric::Minkowski:
      return std::pow(d, p_);
    case fb::Metric::Haversine: {
      const double s = std::sin(0.5 * d);
      return s * s;
    }
    default:
      return d;
  }
}

double PairDistance::power() const {
  switch (metric_) {
    case fb::Metric::Manhattan:
      return 1;
    case fb::Metric::Chebyshev:
      return std::numeric_limits<double>::infinity();
    case fb::Metric::Minkowski:
      return p_;
    default:
      return 2;
  }
}

}  // namespace pratique
