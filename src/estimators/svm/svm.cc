#include "estimators/svm/svm.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "estimators/svm/pairwise.h"
#include "import/sklearn/needed.h"
#include "import/sklearn/sparse_matrix.h"
#include "model/class_indexes.h"
#include "model/views.h"
#include "status_macros.h"

namespace pratique {
namespace {

// _dual_coef_: an array, or a sparse matrix where the vectors are.
absl::StatusOr<NdArray<double>> DualCoef(ImportContext& context) {
  const graph::Id id = context.Take("_dual_coef_");
  context.Ignore({"dual_coef_", "intercept_"});  // the same with scikit-learn's signs
  if (context.IsNone(id) || context.graph()[id].kind != graph::Kind::kObject) return context.Doubles(id, "_dual_coef_");
  ASSIGN_OR_RETURN(const SparseMatrix m, TakeSparseMatrix(context, id, "_dual_coef_"));
  return DenseOf(m, context.arena());
}

// libsvm's sigmoid_predict.
double PlattSigmoid(double decision, double a, double b) {
  const double f = decision * a + b;
  return f >= 0 ? std::exp(-f) / (1 + std::exp(-f)) : 1 / (1 + std::exp(f));
}

std::optional<Violation> WrongSize(std::string_view field, size_t got, size_t expected) {
  if (got == expected) return std::nullopt;
  return Violation{std::string(field), "one_a_vector", absl::StrCat(got), absl::StrCat(expected)};
}

}  // namespace

std::optional<Violation> SvmClassifier::Invariant() const {
  if (auto v = classes.Invariant("classes")) return v;
  if (classes.missing != fb::Missing::No || classes.size() != n_classes)
    return Violation{"classes", "labels", absl::StrCat(classes.size(), " labels"),
                     absl::StrCat(n_classes, ", none missing")};
  if (auto v = vectors.Invariant(n_features_in)) return v;
  const uint64_t sum = std::accumulate(n_support.begin(), n_support.end(), uint64_t{0});
  if (sum != vectors.n_vectors)
    return Violation{"n_support", "n_support", absl::StrCat(sum), absl::StrCat(vectors.n_vectors)};
  if (auto v = WrongSize("dual_coef", dual_coef.size(), size_t{n_classes - 1} * vectors.n_vectors)) return v;
  if (auto v = WrongSize("intercept", intercept.size(), n_pairs())) return v;
  if ((prob_a.data() == nullptr) != (prob_b.data() == nullptr))
    return Violation{"prob_b", "both", "one of prob_a and prob_b", "both or none"};
  if (break_ties && !ovr) return Violation{"break_ties", "of_ovr", "true", "only with ovr"};
  return std::nullopt;
}

absl::StatusOr<Signature> SvmClassifier::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.classes = {&classes, 1};
  s.decision_columns = n_classes == 2 ? 1 : ovr ? n_classes : n_pairs();
  s.widest = vectors.n_vectors;
  s.has_methods = true;
  s.methods = {Method::kPredict, Method::kDecisionFunction};
  if (prob_a.data() != nullptr) {
    s.methods.push_back(Method::kPredictProba);
    s.methods.push_back(Method::kPredictLogProba);
  }
  return s;
}

absl::Status SvmClassifier::Import(ImportContext& context) {
  RETURN_IF_ERROR(vectors.Import(context));
  n_features_in = vectors.n_features;
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  n_classes = static_cast<uint32_t>(classes.size());
  ASSIGN_OR_RETURN(NdArray<double> coef, DualCoef(context));
  ASSIGN_OR_RETURN(NdArray<double> constants, context.Doubles(context.Take("_intercept_"), "_intercept_"));
  ASSIGN_OR_RETURN(NdArray<int64_t> of_class, context.Ints(context.Take("_n_support"), "_n_support"));
  std::span<uint32_t> counts = context.arena().New<uint32_t>(of_class.values.size());
  for (size_t k = 0; k < counts.size(); ++k) {
    if (of_class.values[k] < 0 || of_class.values[k] > UINT32_MAX)
      return context.Invalid("_n_support", absl::StrCat(of_class.values[k]), "a number of vectors");
    counts[k] = static_cast<uint32_t>(of_class.values[k]);
  }
  if (counts.size() < n_classes && n_classes > 2)
    return context.Unsupported(
        "_n_support", absl::StrCat(counts.size(), " of ", n_classes, " classes"),
        "Rows of the others weighed nothing: libsvm counts classes without them, and predict is wrong.");
  dual_coef = coef.values;
  intercept = constants.values;
  n_support = counts;
  ASSIGN_OR_RETURN(std::string_view shape,
                   context.String(context.Take("decision_function_shape"), "decision_function_shape"));
  if (shape != "ovr" && shape != "ovo")
    return context.Unsupported("decision_function_shape", shape, "ovr and ovo are supported.");
  ovr = shape == "ovr";
  const graph::Id ties = context.Take("break_ties");
  if (!context.IsNone(ties)) {
    ASSIGN_OR_RETURN(break_ties, context.Bool(ties, "break_ties"));
  }
  if (break_ties && !ovr)
    return context.Unsupported("break_ties", "True with ovo", "scikit-learn's predict refuses it, too.");
  const graph::Id a = context.Take("_probA"), b = context.Take("_probB");
  const graph::Id effective = context.Take("_effective_probability"), asked = context.Take("probability");
  const auto is_true = [&](graph::Id id) {
    return !context.IsNone(id) && context.graph()[id].kind == graph::Kind::kBool && context.graph()[id].integer != 0;
  };
  // The one says whether there is a predict_proba, the other, since 1.8, what it computes.
  if (!context.IsNone(effective) && is_true(effective) != is_true(asked))
    return context.Unsupported("probability", "another value than fit saw", "Set it back, or fit it again.");
  if (is_true(asked)) {
    ASSIGN_OR_RETURN(NdArray<double> of_a, context.Doubles(a, "_probA"));
    ASSIGN_OR_RETURN(NdArray<double> of_b, context.Doubles(b, "_probB"));
    prob_a = of_a.values;
    prob_b = of_b.values;
    // Of dense X predict_proba takes memory that it may write to.
    if (!vectors.IsSparse() && context.sklearn() >= Version{1, 3, 0})
      RETURN_IF_ERROR(CheckWriteable(context, context.id(), {"_dual_coef_", "_intercept_", "_probA", "_probB"}));
  }
  return context.ByName(this);
}

