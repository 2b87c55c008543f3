// From scores to probabilities, in the dtype of the scores. exp and log are libm's: numpy's own differ in the last bit.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

#include "kernels/arg_max.h"
#include "kernels/numpy_sum.h"

namespace pratique {

// scipy.special.expit (scipy/special/_logit.h, 1.14).
template <class T>
T Sigmoid(T x) {
  return T{1} / (T{1} + std::exp(-x));
}

// sklearn.utils.extmath.softmax (1.9), in place. A row without elements stays so.
template <class T>
void Softmax(std::span<T> row) {
  if (row.empty()) return;
  const T max = row[ArgMax(std::span<const T>(row))];
  for (T& x : row) x = std::exp(x - max);
  const T sum = NumpySum(row.data(), row.size());
  for (T& x : row) x /= sum;
}

// One sigmoid a class over their sum, in place (sklearn/linear_model/_base.py _predict_proba_lr, 1.9).
template <class T>
void NormalizedSigmoids(std::span<T> row) {
  for (T& x : row) x = Sigmoid(x);
  const T sum = NumpySum(row.data(), row.size());
  for (T& x : row) x /= sum;
}

// A row over its sum, in place; the same for every class where the sum is 0 (scikit-learn's own way out of 0 / 0:
// sklearn/linear_model/_base.py _predict_proba_lr and _stochastic_gradient.py predict_proba, 1.9).
template <class T>
void NormalizeOrUniform(std::span<T> row) {
  T sum = NumpySum(row.data(), row.size());
  if (sum == 0) {
    for (T& x : row) x = 1;
    sum = static_cast<T>(row.size());
  }
  for (T& x : row) x /= sum;
}

// (clip(score, -1, 1) + 1) / 2 (sklearn/linear_model/_stochastic_gradient.py predict_proba,
// loss="modified_huber", 1.9).
template <class T>
T ModifiedHuber(T score) {
  const T clipped = score < -1 ? T{-1} : score > 1 ? T{1} : score;
  return (clipped + T{1}) / T{2};
}

// scipy.special.logsumexp: the greatest is taken out of the sum.
template <class T>
T LogSumExp(const T* row, size_t n) {
  const T max = row[ArgMax(row, n)];
  if (!std::isfinite(max)) return max;
  T sum = 0;
  for (size_t k = 0; k < n; ++k) sum += std::exp(row[k] - max);
  return std::log(sum) + max;
}

// np.log of each: predict_log_proba from predict_proba; 0 becomes -inf.
template <class T>
void Log(std::span<const T> probabilities, std::span<T> out) {
  for (size_t i = 0; i < out.size(); ++i) out[i] = std::log(probabilities[i]);
}

}  // namespace pratique
