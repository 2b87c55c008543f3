// From raw scores to predictions: what all boosted trees share.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

#include "boosting_generated.h"
#include "model/run.h"
#include "type/values.h"

namespace pratique {

// Raw scores of each row of X, n_scores a row; C order.
struct RawScores {
  std::span<double> values;
  size_t rows, n_scores;
  Data data() const { return MatrixView<double>{values, rows, n_scores, n_scores}; }
};

// Of one score a class.
bool IsOfManyClasses(fb::Link link);

// One of LightGBM's, which CheckLink refuses.
bool IsOfLightGbm(fb::Link link);

// Numbers have Identity or Log; two classes Logit or HalfLogit, and one score; three and more one of many classes.
std::optional<Violation> CheckLink(fb::Link link, Array<Values> classes, uint32_t n_scores);

// Classes and decision_function's columns; the methods are predict, and `of_classes` if there are any.
void InferScores(Array<Values> classes, uint32_t n_scores, std::initializer_list<Method> of_classes,
                 Signature& signature);

// staged_predict beside predict, staged_predict_proba and staged_decision_function of classes.
void InferStages(uint64_t n_stages, Signature& signature);
// Each stage's own scores, in `all`, become the sums of those up to it; `first` stands before them.
std::vector<RawScores> SummedStages(const RawScores& first, std::span<double> all);
// What `of` makes of each stage, a MatrixView<double> of as many columns for each, side by side.
template <class F>
Data SideBySide(std::span<const RawScores> stages, F of, Run& run) {
  std::span<double> out;
  size_t rows = 0, cols = 0;
  for (size_t s = 0; s < stages.size(); ++s) {
    const Data of_stage = of(stages[s]);
    const auto& view = std::get<MatrixView<double>>(of_stage);
    if (s == 0) {
      rows = view.rows;
      cols = view.cols * stages.size();
      out = NewMatrix<double>(run, rows, cols);
    }
    for (size_t i = 0; i < rows; ++i) std::copy_n(view.row(i), view.cols, out.data() + i * cols + s * view.cols);
  }
  return MatrixView<double>{out, rows, cols, cols};
}

// link.inverse(raw) (sklearn/_loss/link.py, 1.9; lightgbm src/objective ConvertOutput, 4.6); in place.
Data InverseLink(fb::Link link, RawScores raw, double slope = 1);
// predict_proba of the losses (sklearn/_loss/loss.py, 1.9).
RawScores Probabilities(fb::Link link, const RawScores& raw, Run& run, double slope = 1);
// The index of the highest score, the first one of equal ones; of one score, whether it is above 0 (`or_zero`: or 0).
Data HighestScore(const RawScores& raw, bool or_zero, Run& run);

}  // namespace pratique
