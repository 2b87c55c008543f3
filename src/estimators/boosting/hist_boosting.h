// HistGradientBoostingClassifier and HistGradientBoostingRegressor. float64, whatever X is.
#pragma once

#include <vector>

#include "boosting_generated.h"
#include "estimators/boosting/raw_scores.h"
#include "kernels/coded_trees.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct HistBoosting {
  using Schema = fb::HistBoosting;
  BOOST_HANA_DEFINE_STRUCT(HistBoosting, (uint32_t, n_features_in), (uint32_t, n_scores), (fb::Link, link),
                           (bool, labels_by_probability), (Array<Values>, classes), (Array<double>, baseline),
                           (bool, missing), (Array<uint32_t>, nodes), (Array<uint64_t>, wide_nodes),
                           (Array<double>, values), (Array<uint32_t>, roots), (Array<double>, cuts),
                           (Array<uint32_t>, cut_offsets), (Array<uint32_t>, categorical), (Array<Values>, categories),
                           (bool, truncated), (Array<uint32_t>, left_sets), (Strings, feature_names), (bool, averaged),
                           (double, slope), (bool, whole), (bool, frames_only), (Array<uint32_t>, zero_missing),
                           (Array<double>, constants), (Array<uint32_t>, term_offsets),
                           (Array<uint32_t>, term_features), (Array<double>, coefficients), (bool, stages));

  bool is_linear() const { return constants.data() != nullptr; }
  double slope_or_one() const { return slope == 0 ? 1 : slope; }
  size_t n_left_sets() const { return left_sets.size() / 8; }
  uint64_t node(size_t i) const { return nodes.data() != nullptr ? nodes[i] : wide_nodes[i]; }
  Array<double> cuts_of(size_t feature) const {
    return cuts.subspan(cut_offsets[feature], cut_offsets[feature + 1] - cut_offsets[feature]);
  }
  // Codes are of 16 bits: some feature has more cuts below infinity than bytes can count beside what is missing.
  bool has_wide_codes() const;
  CodeBits bits() const;
  CodedTrees trees() const;

  // Assumes the schema's rules. Guarantees:
  //   - breadth_first: every walk from a root stays in its tree and ends at a leaf (state/invariant/breadth_first.h);
  //   - coded_nodes: the feature of a split is below n_features_in; its code is of a cut of the feature or, when the
  //     feature is categorical, of a left set; all that a leaf does not use is as the schema says; `missing` is said
  //     when a split sends it left; the wide form is used when the other cannot be;
  //   - cuts: of each feature strictly ascending and so few that codes hold them, none of categorical ones; all used;
  //   - left_sets: numbered in order of first use; each holds codes of the categories of each feature that uses it;
  //   - categories: ascending, at most 255; integers of 0 to 254 as floats where `truncated`, of 0 to 2^31 - 1 where
  //   `whole`;
  //   - terms: those of linear trees are all there, of leaves alone, and cells are numbers;
  //   - link: as CheckLink says, and of LightGBM one of numbers, or of as many scores as there are classes.
  // One pass at the speed of memory; a bit a cut.
  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const;

  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;
  absl::StatusOr<Data> StagedPredict(const Data& X, Run& run) const;
  absl::StatusOr<Data> StagedPredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> StagedDecisionFunction(const Data& X, Run& run) const;

 private:
  RawScores Baseline(size_t rows, Run& run) const;
  // Calls visit(codes) with the codes of X.
  template <class Visit>
  absl::Status WithCodes(const Data& X, Run& run, Visit visit) const;
  Data Labels(const RawScores& raw, Run& run) const;  // of numbers, link.inverse of them
  absl::StatusOr<std::vector<RawScores>> RawStages(const Data& X, Run& run) const;
  absl::StatusOr<RawScores> Raw(const Data& X, Run& run) const;
  absl::StatusOr<RawScores> Averaged(const Data& X, Run& run) const;
};

// How many codes a feature's categories have: the known ones, and None if it is one. NaN is missing, category or not.
size_t NumberOfCodes(const Values& categories);

}  // namespace pratique
