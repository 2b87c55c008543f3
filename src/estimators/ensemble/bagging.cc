#include "estimators/ensemble/bagging.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "estimators/compose/select_columns.h"
#include "estimators/ensemble/members.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/class_indexes.h"
#include "model/views.h"
#include "status_macros.h"

namespace pratique {
namespace {

// The members of a group of neighbours, one group a job (sklearn/ensemble/_base.py _partition_estimators, 1.9), and
// what each takes of X.
template <class S>
class Groups {
 public:
  Groups(const S& state, const Data& X, Run& run)
      : state_(state), X_(X), run_(run), calls_(run), positions_(run.arena.New<uint32_t>(state.n_features_in)) {
    std::iota(positions_.begin(), positions_.end(), 0u);
  }

  size_t size() const { return std::min(state_.n_jobs, state_.n_estimators); }
  // Calls take(i) for each member of group g.
  template <class Take>
  absl::Status ForEach(size_t g, Take take) {
    const size_t n = state_.n_estimators, least = n / size(), more = n % size();
    const size_t first = g * least + std::min(g, more);
    for (size_t i = first; i < first + least + (g < more); ++i) RETURN_IF_ERROR(take(i));
    return absl::OkStatus();
  }
  // Of the columns that member i takes.
  absl::StatusOr<Data> Ask(size_t i, Method method) {
    Run& inner = calls_.Next();
    if (state_.columns.data() == nullptr) return calls_.AskNext(i, method, X_);
    const size_t width = state_.columns.size() / state_.n_estimators;
    return calls_.AskNext(i, method, SelectColumns(X_, state_.columns.subspan(i * width, width), positions_, inner));
  }
  const Signature& signature(size_t i) const { return calls_.signature(i); }

  // The mean of all answers: each group from 0 on, then the groups from 0 on.
  absl::StatusOr<Data> Mean(Method method, size_t cols) {
    RunningSum whole(Rows(X_), cols, false, run_);
    for (size_t g = 0; g < size(); ++g) {
      RunningSum sum(Rows(X_), cols, false, run_);
      RETURN_IF_ERROR(ForEach(g, [&](size_t i) -> absl::Status {
        ASSIGN_OR_RETURN(Data answer, Ask(i, method));
        return sum.Add(answer);
      }));
      RETURN_IF_ERROR(whole.Add(sum.data()));
    }
    return whole.DividedBy(state_.n_estimators, run_);
  }

