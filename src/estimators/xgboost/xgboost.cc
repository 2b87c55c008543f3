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
#include "model/input_error.h"
#include "state/invariant/ascending.h"
#include "state/invariant/floats.h"
#include "state/invariant/ragged.h"
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

// A frame as numbers, and the codes of its categories (xgboost src/data/cat_container.h, 3.2). XGBoost takes a category
// that fit did not see for the next one that it knows: it is refused.
absl::StatusOr<MatrixView<float>> CodesOfFrame(const XGBoost& model, const FrameView& frame, Run& run) {
  ASSIGN_OR_RETURN(std::span<const Column> columns, FeatureColumns(frame, run));
  const size_t rows = frame.rows, n = model.n_features_in, n_coded = model.categorical.size();
  std::span<float> out = NewMatrix<float>(run, rows, n);
  const std::vector<uint32_t> numeric = NumericFeatures(model.categorical, model.n_features_in);
  if (!numeric.empty()) {
    ASSIGN_OR_RETURN(MatrixView<float> numbers,
                     WithColumns(columns, numeric, rows, run,
                                 [&](const FrameView& X, Run& inner) { return WithMissing(X, model.missing, inner); }));
    for (size_t i = 0; i < rows; ++i) {
      for (size_t k = 0; k < numeric.size(); ++k) out[i * n + numeric[k]] = numbers(i, k);
    }
  }
  ASSIGN_OR_RETURN(std::span<const int32_t> codes,
                   WithColumns(columns, model.categorical, rows, run, [&](const FrameView& X, Run& inner) {
                     return model.frame_categories().Encode(X, /*unknown_is_error=*/false, inner);
                   }));
  for (size_t k = 0; k < n_coded; ++k) {
    const size_t known = model.categories[k].size(), feature = model.categorical[k];
    for (size_t i = 0; i < rows; ++i) {
      const int32_t code = codes[i * n_coded + k];
      if (code < 0) {
        return BadInput("input.unknown_category",
                        absl::StrCat("row ", run.first_row + i, ": column ", feature,
                                     " has a category that fit did not see, which XGBoost takes for another one"),
                        "another category", "one seen in fit, or a missing one");
      }
      out[i * n + feature] = static_cast<size_t>(code) < known ? static_cast<float>(code) : kMissing;
    }
  }
  return MatrixView<float>{out, rows, n, n};
}

// X, where a frame may have categories.
absl::StatusOr<MatrixView<float>> Numbers(const XGBoost& model, const Data& X, Run& run) {
  const auto* frame = std::get_if<FrameView>(&X);
  if (frame == nullptr || (model.n_sets() == 0 && model.categorical.empty())) return WithMissing(X, model.missing, run);
  if (model.categorical.empty()) {
    return BadInput("input.dtype",
                    "the model has categories, whose codes a frame does not say: give X as an array of codes",
                    "a frame", "an array");
  }
  if (!std::isnan(model.missing)) {
    return BadInput("input.dtype",
                    "the model has categories beside a number that is missing: give X as an array of codes", "a frame",
                    "an array");
  }
  return CodesOfFrame(model, *frame, run);
}

// The columns of X, and those of the sets. A cell is cut to its category; one that is none is in no set (xgboost
// src/common/categorical.h Decision, 3.2).
absl::StatusOr<MatrixView<float>> WithSets(const XGBoost& model, const Data& X, Run& run) {
  ASSIGN_OR_RETURN(MatrixView<float> dense, Numbers(model, X, run));
  if (model.n_sets() == 0) return dense;
  const size_t columns = model.n_columns();
  std::span<float> out = NewMatrix<float>(run, dense.rows, columns);
  for (size_t i = 0; i < dense.rows; ++i) {
    float* row = out.data() + i * columns;
    std::copy_n(dense.row(i), dense.cols, row);
    for (size_t k = 0; k < model.n_sets(); ++k) {
      const float cell = row[model.set_features[k]];
      const bool is_category = cell >= 0 && cell < 16777216.0F;
      const bool is_in = is_category && std::ranges::binary_search(model.set(k), static_cast<uint32_t>(cell));
      row[dense.cols + k] = std::isnan(cell) ? kMissing : is_in ? 1.0F : 0.0F;
    }
  }
  return MatrixView<float>{out, dense.rows, columns, columns};
}

// Biases and bases, then feature after feature (gblinear.cc Pred, 3.2).
void AddLinear(const XGBoost& model, const MatrixView<float>& X, std::span<float> out) {
  const size_t n = model.n_scores;
  for (size_t i = 0; i < X.rows; ++i) {
    for (size_t score = 0; score < n; ++score) {
      float sum = model.weights[model.n_features_in * n + score] + model.base[score];
      for (size_t f = 0; f < model.n_features_in; ++f) {
        if (!std::isnan(X(i, f))) sum += X(i, f) * model.weights[f * n + score];
      }
      out[i * n + score] = sum;
    }
  }
}