template <class F>
absl::Status SvmClassifier::EachRow(const Data& X, Run& run, F f) const {
  ASSIGN_OR_RETURN(Data x, vectors.Check(X, run));
  const size_t n = vectors.n_vectors;
  std::span<double> kernel = run.arena.New<double>(n), scratch = run.arena.New<double>(n_features_in),
                    decisions = run.arena.New<double>(n_pairs());
  for (size_t row = 0; row < Rows(x); ++row) {
    vectors.Kernel(x, row, kernel, scratch, run.Prepared<SupportColumns>());
    // svm_predict_values: the vectors of class i, then those of class j, less rho.
    for (size_t i = 0, pair = 0, first_i = 0; i < n_classes; first_i += n_support[i++]) {
      for (size_t j = i + 1, first_j = first_i + n_support[i]; j < n_classes; first_j += n_support[j++], ++pair) {
        const double* of_i = dual_coef.data() + (j - 1) * n;
        const double* of_j = dual_coef.data() + i * n;
        double sum = 0;
        for (size_t k = first_i; k < first_i + n_support[i]; ++k) sum += of_i[k] * kernel[k];
        for (size_t k = first_j; k < first_j + n_support[j]; ++k) sum += of_j[k] * kernel[k];
        decisions[pair] = sum + intercept[pair];
      }
    }
    f(row, std::span<const double>(decisions));
  }
  return absl::OkStatus();
}

absl::StatusOr<Data> SvmClassifier::DecisionFunction(const Data& X, Run& run) const {
  const size_t cols = run.signature().decision_columns, rows = Rows(X);
  std::span<double> out = NewMatrix<double>(run, rows, cols), sums = run.arena.New<double>(n_classes);
  RETURN_IF_ERROR(EachRow(X, run, [&](size_t i, std::span<const double> d) {
    std::span<double> to = out.subspan(i * cols, cols);
    if (n_classes == 2)
      to[0] = -d[0];
    else if (!ovr)
      std::ranges::copy(d, to.begin());
    else
      OneVsRestScores(n_classes, [&](size_t p) { return d[p] < 0; }, [&](size_t p) { return -d[p]; }, to, sums);
  }));
  return MatrixView<double>{out, rows, cols, cols};
}

absl::StatusOr<Data> SvmClassifier::Predict(const Data& X, Run& run) const {
  const size_t rows = Rows(X);
  if (break_ties && n_classes > 2) {
    ASSIGN_OR_RETURN(Data scores, DecisionFunction(X, run));
    return GreatestOfRows(scores, run);
  }
  std::span<double> labels = NewMatrix<double>(run, rows, 1);
  std::span<uint32_t> votes = run.arena.New<uint32_t>(n_classes);
  RETURN_IF_ERROR(EachRow(X, run, [&](size_t row, std::span<const double> d) {
    std::ranges::fill(votes, 0u);
    for (size_t i = 0, pair = 0; i < n_classes; ++i) {
      for (size_t j = i + 1; j < n_classes; ++j, ++pair) ++votes[d[pair] > 0 ? i : j];
    }
    labels[row] = static_cast<double>(std::ranges::max_element(votes) - votes.begin());
  }));
  return MatrixView<double>{labels, rows, 1, 1};
}

