// From scores to probabilities, in the dtype of the scores. exp and log are libm's, but where many rows come at once,
// of which exp is kernels/exp.h's, and log of float64 kernels/log.h's: numpy's own differ in the last bits from both.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <type_traits>

#include "kernels/arg_max.h"
#include "kernels/exp.h"
#include "kernels/log.h"
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

// Sigmoid of each.
template <class T>
void Sigmoids(std::span<T> x) {
  for (T& v : x) v = -v;
  Exp(x);
  for (T& v : x) v = T{1} / (T{1} + v);
}

// Each row of `cols` over its sum.
template <class T>
void DivideBySums(std::span<T> x, size_t cols) {
  for (size_t i = 0; i < x.size(); i += cols) {
    const T sum = NumpySum(x.data() + i, cols);
    for (size_t j = 0; j < cols; ++j) x[i + j] /= sum;
  }
}

// Softmax of each row of `cols`.
template <class T>
void SoftmaxOfRows(std::span<T> x, size_t cols) {
  constexpr size_t kMost = 8;
  for (size_t i = 0; i < x.size(); i += cols) {
    T* row = x.data() + i;
    T most[kMost];  // a NaN makes NaN of its row whether it is met here or not
    for (T& m : most) m = row[0];
    size_t j = 0;
    for (; j + kMost <= cols; j += kMost) {
      for (size_t k = 0; k < kMost; ++k) most[k] = row[j + k] > most[k] ? row[j + k] : most[k];
    }
    for (; j < cols; ++j) most[0] = row[j] > most[0] ? row[j] : most[0];
    for (size_t k = 1; k < kMost; ++k) most[0] = most[k] > most[0] ? most[k] : most[0];
    for (j = 0; j < cols; ++j) row[j] -= most[0];
  }
  Exp(x);
  DivideBySums(x, cols);
}

// One sigmoid a class over their sum, of each row of `cols`, in place (sklearn/linear_model/_base.py _predict_proba_lr,
// 1.9).
template <class T>
void NormalizedSigmoids(std::span<T> x, size_t cols) {
  Sigmoids(x);
  DivideBySums(x, cols);
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
  if constexpr (std::is_same_v<T, double>) {
    if (out.data() != probabilities.data()) std::ranges::copy(probabilities, out.begin());
    Log(out);
  } else {
    for (size_t i = 0; i < out.size(); ++i) out[i] = std::log(probabilities[i]);
  }
}

}  // namespace pratique
