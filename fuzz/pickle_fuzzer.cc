// Any bytes read as a sound graph, or are refused with a rejection that is not our own bug.
#include "fuzz/graph_property.h"
#include "import/pickle/pickle.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  const auto file = std::as_bytes(std::span(data, size));
  (void)pickle::LooksLikePickle(file);
  const auto graph = pickle::Read(file, fuzz::ImportLimits());
  if (graph.ok())
    fuzz::RequireSound(*graph);
  else
    fuzz::RequireRejection(graph.status());
  return 0;
}
