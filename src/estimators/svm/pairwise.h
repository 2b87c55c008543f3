// From pairs of classes to classes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace pratique {

// sklearn/utils/multiclass.py _ovr_decision_function (1.9): votes, and the sum of confidences scaled into a third of
// one. A pair (i, j), i < j, votes for i where `said(pair)` is 0, for j where it is 1 (of a regressor it can be
// neither); `confidence(pair)` is for j.
template <class Said, class Confidence>
void OneVsRestScores(size_t n_classes, Said said, Confidence confidence, std::span<double> out,
                     std::span<double> sums) {
  std::ranges::fill(out, 0.0);
  std::ranges::fill(sums, 0.0);
  for (size_t i = 0, pair = 0; i < n_classes; ++i) {
    for (size_t j = i + 1; j < n_classes; ++j, ++pair) {
      const double c = confidence(pair);
      sums[i] -= c;
      sums[j] += c;
      if (const auto vote = said(pair); vote == 0)
        out[i] += 1;
      else if (vote == 1)
        out[j] += 1;
    }
  }
  for (size_t k = 0; k < n_classes; ++k) out[k] += sums[k] / (3 * (std::abs(sums[k]) + 1));
}

// libsvm's multiclass_probability (svm.cpp, 3.25 as in scikit-learn 1.9): r[i][j] is the probability of i against j,
// row by row. `p` has n elements, `scratch` n * n + n.
inline void CoupledProbabilities(size_t n, std::span<const double> r, std::span<double> p, std::span<double> scratch) {
  std::span<double> Q = scratch.first(n * n), Qp = scratch.subspan(n * n, n);
  const size_t max_iterations = std::max<size_t>(100, n);
  const double eps = 0.005 / static_cast<double>(n);
  for (size_t t = 0; t < n; ++t) {
    p[t] = 1.0 / static_cast<double>(n);
    Q[t * n + t] = 0;
    for (size_t j = 0; j < t; ++j) {
      Q[t * n + t] += r[j * n + t] * r[j * n + t];
      Q[t * n + j] = Q[j * n + t];
    }
    for (size_t j = t + 1; j < n; ++j) {
      Q[t * n + t] += r[j * n + t] * r[j * n + t];
      Q[t * n + j] = -r[j * n + t] * r[t * n + j];
    }
  }
  for (size_t iteration = 0; iteration < max_iterations; ++iteration) {
    double pQp = 0;
    for (size_t t = 0; t < n; ++t) {
      Qp[t] = 0;
      for (size_t j = 0; j < n; ++j) Qp[t] += Q[t * n + j] * p[j];
      pQp += p[t] * Qp[t];
    }
    double max_error = 0;
    for (size_t t = 0; t < n; ++t) max_error = std::max(max_error, std::fabs(Qp[t] - pQp));
    if (max_error < eps) break;
    for (size_t t = 0; t < n; ++t) {
      const double diff = (-Qp[t] + pQp) / Q[t * n + t];
      p[t] += diff;
      pQp = (pQp + diff * (diff * Q[t * n + t] + 2 * Qp[t])) / (1 + diff) / (1 + diff);
      for (size_t j = 0; j < n; ++j) {
        Qp[j] = (Qp[j] + diff * Q[t * n + j]) / (1 + diff);
        p[j] /= 1 + diff;
      }
    }
  }
}

}  // namespace pratique
