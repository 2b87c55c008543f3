#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/gaussian_process/changes.h"
#include "estimators/gaussian_process/gaussian_process.h"
#include "estimators/naive_bayes/joint_log_likelihood.h"
#include "estimators/svm/pairwise.h"
#include "import/sklearn/elements.h"
#include "kernels/numpy_sum.h"
#include "kernels/product.h"
#include "model/class_indexes.h"
#include "status_macros.h"

namespace pratique {
namespace {

uint64_t MachinesOf(fb::Machines kind, uint64_t n_classes) {
  if (kind == fb::Machines::Binary) return 1;
  return kind == fb::Machines::OneVsRest ? n_classes : n_classes * (n_classes - 1) / 2;
}

// The sigmoid over a normal distribution, as five error functions have it (sklearn/gaussian_process/_gpc.py
// predict_proba, 1.9).
double Probability(double mean, double variance) {
  constexpr double kLambdas[] = {0.41, 0.4, 0.37, 0.44, 0.39};
  constexpr double kCoefs[] = {-1854.8214151, 3516.89893646, 221.29346712, 128.12323805, -2010.49422654};
  const double alpha = 1 / (2 * variance);
  double sum = 0, coefs = 0;
  for (size_t k = 0; k < 5; ++k) {
    const double gamma = kLambdas[k] * mean;
    const double integral = std::sqrt(std::numbers::pi / alpha) *
                            std::erf(gamma * std::sqrt(alpha / (alpha + kLambdas[k] * kLambdas[k]))) /
                            (2 * std::sqrt(variance * 2 * std::numbers::pi));
    sum += kCoefs[k] * integral;
    coefs += kCoefs[k];
  }
  return sum + 0.5 * coefs;
}

// What predict answers with are the labels of base_estimator_, of its binarizer, or of its parts.
absl::StatusOr<Values> LabelsOf(ImportContext& context, graph::Id holder) {
  constexpr std::string_view kName = "base_estimator_.classes_";
  if (context.IsNone(holder)) return context.Absent(kName, "labels");
  return context.ValuesOf(context.graph().Find(holder, "classes_"), kName);
}

absl::Status OtherLabels(const ImportContext& context) {
  return context.Unsupported("base_estimator_.classes_", "other labels than those of fit", "Fit the model anew.");
}

}  // namespace

std::optional<Violation> LaplaceMachine::Invariant(const std::string& field, uint32_t width) const {
  if (auto v = fitted.Invariant(field + ".fitted", width)) return v;
  for (const auto& [name, values] : {std::pair{".residuals", residuals}, std::pair{".roots", roots}}) {
    if (values.size() != fitted.n_rows)
      return Violation{field + name, "of_rows", absl::StrCat(values.size()), absl::StrCat(fitted.n_rows)};
  }
  return CheckFactor(field + ".factor", factor, fitted.n_rows);
}

absl::Status LaplaceMachine::Import(ImportContext& context, graph::Id object) {
  const auto of = [&](std::string_view attribute) { return context.graph().Find(object, attribute); };
  RETURN_IF_ERROR(fitted.Import(context, object));
  fitted.narrow = context.Predates(release_1_5::kRowsOverLengthScaleAreFloat64);
  ASSIGN_OR_RETURN(Array<double> y, context.Vector(of("y_train_"), "base_estimator_.y_train_"));
  ASSIGN_OR_RETURN(Array<double> pi, context.Vector(of("pi_"), "base_estimator_.pi_"));
  ASSIGN_OR_RETURN(roots, context.Vector(of("W_sr_"), "base_estimator_.W_sr_"));
  if (y.size() != fitted.n_rows || pi.size() != fitted.n_rows || roots.size() != fitted.n_rows)
    return context.Invalid("base_estimator_", absl::StrCat(y.size(), " targets"), absl::StrCat(fitted.n_rows));
  std::span<double> rest = context.arena().NewUninitialized<double>(y.size());
  for (size_t i = 0; i < rest.size(); ++i) rest[i] = y[i] - pi[i];
  residuals = rest;
  ASSIGN_OR_RETURN(factor, TakeFactor(context, of("L_"), "base_estimator_.L_", fitted.n_rows));
  // scipy solves by all of it, where a triangle is all that fit leaves.
  for (size_t i = 0; i < fitted.n_rows; ++i) {
    const Array<double> above = factor.subspan(i * fitted.n_rows + i + 1, fitted.n_rows - i - 1);
    if (std::ranges::any_of(above, [](double v) { return v != 0; }))
      return context.Unsupported("base_estimator_.L_", "a number above the diagonal", "Set it back, or fit it again.");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::span<const double>> LaplaceMachine::Means(const NumericData& x, Run& run) const {
  ASSIGN_OR_RETURN(std::span<const double> kernel, fitted.Values(x, run));
  const size_t n = fitted.n_rows, rows = kernel.size() / n;
  std::span<double> means = run.arena.NewUninitialized<double>(rows);
  Product(MatrixView<double>{kernel, rows, n, n}, Weights{residuals.data(), 1, n, nullptr}, means.data());
  return std::span<const double>(means);
}

absl::StatusOr<std::span<const double>> LaplaceMachine::Probabilities(const NumericData& x, Run& run) const {
  ASSIGN_OR_RETURN(std::span<const double> kernel, fitted.Values(x, run));
  ASSIGN_OR_RETURN(std::span<const double> diagonal, fitted.Diagonal(x, run));
  const size_t n = fitted.n_rows, rows = diagonal.size();
  std::span<double> out = run.arena.NewUninitialized<double>(rows);
  Product(MatrixView<double>{kernel, rows, n, n}, Weights{residuals.data(), 1, n, nullptr}, out.data());
  const std::span<const double> explained =
      SquaredNormsOfSolved(factor, n, rows, run, [&](size_t i, size_t k) { return roots[k] * kernel[i * n + k]; });
  for (size_t i = 0; i < rows; ++i) out[i] = Probability(out[i], diagonal[i] - explained[i]);
  return std::span<const double>(out);
}

std::optional<Violation> GaussianProcessClassifier::Invariant() const {
  if (auto v = OneLabelAClass(classes, n_classes)) return v;
  if ((kind == fb::Machines::Binary) != (n_classes == 2))
    return Violation{"kind", "of_classes", fb::EnumNameMachines(kind), "Binary of two classes"};
  if (last_of_equals && kind != fb::Machines::OneVsRest)
    return Violation{"last_of_equals", "of_rest", "true", "only of OneVsRest"};
  const uint64_t wanted = MachinesOf(kind, n_classes);
  if (machines.size() != wanted)
    return Violation{"machines", "of_classes", absl::StrCat(machines.size()), absl::StrCat(wanted)};
  for (size_t k = 0; k < machines.size(); ++k) {
    if (auto v = machines[k].Invariant(absl::StrCat("machines[", k, "]"), n_features_in)) return v;
  }
  return std::nullopt;
}

absl::StatusOr<Signature> GaussianProcessClassifier::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature s, NaiveBayesSignature(n_features_in, feature_names, classes, children));
  for (const LaplaceMachine& machine : machines) s.widest += machine.fitted.widest();
  s.has_methods = true;
  s.methods = {Method::kPredict};
  if (kind != fb::Machines::OneVsOne) s.methods.push_back(Method::kPredictProba);
  return s;
}

absl::Status GaussianProcessClassifier::Import(ImportContext& context) {
  constexpr std::string_view kMachine = "_BinaryGaussianProcessClassifierLaplace";
  RETURN_IF_ERROR(CheckKernelParameter(context));
  ASSIGN_OR_RETURN(const int64_t counted, context.Int(context.Take("n_classes_"), "n_classes_"));
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  n_classes = static_cast<uint32_t>(classes.size());
  if (counted != n_classes)
    return context.Unsupported("n_classes_", absl::StrCat(counted), absl::StrCat("classes_ has ", n_classes, "."));
  const graph::Graph& graph = context.graph();
  const graph::Id base = context.Take("base_estimator_");
  if (context.IsNone(base)) return context.Absent("base_estimator_", "a fitted estimator");
  std::vector<graph::Id> members = {base};
  ASSIGN_OR_RETURN(std::string_view several, context.String(context.Take("multi_class"), "multi_class"));
  if (n_classes > 2) {
    if (several != "one_vs_rest" && several != "one_vs_one")
      return context.Unsupported("multi_class", several, "scikit-learn knows one_vs_rest and one_vs_one.");
    kind = several == "one_vs_rest" ? fb::Machines::OneVsRest : fb::Machines::OneVsOne;
    const std::string_view wanted = kind == fb::Machines::OneVsRest ? "OneVsRestClassifier" : "OneVsOneClassifier";
    if (!context.IsOf(base, wanted))
      return context.Unsupported("base_estimator_", "no such estimator as multi_class says", "Fit the model anew.");
    if (!context.IsOf(graph.Find(base, "estimator"), kMachine))  // whose tags are asked
      return context.Unsupported("base_estimator_.estimator", "no estimator", "Fit the model anew.");
    last_of_equals = kind == fb::Machines::OneVsRest && context.Predates(release_1_8::kFirstOfEqualProbabilities);
    const std::string_view needed = kind == fb::Machines::OneVsRest ? "classes_" : "pairwise_indices_";
    if (graph.Find(base, needed) == graph::kNoId)
      return context.Absent(absl::StrCat("base_estimator_.", std::string(needed)), "what fit leaves there");
    if (kind == fb::Machines::OneVsOne && !context.IsNone(graph.Find(base, needed)))
      return context.Unsupported("base_estimator_.pairwise_indices_", "a list", "Its kernels are not precomputed.");
    const graph::Id list = graph.Find(base, "estimators_");
    if (context.IsNone(list) || (graph[list].kind != graph::Kind::kList && graph[list].kind != graph::Kind::kTuple))
      return context.Invalid("base_estimator_", "no list of estimators", "one");
    members.assign(graph[list].items.begin(), graph[list].items.end());
    const graph::Id binarizer = graph.Find(base, "label_binarizer_");
    if (kind == fb::Machines::OneVsRest) {
      if (!context.IsOf(binarizer, "LabelBinarizer"))
        return context.Unsupported("base_estimator_.label_binarizer_", "what is no LabelBinarizer", "fit makes one.");
      ASSIGN_OR_RETURN(std::string_view of_y,
                       context.String(graph.Find(binarizer, "y_type_"), "base_estimator_.label_binarizer_.y_type_"));
      if (of_y != "multiclass")
        return context.Unsupported("base_estimator_.label_binarizer_.y_type_", of_y, "fit makes it multiclass.");
    }
    ASSIGN_OR_RETURN(const Values labels, LabelsOf(context, kind == fb::Machines::OneVsRest ? binarizer : base));
    if (!(labels == classes)) return OtherLabels(context);
    if (graph.Find(base, "classes_") != graph::kNoId) {  // of OneVsRestClassifier once a property
      ASSIGN_OR_RETURN(const Values own, LabelsOf(context, base));
      if (!(own == classes)) return OtherLabels(context);
    }
    const graph::Id width = graph.Find(base, "n_features_in_"), own = graph.Find(context.id(), "n_features_in_");
    if (width != graph::kNoId && own != graph::kNoId &&
        ReadPlainNumber<int64_t>(graph[width]) != ReadPlainNumber<int64_t>(graph[own]))
      return context.Unsupported("base_estimator_.n_features_in_", "another number than n_features_in_",
                                 "Fit the model anew.");
    if (members.size() != MachinesOf(kind, n_classes))
      return context.Invalid("base_estimator_", absl::StrCat(members.size(), " estimators"),
                             absl::StrCat(MachinesOf(kind, n_classes)));
  }
  std::span<LaplaceMachine> made = context.arena().New<LaplaceMachine>(members.size());
  for (size_t k = 0; k < made.size(); ++k) {
    if (!context.IsOf(members[k], kMachine))
      return context.Unsupported("base_estimator_", "another estimator than fit makes", "Fit the model anew.");
    if (kind != fb::Machines::OneVsRest) {
      ASSIGN_OR_RETURN(const Values labels, LabelsOf(context, members[k]));
      const bool of_pair = labels.ints.size() == 2 && labels.ints[0] == 0 && labels.ints[1] == 1;  // it votes by them
      if (kind == fb::Machines::Binary ? !(labels == classes) : !of_pair) return OtherLabels(context);
    }
    RETURN_IF_ERROR(made[k].Import(context, members[k]));
  }
  machines = made;
  // fit leaves it out beside a kernel that looks at no row, constant or white.
  if (!context.Has("n_features_in_")) n_features_in = machines[0].fitted.n_features;
  return context.ByName(this);
}

absl::StatusOr<Data> GaussianProcessClassifier::PredictProba(const Data& X, Run& run) const {
  const size_t rows = Rows(X), n = n_classes;
  std::span<double> out = NewMatrix<double>(run, rows, n);
  for (size_t k = 0; k < machines.size(); ++k) {
    ASSIGN_OR_RETURN(const NumericData x, machines[k].fitted.Check(X, run));
    ASSIGN_OR_RETURN(std::span<const double> of_machine, machines[k].Probabilities(x, run));
    for (size_t i = 0; i < rows; ++i) {
      if (kind == fb::Machines::Binary) {
        out[2 * i] = 1 - of_machine[i];
        out[2 * i + 1] = of_machine[i];
      } else {
        out[i * n + k] = of_machine[i];
      }
    }
  }
  if (kind == fb::Machines::Binary) return MatrixView<double>{out, rows, n, n};
  for (size_t i = 0; i < rows; ++i) {
    const double sum = NumpySum(&out[i * n], n);
    for (size_t k = 0; k < n; ++k) out[i * n + k] /= sum;
  }
  return MatrixView<double>{out, rows, n, n};
}

// OneVsOneClassifier: of each pair a vote and a confidence, which is the probability of the second.
absl::StatusOr<Data> GaussianProcessClassifier::PredictOneVsOne(const NumericData& x, size_t rows, Run& run) const {
  const size_t pairs = machines.size();
  std::vector<std::span<const double>> means(pairs), probabilities(pairs);
  for (size_t k = 0; k < pairs; ++k) {
    ASSIGN_OR_RETURN(means[k], machines[k].Means(x, run));
    ASSIGN_OR_RETURN(probabilities[k], machines[k].Probabilities(x, run));
  }
  std::span<double> scores = NewMatrix<double>(run, rows, n_classes), sums = run.arena.New<double>(n_classes);
  for (size_t i = 0; i < rows; ++i) {
    OneVsRestScores(
        n_classes, [&](size_t k) { return means[k][i] > 0; }, [&](size_t k) { return probabilities[k][i]; },
        scores.subspan(i * n_classes, n_classes), sums);
  }
  return GreatestOfRows(MatrixView<double>{scores, rows, n_classes, n_classes}, run);
}

absl::StatusOr<Data> GaussianProcessClassifier::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const NumericData x, machines[0].fitted.Check(X, run));
  const size_t rows = Rows(X), n = n_classes;
  if (kind == fb::Machines::OneVsOne) return PredictOneVsOne(x, rows, run);
  std::span<double> out = NewMatrix<double>(run, rows, 1);
  if (kind == fb::Machines::Binary) {
    ASSIGN_OR_RETURN(std::span<const double> means, machines[0].Means(x, run));
    for (size_t i = 0; i < rows; ++i) out[i] = means[i] > 0;
    return MatrixView<double>{out, rows, 1, 1};
  }
  // OneVsRestClassifier: np.maximum, which keeps NaN, and where it is the class's own. The first of equals
  // is found from the last class on.
  std::span<double> greatest = run.arena.NewUninitialized<double>(rows);
  std::ranges::fill(greatest, -std::numeric_limits<double>::infinity());
  std::ranges::fill(out, 0.0);
  for (size_t k = 0; k < n; ++k) {
    const size_t at = last_of_equals ? k : n - 1 - k;
    ASSIGN_OR_RETURN(std::span<const double> of_class, machines[at].Probabilities(x, run));
    for (size_t i = 0; i < rows; ++i) {
      if (of_class[i] > greatest[i] || std::isnan(of_class[i])) greatest[i] = of_class[i];
      if (greatest[i] == of_class[i]) out[i] = static_cast<double>(at);
    }
  }
  return MatrixView<double>{out, rows, 1, 1};
}

}  // namespace pratique
