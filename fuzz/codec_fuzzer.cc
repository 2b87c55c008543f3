// Any compressed bytes inflate within the limits or are refused; a look at the head sees the same content; and a model
// is the same graph behind the compression as without it.
#include <algorithm>

#include "archive/inflate.h"
#include "fuzz/graph_property.h"
#include "import/pickle/pickle.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  Limits limits = fuzz::ImportLimits();
  limits.inflated_bytes = uint64_t{4} << 20;
  const auto file = std::as_bytes(std::span(data, size));
  const codec::Codec codec = codec::Detect(file);
  if (codec == codec::Codec::kNone) return 0;
  const auto content = codec::Inflate(codec, file, limits);
  if (!content.ok()) {
    fuzz::RequireRejection(content.status());
    return 0;
  }
  fuzz::Require(content->size <= limits.inflated_bytes, "no more is inflated than the limits allow");
  for (const size_t count : {size_t{1}, size_t{100}, size_t{1} << 16}) {
    const codec::Buffer head = codec::InflateHead(codec, file, count);
    fuzz::Require(std::ranges::equal(head.view(), content->view().first(std::min(count, content->size))),
                  "the head is how the content begins");
  }
  const auto outside = pickle::Read(file, limits), inside = pickle::Read(content->view(), limits);
  if (codec::Detect(content->view()) != codec::Codec::kNone) return 0;  // twice compressed: only once is a model
  fuzz::Require(outside.ok() == inside.ok(), "compression changes nothing");
  if (outside.ok())
    fuzz::Require(outside->size() == inside->size() && outside->globals.size() == inside->globals.size(),
                  "the graph is the same");
  return 0;
}
