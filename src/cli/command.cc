#include "cli/command.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "registry/program_types.h"
#include "report/print.h"

namespace pratique::cli {
namespace {

void PrintFinding(const std::string& file, const Rejection& finding) {
  PrintError(absl::StrCat("pratique: ", ShownPath(file), ": ", std::string(Name(VerdictOf(finding.reason))), ": ",
                          std::string(Name(finding.reason)), "\n", FindingText(finding)));
}

}  // namespace

Argument PolicyArgument(std::string& path) {
  return {"--policy", &path, "What may be loaded, a JSON file; without it the built-in default", "P"};
}

std::optional<Policy> ReadPolicy(const std::string& path) {
  if (path.empty()) {
    Policy policy;
    policy.digest = policy.Digest();  // once, not for each file
    return policy;
  }
  auto policy = Policy::FromFile(path, ProgramTypes());
  if (policy.ok()) return *std::move(policy);
  PrintError(absl::StrCat("pratique: ", policy.status().message(), "\n"));
  return std::nullopt;
}

void Print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }
void PrintError(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }
bool FlushOutput() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

int RefuseModel(const std::string& file, const absl::Status& status) {
  Rejection finding = *GetRejection(status);
  PrintFinding(file, finding);
  return VerdictOf(finding.reason) == Verdict::kRejected ? kRefused : kUnchecked;
}

int Fail(const std::string& what, const absl::Status& status) {
  PrintError(absl::StrCat("pratique: ", ShownPath(what), ": error\n", FindingText(*GetRejection(status))));
  return kUnchecked;
}

int Usage(const std::string& message) {
  PrintError(absl::StrCat("pratique: ", message, "\n"));
  return kUnchecked;
}

}  // namespace pratique::cli
