// Estimators of two classes, each of which scores its second one; where fit saw one class, a score stands for it.
#pragma once

#include "ensemble_generated.h"
#include "estimators/ensemble/members.h"
#include "model/check_array.h"
#include "status_macros.h"

namespace pratique {

// How a member scores its second class (sklearn/multiclass.py _predict_binary, 1.9): by its decision, else by the
// probability; of a regressor it is the value.
struct BinaryScore {
  explicit BinaryScore(const Signature& member)
      : method(member.Has(Method::kDecisionFunction) ? Method::kDecisionFunction
               : member.Has(Method::kPredictProba)   ? Method::kPredictProba
                                                     : Method::kPredict),
        column(method == Method::kPredictProba ? 1 : 0) {}
  Method method;
  size_t column;
};

// _threshold_for_binary_predict.
inline double BinaryThreshold(const Signature& first) {
  return first.Has(Method::kDecisionFunction) && !first.classes.empty() ? 0.0 : 0.5;
}

absl::Status ScoresTwoClasses(const Signature& member);

struct BinaryParts {
  Array<fb::BinaryPart> parts;
  uint32_t n_features_in = 0;  // where not all are estimators
};
// estimators_, of estimators and _ConstantPredictors, whose scores are `least` or above. The estimators become
// children.
absl::StatusOr<BinaryParts> TakeBinaryParts(ImportContext& context, int64_t least);
// The width is there where it is needed, and no score is below `least`, which is 0 or -1.
std::optional<Violation> CheckBinaryParts(Array<fb::BinaryPart> parts, uint32_t n_features_in, int64_t least);
// What they say of X. As many children as parts that are estimators, in their roles, and each gives one score.
absl::StatusOr<Signature> SignatureOfBinaryParts(const Children& children, Array<fb::BinaryPart> parts,
                                                 uint32_t n_features_in);

// {rows, one column a part}.
struct BinaryScores {
  std::span<double> values;
  bool narrow = true;  // all answers are float32
};
// Of each estimator the column of the answer to the method that of(signature) says.
template <class Of>
absl::StatusOr<BinaryScores> AllBinaryScores(Array<fb::BinaryPart> parts, uint32_t n_features_in, const Data& X,
                                             Run& run, Of of) {
  if (n_features_in != 0) RETURN_IF_ERROR(CheckWidth(X, run));
  MemberCalls calls(run);
  const size_t rows = Rows(X), n = parts.size();
  BinaryScores scores{NewMatrix<double>(run, rows, n)};
  for (size_t e = 0, child = 0; e < n; ++e) {
    if (parts[e] != fb::BinaryPart::Estimator) {
      const double score = parts[e] == fb::BinaryPart::One ? 1 : parts[e] == fb::BinaryPart::MinusOne ? -1 : 0;
      for (size_t i = 0; i < rows; ++i) scores.values[i * n + e] = score;
      scores.narrow = false;
      continue;
    }
    const auto [method, column] = of(calls.signature(child));
    ASSIGN_OR_RETURN(Data answer, calls.Ask(child++, method, X));
    scores.narrow &= IsFloat32(answer);
    RETURN_IF_ERROR(CopyColumn(answer, column, scores.values.subspan(e), n));
  }
  return scores;
}

}  // namespace pratique