// {rows, n_scores}: bases, then leaves, tree after tree (cpu_predictor.cc PredictBatchByBlockOfRowsKernel, 3.2; of dart
// gbtree.cc PredictBatchInternal and InplacePredict).
absl::StatusOr<std::span<float>> Scores(const XGBoost& model, const Data& X, Run& run) {
  ASSIGN_OR_RETURN(MatrixView<float> dense, WithSets(model, X, run));
  const size_t n = model.n_scores;
  std::span<float> out = NewMatrix<float>(run, dense.rows, n);
  if (model.is_linear()) {
    AddLinear(model, dense, out);
    return out;
  }
  for (size_t i = 0; i < out.size(); ++i) out[i] = model.base_last ? 0 : model.base[i % n];
  size_t first = 0;  // tree of the block
  for (const Estimator* child : run.children()) {
    const TreeBlock& block = BlockOf(child);
    const Trees trees = block.trees();
    if (model.vector_leaves) {
      ForEachLeaf(block, dense, [&](size_t row, size_t, uint32_t leaf) {
        const double* values = block.values(leaf);
        for (size_t score = 0; score < n; ++score) out[row * n + score] += static_cast<float>(values[score]);
      });
      continue;
    }
    ForEachLeaf(block, dense, [&](size_t row, size_t tree, uint32_t leaf) {
      const uint32_t score = model.tree_scores[first + tree];
      auto value = static_cast<float>(block.leaf_values[trees.leaf_row(leaf)]);
      if (model.in_place) value = (model.base[score] + value) - model.base[score];
      if (!model.tree_weights.empty()) value *= model.tree_weights[first + tree];
      out[row * n + score] += value;
    });
    first += block.n_trees();
  }
  for (size_t i = 0; i < out.size() && model.base_last; ++i) out[i] += model.base[i % n];
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
    case fb::XGBoostLink::Greatest:  // as Greatest() says
      return;
  }
}

absl::StatusOr<std::span<float>> Predictions(const XGBoost& model, const Data& X, Run& run) {
  ASSIGN_OR_RETURN(std::span<float> scores, Scores(model, X, run));
  ApplyLink(model.link, model.n_scores, scores);
  return scores;
}

// The number of the greatest score of each row.
std::span<float> Greatest(std::span<const float> scores, size_t n_scores, Run& run) {
  std::span<float> out = NewMatrix<float>(run, scores.size() / n_scores, 1);
  for (size_t i = 0; i < out.size(); ++i) {
    const std::span<const float> row = scores.subspan(i * n_scores, n_scores);
    out[i] = static_cast<float>(std::ranges::max_element(row) - row.begin());
  }
  return out;
}

std::optional<Violation> CheckSets(const XGBoost& model) {
  const bool any = model.set_features.data() != nullptr;
  if (any != (model.set_offsets.data() != nullptr) || any != (model.set_categories.data() != nullptr))
    return Violation{"set_features", "sets", "some of their fields", "all of them, or none"};
  if (!any) return std::nullopt;
  if (model.is_linear() || model.set_features.empty() || model.set_features.size() > (1 << 24) - model.n_features_in)
    return Violation{"set_features", "sets", absl::StrCat(model.set_features.size(), " sets"),
                     "at least one, at most 2^24 with the features, and trees"};
  if (auto v = invariant::OffsetsForEach("set_offsets", model.set_offsets.size(), model.set_features.size())) return v;
  for (size_t k = 0; k < model.n_sets(); ++k) {
    const Array<uint32_t> set = model.set(k);
    if (auto i = invariant::FirstNotAscending(set)) {
      return Violation{absl::StrCat("set_categories[", model.set_offsets[k] + *i, "]"), "sets", absl::StrCat(set[*i]),
                       absl::StrCat("above ", set[*i - 1])};
    }
  }
  return std::nullopt;
}

std::optional<Violation> CheckCategories(const XGBoost& model) {
  const bool any = model.categorical.data() != nullptr;
  if (any != (model.categories.data() != nullptr) || any != (model.order.data() != nullptr))
    return Violation{"categorical", "categories", "some of their fields", "all of them, or none"};
  if (!any) return std::nullopt;
  if (model.is_linear() || model.categorical.empty())
    return Violation{"categorical", "categories", "none, or of a linear booster", "at least one, and trees"};
  if (auto v = model.frame_categories().Invariant()) return v;
  for (size_t k = 0; k < model.categories.size(); ++k) {
    const Values& values = model.categories[k];
    if (values.IsFloat() || values.missing != fb::Missing::NoneAndNaN || values.size() > (1 << 24))
      return Violation{absl::StrCat("categories[", k, "]"), "categories", "another kind",
                       "text or integers, at most 2^24, and both kinds of missing ones"};
  }
  return std::nullopt;
}

