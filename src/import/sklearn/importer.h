// Drives the import: from the root of an inert graph to the objects of a .prq, in post-order.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "container/writer.h"
#include "import/graph.h"
#include "import/sklearn/import_context.h"
#include "pratique/limits.h"
#include "pratique/load.h"
#include "pratique/registry.h"

namespace pratique {

class Importer {
 public:
  // `spent`: of the same stream's budget, by importers before this one.
  Importer(const graph::Graph& graph, const Registry& registry, const Limits& limits, uint64_t spent = 0)
      : graph_(graph),
        registry_(registry),
        limits_(limits),
        budget_(std::min(limits.memory, kBase + kUnfolds * graph.stream_bytes)),
        spent_(std::min(spent, budget_)) {}

  // `root` names an estimator: the graph's own root, or one picked out of a bundle.
  absl::StatusOr<FileToWrite> Run(graph::Id root);

  const graph::Graph& graph() const { return graph_; }
  uint64_t spent() const { return spent_; }
  bool IsSpent() const { return spent_ >= budget_; }
  const std::vector<std::string>& versions() const { return versions_; }  // of scikit-learn, in order of appearance
  const std::vector<std::string>& dropped() const { return dropped_; }    // the first of them
  uint64_t dropped_total() const { return dropped_total_; }
  const std::vector<Imported::Frames>& set_output() const { return set_output_; }
  uint64_t set_output_total() const { return set_output_total_; }
  const std::vector<std::string>& normalized() const { return normalized_; }  // "1.4: leaves hold ..."

 private:
  friend class ImportContext;
  // A value of a stream can be used many times; what is made of all uses together is a multiple of the stream.
  static constexpr uint64_t kUnfolds = 64, kBase = 4 << 20, kObject = 512;
  struct Parent {
    Version version;
    bool has_version = false;
    bool shares_rows = false;  // with siblings, here or further out
    bool is_named = false;     // it is part of a ColumnTransformer that was fitted on a frame, and is given frames
    std::string path;
  };

  absl::Status Unfolds(graph::Id root) const;
  absl::StatusOr<const Class*> ClassOf(graph::Id object, const std::string& path) const;
  absl::StatusOr<uint32_t> ImportObject(graph::Id object, std::string role, const Parent& parent, uint32_t depth);
  absl::Status TakeVersion(graph::Id object, Parent& self);
  absl::Status OfItsRelease(graph::Id object, Parent self, const absl::Status& status);
  // fit is what gives an estimator of scikit-learn the attributes that end in an underscore.
  bool IsFitted(graph::Id object) const;
  absl::Status CheckAllKnown(const ImportContext& context);
  absl::Status CheckParts(graph::Id root) const;
  absl::Status CheckOutputConfig(const ImportContext& context, bool is_named);
  absl::Status CheckCommonParameter(ImportContext& context, std::string_view name, bool shares_rows);
  absl::Status CheckTemplate(const ImportContext& context, std::string_view name);
  absl::Status CheckParameters(ImportContext& context, bool shares_rows);

  const graph::Graph& graph_;
  const Registry& registry_;
  const Limits& limits_;
  FileToWrite file_;
  void NoteUndone(const Change& change);
  void NoteDropped(const std::string& path, std::string_view attribute);
  std::vector<std::string> versions_, dropped_, normalized_;
  std::set<std::string> seen_versions_;
  std::set<std::pair<Version, graph::Id>> templates_;  // that were checked, under the release of their owner
  std::set<graph::Id> proven_;                         // Boosters whose bytes an estimator has read
  uint64_t dropped_total_ = 0, set_output_total_ = 0;
  std::vector<Imported::Frames> set_output_;
  Version current_;
  const uint64_t budget_;
  uint64_t spent_;
};

}  // namespace pratique
