#include "estimators/xgboost/xgboost.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/tree/evaluate.h"
#include "estimators/tree/kernel.h"
#include "estimators/tree/tree_block.h"
#include "model/check_array.h"
#include "model/class_indexes.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

// X in float32; what is missing, and what a sparse row leaves out, is NaN (xgboost src/data/adapter.h
// IsValidFunctor, 3.2).
absl::StatusOr<MatrixView<float>> WithMissing(const Data& X, float missing, Run& run) {
  if (!IsSparse(X)) {
    ASSIGN_OR_RETURN(MatrixView<float> dense, CheckDense<float>(X, run, Finite::kAllowNaN));
    if (std::isnan(missing)) return dense;
    std::span<float> out = NewMatrix<float>(run, dense.rows, dense.cols);
    for (size_t i = 0; i < dense.rows; ++i) {
      std::replace_copy(dense.row(i), dense.row(i) + dense.cols, out.data() + i * dense.cols, missing, kMissing);
    }
    return MatrixView<float>{out, dense.rows, dense.cols, dense.cols};
  }
  ASSIGN_OR_RETURN(FloatData floats, CheckFloats(X, run, Finite::kAllowNaN));
  const size_t rows = Rows(X), cols = Cols(X);
  std::span<float> out = NewMatrix<float>(run, rows, cols);
  std::ranges::fill(out, kMissing);
  std::visit(
      [&]<class V>(const V& csr) {
        if constexpr (requires { csr.indptr; }) {
          for (size_t i = 0; i < rows; ++i) {
            for (auto at = csr.indptr[i]; at < csr.indptr[i + 1]; ++at) {
              const auto value = static_cast<float>(csr.data[at]);
              out[i * cols + csr.indices[at]] = value == missing ? kMissing : value;
            }
          }
        }
      },
      floats);
  return MatrixView<float>{out, rows, cols, cols};
}

// {rows, n_scores}: bases, then leaves, tree after tree (cpu_predictor.cc PredictBatchByBlockOfRowsKernel, 3.2; of dart
// gbtree.cc PredictBatchInternal and InplacePredict).
absl::StatusOr<std::span<float>> Scores(const XGBoost& model, const Data& X, Run& run) {
  ASSIGN_OR_RETURN(MatrixView<float> dense, WithMissing(X, model.missing, run));
  std::span<float> out = NewMatrix<float>(run, dense.rows, model.n_scores);
  for (size_t i = 0; i < dense.rows; ++i) std::ranges::copy(model.base, out.data() + i * model.n_scores);
  size_t first = 0;  // tree of the block
  for (const Estimator* child : run.children()) {
    const TreeBlock& block = BlockOf(child);
    const Trees trees = block.trees();
    ForEachLeaf(block, dense, [&](size_t row, size_t tree, uint32_t leaf) {
      const uint32_t score = model.tree_scores[first + tree];
      auto value = static_cast<float>(block.leaf_values[trees.leaf_row(leaf)]);
      if (model.in_place) value = (model.base[score] + value) - model.base[score];
      if (!model.tree_weights.empty()) value *= model.tree_weights[first + tree];
      out[row * model.n_scores + score] += value;
    });
    first += block.n_trees();
  }
  return out;
}

// xgboost src/common/math.h, 3.2.
float XGBoostSigmoid(float x) { return 1.0F / (std::exp(std::min(-x, 88.7F)) + 1.0F); }
void XGBoostSoftmax(std::span<float> row) {
  const float most = *std::ranges::max_element(row);
  double sum = 0;
  for (float& x : row) {
    x = std::exp(x - most);
    sum += x;
  }
  for (float& x : row) x /= static_cast<float>(sum);
}