 private:
  const S& state_;
  const Data& X_;
  Run& run_;
  MemberCalls calls_;
  std::span<uint32_t> positions_;
};

// X as predict takes it: of any numbers.
absl::StatusOr<Data> CheckedX(const Data& X, Run& run) {
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbers(X, run, Finite::kAny));
  return AsData(numbers);
}

template <class S>
absl::Status CheckMembersOf(const S& state, const Children& children) {
  RETURN_IF_ERROR(CheckMembers(children, state.n_estimators));
  const uint64_t width =
      state.columns.data() == nullptr ? state.n_features_in : state.columns.size() / state.n_estimators;
  for (size_t i = 0; i < children.size(); ++i) {
    const Signature& s = children.signatures[i];
    if (s.n_features_in && *s.n_features_in != width)
      return Mismatch(absl::StrCat("estimators_[", i, "] expects ", *s.n_features_in, " features, is given ", width));
    if (!s.Has(Method::kPredict)) return Mismatch(absl::StrCat("estimators_[", i, "] has no predict"));
  }
  return absl::OkStatus();
}

template <class S>
Signature SignatureOf(const S& state) {
  Signature s;
  s.n_features_in = state.n_features_in;
  s.feature_names = state.feature_names;
  return s;
}

// How many groups n_jobs makes. What the machine decides (-1: one a processor) is read as one: the order of a sum.
absl::StatusOr<uint32_t> TakeJobs(ImportContext& context, uint32_t n_estimators) {
  const graph::Id id = context.Take("n_jobs");
  if (context.IsNone(id)) return 1u;
  ASSIGN_OR_RETURN(const int64_t n, context.Int(id, "n_jobs"));
  return static_cast<uint32_t>(std::clamp<int64_t>(n, 1, n_estimators));
}

// estimators_features_: an array of as many columns for each estimator; all columns in order are not stored.
absl::StatusOr<Array<uint32_t>> TakeColumns(ImportContext& context, uint32_t n_estimators, uint64_t n_features) {
  constexpr std::string_view kAttribute = "estimators_features_";
  ASSIGN_OR_RETURN(std::span<const graph::Id> lists, ItemsOf(context, context.Take(kAttribute), kAttribute));
  if (lists.size() != n_estimators)
    return context.Unsupported(kAttribute, absl::StrCat(lists.size(), " for ", n_estimators, " estimators"),
                               "There is one for each.");
  std::vector<uint32_t> columns;
  bool all_in_order = true;
  size_t width = 0;
  for (graph::Id id : lists) {
    ASSIGN_OR_RETURN(Array<int64_t> of_one, context.IntVector(id, kAttribute));
    if (columns.empty()) width = of_one.size();
    if (of_one.empty() || of_one.size() != width)
      return context.Unsupported(kAttribute, "lists of several lengths", "Fit all estimators with one max_features.");
    all_in_order &= of_one.size() == n_features;
    for (size_t j = 0; j < of_one.size(); ++j) {
      if (of_one[j] < 0 || static_cast<uint64_t>(of_one[j]) >= n_features)
        return context.Invalid(kAttribute, absl::StrCat(of_one[j]),
                               absl::StrCat("a column from 0 to ", n_features - 1));
      all_in_order &= static_cast<uint64_t>(of_one[j]) == j;
      columns.push_back(static_cast<uint32_t>(of_one[j]));
    }
  }
  if (all_in_order) return Array<uint32_t>{};
  return context.arena().Copy(Array<uint32_t>(columns));
}

template <class S>
absl::Status ImportInto(S& state, ImportContext& context) {
  ASSIGN_OR_RETURN(state.n_estimators, TakeMembers(context));
  RETURN_IF_ERROR(CheckTemplate(context));
  if (!context.Has("estimator_") && !context.Has("base_estimator_"))  // asked for its methods
    return context.Absent("estimator_", "an estimator");
  RETURN_IF_ERROR(CheckNumber(context, state.n_estimators));
  ASSIGN_OR_RETURN(state.n_jobs, TakeJobs(context, state.n_estimators));
  RETURN_IF_ERROR(context.ByName(&state));
  ASSIGN_OR_RETURN(state.columns, TakeColumns(context, state.n_estimators, state.n_features_in));
  return absl::OkStatus();
}

// np.logaddexp (numpy/_core/src/npymath/npy_math_internal.h.src, 2.1).
double LogAddExp(double x, double y) {
  if (x == y) return x + std::log(2.0);
  const double difference = x - y;
  if (difference > 0) return x + std::log1p(std::exp(-difference));
  if (difference <= 0) return y + std::log1p(std::exp(difference));
  return difference;  // NaN
}

// The columns that a member's answers belong to; none where it has all classes.
std::span<const int64_t> PositionsOf(const Signature& member, size_t n_classes) {
  const Values& own = member.classes[0];
  return own.size() == n_classes ? std::span<const int64_t>() : own.ints;  // AreEncoded
}

}  // namespace

std::optional<Violation> BaggingClassifier::Invariant() const { return CheckLabels(classes, "classes", 1); }

absl::StatusOr<Signature> BaggingClassifier::Infer(const Children& children) const {
  RETURN_IF_ERROR(CheckMembersOf(*this, children));
  Signature s = SignatureOf(*this);
  bool log = true, decides = true;
  const Signature& first = children.signatures[0];
  for (const Signature& member : children.signatures) {
    if (!IsClassifier(member)) return Mismatch("one of its estimators is no classifier");
    if (!AreEncoded(member.classes[0], classes.size()))
      return NotReproduced("one of its estimators was fitted on other labels than the numbers of the classes");
    // The first one decides how logarithms are made.
    log &= member.Has(Method::kPredictLogProba) || !first.Has(Method::kPredictLogProba);
    decides &= member.Has(Method::kDecisionFunction) && member.decision_columns == first.decision_columns;
  }
  s.classes = {&classes, 1};
  s.has_methods = true;
  s.methods = {Method::kPredict, Method::kPredictProba};
  if (log) s.methods.push_back(Method::kPredictLogProba);
  if (decides) {
    s.methods.push_back(Method::kDecisionFunction);
    s.decision_columns = first.decision_columns;
  }
  return s;
}

absl::Status BaggingClassifier::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  ASSIGN_OR_RETURN(const int64_t n, context.Int(context.Take("n_classes_"), "n_classes_"));
  if (n < 0 || static_cast<uint64_t>(n) != classes.size())
    return context.Invalid("n_classes_", absl::StrCat(n), absl::StrCat(classes.size()));
  return ImportInto(*this, context);
}

