#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/side_files.h"
#include "cli/walk.h"
#include "cli/workers.h"
#include "data/file_io.h"
#include "report/print.h"

namespace pratique::cli {
namespace {

struct Options {
  std::vector<std::string> paths, exclude;
  std::string policy, files_from, sarif;
  bool json = false, nul = false, verbose = false, side_files = false;
  size_t jobs = 1;
};

std::optional<std::vector<Target>> Targets(const Options& options) {
  std::vector<std::string> paths = options.paths;
  if (!options.files_from.empty()) {
    auto names = ReadNames(options.files_from, options.nul);
    if (!names.ok()) {
      Fail(options.files_from, names.status());
      return std::nullopt;
    }
    paths.insert(paths.end(), names->begin(), names->end());
  }
  std::vector<Target> targets;
  for (const std::string& path : paths) {
    auto found = Walk(path, options.exclude);
    targets.insert(targets.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  }
  return Once(std::move(targets));
}

class Run {
 public:
  Run(const Options& options, const Policy& policy, std::vector<Target> targets)
      : options_(options), policy_(policy), targets_(std::move(targets)), progress_(isatty(STDERR_FILENO)) {}

  int Go() {
    Work work{[this](size_t i) { return Check(targets_[i]); },
              [this](size_t i, const std::string& how) { return Crashed(targets_[i], how); },
              [this](size_t, Checked checked) { Take(std::move(checked)); }};
    bool complete = RunInWorkers(targets_.size(), options_.jobs, work);
    if (progress_) PrintError("\r\x1b[K");
    if (!complete) return Usage("cannot start worker processes; the run is not complete");
    Print(options_.json
              ? summary_.Json() + "\n"
              : absl::StrCat(summary_.Text(), "; policy ", Escape(policy_.name), " sha256:", policy_.Digest(), "\n"));
    if (!options_.sarif.empty()) {
      if (auto written = WriteFileAtomically(options_.sarif, SarifLog(sarif_)); !written.ok()) {
        int failed = Fail(options_.sarif, written);
        return summary_.ExitCode() == kRefused ? kRefused : failed;
      }
    }
    return summary_.ExitCode();
  }

 private:
  Checked Check(const Target& target) const {
    if (target.refused) return Render(Unchecked(target.path, *target.refused, policy_));
    return Render(ScanBeside(target.path, policy_, /*golden=*/false, target.found, options_.side_files));
  }

  Checked Crashed(const Target& target, const std::string& how) const {
    Rejection why{.reason = Reason::kInternal,
                  .code = "internal.crash",
                  .message = "the process that checked it ended with " + how,
                  .help = "the file was not accepted; please report this"};
    return Render(Unchecked(target.path, std::move(why), policy_));
  }

  Checked Render(const Report& report) const {
    bool shown = options_.json || options_.verbose || report.verdict != Verdict::kNotAModel;
    std::string text = !shown ? "" : options_.json ? ReportJson(report) + "\n" : ReportText(report, /*full=*/false);
    return {report.verdict, report.reason, report.size, std::move(text),
            options_.sarif.empty() ? "" : SarifResults(report)};
  }

  void Take(Checked checked) {
    summary_.Add(checked.verdict, checked.reason, checked.size);
    if (!checked.sarif.empty()) absl::StrAppend(&sarif_, sarif_.empty() ? "" : ",", checked.sarif);
    Print(checked.text);
    if (progress_) {
      FlushOutput();
      PrintError(absl::StrCat("\r", summary_.files(), " of ", targets_.size(), " files\x1b[K"));
    }
  }

  const Options& options_;
  const Policy& policy_;
  std::vector<Target> targets_;
  bool progress_;
  Summary summary_;
  std::string sarif_;
};

int RunScan(const Options& options) {
  if (options.paths.empty() && options.files_from.empty())
    return Usage("scan: no PATH was given; try `pratique scan --help`");
  if (options.files_from == "-" && std::ranges::find(options.paths, "-") != options.paths.end()) {
    return Usage("scan: standard input is either a file to check or --files-from, not both");
  }
  auto policy = ReadPolicy(options.policy);
  if (!policy) return kUnchecked;
  auto targets = Targets(options);
  if (!targets) return kUnchecked;
  return Run(options, *policy, *std::move(targets)).Go();
}

}  // namespace

void AddScan(CLI::App& app, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* c = AddCommand(app, "scan", "Check files and folders: container, types and content",
                           "pratique scan --json models/", exit_code, o, RunScan);
  c->add_option("PATH", o->paths, "Files or folders; - is standard input");
  c->add_flag("--json", o->json, "One JSON object a file, and an end record");
  AddPolicyOption(c, o->policy);
  auto* from = c->add_option("--files-from", o->files_from, "Read more paths from F, one a line; - is standard input")
                   ->type_name("F");
  c->add_flag("-0,--null", o->nul, "The paths in F end with NUL bytes")->needs(from);
  c->add_option("--jobs", o->jobs, "Worker processes")->type_name("N")->check(CLI::Range(1, 1024));
  c->add_option("--exclude", o->exclude,
                "In folders, leave out files and folders whose name or path below the folder matches")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  c->add_option("--sarif", o->sarif, "Also write the findings to F as SARIF 2.1.0")->type_name("F");
  c->add_flag("--side-files", o->side_files, kSideFilesHelp);
  c->add_flag("--verbose", o->verbose, "List files that are no models, too");
}

}  // namespace pratique::cli
