// Any bytes read as a sound graph, or are refused with a rejection that is not our own bug; and what Python would act
// on is a pickle to the sniffer, whatever stands behind it.
#include "archive/inflate.h"
#include "format/sniff.h"
#include "fuzz/graph_property.h"
#include "import/pickle/pickle.h"
#include "import/pickle/trace.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  const auto file = std::as_bytes(std::span(data, size));
  const pickle::Traced traced = pickle::Trace(file, /*whole=*/true);
  fuzz::Require(!traced.worst || traced.acts, "a call is an act");
  if (traced.acts && codec::Detect(file) == codec::Codec::kNone)
    fuzz::Require(Sniff(file).kind != Sniffed::Kind::kOther, "what Python would act on is no text");
  const auto graph = pickle::Read(file, fuzz::ImportLimits());
  if (graph.ok())
    fuzz::RequireSound(*graph);
  else
    fuzz::RequireRejection(graph.status());
  return 0;
}
