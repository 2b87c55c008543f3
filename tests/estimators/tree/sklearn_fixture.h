// Trees and forests as scikit-learn holds them, to be damaged by tests: a plain tree, and the inert graph a pickle of
// it gives.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "import/graph.h"
#include "pratique/load.h"

namespace pratique::testing {

// sklearn.tree._tree.Tree. Values are n_nodes x n_outputs x max_n_classes.
struct SklearnTree {
  struct Node {
    int64_t left = -1, right = -1, feature = -2;
    double threshold = -2;
    uint8_t missing_go_to_left = 0;
  };
  std::vector<Node> nodes;
  std::vector<double> values;
  std::vector<uint64_t> values_shape;
  int64_t n_features = 0, n_outputs = 0, max_depth = 0, node_count = 0;
  std::vector<int64_t> n_classes;

  // The nodes that `row` passes, as decision_path and _apply_dense walk (sklearn/tree/_tree.pyx, 1.9); the last is its
  // leaf.
  std::vector<size_t> Path(const float* row) const;
  size_t Apply(const float* row) const { return Path(row).back(); }
};

// A fitted tree or forest.
struct SklearnModel {
  std::string class_name = "RandomForestClassifier", version = "1.6.1";
  int64_t n_features = 0, n_outputs = 1;
  std::vector<std::vector<int64_t>> classes;  // one an output; empty for regressors
  std::string criterion = "gini", splitter = "best";
  std::vector<SklearnTree> trees;
  std::string node_dtype_extra;             // a field that the nodes have besides, "" for none
  std::string extra_attribute;              // an attribute that every tree of a forest has besides
  std::vector<double> tree_classes;         // instead of 0, 1, ... in the trees of a forest
  std::optional<int64_t> tree_n_classes{};  // instead of the number of classes in the trees of a forest
  std::string tree_version;                 // instead of version in the trees of a forest

  bool is_forest() const;
  bool is_classifier() const { return !classes.empty(); }
};

// A random tree with n_splits splits, children behind their parents in no particular order; thresholds are doubles,
// some of them floats and some beside one.
SklearnTree RandomTree(std::mt19937_64& random, const SklearnModel& model, size_t n_splits);

graph::Graph GraphOf(const SklearnModel& model);

// The canonical .prq that the importer makes of it.
absl::StatusOr<std::string> ImportModel(const SklearnModel& model);

// The four stages over a .prq.
absl::StatusOr<Model> LoadFile(const std::string& prq);

}  // namespace pratique::testing
