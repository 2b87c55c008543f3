#include "estimators/ensemble/multiclass.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/compose/parts.h"
#include "estimators/ensemble/binary_members.h"
#include "estimators/ensemble/changes.h"
#include "estimators/svm/pairwise.h"
#include "import/sklearn/needed.h"
#include "model/check_array.h"
#include "model/class_indexes.h"
#include "status_macros.h"

namespace pratique {
namespace {

template <class T>
std::span<T> As(std::span<const double> values, Run& run) {
  std::span<T> out = run.arena.NewUninitialized<T>(values.size());
  std::ranges::transform(values, out.begin(), [](double x) { return static_cast<T>(x); });
  return out;
}

absl::StatusOr<Data> AsCsr(std::span<const double> scores, size_t rows, size_t cols, double threshold, Run& run) {
  std::span<int64_t> indptr = run.arena.New<int64_t>(rows + 1);
  std::vector<int32_t> indices;
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < cols; ++j) {
      if (scores[i * cols + j] > threshold) indices.push_back(static_cast<int32_t>(j));
    }
    indptr[i + 1] = static_cast<int64_t>(indices.size());
  }
  std::span<int64_t> ones = run.arena.NewUninitialized<int64_t>(indices.size());
  std::ranges::fill(ones, 1);
  return CsrView<int64_t>{rows, cols, indptr, run.arena.Copy(std::span<const int32_t>(indices)), ones};
}

}  // namespace

std::optional<Violation> OneVsRest::Invariant() const {
  if (auto v = CheckBinaryParts(parts, n_features_in, /*least=*/0)) return v;
  if (classes.size() != (multilabel ? n_estimators : 1))
    return Violation{"classes", "labels", absl::StrCat(classes.size(), " lists of labels"),
                     multilabel ? "one an estimator" : "one"};
  for (size_t k = 0; k < classes.size(); ++k) {
    const std::string at = absl::StrCat("classes[", k, "]");
    if (auto v = CheckLabels(classes[k], at, 2)) return v;
    constexpr int64_t kIndicator[] = {0, 1};
    if (multilabel && (classes[k].dtype != fb::DType::Int64 || !std::ranges::equal(classes[k].ints, kIndicator)))
      return Violation{at, "labels", "other labels", "0 and 1"};
  }
  if (sparse_output && !multilabel) return Violation{"sparse_output", "labels", "of one label a row", "false"};
  if (!multilabel && n_estimators != (classes[0].size() == 2 ? 1 : classes[0].size()))
    return Violation{"classes[0]", "one_an_estimator", absl::StrCat(classes[0].size()), absl::StrCat(n_estimators)};
  return std::nullopt;
}

absl::StatusOr<Signature> OneVsRest::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature s, SignatureOfBinaryParts(children, parts, n_features_in));
  bool gives = true, decides = true;
  for (const Signature& member : children.signatures) {
    gives &= member.Has(Method::kPredictProba) && IsClassifier(member) && member.classes[0].size() == 2;
    decides &= member.Has(Method::kDecisionFunction) && member.decision_columns == 1;
  }
  s.classes = classes;
  s.n_outputs = classes.size();
  s.one_dimensional = !multilabel;
  s.widest = std::max<uint64_t>(s.widest, n_estimators);
  s.has_methods = true;
  s.methods = {Method::kPredict};
  if (gives) s.methods.push_back(Method::kPredictProba);
  if (decides) {
    s.methods.push_back(Method::kDecisionFunction);
    s.decision_columns = n_estimators;
  }
  return s;
}

