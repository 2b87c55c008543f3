// A model that is accepted from a pickle is accepted from .skops, with the same content; one whose content is refused
// from a pickle is never accepted from .skops.
#include "fuzz/graph_property.h"
#include "fuzz/skops_writer.h"
#include "import/pickle/pickle.h"
#include "report/print.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  Policy policy;
  policy.limits = fuzz::ImportLimits();
  const auto file = std::as_bytes(std::span(data, size));
  const auto graph = pickle::Read(file, policy.limits);
  if (!graph.ok()) return 0;
  const auto skops = fuzz::SkopsWriter(*graph).Write();
  if (!skops) return 0;
  const Report pickled = ScanBytes(file, "pickle", policy);
  const Report saved = ScanBytes(std::as_bytes(std::span(*skops)), "skops", policy);
  if (saved.reason == Reason::kLimit) return 0;  // schema.json nests deeper than the pickle did
  const bool same = saved.verdict == Verdict::kAccepted && saved.content_sha256 == pickled.content_sha256;
  const bool holds = pickled.verdict == Verdict::kAccepted
                         ? same
                         : pickled.reason != Reason::kInvalid || saved.verdict != Verdict::kAccepted;
  if (!holds) std::fprintf(stderr, "%s\n%s\n", ReportJson(pickled).c_str(), ReportJson(saved).c_str());
  fuzz::Require(holds, "pickle and .skops of one model have one content, and no content is refused from one only");
  return 0;
}
