// What the naive Bayes classifiers share: from joint log likelihoods, one a class, to labels and probabilities.
// Source: sklearn/naive_bayes.py _BaseNB (1.9); scipy.special.logsumexp.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "import/sklearn/import_context.h"
#include "model/class_indexes.h"
#include "model/run.h"
#include "state/violation.h"
#include "status_macros.h"
#include "type/values.h"

namespace pratique {

// jll - logsumexp(jll), row by row, in jll's dtype.
Data LogProbabilities(const Data& jll, Run& run);
// exp of the above.
Data Probabilities(const Data& jll, Run& run);

// The methods of S, a base of it; S has absl::StatusOr<Data> JointLogLikelihood(const Data& X, Run& run) const.
template <class S>
struct FromJointLogLikelihood {
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const { return Of(GreatestOfRows, X, run); }
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const { return Of(Probabilities, X, run); }
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const { return Of(LogProbabilities, X, run); }

 private:
  absl::StatusOr<Data> Of(Data (*result)(const Data&, Run&), const Data& X, Run& run) const {
    ASSIGN_OR_RETURN(const Data jll, static_cast<const S&>(*this).JointLogLikelihood(X, run));
    return result(jll, run);
  }
};

absl::StatusOr<Signature> NaiveBayesSignature(uint64_t n_features_in, Strings feature_names, const Values& classes,
                                              const Children& children);
// Labels without a missing one, as many as there are classes.
std::optional<Violation> OneLabelAClass(const Values& classes, uint64_t n_classes);

// `attribute` as a matrix of doubles; refused by name when an element is not finite (alpha=0 gives log(0)).
absl::StatusOr<NdArray<double>> FiniteLogProbabilities(ImportContext& context, std::string_view attribute);

}  // namespace pratique