absl::Status OneVsRest::Import(ImportContext& context) {
  RETURN_IF_ERROR(TakeTemplate(context, "estimator"));
  ASSIGN_OR_RETURN(const BinaryParts taken, TakeBinaryParts(context, /*least=*/0));
  parts = taken.parts;
  n_estimators = static_cast<uint32_t>(parts.size());
  n_features_in = taken.n_features_in;
  const graph::Id binarizer = context.Take("label_binarizer_"), own = context.Take("classes_");
  if (context.IsNone(binarizer)) return context.Absent("label_binarizer_", "a LabelBinarizer");
  if (!context.IsOf(binarizer, "LabelBinarizer"))
    return context.Unsupported("label_binarizer_", "what is no LabelBinarizer", "fit makes one.");
  const auto of = [&](std::string_view attribute) { return context.graph().Find(binarizer, attribute); };
  for (const auto& [label, wanted] : {std::pair<std::string_view, int64_t>{"neg_label", 0}, {"pos_label", 1}}) {
    ASSIGN_OR_RETURN(const int64_t value, context.Int(of(label), "label_binarizer_"));
    if (value != wanted)
      return context.Unsupported("label_binarizer_", absl::StrCat(value), "fit makes it of 0 and 1.");
  }
  ASSIGN_OR_RETURN(std::string_view kind, context.String(of("y_type_"), "label_binarizer_.y_type_"));
  ASSIGN_OR_RETURN(Array<Values> labels, TakeClasses(context, of("classes_"), "label_binarizer_.classes_"));
  ASSIGN_OR_RETURN(Array<Values> same, TakeClasses(context, own, "classes_"));
  if (!(labels[0] == same[0]))
    return context.Unsupported("classes_", "other labels than label_binarizer_ has", "fit makes them the same.");
  if (kind == "multilabel-indicator") {
    multilabel = true;
    ASSIGN_OR_RETURN(sparse_output, context.Bool(of("sparse_input_"), "label_binarizer_.sparse_input_"));
    std::span<int64_t> indicator = context.arena().New<int64_t>(2);
    indicator[1] = 1;
    std::span<Values> all = context.arena().New<Values>(n_estimators);
    for (Values& of_label : all) of_label = {.dtype = fb::DType::Int64, .ints = indicator};
    labels = all;
  } else if (kind != "binary" && kind != "multiclass") {
    return context.Unsupported("label_binarizer_", kind, "y is binary, multiclass or multilabel-indicator.");
  } else if (labels[0].size() < 2) {
    return context.Unsupported("classes_", "one class", "Fit it on at least two classes.");
  }
  classes = labels;
  last_of_equals = context.Predates(release_1_8::kFirstOfEquals);
  divides_by_zero = context.Predates(release_1_7::kZerosStay);
  return context.ByName(this);
}

absl::StatusOr<Data> OneVsRest::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(BinaryScores scores,
                   AllBinaryScores(parts, n_features_in, X, run, [](const Signature& s) { return BinaryScore(s); }));
  const size_t rows = Rows(X), n = n_estimators;
  if (multilabel || n == 1) {
    const bool estimates = parts[0] == fb::BinaryPart::Estimator;
    const double threshold = estimates ? BinaryThreshold(*run.children()[0]->signature) : 0.5;
    if (sparse_output) return AsCsr(scores.values, rows, n, threshold, run);
    for (double& x : scores.values) x = x > threshold;
    return MatrixView<double>{scores.values, rows, n, n};
  }
  std::span<double> labels = NewMatrix<double>(run, rows, 1);
  for (size_t i = 0; i < rows; ++i) {
    double greatest = -std::numeric_limits<double>::infinity();
    size_t label = 0;
    for (size_t step = 0; step < n; ++step) {
      const size_t e = last_of_equals ? step : n - 1 - step;
      const double score = scores.values[i * n + e];
      if (score > greatest || std::isnan(score)) greatest = score;  // np.maximum keeps NaN
      if (greatest == score) label = e;
    }
    labels[i] = static_cast<double>(label);
  }
  return MatrixView<double>{labels, rows, 1, 1};
}

namespace {

template <class T>
Data Normalized(std::span<const double> scores, size_t rows, size_t n, bool multilabel, bool divides_by_zero,
                Run& run) {
  const std::span<T> second = As<T>(scores, run);
  const size_t cols = n == 1 ? 2 : n;  // of one estimator both classes
  std::span<T> out = NewMatrix<T>(run, rows, cols);
  for (size_t i = 0; i < rows; ++i) {
    T* row = out.data() + i * cols;
    if (n == 1) row[0] = T{1} - second[i];
    std::copy_n(second.data() + i * n, n, row + (cols - n));
    if (multilabel) continue;
    T sum = 0;
    for (size_t k = 0; k < cols; ++k) sum += row[k];
    if (sum == 0 && !divides_by_zero) continue;
    for (size_t k = 0; k < cols; ++k) row[k] /= sum;
  }
  return MatrixView<T>{out, rows, cols, cols};
}

}  // namespace

absl::StatusOr<Data> OneVsRest::PredictProba(const Data& X, Run& run) const {
  struct Second {
    Method method = Method::kPredictProba;
    size_t column = 1;
  };
  ASSIGN_OR_RETURN(BinaryScores scores,
                   AllBinaryScores(parts, n_features_in, X, run, [](const Signature&) { return Second(); }));
  return scores.narrow ? Normalized<float>(scores.values, Rows(X), n_estimators, multilabel, divides_by_zero, run)
                       : Normalized<double>(scores.values, Rows(X), n_estimators, multilabel, divides_by_zero, run);
}

