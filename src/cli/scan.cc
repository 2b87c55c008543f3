#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/side_files.h"
#include "cli/walk.h"
#include "cli/workers.h"
#include "data/file_io.h"
#include "registry/program_types.h"
#include "report/print.h"

namespace pratique::cli {
namespace {

struct Options {
  std::vector<std::string> paths, exclude;
  std::string policy, files_from, sarif, root;
  bool json = false, nul = false, verbose = false, quiet = false, side_files = false;
  size_t jobs = 1;
};

std::optional<std::vector<std::string>> Paths(const Options& options) {
  std::vector<std::string> paths = options.paths;
  if (options.files_from.empty()) return paths;
  auto names = ReadNames(options.files_from, options.nul);
  if (!names.ok()) {
    Fail(options.files_from, names.status());
    return std::nullopt;
  }
  paths.insert(paths.end(), names->begin(), names->end());
  return paths;
}

// A target as a task: how it was found, why it is refused (code, message), its path. Only the path can be anything, and
// no path has a NUL.
std::string ToTask(const Target& target) {
  std::string task(1, target.found == Found::kNamed ? 'N' : 'F');
  if (target.refused) task += target.refused->code;
  task += '\0';
  if (target.refused) task += target.refused->message;
  task += '\0';
  return task + target.path;
}

Target FromTask(std::string_view task) {
  Target target;
  target.found = task[0] == 'N' ? Found::kNamed : Found::kInFolder;
  const size_t code = task.find('\0'), message = task.find('\0', code + 1);
  target.path = task.substr(message + 1);
  if (code > 1) {
    target.refused = Rejection{.reason = Reason::kIo,
                               .code = std::string(task.substr(1, code - 1)),
                               .message = std::string(task.substr(code + 1, message - code - 1))};
  }
  return target;
}

class Run {
 public:
  Run(const Options& options, const Policy& policy, std::vector<std::string> paths)
      : options_(options),
        policy_(policy),
        targets_(std::move(paths), options.exclude),
        progress_(isatty(STDERR_FILENO)) {}

  int Go() {
    Work work{[this] { return Next(); }, [this](const Task& task) { return Check(FromTask(task.what), task.file); },
              [this](const std::string& task, const std::string& how) { return Crashed(FromTask(task), how); },
              [this](Checked checked) { Take(std::move(checked)); },
              // OpenSSL reads its configuration when it is first asked.
              [this] { (void)ScanBytes({}, "", policy_, ProgramTypes()); }, options_.side_files};
    bool complete = RunInWorkers(options_.jobs, work);
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
  // The next file, which is opened here: a worker opens none, unless it looks for side files.
  std::optional<Task> Next() {
    std::optional<Target> target = targets_.Next();
    if (!target) return std::nullopt;
    if (target->refused || options_.side_files) return Task(ToTask(*target));
    absl::Status status = RefuseDevice(target->path);
    absl::StatusOr<Fd> file = status.ok() ? OpenForReading(target->path) : status;
    if (file.ok()) return Task(ToTask(*target), *std::move(file));
    target->refused = GetRejection(file.status());
    return Task(ToTask(*target));
  }

  Checked Check(const Target& target, const Fd& file) const {
    if (target.refused) return Render(Unchecked(target.path, *target.refused, policy_));
    if (options_.side_files)
      return Render(ScanBeside(target.path, policy_, /*golden=*/false, target.found, true, options_.root));
    const auto bytes = ReadOpenFile(file, policy_.limits, target.path);
    if (!bytes.ok()) return Render(Unchecked(target.path, *GetRejection(bytes.status()), policy_));
    return Render(ScanBytes(std::as_bytes(bytes->span()), target.path, policy_, ProgramTypes(), /*golden=*/false,
                            target.found, {options_.root, {}}));
  }

  Checked Crashed(const Target& target, const std::string& how) const {
    Rejection why{.reason = Reason::kInternal,
                  .code = "internal.crash",
                  .message = "the process that checked it ended with " + how,
                  .help = "the file was not accepted; please report this"};
    return Render(Unchecked(target.path, std::move(why), policy_));
  }

  Checked Render(const Report& report) const {
    const bool shown = options_.quiet ? VerdictOf(report.reason) != Verdict::kAccepted
                                      : options_.json || options_.verbose || report.verdict != Verdict::kNotAModel;
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
      PrintError(absl::StrCat("\r", summary_.files(), " files\x1b[K"));
    }
  }

  const Options& options_;
  const Policy& policy_;
  Targets targets_;
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
  auto paths = Paths(options);
  if (!paths) return kUnchecked;
  return Run(options, *policy, *std::move(paths)).Go();
}

}  // namespace

Command ScanCommand() {
  auto o = std::make_shared<Options>();
  return {
      "scan",
      "Check files and folders: container, types and content",
      "pratique scan --json models/",
      {{"PATH", &o->paths, "Files or folders; - is standard input"},
       {"--json", &o->json, "One JSON object a file, and an end record"},
       PolicyArgument(o->policy),
       {"--files-from", &o->files_from, "Read more paths from F, one a line; - is standard input", "F"},
       {.name = "-0,--null", .value = &o->nul, .help = "The paths in F end with NUL bytes", .needs = "--files-from"},
       {.name = "--jobs", .value = &o->jobs, .help = "Worker processes", .type = "N", .range = {1, 1024}},
       {"--exclude", &o->exclude, "In folders, leave out files and folders whose name or path below the folder matches",
        "GLOB"},
       {"--sarif", &o->sarif, "Also write the findings to F as SARIF 2.1.0", "F"},
       {"--side-files", &o->side_files, kSideFilesHelp},
       RootArgument(o->root),
       {"--verbose", &o->verbose, "List files that are no models, too"},
       {.name = "--quiet",
        .value = &o->quiet,
        .help = "Print only what is not accepted, and the summary",
        .excludes = "--verbose"}},
      [o] { return RunScan(*o); }};
}

}  // namespace pratique::cli
