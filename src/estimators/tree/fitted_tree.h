// scikit-learn's own tree, sklearn.tree._tree.Tree, as it lies in a file: read where it is, proven before it is used.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "import/graph.h"
#include "import/sklearn/import_context.h"
#include "state/arena.h"

namespace pratique {

// A place in the file, for refusals: "estimators_[3].tree_" of the context's object.
class Place {
 public:
  Place(const ImportContext& context, std::string path) : context_(&context), path_(std::move(path)) {}
  Place operator/(std::string_view attribute) const;

  // A rule that does not hold: kInvalid, code "state.rule".
  absl::Status Wrong(std::string_view rule, std::string_view got, std::string_view expected) const;
  // What a fit that diverged leaves in a leaf: kUnsupported, code "state.not_finite".
  absl::Status NotFinite(double got) const;
  // What is honest perhaps, but not understood: kUnsupported.
  absl::Status Unsupported(std::string_view got, std::string_view help) const {
    return context_->Unsupported(path_, got, help);
  }
  const ImportContext& context() const { return *context_; }
  const std::string& path() const { return path_; }

 private:
  const ImportContext* context_;
  std::string path_;
};

// What the owner of a tree says of it.
struct TreeExpectations {
  uint64_t n_features = 0;
  std::vector<uint64_t> n_classes;  // one an output; 1 for regressors
  bool is_classifier = false;
  bool knows_missing = true;   // nodes as from release_1_3::kNodesKnowMissing on
  bool holds_weights = false;  // leaves as before release_1_4::kLeavesHoldFractions

  // What the release that wrote the context's object says; n_features and n_classes are the caller's to fill in.
  static TreeExpectations Of(const ImportContext& context, bool is_classifier);

  uint64_t n_outputs() const { return n_classes.size(); }
  uint64_t width() const;  // of a row of leaf values
};

// Guarantees: every node but the first is the child of exactly one split, which comes before it; both children of a
// split
//   are there; features are in [0, n_features); thresholds are numbers that have a largest float32 below or at them;
//   leaves are marked as scikit-learn marks them; the values of leaves are finite, and 0 beyond an output's classes.
// Does NOT guarantee: anything about values of splits, impurities and sample counts, which no prediction reads.
class FittedTree {
 public:
  // A proven node.
  struct Node {
    double threshold;
    uint32_t left, right;  // left 0: a leaf
    uint32_t feature;
    bool missing_goes_left;
    bool is_leaf() const { return left == 0; }
  };

  // `object` is what the file has as tree_; its values are charged to the context's arena. Memory: a Node each, 4 bytes
  // a leaf, 4 bytes each while it proves, and the values once more where the file does not have them as aligned
  // float64.
  static absl::StatusOr<FittedTree> Read(ImportContext& context, graph::Id object, const Place& place,
                                         const TreeExpectations& expected);

  // Another library's tree, proven by its reader; it has neither values() nor leaves().
  static FittedTree Of(std::vector<Node> nodes);

  uint32_t n_nodes() const { return n_nodes_; }
  uint64_t bytes() const { return n_nodes_ * record_size_; }  // of the nodes, as they lie in the file
  const Node& node(uint32_t i) const { return nodes_[i]; }
  std::span<const uint32_t> leaves() const { return leaves_; }  // their nodes, ascending
  // Splits on feature k become splits on feature features[k], for trees fitted on some columns of X.
  void MapFeatures(std::span<const uint32_t> features) {
    for (Node& node : nodes_) {
      if (!node.is_leaf()) node.feature = features[node.feature];
    }
  }
  // How many rows of the fit came to node i.
  int64_t n_node_samples(uint32_t i) const;
  // Values of output k at node i, as the file has them: class weights before 1.4, fractions since; or the prediction.
  std::span<const double> values(uint32_t i, size_t k, size_t n_classes) const {
    return values_.subspan((size_t{i} * n_outputs_ + k) * max_n_classes_, n_classes);
  }

 private:
  struct Field {
    uint64_t offset = 0;
    uint32_t size = 0;  // 0: the records have no such field
    bool big_endian = false;
  };
  // One record as it lies in the file; left == -1 means a leaf.
  struct Record {
    int64_t left, right, feature;
    double threshold;
    uint8_t missing_go_to_left;
  };
  FittedTree() = default;
  absl::Status ReadSizes(ImportContext& context, graph::Id object, const Place& place,
                         const TreeExpectations& expected);
  absl::Status ReadLayout(const graph::Node& nodes, const Place& place, const TreeExpectations& expected);
  absl::Status ReadValues(ImportContext& context, graph::Id values, const Place& place);
  Record RecordAt(uint32_t i) const;
  bool IsNative() const;
  // Proves records and makes nodes_ of them; gives the depth of the tree. kNative: IsNative() holds.
  template <bool kNative>
  absl::StatusOr<uint32_t> ReadNodes(const Place& place, const TreeExpectations& expected);
  absl::Status CheckSplit(uint32_t i, const Record& record, const Place& place, const TreeExpectations& expected) const;
  absl::Status CheckLeafValues(const Place& place, const TreeExpectations& expected) const;

  uint32_t n_nodes_ = 0;
  uint64_t n_outputs_ = 0, max_n_classes_ = 0;
  const std::byte* records_ = nullptr;
  uint64_t record_size_ = 0;
  Field left_, right_, feature_, threshold_, missing_go_to_left_, n_node_samples_;
  std::vector<Node> nodes_;
  std::vector<uint32_t> leaves_;
  Arena converted_;  // what values_ views, where it is no part of the file
  std::span<const double> values_;
};

}  // namespace pratique
