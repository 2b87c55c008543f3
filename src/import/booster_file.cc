#include "import/booster_file.h"

#include "pratique/rejection.h"
#include "utf8.h"

namespace pratique {

absl::StatusOr<graph::Graph> ReadBoosterFile(std::span<const std::byte> bytes, std::string_view format) {
  using graph::Kind;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const bool is_lightgbm = format == "lightgbm";
  if (is_lightgbm && !IsUtf8(text)) {
    return ToStatus({.stage = Stage::kAudit,
                     .reason = Reason::kMalformed,
                     .code = "lightgbm.utf8",
                     .message = "the text is not UTF-8"});
  }
  graph::Graph graph;
  const graph::Id key = graph.Add({.kind = Kind::kStr, .text = is_lightgbm ? "_handle" : "handle"});
  const graph::Id handle = graph.Add({.kind = is_lightgbm ? Kind::kStr : Kind::kBytes, .text = text});
  const graph::Id state = graph.Add({.kind = Kind::kDict, .items = {key, handle}});
  graph.root = graph.Add({.kind = Kind::kObject,
                          .made = graph::Made::kNew,
                          .module = is_lightgbm ? "lightgbm.basic" : "xgboost.core",
                          .name = "Booster",
                          .state = state});
  graph.stream_bytes = bytes.size();
  graph.wrapper = format;
  return graph;
}

}  // namespace pratique
