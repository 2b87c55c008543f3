// Any bytes read as a sound graph, or are refused with a rejection that is not our own bug, as .skops and as any archive.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "fuzz/property.h"
#include "import/containers/examine.h"
#include "import/skops/skops.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  Limits limits;
  limits.inflated_bytes = limits.memory = uint64_t{64} << 20;
  const auto file = std::as_bytes(std::span(data, size));
  const auto unwrapped = Unwrap(file, Sniff(file), limits);
  if (!unwrapped.ok()) fuzz::RequireRejection(unwrapped.status());
  else if (const auto why = Examine(*unwrapped, limits)) fuzz::RequireRejection(ToStatus(*why));
  const auto graph = skops::Read(file, limits);
  if (!graph.ok()) {
    fuzz::RequireRejection(graph.status());
    return 0;
  }
  for (graph::Id id = 0; id < graph->size(); ++id) {
    const graph::Node& node = (*graph)[id];
    for (const auto* ids : {&node.items, &node.dict_items}) {
      for (const graph::Id item : *ids) fuzz::Require(item < graph->size(), "every id is valid");
    }
    if (node.kind != graph::Kind::kArray) continue;
    uint64_t elements = 1;
    for (const uint64_t n : node.shape) elements *= n;
    const bool objects = node.dtype->kind == 'O';
    fuzz::Require((objects ? node.items.size() : node.bytes.size()) == elements * (objects ? 1 : node.dtype->itemsize),
                  "an array has the bytes of its shape");
  }
  return 0;
}
