// Whatever Python's unpickler would act on does not pass a gate: found in a folder, the file is accepted, or no model
// (plain data, known to its last byte), only if Python would import and call nothing that the report does not allow.
// (tests/judge asks Python itself.)
#include <algorithm>
#include <string>

#include "archive/inflate.h"
#include "fuzz/property.h"
#include "import/pickle/trace.h"
#include "report/print.h"

namespace pratique {
namespace {

bool Allowed(const Report& report, const pickle::Traced::Named& named) {
  const std::string name = Escape(named.module) + "." + Escape(named.name);
  return std::ranges::any_of(report.types, [&](const auto& t) { return t.name == name && t.status == "allowed"; });
}

void Check(const Report& report, const pickle::Traced& traced) {
  const bool passes = report.verdict == Verdict::kAccepted || (report.verdict == Verdict::kNotAModel && traced.acts);
  const bool holds =
      !passes ||
      (!traced.worst && std::ranges::all_of(traced.names, [&](const auto& named) { return Allowed(report, named); }));
  if (!holds) std::fprintf(stderr, "%s\n", ReportJson(report).c_str());
  fuzz::Require(holds, "what Python would act on does not pass");
}

}  // namespace
}  // namespace pratique

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  Policy policy;
  policy.limits = fuzz::SmallLimits();
  const auto file = std::as_bytes(std::span(data, size));
  const Report report = ScanBytes(file, "file", policy, Registry::Builtin(), /*golden=*/false, Found::kInFolder);
  Check(report, pickle::Trace(file, /*whole=*/true));
  const codec::Codec codec = codec::Detect(file);
  if (codec == codec::Codec::kNone) return 0;
  const codec::Buffer head = codec::InflateHead(codec, file, size_t{16} << 20);
  Check(report, pickle::Trace(head.view(), /*whole=*/true));
  return 0;
}
