#include "estimators/ensemble/ada_boost.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "estimators/compose/side_by_side.h"
#include "estimators/ensemble/changes.h"
#include "estimators/ensemble/members.h"
#include "import/sklearn/needed.h"
#include "kernels/numpy_sum.h"
#include "kernels/probabilities.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/class_indexes.h"
#include "model/views.h"
#include "status_macros.h"

namespace pratique {
namespace {

// One a member at least; the divisor is the sum of all.
std::optional<Violation> CheckWeights(Array<double> weights, uint32_t n_estimators) {
  if (weights.size() >= n_estimators) return std::nullopt;
  return Violation{"weights", "one_an_estimator", absl::StrCat(weights.size()),
                   absl::StrCat("at least ", n_estimators)};
}

absl::Status CheckMembersOf(const Children& children, uint32_t n_estimators, uint64_t n_features) {
  RETURN_IF_ERROR(CheckMembers(children, n_estimators));
  for (size_t i = 0; i < children.size(); ++i) {
    const Signature& s = children.signatures[i];
    if (!s.Has(Method::kPredict)) return Mismatch(absl::StrCat("estimators_[", i, "] has no predict"));
    if (s.n_features_in.value_or(n_features) != n_features)
      return Mismatch(absl::StrCat("estimators_[", i, "] expects ", *s.n_features_in, " features, not ", n_features));
  }
  return absl::OkStatus();
}

// What SAMME.R makes of a member's probabilities (sklearn/ensemble/_weight_boosting.py _samme_proba, 1.5), in their
// dtype.
template <class T>
Data LogOdds(const MatrixView<T>& probabilities, Run& run) {
  const size_t k = probabilities.cols;
  std::span<T> out = NewMatrix<T>(run, probabilities.rows, k);
  for (size_t i = 0; i < probabilities.rows; ++i) {
    T* row = out.data() + i * k;
    for (size_t j = 0; j < k; ++j) row[j] = std::log(std::max(probabilities(i, j), std::numeric_limits<T>::epsilon()));
    const T part = static_cast<T>(1.0 / static_cast<double>(k)) * NumpySum(row, k);
    for (size_t j = 0; j < k; ++j) row[j] = static_cast<T>(k - 1) * (row[j] - part);
  }
  return MatrixView<T>{out, probabilities.rows, k, k};
}

}  // namespace

std::optional<Violation> AdaBoostClassifier::Invariant() const {
  if (auto v = CheckLabels(classes, "classes", 1)) return v;
  return CheckWeights(weights, n_estimators);
}

absl::StatusOr<Signature> AdaBoostClassifier::Infer(const Children& children) const {
  RETURN_IF_ERROR(CheckMembersOf(children, n_estimators, n_features_in));
  for (const Signature& member : children.signatures) {
    if (!IsClassifier(member)) return Mismatch("one of its estimators is no classifier");
    if (!(member.classes[0] == classes)) return NotReproduced("one of its estimators has other classes");
    if (boosting == fb::Boosting::SammeR && !member.Has(Method::kPredictProba))
      return Mismatch("one of its estimators gives no probabilities");
  }
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.classes = {&classes, 1};
  s.has_methods = true;
  s.methods = {Method::kPredict, Method::kPredictProba, Method::kPredictLogProba};
  // Of one class it is {rows, 1} zeros of X's dtype.
  if (classes.size() > 1) {
    s.methods.push_back(Method::kDecisionFunction);
    s.decision_columns = classes.size() == 2 ? 1 : classes.size();
    s.n_stages = n_estimators;
    s.methods.insert(s.methods.end(),
                     {Method::kStagedPredict, Method::kStagedPredictProba, Method::kStagedDecisionFunction});
  }
  return s;
}

absl::Status AdaBoostClassifier::Import(ImportContext& context) {
  if (context.Predates(release_1_6::kOnlySamme)) {
    ASSIGN_OR_RETURN(std::string_view algorithm, context.String(context.Take("algorithm"), "algorithm"));
    if (algorithm != "SAMME" && algorithm != "SAMME.R")
      return context.Unsupported("algorithm", algorithm, "It is SAMME or SAMME.R.");
    boosting = algorithm == "SAMME.R"                       ? fb::Boosting::SammeR
               : context.Predates(release_1_3::kOthersLose) ? fb::Boosting::SammeOfHits
                                                            : fb::Boosting::Samme;
  } else {
    context.Take("algorithm");  // "deprecated" until 1.7, and nothing reads it
  }
  RETURN_IF_ERROR(CheckAreFloats(context, "estimator_weights_"));
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  ASSIGN_OR_RETURN(const int64_t n, context.Int(context.Take("n_classes_"), "n_classes_"));
  if (n < 0 || static_cast<uint64_t>(n) != classes.size())
    return context.Invalid("n_classes_", absl::StrCat(n), absl::StrCat(classes.size()));
  RETURN_IF_ERROR(CheckTemplate(context));
  ASSIGN_OR_RETURN(n_estimators, TakeMembers(context));
  return context.ByName(this);
}

template <class AfterEach>
absl::Status AdaBoostClassifier::Add(const Data& X, Run& run, AfterEach after_each) const {
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbers(X, run));
  const Data x = AsData(numbers);
  const size_t rows = Rows(x), k = classes.size();
  MemberCalls calls(run);
  const bool real = boosting == fb::Boosting::SammeR;
  RunningSum sum(rows, k, !real, run);
  std::span<double> said = real ? std::span<double>() : NewMatrix<double>(run, rows, k);
  for (size_t e = 0; e < calls.size(); ++e) {
    ASSIGN_OR_RETURN(Data answer, calls.Ask(e, real ? Method::kPredictProba : Method::kPredict, x));
    if (real) {
      RETURN_IF_ERROR(sum.Add(VisitDense(answer, [&](const auto& view) { return LogOdds(view, run); })));
    } else {
      const double hit = weights[e];
      const double miss = boosting == fb::Boosting::SammeOfHits ? 0.0 : -1.0 / static_cast<double>(k - 1) * hit;
      std::ranges::fill(said, miss);
      RETURN_IF_ERROR(WithDense(answer, [&](const auto& view) {
        for (size_t i = 0; i < rows; ++i) said[i * k + static_cast<size_t>(view(i, 0))] = hit;  // one of the classes
      }));
      RETURN_IF_ERROR(sum.Add(MatrixView<double>{said, rows, k, k}));
    }
    after_each(sum, e + 1);
  }
  return absl::OkStatus();
}

