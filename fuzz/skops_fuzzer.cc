// Any bytes read as a sound graph, or are refused with a rejection that is not our own bug, as .skops and as any
// archive.
#include "fuzz/graph_property.h"
#include "import/skops/skops.h"
#include "load/examine.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  const Limits limits = fuzz::ImportLimits();
  const auto file = std::as_bytes(std::span(data, size));
  const auto unwrapped = Unwrap(file, Sniff(file), limits);
  if (!unwrapped.ok())
    fuzz::RequireRejection(unwrapped.status());
  else if (const auto why = Examine(*unwrapped, limits).refused)
    fuzz::RequireRejection(ToStatus(*why));
  const auto graph = skops::Read(file, limits);
  if (graph.ok())
    fuzz::RequireSound(*graph);
  else
    fuzz::RequireRejection(graph.status());
  return 0;
}
