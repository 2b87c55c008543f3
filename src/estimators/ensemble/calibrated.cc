#include "estimators/ensemble/calibrated.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "kernels/interpolate.h"
#include "kernels/numpy_sum.h"
#include "kernels/probabilities.h"
#include "model/class_indexes.h"
#include "model/input_error.h"
#include "state/invariant/ascending.h"
#include "state/invariant/ragged.h"
#include "status_macros.h"

namespace pratique {
namespace {

Method MethodOf(const Signature& member) {
  return member.Has(Method::kDecisionFunction) ? Method::kDecisionFunction : Method::kPredictProba;
}

// Reads calibrated_classifiers_: each a _CalibratedClassifier of an estimator and its calibrators.
class Calibrators {
 public:
  Calibrators(ImportContext& context, CalibratedClassifier& state) : context_(context), state_(state) {}

  absl::Status Read() {
    ASSIGN_OR_RETURN(std::span<const graph::Id> all, ItemsOf(context_, context_.Take(kAttribute), kAttribute));
    if (all.empty()) return context_.Unsupported(kAttribute, "an empty list", "fit makes at least one.");
    state_.n_estimators = static_cast<uint32_t>(all.size());
    for (graph::Id one : all) RETURN_IF_ERROR(ReadOne(one));
    if (state_.calibration == fb::Calibration::Isotonic) {
      state_.threshold_offsets = context_.arena().Copy(Array<uint32_t>(offsets_));
      state_.x_thresholds = context_.arena().Copy(Array<double>(x_));
      state_.y_thresholds = context_.arena().Copy(Array<double>(y_));
    } else {
      state_.slopes = context_.arena().Copy(Array<double>(slopes_));
    }
    if (state_.calibration == fb::Calibration::Sigmoid)
      state_.intercepts = context_.arena().Copy(Array<double>(intercepts_));
    return absl::OkStatus();
  }

 private:
  static constexpr std::string_view kAttribute = "calibrated_classifiers_";

  absl::Status ReadOne(graph::Id one) {
    const graph::Graph& graph = context_.graph();
    if (!context_.IsOf(one, "_CalibratedClassifier"))
      return context_.Unsupported(kAttribute, "another object", "fit makes them _CalibratedClassifier.");
    const graph::Id renamed = graph.Find(one, "estimator");  // base_estimator until 1.1
    context_.Child(renamed == graph::kNoId ? graph.Find(one, "base_estimator") : renamed,
                   absl::StrCat("estimators_[", n_read_, "]"));
    if (n_read_ == 1) context_.SharesRows();
    ASSIGN_OR_RETURN(Values classes, context_.ValuesOf(graph.Find(one, "classes"), kAttribute));
    if (!(classes == state_.classes))
      return context_.Unsupported(kAttribute, "other classes than classes_", "fit makes them the same.");
    ASSIGN_OR_RETURN(std::string_view method, context_.String(graph.Find(one, "method"), kAttribute));
    ASSIGN_OR_RETURN(std::span<const graph::Id> calibrators,
                     ItemsOf(context_, graph.Find(one, "calibrators"), kAttribute));
    ASSIGN_OR_RETURN(const fb::Calibration calibration, Named(method));
    if (n_read_++ == 0) {
      state_.calibration = calibration;
      state_.n_calibrators = static_cast<uint32_t>(calibrators.size());
    }
    if (calibration != state_.calibration || calibrators.size() != state_.n_calibrators)
      return context_.Unsupported(kAttribute, "several methods, or numbers of calibrators", "Fit it again.");
    for (graph::Id calibrator : calibrators) RETURN_IF_ERROR(ReadCalibrator(calibrator));
    return absl::OkStatus();
  }

  absl::StatusOr<fb::Calibration> Named(std::string_view method) const {
    if (method == "sigmoid") return fb::Calibration::Sigmoid;
    if (method == "isotonic") return fb::Calibration::Isotonic;
    if (method == "temperature") return fb::Calibration::Temperature;
    return context_.Unsupported("method", method, "It is sigmoid, isotonic or temperature.");
  }

  absl::Status ReadCalibrator(graph::Id id) {
    const graph::Graph& graph = context_.graph();
    static constexpr std::string_view kClasses[] = {"_SigmoidCalibration", "IsotonicRegression", "_TemperatureScaling"};
    const std::string_view wanted = kClasses[static_cast<size_t>(state_.calibration)];
    if (!context_.IsOf(id, wanted))
      return context_.Unsupported(kAttribute, "another calibrator", absl::StrCat("fit makes it ", std::string(wanted)));
    if (state_.calibration == fb::Calibration::Isotonic) return ReadIsotonic(id);
    const bool sigmoid = state_.calibration == fb::Calibration::Sigmoid;
    const graph::Id slope = graph.Find(id, sigmoid ? "a_" : "beta_");
    if (!sigmoid && context_.FloatDType(slope) == fb::DType::Float32)
      return context_.Unsupported(kAttribute, "a float32 beta_", "Fit it on float64 scores.");
    ASSIGN_OR_RETURN(NdArray<double> value, context_.Doubles(slope, kAttribute));
    if (!value.shape.empty()) return context_.Unsupported(kAttribute, "an array", "fit makes a number.");
    slopes_.push_back(value.values[0]);
    if (!sigmoid) return absl::OkStatus();
    ASSIGN_OR_RETURN(intercepts_.emplace_back(), context_.Double(graph.Find(id, "b_"), kAttribute));
    return absl::OkStatus();
  }