Data AdaBoostClassifier::Decision(const RunningSum& sum, double weight, Run& run) const {
  const Data mean = sum.DividedBy(weight, run);
  if (classes.size() > 2) return mean;
  return VisitDense(mean, [&]<class T>(const MatrixView<T>& view) -> Data {
    std::span<T> out = NewMatrix<T>(run, view.rows, 1);
    for (size_t i = 0; i < view.rows; ++i) out[i] = T{0} + view(i, 0) * T{-1} + view(i, 1);
    return MatrixView<T>{out, view.rows, 1, 1};
  });
}

absl::StatusOr<Data> AdaBoostClassifier::DecisionFunction(const Data& X, Run& run) const {
  Data decisions;
  RETURN_IF_ERROR(Add(X, run, [&](const RunningSum& sum, size_t members) {
    if (members == n_estimators) decisions = Decision(sum, NumpySum(weights.data(), weights.size()), run);
  }));
  return decisions;
}

Data AdaBoostClassifier::Labels(const Data& decisions, Run& run) const {
  return VisitDense(decisions, [&](const auto& view) -> Data { return ChosenByScores(view, 0, run); });
}

absl::StatusOr<Data> AdaBoostClassifier::Predict(const Data& X, Run& run) const {
  if (classes.size() == 1) {
    RETURN_IF_ERROR(CheckNumbers(X, run).status());
    return MatrixView<double>{run.arena.New<double>(Rows(X)), Rows(X), 1, 1};
  }
  ASSIGN_OR_RETURN(Data decisions, DecisionFunction(X, run));
  return Labels(decisions, run);
}

Data AdaBoostClassifier::Probabilities(const Data& decisions, Run& run) const {
  const size_t k = classes.size();
  return VisitDense(decisions, [&]<class T>(const MatrixView<T>& view) -> Data {
    std::span<T> out = NewMatrix<T>(run, view.rows, k);
    for (size_t i = 0; i < view.rows; ++i) {
      std::span<T> row = out.subspan(i * k, k);
      if (k == 2)
        row[0] = -view(i, 0) / T{2}, row[1] = view(i, 0) / T{2};
      else
        for (size_t j = 0; j < k; ++j) row[j] = view(i, j) / static_cast<T>(k - 1);
      Softmax(row);
    }
    return MatrixView<T>{out, view.rows, k, k};
  });
}

absl::StatusOr<Data> AdaBoostClassifier::PredictProba(const Data& X, Run& run) const {
  if (classes.size() == 1) {
    std::span<double> ones = NewMatrix<double>(run, Rows(X), 1);
    std::ranges::fill(ones, 1.0);
    return MatrixView<double>{ones, Rows(X), 1, 1};
  }
  ASSIGN_OR_RETURN(Data decisions, DecisionFunction(X, run));
  return Probabilities(decisions, run);
}

