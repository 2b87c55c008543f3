#include "estimators/ensemble/voting.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/compose/parts.h"
#include "estimators/compose/side_by_side.h"
#include "kernels/arg_max.h"
#include "kernels/numpy_sum.h"
#include "status_macros.h"

namespace pratique {
namespace {

// Every member's answer, each kept.
absl::StatusOr<std::vector<Data>> AllAnswers(Method method, const Data& X, Run& run) {
  MemberCalls calls(run);
  std::vector<Data> answers;
  for (size_t i = 0; i < calls.size(); ++i) {
    ASSIGN_OR_RETURN(Data answer, calls.Ask(i, method, X));
    absl::StatusOr<Data> kept =
        method == Method::kPredict ? WithLabels(answer, calls.signature(i), run) : Kept(answer, 0, Cols(answer), run);
    if (!kept.ok()) return kept.status();
    answers.push_back(*kept);
  }
  return answers;
}

// np.average(answers, axis=0, weights) (numpy/lib/_function_base_impl.py, 2.1): without weights the sum in order over
// their number, in the dtype of all; with weights the sum of products over the sum of weights, in float64.
template <class T>
absl::StatusOr<Data> Average(std::span<const Data> answers, Array<double> weights, Run& run) {
  const size_t rows = Rows(answers[0]), cols = Cols(answers[0]);
  const bool weighs = weights.data() != nullptr;
  std::span<T> sum = NewMatrix<T>(run, rows, cols);
  for (size_t e = 0; e < answers.size(); ++e) {
    if (Cols(answers[e]) != cols) return absl::InternalError("answers of several widths");
    RETURN_IF_ERROR(WithDense(answers[e], [&](const auto& view) {
      for (size_t k = 0; k < sum.size(); ++k) {
        const T x = static_cast<T>(view(k / cols, k % cols)), term = weighs ? x * static_cast<T>(weights[e]) : x;
        sum[k] = e == 0 ? term : sum[k] + term;
      }
    }));
  }
  const T divisor = static_cast<T>(weighs ? NumpySum(weights.data(), weights.size()) : answers.size());
  for (T& x : sum) x /= divisor;
  return Data(MatrixView<T>{sum, rows, cols, cols});
}

absl::StatusOr<Data> AverageAnswer(Method method, const Data& X, Array<double> weights, Run& run) {
  ASSIGN_OR_RETURN(std::vector<Data> answers, AllAnswers(method, X, run));
  const bool narrow = weights.data() == nullptr && std::ranges::all_of(answers, IsFloat32);
  return narrow ? Average<float>(answers, weights, run) : Average<double>(answers, weights, run);
}

absl::StatusOr<Data> SideBySide(Method method, const Data& X, Run& run) {
  ASSIGN_OR_RETURN(std::vector<Data> answers, AllAnswers(method, X, run));
  std::vector<Block> blocks(answers.size());
  for (size_t e = 0; e < answers.size(); ++e) blocks[e].data = answers[e];
  return SideBySide(blocks, Rows(X), /*sparse=*/false, run);
}

// Of the estimators that are not dropped.
absl::StatusOr<Array<double>> TakeWeights(ImportContext& context, const GivenMembers& given, uint32_t n_members,
                                          bool divides) {
  const graph::Id id = context.Take("weights");
  if (context.IsNone(id)) return Array<double>{};
  ASSIGN_OR_RETURN(NdArray<double> all, context.Doubles(id, "weights", ImportContext::Of::kSequence));
  if (context.FloatDType(id) == fb::DType::Float32)
    return context.Unsupported("weights", "a float32 array", "Give weights as Python's own numbers.");
  std::vector<double> weights;
  for (size_t i = 0; i < std::min(all.values.size(), given.kept.size()); ++i) {
    if (given.kept[i]) weights.push_back(all.values[i]);
  }
  if (all.shape.size() != 1 || weights.size() != n_members)
    return context.Unsupported("weights", absl::StrCat(weights.size(), " for ", n_members, " estimators"),
                               "There is one for each that is not dropped.");
  if (divides && NumpySum(weights.data(), weights.size()) == 0)
    return context.Unsupported("weights", "a sum of 0", "scikit-learn raises ZeroDivisionError.");
  return Keep(context, weights);
}

std::optional<Violation> CheckSum(Array<double> weights) {
  if (weights.data() == nullptr || NumpySum(weights.data(), weights.size()) != 0) return std::nullopt;
  return Violation{"weights", "divisor", "a sum of 0", "another number"};
}

}  // namespace

std::optional<Violation> VotingClassifier::Invariant() const {
  if (auto v = CheckLabels(classes, "classes", 1)) return v;
  return soft ? CheckSum(weights) : std::nullopt;
}

absl::StatusOr<Signature> VotingClassifier::Infer(const Children& children) const {
  RETURN_IF_ERROR(CheckMembers(children, n_estimators));
  ASSIGN_OR_RETURN(Signature whole, SignatureOfX(children.signatures));
  for (const Signature& member : children.signatures) {
    if (!IsClassifier(member) || !member.Has(soft ? Method::kPredictProba : Method::kPredict))
      return NotReproduced("one of its estimators is no classifier, or gives no probabilities");
    if (soft && member.classes[0].size() != classes.size())
      return Mismatch(
          absl::StrCat("one of its estimators has ", member.classes[0].size(), " classes, not ", classes.size()));
    if (!soft && !AreEncoded(member.classes[0], classes.size()))
      return NotReproduced("one of its estimators was fitted on other labels than the numbers of the classes");
  }
  whole.classes = {&classes, 1};
  whole.has_methods = true;
  whole.methods = {Method::kPredict};
  if (soft) whole.methods.push_back(Method::kPredictProba);
  if (!soft || flatten_transform) whole.methods.push_back(Method::kTransform);
  whole.n_features_out = uint64_t{n_estimators} * (soft ? classes.size() : 1);
  whole.widest = std::max(whole.widest, *whole.n_features_out);
  return whole;
}

absl::Status VotingClassifier::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(std::string_view voting, context.String(context.Take("voting"), "voting"));
  if (voting != "soft" && voting != "hard") return context.Unsupported("voting", voting, "It is hard or soft.");
  soft = voting == "soft";
  ASSIGN_OR_RETURN(n_estimators, TakeMembers(context));
  ASSIGN_OR_RETURN(const GivenMembers given, TakeGiven(context, n_estimators));
  names = given.names;
  ASSIGN_OR_RETURN(weights, TakeWeights(context, given, n_estimators, soft));
  // predict decodes by the encoder; others read classes_ of the same.
  const graph::Id encoder = context.Take("le_");
  if (context.IsNone(encoder)) return context.Absent("le_", "a LabelEncoder");
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.graph().Find(encoder, "classes_"), "le_.classes_"));
  ASSIGN_OR_RETURN(Values own, context.ValuesOf(context.Take("classes_"), "classes_"));
  if (!(own == classes))
    return context.Unsupported("classes_", "other labels than le_ has", "fit makes them the same.");
  return context.ByName(this);
}

