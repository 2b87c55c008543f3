// Any file, with side files beside it and one limit lowered: Scan and Load agree about it, its side files and the roots
// of a bundle; a lower limit refuses by its own name or changes nothing; golden samples are answered for; a report is
// one line of JSON.
#include <nlohmann/json.hpp>

#include "fuzz/property.h"
#include "fuzz/scan_input.h"
#include "registry/program_types.h"
#include "report/print.h"

namespace pratique::fuzz {
namespace {

void RequireShown(const Report& report) {
  const std::string json = ReportJson(report);
  Require(json.find('\n') == std::string::npos && nlohmann::json::accept(json), "a report is one line of JSON");
  Require(!ReportText(report, /*full=*/true).empty(), "and a text");
}

// What a file is with the limit, when it is `without` otherwise.
void RequireRefusedByName(const LimitField& field, const Report& with, const Report& without) {
  if (without.verdict != Verdict::kAccepted) {
    Require(with.verdict != Verdict::kAccepted, "no limit lets pass what is refused without it");
  } else if (with.verdict != Verdict::kAccepted) {
    const bool named = with.reason == Reason::kLimit && !with.findings.empty() &&
                       with.findings[0].code == "limit." + std::string(field.name);
    if (!named) std::fprintf(stderr, "%s\n", ReportJson(with).c_str());
    Require(named, "a limit refuses by its name");
  }
}

}  // namespace
}  // namespace pratique::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  const fuzz::ScanInput input = fuzz::ReadScanInput({reinterpret_cast<const char*>(data), size});
  const auto bytes = std::as_bytes(std::span(input.file));
  LoadOptions options{.side_files = input.side_files};
  Policy policy;
  policy.limits = fuzz::SmallLimits();
  const Report report = ScanBytes(bytes, "input", policy, ProgramTypes(), false, Found::kNamed, options);
  fuzz::RequireShown(report);
  fuzz::RequireSameAsLoad(report, LoadBytes(bytes, policy, options, ProgramTypes()), [&](const std::string& root) {
    LoadOptions of_root = options;
    of_root.root = root;
    return LoadBytes(bytes, policy, of_root, ProgramTypes());
  });
  if (report.verdict == Verdict::kAccepted) {
    const Report golden = ScanBytes(bytes, "input", policy, ProgramTypes(), true, Found::kNamed, options);
    fuzz::Require(golden.verdict == Verdict::kAccepted || golden.reason != Reason::kInternal,
                  "samples are answered for");
    fuzz::RequireShown(golden);
  }
  if (input.limit == nullptr || input.limit->get(policy.limits) <= input.value) return 0;
  input.limit->set(policy.limits, input.value);
  const Report limited = ScanBytes(bytes, "input", policy, ProgramTypes(), false, Found::kNamed, options);
  fuzz::RequireShown(limited);
  fuzz::RequireRefusedByName(*input.limit, limited, report);
  return 0;
}