void ApplyLink(fb::XGBoostLink link, size_t n_scores, std::span<float> scores) {
  switch (link) {
    case fb::XGBoostLink::Identity:
      return;
    case fb::XGBoostLink::Exp:
      for (float& x : scores) x = std::exp(x);
      return;
    case fb::XGBoostLink::Sigmoid:
      for (float& x : scores) x = XGBoostSigmoid(x);
      return;
    case fb::XGBoostLink::Hinge:
      for (float& x : scores) x = x > 0 ? 1.0F : 0.0F;
      return;
    case fb::XGBoostLink::Softmax:
      for (size_t i = 0; i < scores.size(); i += n_scores) XGBoostSoftmax(scores.subspan(i, n_scores));
      return;
  }
}

absl::StatusOr<std::span<float>> Predictions(const XGBoost& model, const Data& X, Run& run) {
  ASSIGN_OR_RETURN(std::span<float> scores, Scores(model, X, run));
  ApplyLink(model.link, model.n_scores, scores);
  return scores;
}

}  // namespace

std::optional<Violation> XGBoost::Invariant() const {
  if (in_place && tree_weights.data() == nullptr)
    return Violation{"in_place", "only_of_dart", "true without tree_weights", "false"};
  const bool is_softmax = link == fb::XGBoostLink::Softmax;
  if (is_softmax && n_scores < 2) return Violation{"n_scores", "scores_of_link", "1 for Softmax", "at least 2"};
  if (classes.empty()) return std::nullopt;
  if (classes.size() != 1) return Violation{"classes", "one_output", absl::StrCat(classes.size()), "one list"};
  if (auto v = classes[0].Invariant("classes[0]")) return v;
  if (classes[0].missing != fb::Missing::No)
    return Violation{"classes[0].missing", "labels", fb::EnumNameMissing(classes[0].missing), "No"};
  if (!is_softmax && link != fb::XGBoostLink::Sigmoid)
    return Violation{"link", "probabilities", fb::EnumNameXGBoostLink(link), "Sigmoid or Softmax of a classifier"};
  if (classes[0].size() != (is_softmax ? n_scores : 2) || (!is_softmax && n_scores != 1)) {
    return Violation{"classes", "scores_of_classes", absl::StrCat(n_scores, " scores for ", classes[0].size()),
                     "1 score for 2 classes, or one a class"};
  }
  return std::nullopt;
}

absl::StatusOr<Signature> XGBoost::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(OwnedTrees owned,
                   CheckOwnedTrees(children, n_features_in, /*averaged=*/true, /*accepts_missing=*/true));
  if (owned.value_width != 1 || owned.n_trees != tree_scores.size()) {
    return Mismatch(absl::StrCat(owned.n_trees, " trees of ", owned.value_width, " values, where ", tree_scores.size(),
                                 " of one are said"));
  }
  for (size_t i = 0; i < children.size(); ++i) {
    const Array<double> values = children.As<TreeBlock>(i)->leaf_values;
    if (invariant::FitsFloatDType("leaf_values", fb::DType::Float32, values))
      return Mismatch("a leaf's value is no float32");
  }
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.classes = classes;
  s.n_outputs = classes.empty() ? n_scores : 1;
  s.one_dimensional = s.n_outputs == 1;
  s.widest = n_features_in;  // rows of CSR are made dense
  s.has_methods = true;
  s.methods = {Method::kPredict};
  if (!classes.empty()) s.methods.push_back(Method::kPredictProba);
  return s;
}

absl::StatusOr<Data> XGBoost::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(std::span<float> predictions, Predictions(*this, X, run));
  if (n_scores > 1) return MatrixView<float>{predictions, Rows(X), n_scores, n_scores};
  std::span<float> out = NewMatrix<float>(run, predictions.size(), 2);
  for (size_t i = 0; i < predictions.size(); ++i) {
    out[2 * i] = 1.0F - predictions[i];
    out[2 * i + 1] = predictions[i];
  }
  return MatrixView<float>{out, predictions.size(), 2, 2};
}

absl::StatusOr<Data> XGBoost::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(std::span<float> predictions, Predictions(*this, X, run));
  const size_t rows = Rows(X);
  if (classes.empty()) return MatrixView<float>{predictions, rows, n_scores, n_scores};
  return ChosenByScores(MatrixView<float>{predictions, rows, n_scores, n_scores}, 0.5, run);
}

}  // namespace pratique
