// The trees of histogram-based boosting as they lie in a file: read, proven, and laid out anew.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "estimators/boosting/boosted_node.h"
#include "estimators/boosting/hist_boosting.h"
#include "import/sklearn/import_context.h"

namespace pratique {

// What the owner of the trees says of them. A feature of theirs is a column of what the preprocessor makes.
struct HistFeatures {
  std::vector<uint32_t> feature_of;                // X's, of each feature of the trees
  std::vector<std::vector<uint8_t>> raw_category;  // of each feature of X: what each code is in the trees' sets
  std::vector<bool> is_categorical;                // of each feature of X
};

// Reads sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor, one after the other; then gives
// all to a model (nodes, values, roots, cuts, left sets), in `context.arena()`.
//
// Guarantees of each tree: every node but the first is the child of exactly one split, which comes before it; features
// are there; a split is categorical when its feature is; sets hold known categories; thresholds are numbers.
class HistTreesReader {
 public:
  HistTreesReader(ImportContext& context, const HistFeatures& features) : context_(context), features_(features) {}

  absl::Status Add(graph::Id predictor, const std::string& path);
  // A tree of another library, breadth first, which its own reader proves; `sets`: codes that go left, which the `set`
  // of its splits counts.
  absl::Status AddNodes(std::span<const BoostedNode> nodes, std::span<const std::array<uint32_t, 8>> sets);
  absl::Status Finish(HistBoosting& model);

 private:
  struct Records;
  absl::Status ReadRecords(graph::Id predictor, const std::string& path, Records& records) const;
  absl::Status CheckRecords(const Records& records, const std::string& path) const;
  absl::Status AddSet(const Records& records, size_t i, uint32_t feature, const std::string& path);
  uint32_t CodeOf(const HistBoosting& model, const BoostedNode& node) const;

  ImportContext& context_;
  const HistFeatures& features_;
  std::vector<BoostedNode> nodes_;
  std::vector<uint32_t> roots_;
  std::vector<uint32_t> left_sets_;
};

}  // namespace pratique
