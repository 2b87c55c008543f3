// What an XGBoost model says of itself, read from its bytes (xgboost doc/model.schema, 1.0 to 3.2). Nothing is proven
// yet but that it is there and of the right kind.
#pragma once

#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "estimators/tree/fitted_tree.h"
#include "estimators/xgboost/document.h"

namespace pratique {

// One tree: the nodes that its root leads to, a split, its left subtree, its right one.
struct BoosterTree {
  // x <= threshold goes left: XGBoost's x < split_condition, of any float32 x. A categorical split's feature is behind
  // the model's own: that of its set, of which 0 goes left and 1 right.
  std::vector<FittedTree::Node> nodes;
  std::vector<float> leaves;  // a leaf's values; 0 at a split
};

// Sets of categories, each with its feature; equal ones are kept once.
class CategorySets {
 public:
  // `categories`: ascending.
  uint32_t IndexOf(uint32_t feature, std::vector<uint32_t> categories) {
    const auto [at, is_new] =
        indexes_.try_emplace({feature, std::move(categories)}, static_cast<uint32_t>(indexes_.size()));
    if (is_new) sets_.push_back(&at->first);
    return at->second;
  }
  size_t size() const { return sets_.size(); }
  uint32_t feature(size_t i) const { return sets_[i]->first; }
  std::span<const uint32_t> categories(size_t i) const { return sets_[i]->second; }

 private:
  using Set = std::pair<uint32_t, std::vector<uint32_t>>;
  std::map<Set, uint32_t> indexes_;
  std::vector<const Set*> sets_;
};

class Booster {
 public:
  // `bytes`: what Booster's state keeps as `handle`, or what save_raw gives, UBJSON or JSON. kInvalidArgument: they are
  // neither, or a part of a model is missing; kUnimplemented: a kind of model that is not read.
  static absl::StatusOr<Booster> Read(std::string_view bytes);

  uint32_t n_features() const { return n_features_; }
  uint32_t n_scores() const { return n_scores_; }
  std::string_view objective() const { return objective_; }
  std::span<const float> base_scores() const {
    return base_scores_;
  }  // one, or n_scores; as predictions, before the link, unless is_base_margin
  bool is_base_margin() const { return is_base_margin_; }
  const std::vector<std::string_view>& feature_names() const { return feature_names_; }
  size_t n_trees() const { return trees_.size(); }
  // Those that the scikit-learn wrapper predicts with: up to the best iteration of early stopping.
  size_t n_best_trees() const { return n_best_trees_; }
  uint32_t score_of_tree(size_t i) const { return tree_scores_[i]; }
  std::span<const float> tree_weights() const { return tree_weights_; }  // dart; else empty
  // Values of each leaf: 1, or n_scores of which each tree adds to all.
  uint32_t leaf_width() const { return leaf_width_; }
  std::span<const float> weights() const { return weights_; }  // of a linear booster, which has no trees; else empty
  bool is_linear() const { return !weights_.empty(); }
  // What a frame's columns of categories were in fit (since 3.1), text or integers; their places are the codes. None
  // where the model does not say: it is older, was fitted on an array, or has text beyond ASCII, whose last characters
  // XGBoost 3.2 cuts off (python-package/xgboost/_data_utils.py npstr_to_arrow_strarr).
  struct FrameCategories {
    uint32_t feature;
    std::vector<std::string_view> words;
    std::vector<int64_t> integers;  // if there are no words
  };
  std::span<const FrameCategories> frame_categories() const { return frame_categories_; }
  // That wrote it: {3, 2}; {0, 0} where it does not say.
  std::pair<uint32_t, uint32_t> version() const { return version_; }
  // Proves tree i: both children of a split are there, each node is a child of one split at most, features and leaves
  // are in range. kInvalidArgument says which is not. Sets of its splits are added to `sets`.
  absl::StatusOr<BoosterTree> Tree(size_t i, CategorySets& sets) const;

 private:
  explicit Booster(document::Document document) : document_(std::move(document)) {}
  absl::Status ReadParameters(const document::Value* learner);
  absl::Status ReadGradientBooster(const document::Value* learner);
  absl::Status ReadTrees(const document::Value* learner, const document::Value* booster, bool is_dart);
  absl::Status ReadWeights(const document::Value* booster);
  absl::Status ReadVersion(const document::Value* model);
  absl::Status ReadCategories(const document::Value* model);
  absl::Status ReadBest(const document::Value* learner, const document::Value* model, uint64_t parallel_trees);

  document::Document document_;
  uint32_t n_features_ = 0, n_scores_ = 0;
  std::string_view objective_;
  std::vector<float> base_scores_;
  std::vector<std::string_view> feature_names_;
  std::vector<const document::Value*> trees_;
  std::vector<uint32_t> tree_scores_;
  std::vector<float> tree_weights_;
  std::vector<float> weights_;
  std::vector<FrameCategories> frame_categories_;
  std::deque<std::string> words_;  // of the categories
  std::pair<uint32_t, uint32_t> version_{};
  uint32_t leaf_width_ = 1;
  bool is_base_margin_ = false;
  size_t n_best_trees_ = 0;
};

}  // namespace pratique
