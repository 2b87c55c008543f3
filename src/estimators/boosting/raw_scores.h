// From raw scores to predictions: what all boosted trees share.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>

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

// link.inverse(raw) (sklearn/_loss/link.py, 1.9; lightgbm src/objective ConvertOutput, 4.6); in place.
Data InverseLink(fb::Link link, RawScores raw, double slope = 1);
// predict_proba of the losses (sklearn/_loss/loss.py, 1.9).
RawScores Probabilities(fb::Link link, const RawScores& raw, Run& run, double slope = 1);
// The index of the highest score, the first one of equal ones; of one score, whether it is above 0 (`or_zero`: or 0).
Data HighestScore(const RawScores& raw, bool or_zero, Run& run);

}  // namespace pratique