// sklearn/ensemble/_weight_boosting.py staged_decision_function (1.9): over the weights so far.
template <class F>
absl::StatusOr<Data> AdaBoostClassifier::Stages(const Data& X, Run& run, F of) const {
  std::vector<Block> stages;
  double weight = 0;
  RETURN_IF_ERROR(Add(X, run, [&](const RunningSum& sum, size_t members) {
    weight += weights[members - 1];
    stages.push_back({of(Decision(sum, weight, run))});
  }));
  return SideBySide(stages, Rows(X), /*sparse=*/false, run);
}

absl::StatusOr<Data> AdaBoostClassifier::StagedPredict(const Data& X, Run& run) const {
  return Stages(X, run, [&](const Data& decisions) { return Labels(decisions, run); });
}

absl::StatusOr<Data> AdaBoostClassifier::StagedPredictProba(const Data& X, Run& run) const {
  return Stages(X, run, [&](const Data& decisions) { return Probabilities(decisions, run); });
}

absl::StatusOr<Data> AdaBoostClassifier::StagedDecisionFunction(const Data& X, Run& run) const {
  return Stages(X, run, [](const Data& decisions) { return decisions; });
}

absl::StatusOr<Data> AdaBoostClassifier::PredictLogProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data probabilities, PredictProba(X, run));
  return LogOf(probabilities, run);
}

std::optional<Violation> AdaBoostRegressor::Invariant() const { return CheckWeights(weights, n_estimators); }

absl::StatusOr<Signature> AdaBoostRegressor::Infer(const Children& children) const {
  RETURN_IF_ERROR(CheckMembersOf(children, n_estimators, n_features_in));
  for (const Signature& member : children.signatures) {
    if (!member.classes.empty()) return Mismatch("one of its estimators is no regressor");
    if (!member.one_dimensional) return NotReproduced("one of its estimators predicts two dimensions");
  }
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.widest = n_estimators;
  s.n_stages = n_estimators;
  s.has_methods = true;
  s.methods = {Method::kPredict};
  // Each stage sorts anew what was there before: beyond that many it would take too long.
  if (n_estimators <= 4096) s.methods.push_back(Method::kStagedPredict);
  return s;
}

absl::Status AdaBoostRegressor::Import(ImportContext& context) {
  RETURN_IF_ERROR(CheckTemplate(context));
  RETURN_IF_ERROR(CheckAreFloats(context, "estimator_weights_"));
  ASSIGN_OR_RETURN(n_estimators, TakeMembers(context));
  return context.ByName(this);
}

// The value at which the weights of all values up to it reach half of all weights (_get_median_predict, 1.9).
absl::StatusOr<Data> AdaBoostRegressor::Medians(const Data& X, size_t least, Run& run) const {
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbers(X, run));
  const Data x = AsData(numbers);
  const size_t rows = Rows(x), n = n_estimators;
  MemberCalls calls(run);
  std::span<double> values = NewMatrix<double>(run, rows, n);
  bool narrow = true;
  for (size_t e = 0; e < n; ++e) {
    ASSIGN_OR_RETURN(Data answer, calls.Ask(e, Method::kPredict, x));
    narrow &= IsFloat32(answer);
    RETURN_IF_ERROR(CopyColumn(answer, 0, values.subspan(e), n));
  }
  const size_t cols = n - least + 1;
  std::span<double> medians = NewMatrix<double>(run, rows, cols);
  std::vector<uint32_t> order;
  std::vector<double> sums;
  for (size_t i = 0; i < rows; ++i) {
    const double* row = values.data() + i * n;
    const auto above = [&](uint32_t a, uint32_t b) {  // NaN last
      return row[a] < row[b] || (std::isnan(row[b]) && !std::isnan(row[a]));
    };
    order.resize(least - 1);
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::stable_sort(order, above);
    for (size_t m = least; m <= n; ++m) {
      const auto next = static_cast<uint32_t>(m - 1);  // behind those that are as great
      order.insert(std::ranges::upper_bound(order, next, above), next);
      sums.resize(m);
      for (size_t e = 0; e < m; ++e) sums[e] = (e == 0 ? 0.0 : sums[e - 1]) + weights[order[e]];
      const auto half = std::ranges::find_if(sums, [&](double sum) { return sum >= 0.5 * sums.back(); });
      medians[i * cols + m - least] = row[order[half == sums.end() ? 0 : half - sums.begin()]];
    }
  }
  if (!narrow) return MatrixView<double>{medians, rows, cols, cols};
  std::span<float> narrowed = NewMatrix<float>(run, rows, cols);
  std::ranges::transform(medians, narrowed.begin(), [](double v) { return static_cast<float>(v); });
  return MatrixView<float>{narrowed, rows, cols, cols};
}

absl::StatusOr<Data> AdaBoostRegressor::Predict(const Data& X, Run& run) const { return Medians(X, n_estimators, run); }

absl::StatusOr<Data> AdaBoostRegressor::StagedPredict(const Data& X, Run& run) const { return Medians(X, 1, run); }

}  // namespace pratique