absl::StatusOr<Data> VotingClassifier::PredictProba(const Data& X, Run& run) const {
  return AverageAnswer(Method::kPredictProba, X, weights, run);
}

absl::StatusOr<Data> VotingClassifier::Predict(const Data& X, Run& run) const {
  std::span<double> labels = NewMatrix<double>(run, Rows(X), 1);
  if (soft) {
    ASSIGN_OR_RETURN(Data mean, PredictProba(X, run));
    RETURN_IF_ERROR(WithDense(mean, [&](const auto& view) {
      for (size_t i = 0; i < view.rows; ++i) {
        if constexpr (std::is_floating_point_v<std::decay_t<decltype(view(0, 0))>>)
          labels[i] = static_cast<double>(ArgMax(view.row(i), view.cols));
      }
    }));
    return MatrixView<double>{labels, labels.size(), 1, 1};
  }
  ASSIGN_OR_RETURN(std::vector<Data> answers, AllAnswers(Method::kPredict, X, run));
  std::vector<double> votes(classes.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    std::ranges::fill(votes, 0.0);
    size_t n = 0;  // np.bincount ends with the greatest number that has a vote
    for (size_t e = 0; e < answers.size(); ++e) {
      const auto vote = static_cast<size_t>(std::get<MatrixView<int64_t>>(answers[e])(i, 0));  // AreEncoded
      votes[vote] += weights.data() == nullptr ? 1 : weights[e];
      n = std::max(n, vote + 1);
    }
    labels[i] = static_cast<double>(ArgMax(votes.data(), n));
  }
  return MatrixView<double>{labels, labels.size(), 1, 1};
}

absl::StatusOr<Data> VotingClassifier::Transform(const Data& X, Run& run) const {
  return SideBySide(soft ? Method::kPredictProba : Method::kPredict, X, run);
}

std::optional<Violation> VotingRegressor::Invariant() const { return CheckSum(weights); }

absl::StatusOr<Signature> VotingRegressor::Infer(const Children& children) const {
  RETURN_IF_ERROR(CheckMembers(children, n_estimators));
  ASSIGN_OR_RETURN(Signature whole, SignatureOfX(children.signatures));
  for (const Signature& member : children.signatures) {
    if (!member.classes.empty() || !member.Has(Method::kPredict))
      return Mismatch("one of its estimators is no regressor");
    if (!member.one_dimensional) return NotReproduced("one of its estimators predicts two dimensions");
  }
  whole.n_features_out = n_estimators;
  whole.widest = std::max<uint64_t>(whole.widest, n_estimators);
  return whole;
}

absl::Status VotingRegressor::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(n_estimators, TakeMembers(context));
  ASSIGN_OR_RETURN(const GivenMembers given, TakeGiven(context, n_estimators));
  names = given.names;
  ASSIGN_OR_RETURN(weights, TakeWeights(context, given, n_estimators, true));
  return context.ByName(this);
}

absl::StatusOr<Data> VotingRegressor::Predict(const Data& X, Run& run) const {
  return AverageAnswer(Method::kPredict, X, weights, run);
}

absl::StatusOr<Data> VotingRegressor::Transform(const Data& X, Run& run) const {
  return SideBySide(Method::kPredict, X, run);
}

// sklearn/ensemble/_voting.py, 1.9: votingclassifier_a, or votingclassifier_a0, votingclassifier_a1, ... of
// probabilities.
absl::StatusOr<Strings> VotingClassifier::FeatureNamesOut(FeatureNames& feature_names) const {
  return NamesOfMembers(names, std::vector<size_t>(n_estimators, soft ? classes.size() : 0), feature_names);
}

absl::StatusOr<Strings> VotingRegressor::FeatureNamesOut(FeatureNames& feature_names) const {
  return NamesOfMembers(names, std::vector<size_t>(n_estimators, 0), feature_names);
}

}  // namespace pratique