  absl::Status ReadIsotonic(graph::Id id) {
    const graph::Graph& graph = context_.graph();
    const graph::Id x_id = graph.Find(id, "X_thresholds_");
    if (context_.FloatDType(x_id) == fb::DType::Float32)
      return context_.Unsupported(kAttribute, "float32 thresholds", "Fit it on float64 scores.");
    ASSIGN_OR_RETURN(Array<double> x, context_.Vector(x_id, kAttribute));
    ASSIGN_OR_RETURN(Array<double> y, context_.Vector(graph.Find(id, "y_thresholds_"), kAttribute));
    ASSIGN_OR_RETURN(const double min, context_.Double(graph.Find(id, "X_min_"), kAttribute));
    ASSIGN_OR_RETURN(const double max, context_.Double(graph.Find(id, "X_max_"), kAttribute));
    ASSIGN_OR_RETURN(std::string_view bounds, context_.String(graph.Find(id, "out_of_bounds"), kAttribute));
    if (x.empty() || x.size() != y.size() || invariant::FirstNotAscending(x))
      return context_.Invalid(kAttribute, "thresholds that do not ascend, or differ in number", "ascending ones");
    if (min != x.front() || max != x.back() || bounds != "clip")
      return context_.Unsupported(kAttribute, "other bounds than its thresholds", "fit clips at the first and last.");
    x_.insert(x_.end(), x.begin(), x.end());
    y_.insert(y_.end(), y.begin(), y.end());
    offsets_.push_back(static_cast<uint32_t>(x_.size()));
    return absl::OkStatus();
  }

