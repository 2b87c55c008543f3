// A model that is accepted from a pickle is accepted from .skops, with the same content; if its content is refused from one, it
// is refused from the other, too.
#include "fuzz/graph_property.h"
#include "fuzz/skops_writer.h"
#include "import/pickle/pickle.h"
#include "report/print.h"

namespace {

// The same content is in both files; names that no object uses, budgets and the bytes of a format are not.
bool IsOfContent(const pratique::Rejection& why) { return why.reason == pratique::Reason::kInvalid; }

}  // namespace

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
  const bool pickle_refuses = !pickled.findings.empty() && IsOfContent(pickled.findings[0]);
  if (pickled.verdict == Verdict::kAccepted || pickle_refuses) {
    const bool same = saved.verdict == pickled.verdict && saved.reason == pickled.reason && saved.content_sha256 == pickled.content_sha256;
    if (!same) std::fprintf(stderr, "%s\n%s\n", ReportJson(pickled).c_str(), ReportJson(saved).c_str());
    fuzz::Require(same, "pickle and .skops of one model have one verdict and one content");
  }
  return 0;
}
