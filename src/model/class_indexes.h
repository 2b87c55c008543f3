// From scores to the class indexes that predict of a classifier gives: doubles, {rows, 1}.
#pragma once

#include "kernels/arg_max.h"
#include "kernels/visit.h"
#include "model/run.h"
#include "pratique/data.h"

namespace pratique {

// np.argmax of each row of scores.
template <class T>
Data GreatestOfRows(const MatrixView<T>& scores, Run& run) {
  std::span<double> indexes = NewMatrix<double>(run, scores.rows, 1);
  for (size_t i = 0; i < scores.rows; ++i) indexes[i] = static_cast<double>(ArgMax(scores.row(i), scores.cols));
  return MatrixView<double>{indexes, scores.rows, 1, 1};
}

// The same of a dense result in either dtype.
inline Data GreatestOfRows(const Data& scores, Run& run) {
  return VisitDense(scores, [&](const auto& view) { return GreatestOfRows(view, run); });
}

// Of one score for two classes, whether it is above `threshold`; else np.argmax of each row.
template <class T>
Data ChosenByScores(const MatrixView<T>& scores, double threshold, Run& run) {
  if (scores.cols != 1) return GreatestOfRows(scores, run);
  std::span<double> indexes = NewMatrix<double>(run, scores.rows, 1);
  const T* from = scores.data.data();
  for (size_t i = 0; i < scores.rows; ++i) indexes[i] = from[i * scores.row_stride] > threshold;
  return MatrixView<double>{indexes, scores.rows, 1, 1};
}

}  // namespace pratique
