// Any bytes read as a sound graph, or are refused with a rejection that is not our own bug; the same bytes, the same way.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "import/pickle/pickle.h"
#include "pratique/rejection.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  Limits limits;
  limits.inflated_bytes = limits.memory = uint64_t{64} << 20;
  const auto file = std::as_bytes(std::span(data, size));
  (void)pickle::LooksLikePickle(file);
  const auto graph = pickle::Read(file, limits);
  if (!graph.ok()) {
    const auto rejection = GetRejection(graph.status());
    if (!rejection || rejection->reason == Reason::kInternal || rejection->code.empty()) std::abort();
    return 0;
  }
  for (graph::Id id = 0; id < graph->size(); ++id) {
    const graph::Node& node = (*graph)[id];
    for (const auto* ids : {&node.items, &node.list_items, &node.dict_items}) {
      for (const graph::Id item : *ids) if (item >= graph->size()) std::abort();
    }
    if (node.kind != graph::Kind::kArray) continue;
    uint64_t elements = 1;
    for (const uint64_t n : node.shape) elements *= n;
    const bool objects = node.dtype->kind == 'O';
    if ((objects ? node.items.size() : node.bytes.size()) != elements * (objects ? 1 : node.dtype->itemsize)) std::abort();
  }
  return 0;
}
