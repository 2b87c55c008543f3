#include "estimators/boosting/gradient_boosting.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/tree/dense_rows.h"
#include "estimators/tree/evaluate.h"
#include "estimators/tree/kernel.h"
#include "kernels/numpy_sum.h"
#include "kernels/probabilities.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr char kInit[] = "init";  // the role of the estimator of the first scores

// X as it comes out of scikit-learn's check: float32, dense or CSR.
absl::StatusOr<Data> AsFloat32(const Data& X, Run& run) {
  if (!IsSparse(X)) {
    ASSIGN_OR_RETURN(auto dense, CheckDense<float>(X, run));
    return dense;
  }
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbers(X, run));
  return std::visit(
      [&](const auto& x) -> absl::StatusOr<Data> {
        if constexpr (requires { x.indptr; }) {
          const std::span<float> data = run.arena.NewUninitialized<float>(x.data.size());
          for (size_t i = 0; i < data.size(); ++i) data[i] = static_cast<float>(x.data[i]);
          return CsrView<float>{x.rows, x.cols, x.indptr, x.indices, data};
        }
        return absl::InternalError("sparse X is sparse");
      },
      numbers);
}

// The raw scores of one row of probabilities. `plain` as plain_log: then in T, else in double.
template <class T>
void FirstScores(const GradientBoosting& model, const T* probabilities, double* raw) {
  const T low = static_cast<T>(model.clip), high = static_cast<T>(1 - model.clip);
  const auto clipped = [&](T p) { return std::clamp(p, low, high); };
  if (!IsOfManyClasses(model.link)) {
    const T p = clipped(probabilities[1]);
    const T logit = std::log(p / (1 - p));
    *raw = model.link == fb::Link::HalfLogit ? static_cast<double>(static_cast<T>(0.5) * logit) : logit;
    return;
  }
  for (size_t k = 0; k < model.n_scores; ++k) raw[k] = std::log(clipped(probabilities[k]));
  if (model.plain_log) return;
  const double mean = std::exp(NumpySum(raw, model.n_scores) / model.n_scores);  // scipy.stats.gmean
  for (size_t k = 0; k < model.n_scores; ++k) raw[k] = std::log(clipped(probabilities[k]) / mean);
}

}  // namespace

std::optional<Violation> GradientBoosting::Invariant() const {
  if (auto v = CheckLink(link, classes, n_scores)) return v;
  if (link == fb::Link::Log) return Violation{"link", "link", "Log", "Identity of numbers"};
  if (classes.empty() && (labels_by_probability || clip != 0)) {
    return Violation{labels_by_probability ? "labels_by_probability" : "clip", "link", "that of a classifier",
                     "none: there are no classes"};
  }
  return std::nullopt;
}

absl::StatusOr<Signature> GradientBoosting::Infer(const Children& children) const {
  const size_t last = children.size() - 1;
  const bool has_init = children.size() > 1 && !children.signatures[last].tree_block;
  ASSIGN_OR_RETURN(auto owned, CheckOwnedTrees(children, n_features_in, /*averaged=*/true, accepts_missing, has_init));
  if (owned.value_width != 1)
    return Mismatch(absl::StrCat("leaves have ", owned.value_width, " values; those of boosting have one"));
  if (owned.n_trees % n_scores != 0)
    return Mismatch(absl::StrCat("owns ", owned.n_trees, " trees for ", n_scores, " scores"));
  if (has_init) {
    RETURN_IF_ERROR(children.CheckRole(last, kInit));
    const Signature& init = children.signatures[last];
    if (init.n_features_in && *init.n_features_in != n_features_in)
      return Mismatch(absl::StrCat("init expects ", *init.n_features_in, " features, its owner ", n_features_in));
    const bool fits = classes.empty() ? init.Has(Method::kPredict) && init.classes.empty() && init.n_outputs == 1
                                      : init.Has(Method::kPredictProba) && init.classes.size() == 1 &&
                                            init.classes[0].size() == classes[0].size();
    if (!fits) return Mismatch("init does not give the probabilities of the classes, or a number for numbers");
  }
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.feature_names = feature_names;
  InferPaths(children, /*averaged=*/true, signature);
  signature.n_nodes_ptr.clear();
  InferScores(classes, n_scores, {Method::kPredictProba, Method::kPredictLogProba, Method::kDecisionFunction},
              signature);
  InferStages(owned.n_trees / n_scores, signature);
  signature.stages_keep_column = true;  // sklearn/ensemble/_gb.py, 1.9
  signature.methods.push_back(Method::kApply);
  if (!classes.empty()) signature.leaf_classes = n_scores;  // of numbers they have two dimensions
  return signature;
}