// Of labels 0 and 1 one a score; else two of one score, or one a score.
std::optional<Violation> CheckClasses(const XGBoost& model) {
  using Link = fb::XGBoostLink;
  const bool of_many = model.link == Link::Softmax || model.link == Link::Greatest;
  if (of_many && model.n_scores < 2)
    return Violation{"n_scores", "scores_of_link", absl::StrCat("1 for ", fb::EnumNameXGBoostLink(model.link)),
                     "at least 2"};
  const Array<Values> classes = model.classes;
  if (classes.empty()) return std::nullopt;
  for (size_t k = 0; k < classes.size(); ++k) {
    const std::string at = absl::StrCat("classes[", k, "]");
    if (auto v = classes[k].Invariant(at)) return v;
    if (classes[k].missing != fb::Missing::No)
      return Violation{absl::StrCat(at, ".missing"), "labels", fb::EnumNameMissing(classes[k].missing), "No"};
    if (classes.size() > 1 && classes[k].size() != 2)
      return Violation{at, "labels", absl::StrCat(classes[k].size(), " labels"), "2 of several outputs"};
  }
  if (model.link == Link::Exp) return Violation{"link", "probabilities", "Exp", "another one of a classifier"};
  const bool good = classes.size() == 1 ? (of_many ? classes[0].size() == model.n_scores
                                                   : classes[0].size() == 2 && model.n_scores == 1)
                                        : classes.size() == model.n_scores && model.link != Link::Greatest;
  if (good) return std::nullopt;
  return Violation{"classes", "scores_of_classes", absl::StrCat(model.n_scores, " scores for ", classes[0].size()),
                   "1 score for 2 classes, or one a class or label"};
}

}  // namespace

std::optional<Violation> XGBoost::Invariant() const {
  if (in_place && tree_weights.data() == nullptr)
    return Violation{"in_place", "only_of_dart", "true without tree_weights", "false"};
  if (vector_leaves && (tree_weights.data() != nullptr || n_scores < 2 || is_linear()))
    return Violation{"vector_leaves", "only_of_trees", "true", "false: one score, dart, or no trees"};
  for (uint32_t score : tree_scores) {
    if (vector_leaves && score != 0) return Violation{"tree_scores", "vector_leaves", absl::StrCat(score), "0"};
  }
  if (base_last && (in_place || vector_leaves || is_linear()))
    return Violation{"base_last", "only_of_trees", "true", "false of what 1.2 did not have"};
  if (is_linear()) {
    const uint64_t n = (uint64_t{n_features_in} + 1) * n_scores;
    if (weights.size() != n)
      return Violation{"weights", "linear", absl::StrCat(weights.size()), absl::StrCat(n, ": features and bias")};
    if (!tree_scores.empty() || tree_weights.data() != nullptr)
      return Violation{"tree_scores", "linear", "trees", "none of a linear booster"};
  }
  if (auto v = CheckSets(*this)) return v;
  if (auto v = CheckCategories(*this)) return v;
  return CheckClasses(*this);
}

absl::StatusOr<Signature> XGBoost::Infer(const Children& children) const {
  if (is_linear()) {
    RETURN_IF_ERROR(NoChildren(children));
  } else {
    ASSIGN_OR_RETURN(OwnedTrees owned, CheckOwnedTrees(children, n_columns(), /*averaged=*/true,
                                                       /*accepts_missing=*/true));
    const uint32_t width = vector_leaves ? n_scores : 1;
    if (owned.value_width != width || owned.n_trees != tree_scores.size()) {
      return Mismatch(absl::StrCat(owned.n_trees, " trees of ", owned.value_width, " values, where ",
                                   tree_scores.size(), " of ", width, " are said"));
    }
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
  const bool is_one = n_scores == 1 || link == fb::XGBoostLink::Greatest;
  s.n_outputs = classes.size() > 1 ? classes.size() : classes.empty() && !is_one ? n_scores : 1;
  s.one_dimensional = s.n_outputs == 1;
  s.widest = n_columns();  // rows of CSR are made dense
  s.text_input = frame_categories().HaveText();
  s.has_methods = true;
  s.methods = {Method::kPredict};
  // softmax of numpy's float32 exp, whose last bit is the processor's
  if (!classes.empty() && link != fb::XGBoostLink::Greatest) s.methods.push_back(Method::kPredictProba);
  return s;
}

void XGBoost::Columns(const Estimator&, std::span<Takes> columns) const {
  std::ranges::fill(columns, Takes::kNumbers);
  for (size_t k = 0; k < categorical.size(); ++k) {
    if (categories[k].dtype == fb::DType::String) columns[categorical[k]] = Takes::kText;
  }
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
  const MatrixView<float> scores{predictions, rows, n_scores, n_scores};
  if (classes.empty()) {
    if (link != fb::XGBoostLink::Greatest) return scores;
    return MatrixView<float>{Greatest(predictions, n_scores, run), rows, 1, 1};
  }
  if (classes.size() == 1) return ChosenByScores(scores, 0.5, run);
  std::span<double> labels = NewMatrix<double>(run, rows, n_scores);
  for (size_t i = 0; i < labels.size(); ++i) labels[i] = predictions[i] > 0.5F;
  return MatrixView<double>{labels, rows, n_scores, n_scores};
}

}  // namespace pratique
