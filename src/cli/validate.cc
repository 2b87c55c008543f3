#include "cli/command.h"
#include "cli/side_files.h"
#include "report/print.h"

namespace pratique::cli {
namespace {

struct Options {
  std::string file, policy, sha256, root;
  bool json = false, side_files = false;
};

// The digest that the caller expects decides before anything the file says.
void Expect(const std::string& sha256, Report& report) {
  if (sha256.empty() || report.sha256.empty() || report.sha256 == sha256) return;
  report.verdict = Verdict::kRejected;
  report.reason = Reason::kMismatch;
  report.findings.insert(report.findings.begin(), Rejection{.reason = Reason::kMismatch,
                                                            .code = "sha256.mismatch",
                                                            .got = report.sha256,
                                                            .expected = sha256,
                                                            .message = "the file is not the one that was expected"});
  ++report.findings_total;
}

int RunValidate(const Options& options) {
  bool hex = options.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!options.sha256.empty() && (!hex || options.sha256.size() != 64)) {
    return Usage("validate: --expect-sha256 takes 64 lower-case hex digits");
  }
  auto policy = ReadPolicy(options.policy);
  if (!policy) return kUnchecked;
  if (options.side_files && !options.sha256.empty())
    return Usage("validate: --expect-sha256 is of one file, and says nothing of --side-files");
  Report report = ScanBeside(options.file, *policy, /*golden=*/true, Found::kNamed, options.side_files, options.root);
  Expect(options.sha256, report);
  Summary summary;
  summary.Add(report.verdict, report.reason, report.size);
  Print(options.json ? ReportJson(report) + "\n" + summary.Json() + "\n" : ReportText(report, /*full=*/true));
  return summary.ExitCode();
}

}  // namespace

Command ValidateCommand() {
  auto o = std::make_shared<Options>();
  return {"validate",
          "Check one file, its golden samples too, with the full report",
          "pratique validate --policy gate.json model.joblib",
          {{.name = "FILE", .value = &o->file, .help = "The file; - is standard input", .required = true},
           {"--json", &o->json, "One JSON object, and an end record"},
           PolicyArgument(o->policy),
           RootArgument(o->root),
           {"--side-files", &o->side_files, kSideFilesHelp},
           {"--expect-sha256", &o->sha256, "Reject any file but the one with this digest", "H"}},
          [o] { return RunValidate(*o); }};
}

}  // namespace pratique::cli