// _raw_predict_init: 0, or what init says of X as float32, without names.
absl::StatusOr<RawScores> GradientBoosting::First(const Data& X, Run& run) const {
  const size_t rows = Rows(X);
  const RawScores raw{run.arena.New<double>(rows * n_scores), rows, n_scores};
  const std::span<const Estimator* const> others = run.children().subspan(BlocksOf(run).size());
  if (others.empty()) return raw;
  ASSIGN_OR_RETURN(Data first, others[0]->Call(classes.empty() ? Method::kPredict : Method::kPredictProba, X, run));
  const auto take = [&]<class T>(const MatrixView<T>& view) -> absl::Status {
    if (view.rows != rows || view.cols != (classes.empty() ? 1 : classes[0].size()))
      return absl::InternalError("init gave another shape");
    for (size_t i = 0; i < rows; ++i) {
      double* scores = raw.values.data() + i * n_scores;
      if (classes.empty()) {
        *scores = static_cast<double>(view(i, 0));
      } else if (plain_log && std::is_same_v<T, float>) {
        FirstScores<float>(*this, std::vector<float>(view.row(i), view.row(i) + view.cols).data(), scores);
      } else {
        FirstScores<double>(*this, std::vector<double>(view.row(i), view.row(i) + view.cols).data(), scores);
      }
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(std::visit(
      [&](const auto& view) -> absl::Status {
        if constexpr (requires { view.row_stride; }) return take(view);
        return absl::InternalError("init gave a sparse result");
      },
      first));
  return raw;
}

absl::StatusOr<RawScores> GradientBoosting::Raw(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data floats, AsFloat32(X, run));
  ASSIGN_OR_RETURN(RawScores raw, First(floats, run));
  RETURN_IF_ERROR(ForDenseRows(Finite::kRequired, floats, run, [&](const MatrixView<float>& dense, size_t first) {
    size_t tree = 0;
    for (const Estimator* child : BlocksOf(run)) {
      AddLeafValuesByTurns(BlockOf(child), tree, n_scores, dense, raw.values.data() + first * n_scores);
      tree += BlockOf(child).n_trees();
    }
    return absl::OkStatus();
  }));
  return raw;
}

// After each stage (sklearn/ensemble/_gb.py _staged_raw_predict, 1.9).
absl::StatusOr<std::vector<RawScores>> GradientBoosting::RawStages(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data floats, AsFloat32(X, run));
  ASSIGN_OR_RETURN(RawScores raw, First(floats, run));
  const size_t stage = raw.values.size(), n_stages = run.signature().n_stages;
  std::span<double> all = run.arena.NewUninitialized<double>(n_stages * stage);
  RETURN_IF_ERROR(ForDenseRows(Finite::kRequired, floats, run, [&](const MatrixView<float>& dense, size_t first) {
    size_t tree = 0;
    for (const Estimator* child : BlocksOf(run)) {
      CopyLeafValuesByStages(BlockOf(child), tree, n_scores, dense, stage, all.data() + first * n_scores);
      tree += BlockOf(child).n_trees();
    }
    return absl::OkStatus();
  }));
  return SummedStages(raw, all);
}

Data GradientBoosting::Labels(const RawScores& raw, Run& run) const {
  if (classes.empty()) return raw.data();
  if (labels_by_probability) return HighestScore(Probabilities(link, raw, run), /*or_zero=*/false, run);
  return HighestScore(raw, /*or_zero=*/true, run);
}

absl::StatusOr<Data> GradientBoosting::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(RawScores raw, Raw(X, run));
  return Labels(raw, run);
}

absl::StatusOr<Data> GradientBoosting::StagedPredict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const std::vector<RawScores> stages, RawStages(X, run));
  return SideBySide(stages, [&](const RawScores& raw) { return Labels(raw, run); }, run);
}

absl::StatusOr<Data> GradientBoosting::StagedPredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const std::vector<RawScores> stages, RawStages(X, run));
  return SideBySide(stages, [&](const RawScores& raw) { return Probabilities(link, raw, run).data(); }, run);
}

absl::StatusOr<Data> GradientBoosting::StagedDecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const std::vector<RawScores> stages, RawStages(X, run));
  return SideBySide(stages, [&](const RawScores& raw) { return raw.data(); }, run);
}

absl::StatusOr<Data> GradientBoosting::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(RawScores raw, Raw(X, run));
  return Probabilities(link, raw, run).data();
}

absl::StatusOr<Data> GradientBoosting::PredictLogProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(RawScores raw, Raw(X, run));
  const RawScores probabilities = Probabilities(link, raw, run);
  Log<double>(probabilities.values, probabilities.values);
  return probabilities.data();
}

absl::StatusOr<Data> GradientBoosting::DecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(RawScores raw, Raw(X, run));
  return raw.data();
}

// Numbers of leaves as floats; of classes one a class and stage, as the trees stand.
absl::StatusOr<Data> GradientBoosting::Apply(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data leaves, ApplyTrees({.averaged = true, .accepts_missing = accepts_missing}, X, run));
  const auto& numbers = std::get<MatrixView<int64_t>>(leaves);
  const std::span<double> out = NewMatrix<double>(run, numbers.rows, numbers.cols);
  std::ranges::copy(numbers.data.first(out.size()), out.begin());
  return MatrixView<double>{out, numbers.rows, numbers.cols, numbers.cols};
}

}  // namespace pratique