absl::StatusOr<Data> BaggingClassifier::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data x, CheckedX(X, run));
  Groups groups(*this, x, run);
  const size_t k = classes.size();
  RunningSum whole(Rows(x), k, true, run);
  for (size_t g = 0; g < groups.size(); ++g) {
    RunningSum sum(Rows(x), k, true, run);
    RETURN_IF_ERROR(groups.ForEach(g, [&](size_t i) -> absl::Status {
      const Signature& member = groups.signature(i);
      if (member.Has(Method::kPredictProba)) {
        ASSIGN_OR_RETURN(Data probabilities, groups.Ask(i, Method::kPredictProba));
        return sum.Add(probabilities, PositionsOf(member, k));
      }
      ASSIGN_OR_RETURN(Data indexes, groups.Ask(i, Method::kPredict));
      const Array<int64_t>& labels = member.classes[0].ints;
      return WithDense(indexes, [&](const auto& view) {
        for (size_t row = 0; row < view.rows; ++row) sum.AddOne(row, labels[static_cast<size_t>(view(row, 0))]);
      });
    }));
    RETURN_IF_ERROR(whole.Add(sum.data()));
  }
  return whole.DividedBy(n_estimators, run);
}

absl::StatusOr<Data> BaggingClassifier::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data probabilities, PredictProba(X, run));
  return GreatestOfRows(probabilities, run);
}

absl::StatusOr<Data> BaggingClassifier::PredictLogProba(const Data& X, Run& run) const {
  if (!run.children()[0]->signature->Has(Method::kPredictLogProba)) {
    ASSIGN_OR_RETURN(Data probabilities, PredictProba(X, run));
    return LogOf(probabilities, run);
  }
  ASSIGN_OR_RETURN(Data x, CheckedX(X, run));
  Groups groups(*this, x, run);
  const size_t rows = Rows(x), k = classes.size();
  std::span<double> whole = NewMatrix<double>(run, rows, k), group = NewMatrix<double>(run, rows, k);
  for (size_t g = 0; g < groups.size(); ++g) {
    std::span<double> sum = g == 0 ? whole : group;
    std::ranges::fill(sum, -std::numeric_limits<double>::infinity());
    RETURN_IF_ERROR(groups.ForEach(g, [&](size_t i) -> absl::Status {
      ASSIGN_OR_RETURN(Data logs, groups.Ask(i, Method::kPredictLogProba));
      const std::span<const int64_t> positions = PositionsOf(groups.signature(i), k);
      if (Cols(logs) != (positions.empty() ? k : positions.size()))
        return absl::InternalError("an answer of unexpected width");
      return WithDense(logs, [&](const auto& view) {
        for (size_t row = 0; row < rows; ++row) {
          for (size_t j = 0; j < view.cols; ++j) {
            double& to = sum[row * k + (positions.empty() ? j : positions[j])];
            to = LogAddExp(to, static_cast<double>(view(row, j)));
          }
        }
      });
    }));
    if (g > 0) std::ranges::transform(whole, group, whole.begin(), LogAddExp);
  }
  const double log = std::log(static_cast<double>(n_estimators));
  for (double& x : whole) x -= log;
  return MatrixView<double>{whole, rows, k, k};
}

absl::StatusOr<Data> BaggingClassifier::DecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data x, CheckedX(X, run));
  return Groups(*this, x, run).Mean(Method::kDecisionFunction, run.signature().decision_columns);
}

absl::StatusOr<Signature> BaggingRegressor::Infer(const Children& children) const {
  RETURN_IF_ERROR(CheckMembersOf(*this, children));
  Signature s = SignatureOf(*this);
  const Signature& first = children.signatures[0];
  for (const Signature& member : children.signatures) {
    if (!member.classes.empty()) return Mismatch("one of its estimators is no regressor");
    if (member.n_outputs != first.n_outputs || member.one_dimensional != first.one_dimensional)
      return Mismatch("its estimators predict several shapes");
  }
  s.n_outputs = first.n_outputs;
  s.one_dimensional = first.one_dimensional;
  return s;
}

absl::Status BaggingRegressor::Import(ImportContext& context) { return ImportInto(*this, context); }

absl::StatusOr<Data> BaggingRegressor::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data x, CheckedX(X, run));
  return Groups(*this, x, run).Mean(Method::kPredict, run.signature().n_outputs);
}

}  // namespace pratique
