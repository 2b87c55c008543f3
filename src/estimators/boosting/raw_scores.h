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

// A regressor's link has no classes; Logit and HalfLogit have two and one score; Softmax has a score a class, three or
// more.
std::optional<Violation> CheckLink(fb::Link link, Array<Values> classes, uint32_t n_scores);

// Classes and decision_function's columns; the methods are predict, and `of_classes` if there are any.
void InferScores(Array<Values> classes, uint32_t n_scores, std::initializer_list<Method> of_classes,
                 Signature& signature);

// link.inverse(raw) (sklearn/_loss/link.py, 1.9), of one score a row; in place.
Data InverseLink(fb::Link link, RawScores raw);
// predict_proba of the losses (sklearn/_loss/loss.py, 1.9).
RawScores Probabilities(fb::Link link, const RawScores& raw, Run& run);
// The index of the highest score, the first one of equal ones; of one score, whether it is above 0 (`or_zero`: or 0).
Data HighestScore(const RawScores& raw, bool or_zero, Run& run);

}  // namespace pratique