absl::StatusOr<Data> SvmClassifier::PredictProba(const Data& X, Run& run) const {
  constexpr double kLeast = 1e-7;
  const size_t n = n_classes, rows = Rows(X);
  std::span<double> out = NewMatrix<double>(run, rows, n), pairwise = run.arena.New<double>(n * n),
                    scratch = run.arena.New<double>(n * n + n);
  RETURN_IF_ERROR(EachRow(X, run, [&](size_t row, std::span<const double> d) {
    for (size_t i = 0, pair = 0; i < n; ++i) {
      for (size_t j = i + 1; j < n; ++j, ++pair) {
        pairwise[i * n + j] = std::min(std::max(PlattSigmoid(d[pair], prob_a[pair], prob_b[pair]), kLeast), 1 - kLeast);
        pairwise[j * n + i] = 1 - pairwise[i * n + j];
      }
    }
    CoupledProbabilities(n, pairwise, out.subspan(row * n, n), scratch);
  }));
  return MatrixView<double>{out, rows, n, n};
}

absl::StatusOr<Data> SvmClassifier::PredictLogProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data probabilities, PredictProba(X, run));
  return LogOf(probabilities, run);
}

std::optional<Violation> SvmRegressor::Invariant() const {
  if (auto v = vectors.Invariant(n_features_in)) return v;
  if (!outliers && offset != 0)
    return Violation{"offset", "of_outliers", absl::StrCat(offset), "0 but for OneClassSVM"};
  return WrongSize("dual_coef", dual_coef.size(), vectors.n_vectors);
}

absl::StatusOr<Signature> SvmRegressor::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.widest = vectors.n_vectors;
  s.decision_columns = outliers ? 1 : 0;
  s.has_methods = true;
  s.methods = {Method::kPredict};
  if (outliers) s.methods.insert(s.methods.end(), {Method::kDecisionFunction, Method::kScoreSamples});
  return s;
}

absl::Status SvmRegressor::Import(ImportContext& context) {
  RETURN_IF_ERROR(vectors.Import(context));
  n_features_in = vectors.n_features;
  ASSIGN_OR_RETURN(NdArray<double> coef, DualCoef(context));
  ASSIGN_OR_RETURN(NdArray<double> constant, context.Doubles(context.Take("_intercept_"), "_intercept_"));
  if (constant.values.size() != 1)
    return context.Invalid("_intercept_", absl::StrCat(constant.values.size(), " values"), "one");
  dual_coef = coef.values;
  intercept = constant.values[0];
  ASSIGN_OR_RETURN(NdArray<int64_t> counts, context.Ints(context.Take("_n_support"), "_n_support"));
  // Of sparse X libsvm leaves the numbers as it finds the memory.
  if (!vectors.IsSparse() && (counts.values.empty() || counts.values[0] != static_cast<int64_t>(vectors.n_vectors)))
    return context.Invalid("_n_support", absl::StrCat(counts.values.size(), " values"),
                           absl::StrCat(vectors.n_vectors, " first"));
  // libsvm takes their number for that of classes, and reads as many pairs' coefficients.
  if (counts.values.size() != 2)
    return context.Unsupported("_n_support", absl::StrCat(counts.values.size(), " values"),
                               "fit leaves two: set it back, or fit it again.");
  outliers = context.class_name() == "OneClassSVM";
  if (outliers) {
    ASSIGN_OR_RETURN(NdArray<double> shift, context.Doubles(context.Take("offset_"), "offset_"));
    if (shift.values.size() != 1)
      return context.Invalid("offset_", absl::StrCat(shift.values.size(), " values"), "one");
    offset = shift.values[0];
  }
  return context.ByName(this);
}

absl::StatusOr<Data> SvmRegressor::DecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data x, vectors.Check(X, run));
  const size_t rows = Rows(x);
  std::span<double> kernel = run.arena.New<double>(vectors.n_vectors), scratch = run.arena.New<double>(n_features_in);
  std::span<double> out = NewMatrix<double>(run, rows, 1);
  for (size_t i = 0; i < rows; ++i) {
    vectors.Kernel(x, i, kernel, scratch, run.Prepared<SupportColumns>());
    double sum = 0;
    for (size_t s = 0; s < kernel.size(); ++s) sum += dual_coef[s] * kernel[s];
    out[i] = sum + intercept;
  }
  return MatrixView<double>{out, rows, 1, 1};
}

absl::StatusOr<Data> SvmRegressor::ScoreSamples(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data scores, DecisionFunction(X, run));
  const auto& view = std::get<MatrixView<double>>(scores);
  std::span<double> out = NewMatrix<double>(run, view.rows, 1);
  for (size_t i = 0; i < view.rows; ++i) out[i] = view(i, 0) + offset;
  return MatrixView<double>{out, view.rows, 1, 1};
}

absl::StatusOr<Data> SvmRegressor::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data scores, DecisionFunction(X, run));
  if (!outliers) return scores;
  const auto& view = std::get<MatrixView<double>>(scores);
  std::span<int64_t> out = run.arena.New<int64_t>(view.rows);
  for (size_t i = 0; i < view.rows; ++i) out[i] = view(i, 0) > 0 ? 1 : -1;
  return MatrixView<int64_t>{out, view.rows, 1, 1};
}

}  // namespace pratique
