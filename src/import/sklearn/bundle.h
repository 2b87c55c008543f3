// What a file holds that is no single estimator: a bundle of estimators and data, or nothing but data.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "import/graph.h"
#include "pratique/registry.h"
#include "pratique/rejection.h"

namespace pratique {

// Every estimator in a dict, list or tuple, however deep; and whether all else is data. One pass over the graph: a
// value that is used again is looked at once.
struct Bundle {
  struct Entry {
    graph::Id object;
    std::string root;  // as --root takes it: '["scaler"]', '[0]'
  };
  std::vector<Entry> estimators;  // each object where it comes first, in the order of the file
  // An estimator where no --root leads: under a key that is neither text nor a number, in a set, or in a frame.
  std::optional<Rejection> hidden;
  bool is_data = false;  // numbers, text, containers, arrays and tables of these, and nothing else
};
Bundle LookInto(const graph::Graph& graph, const Registry& registry);

// Picks the object that `root` (a JSON array of keys and indexes, or "") names. Without `root` a bundle is refused with
// the list of the entries to choose from.
absl::StatusOr<graph::Id> PickRoot(const graph::Graph& graph, std::string_view root);

}  // namespace pratique
