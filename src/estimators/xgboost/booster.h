// What an XGBoost model says of itself, read from its bytes (xgboost doc/model.schema, 1.7 to 3.2). Nothing is proven
// yet but that it is there and of the right kind.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "estimators/tree/fitted_tree.h"
#include "estimators/xgboost/ubjson.h"

namespace pratique {

// One tree: the nodes that its root leads to, a split, its left subtree, its right one.
struct BoosterTree {
  std::vector<FittedTree::Node> nodes;  // x <= threshold goes left: XGBoost's x < split_condition, of any float32 x
  std::vector<float> leaves;            // a leaf's value; 0 at a split
};

class Booster {
 public:
  // `bytes`: what Booster's state keeps as `handle`, or what save_raw("ubj") gives. kInvalidArgument: they are not
  // UBJSON, or a part of a model is missing; kUnimplemented: a kind of model that is not read.
  static absl::StatusOr<Booster> Read(std::string_view bytes);

  uint32_t n_features() const { return n_features_; }
  uint32_t n_scores() const { return n_scores_; }
  std::string_view objective() const { return objective_; }
  std::span<const float> base_scores() const {
    return base_scores_;
  }  // as predictions, before the link; one, or n_scores
  const std::vector<std::string_view>& feature_names() const { return feature_names_; }
  size_t n_trees() const { return trees_.size(); }
  // Those that the scikit-learn wrapper predicts with: up to the best iteration of early stopping.
  size_t n_best_trees() const { return n_best_trees_; }
  uint32_t score_of_tree(size_t i) const { return tree_scores_[i]; }
  std::span<const float> tree_weights() const { return tree_weights_; }  // dart; else empty
  // Proves tree i: both children of a split are there, each node is a child of one split at most, features and leaves
  // are in range. kInvalidArgument says which is not.
  absl::StatusOr<BoosterTree> Tree(size_t i) const;

 private:
  Booster() = default;
  absl::Status ReadParameters(const ubjson::Value* learner);
  absl::Status ReadGradientBooster(const ubjson::Value* learner);
  absl::Status ReadBest(const ubjson::Value* learner, const ubjson::Value* model, uint64_t parallel_trees);

  ubjson::Document document_;
  uint32_t n_features_ = 0, n_scores_ = 0;
  std::string_view objective_;
  std::vector<float> base_scores_;
  std::vector<std::string_view> feature_names_;
  std::vector<const ubjson::Value*> trees_;
  std::vector<uint32_t> tree_scores_;
  std::vector<float> tree_weights_;
  size_t n_best_trees_ = 0;
};

}  // namespace pratique