  ImportContext& context_;
  CalibratedClassifier& state_;
  size_t n_read_ = 0;
  std::vector<double> slopes_, intercepts_, x_, y_;
  std::vector<uint32_t> offsets_{0};
};

}  // namespace

std::optional<Violation> CalibratedClassifier::Invariant() const {
  if (auto v = CheckLabels(classes, "classes", 2)) return v;
  const size_t wanted = classes.size() == 2 || calibration == fb::Calibration::Temperature ? 1 : classes.size();
  if (n_calibrators != wanted)
    return Violation{"n_calibrators", "calibrators", absl::StrCat(n_calibrators), absl::StrCat(wanted)};
  const bool isotonic = calibration == fb::Calibration::Isotonic;
  const auto is = [](const char* field, bool present, bool wanted) -> std::optional<Violation> {
    if (present == wanted) return std::nullopt;
    return Violation{field, "calibrators", present ? "present" : "absent", wanted ? "present" : "absent"};
  };
  if (auto v = is("slopes", slopes.data() != nullptr, !isotonic)) return v;
  if (auto v = is("intercepts", intercepts.data() != nullptr, calibration == fb::Calibration::Sigmoid)) return v;
  if (auto v = is("threshold_offsets", threshold_offsets.data() != nullptr, isotonic)) return v;
  if (auto v = is("x_thresholds", x_thresholds.data() != nullptr, isotonic)) return v;
  if (auto v = is("y_thresholds", y_thresholds.data() != nullptr, isotonic)) return v;
  if (!isotonic) return std::nullopt;
  const uint64_t n = uint64_t{n_estimators} * n_calibrators;
  if (auto v = invariant::OffsetsForEach("threshold_offsets", threshold_offsets.size(), n)) return v;
  for (size_t c = 0; c < n; ++c) {
    const uint32_t begin = threshold_offsets[c], end = threshold_offsets[c + 1];
    if (begin == end)
      return Violation{absl::StrCat("threshold_offsets[", c, "]"), "calibrators", "no thresholds", "at least one"};
    if (const auto i = invariant::FirstNotAscending(x_thresholds.subspan(begin, end - begin)))
      return Violation{absl::StrCat("x_thresholds[", begin + *i, "]"), "ascending", "one that is not above the last",
                       "ascending ones"};
  }
  return std::nullopt;
}

absl::StatusOr<Signature> CalibratedClassifier::Infer(const Children& children) const {
  RETURN_IF_ERROR(CheckMembers(children, n_estimators));
  ASSIGN_OR_RETURN(Signature s, SignatureOfX(children.signatures));
  for (const Signature& member : children.signatures) {
    if (!IsClassifier(member)) return Mismatch("one of its estimators is no classifier");
    // Temperatures are fitted on the numbers of classes that are text.
    const bool same = calibration == fb::Calibration::Temperature ? member.classes[0].size() == classes.size()
                                                                  : member.classes[0] == classes;
    if (!same) return NotReproduced("one of its estimators has other classes");
    const Method method = MethodOf(member);
    if (!member.Has(method)) return Mismatch("one of its estimators gives neither decisions nor probabilities");
    const uint64_t wanted = classes.size() == 2 ? 1 : classes.size();
    const bool fits = calibration == fb::Calibration::Temperature || wanted == 1 ? member.decision_columns == wanted
                                                                                 : member.decision_columns >= wanted;
    if (method == Method::kDecisionFunction && !fits)
      return NotReproduced("one of its estimators does not decide by one score a class");
  }
  s.classes = {&classes, 1};
  s.widest = std::max<uint64_t>(s.widest, classes.size());
  return s;
}

absl::Status CalibratedClassifier::Import(ImportContext& context) {
  RETURN_IF_ERROR(CheckTemplate(context));
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  if (classes.size() < 2) return context.Unsupported("classes_", "one class", "Fit it on at least two classes.");
  RETURN_IF_ERROR(Calibrators(context, *this).Read());
  return context.ByName(this);
}

double CalibratedClassifier::Calibrated(size_t c, double score) const {
  if (calibration == fb::Calibration::Sigmoid) return Sigmoid(-(slopes[c] * score + intercepts[c]));
  // Interpolation gives the first or the last outside of the thresholds, as clipping does.
  const uint32_t begin = threshold_offsets[c], n = threshold_offsets[c + 1] - begin;
  if (n == 1) return y_thresholds[begin];
  return Interpolate(
      score, n, [&](size_t i) { return x_thresholds[begin + i]; }, [&](size_t i) { return y_thresholds[begin + i]; });
}

// sklearn/calibration.py _CalibratedClassifier.predict_proba (1.9).
void CalibratedClassifier::Row(size_t e, const double* scores, bool decisions, std::span<double> row) const {
  const size_t k = row.size();
  if (calibration == fb::Calibration::Temperature) {
    // Decisions as they are, two classes as {-x, x}; probabilities as logarithms (_convert_to_logits).
    for (size_t j = 0; j < k; ++j) {
      const double x = k > 2 ? scores[j] : j == 1 ? scores[0] : decisions ? -scores[0] : 1.0 - scores[0];
      row[j] = slopes[e] * (decisions ? x : std::log(x + 1e-12));
    }
    Softmax(row);
  } else if (k == 2) {
    row[1] = Calibrated(e, scores[0]);
    row[0] = 1.0 - row[1];
  } else {
    for (size_t j = 0; j < k; ++j) row[j] = Calibrated(e * k + j, scores[j]);
    NormalizeOrUniform(row);
  }
  for (double& p : row) {
    if (p > 1.0 && p <= 1.0 + 1e-5) p = 1.0;
  }
}

absl::StatusOr<Data> CalibratedClassifier::PredictProba(const Data& X, Run& run) const {
  MemberCalls calls(run);
  const size_t rows = Rows(X), k = classes.size(), n_scores = k == 2 ? 1 : k;
  std::span<double> mean = run.arena.New<double>(rows * k), one = run.arena.New<double>(k);
  std::span<double> scores = NewMatrix<double>(run, rows, n_scores);
  for (size_t e = 0; e < n_estimators; ++e) {
    const Method method = MethodOf(calls.signature(e));
    const bool decisions = method == Method::kDecisionFunction;
    ASSIGN_OR_RETURN(Data answer, calls.Ask(e, method, X));
    for (size_t j = 0; j < n_scores; ++j) {
      const size_t column = k == 2 && !decisions ? 1 : j;  // of the second of two classes
      RETURN_IF_ERROR(CopyColumn(answer, column, scores.subspan(j), n_scores));
    }
    for (size_t i = 0; i < rows; ++i) {
      // check_array stands in front of isotonic regressions and temperatures.
      const std::span<const double> of_row = scores.subspan(i * n_scores, n_scores);
      if (calibration != fb::Calibration::Sigmoid &&
          !std::ranges::all_of(of_row, [](double v) { return std::isfinite(v); }))
        return BadInput(
            "input.not_finite",
            absl::StrCat("row ", run.first_row + i, ": the estimator's score is not finite, and scikit-learn raises"));
      Row(e, scores.data() + i * n_scores, decisions, one);
      for (size_t j = 0; j < k; ++j) mean[i * k + j] += one[j];
    }
  }
  for (double& x : mean) x /= n_estimators;
  return MatrixView<double>{mean, rows, k, k};
}

absl::StatusOr<Data> CalibratedClassifier::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data probabilities, PredictProba(X, run));
  return GreatestOfRows(probabilities, run);
}

}  // namespace pratique