absl::StatusOr<Data> OneVsRest::DecisionFunction(const Data& X, Run& run) const {
  struct Decision {
    Method method = Method::kDecisionFunction;
    size_t column = 0;
  };
  ASSIGN_OR_RETURN(BinaryScores scores,
                   AllBinaryScores(parts, n_features_in, X, run, [](const Signature&) { return Decision(); }));
  const size_t rows = Rows(X), n = n_estimators;
  if (!scores.narrow) return MatrixView<double>{scores.values, rows, n, n};
  return MatrixView<float>{As<float>(scores.values, run), rows, n, n};
}

std::optional<Violation> OneVsOne::Invariant() const {
  if (auto v = CheckLabels(classes, "classes", 2)) return v;
  const uint64_t n = classes.size();
  if (n < 1000 && n * (n - 1) / 2 == n_estimators) return std::nullopt;  // n_estimators is at most 100000
  return Violation{"classes", "one_a_pair", absl::StrCat(n, " classes"), absl::StrCat(n_estimators, " pairs")};
}

absl::StatusOr<Signature> OneVsOne::Infer(const Children& children) const {
  RETURN_IF_ERROR(CheckMembers(children, n_estimators));
  for (const Signature& member : children.signatures) {
    RETURN_IF_ERROR(ScoresTwoClasses(member));
    if (member.n_features_in.value_or(n_features_in) != n_features_in)
      return Mismatch(absl::StrCat("one of its estimators expects ", *member.n_features_in, " features"));
    if (!member.classes.empty() && !(IsClassifier(member) && HasNumbersAsLabels(member)))
      return NotReproduced("one of its estimators was fitted on other labels than 0 and 1");
  }
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.classes = {&classes, 1};
  s.decision_columns = classes.size() == 2 ? 1 : classes.size();
  s.widest = 2 * uint64_t{n_estimators};
  return s;
}

absl::Status OneVsOne::Import(ImportContext& context) {
  RETURN_IF_ERROR(CheckNeeded(context, {"pairwise_indices_"}));
  RETURN_IF_ERROR(TakeTemplate(context, "estimator"));
  if (!context.IsNone(context.Take("pairwise_indices_")))
    return context.Unsupported("pairwise_indices_", "a list", "A kernel of its own instead of a precomputed one.");
  ASSIGN_OR_RETURN(n_estimators, TakeMembers(context));
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  above_zero = context.Predates(release_1_1::kThresholdOfProbabilities);
  return context.ByName(this);
}

absl::StatusOr<Data> OneVsOne::DecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbers(X, run, Finite::kAny));
  const Data x = AsData(numbers);
  const size_t rows = Rows(x), n = n_estimators, k = classes.size();
  MemberCalls calls(run);
  std::span<double> said = NewMatrix<double>(run, rows, n), confidences = NewMatrix<double>(run, rows, n);
  for (size_t e = 0; e < n; ++e) {
    const BinaryScore score(calls.signature(e));
    ASSIGN_OR_RETURN(Data predicted, calls.Ask(e, Method::kPredict, x));
    ASSIGN_OR_RETURN(Data labels, WithLabels(predicted, calls.signature(e), run));
    RETURN_IF_ERROR(CopyColumn(labels, 0, said.subspan(e), n));
    ASSIGN_OR_RETURN(Data answer, calls.Ask(e, score.method, x));
    RETURN_IF_ERROR(CopyColumn(answer, score.column, confidences.subspan(e), n));
  }
  std::span<double> scores = NewMatrix<double>(run, rows, k), sums = NewMatrix<double>(run, 1, k);
  for (size_t i = 0; i < rows; ++i) {
    const double *votes = said.data() + i * n, *confidence = confidences.data() + i * n;
    OneVsRestScores(
        k, [&](size_t pair) { return votes[pair]; }, [&](size_t pair) { return confidence[pair]; },
        scores.subspan(i * k, k), sums);
  }
  if (k > 2) return MatrixView<double>{scores, rows, k, k};
  return Kept(MatrixView<double>{scores, rows, k, k}, 1, 2, run);
}

absl::StatusOr<Data> OneVsOne::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data decisions, DecisionFunction(X, run));
  const auto& scores = std::get<MatrixView<double>>(decisions);
  return ChosenByScores(scores, above_zero ? 0 : BinaryThreshold(*run.children()[0]->signature), run);
}

}  // namespace pratique
