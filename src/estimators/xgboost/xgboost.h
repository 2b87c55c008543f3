// Gradient-boosted trees of XGBoost, its linear booster, and what its scikit-learn wrappers make of them. All numbers
// are float32.
#pragma once

#include <optional>

#include "estimators/preprocessing/categories.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"
#include "xgboost_generated.h"

namespace pratique {

// float32, whatever X's dtype.
struct XGBoost {
  using Schema = fb::XGBoost;
  BOOST_HANA_DEFINE_STRUCT(XGBoost, (uint32_t, n_features_in), (uint32_t, n_scores), (fb::XGBoostLink, link),
                           (float, missing), (Array<float>, base), (Array<uint32_t>, tree_scores),
                           (Array<float>, tree_weights), (bool, in_place), (Array<Values>, classes),
                           (Strings, feature_names), (bool, base_last), (bool, vector_leaves),
                           (Array<uint32_t>, set_features), (Array<uint32_t>, set_offsets),
                           (Array<uint32_t>, set_categories), (Array<float>, weights), (Array<uint32_t>, categorical),
                           (Array<Values>, categories), (Array<uint32_t>, order));

  bool is_linear() const { return weights.data() != nullptr; }
  size_t n_sets() const { return set_features.size(); }
  // Columns of the trees.
  uint32_t n_columns() const { return n_features_in + static_cast<uint32_t>(n_sets()); }
  Array<uint32_t> set(size_t i) const {
    return set_categories.subspan(set_offsets[i], set_offsets[i + 1] - set_offsets[i]);
  }

  // What a frame's columns of categories are; of none where the model does not know them.
  Categories frame_categories() const { return {categories, order}; }

  // Assumes the schema's rules. Guarantees:
  //   - sets: an offset for each set, categories of a set strictly ascend; the trees' columns are at most 2^24;
  //   - categories: as encoders have them; text and integers, of models that are no linear booster;
  //   - link: classes are as many as the scores say; a linear booster has weights for all and no trees.
  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const;
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
};

}  // namespace pratique
