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
  // Where a value stands: below another place, under a key or an index. The text of a path is made where it is needed:
  // one long key of many places is stored in the file once.
  struct Place {
    uint32_t above;
    uint32_t length;  // of the whole path
    graph::Id key;    // kNoId: `index`
    uint32_t index;
  };
  struct Entry {
    graph::Id object;
    uint32_t place;
  };
  // As --root takes it: '["scaler"]', '[0]'.
  std::string Root(const graph::Graph& graph, const Entry& entry) const;

  std::vector<Place> places;
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
