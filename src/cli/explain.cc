#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "policy/nearest.h"
#include "report/codes.h"

namespace pratique::cli {
namespace {

struct Options {
  std::string code;
};

int RunExplain(const Options& options) {
  if (options.code.empty()) {
    for (const CodeInfo& info : Codes())
      Print(absl::StrCat(std::string(info.code), "  ", std::string(info.means), "\n"));
    return kDone;
  }
  if (const CodeInfo* info = FindCode(options.code)) {
    Print(absl::StrCat(std::string(info->code), "\n  ", std::string(info->means), "\n  ", std::string(info->to_do),
                       "\n"));
    return kDone;
  }
  std::vector<std::string> codes;
  for (const CodeInfo& info : Codes()) codes.emplace_back(info.code);
  return Usage(absl::StrCat("explain: no code `", Escape(options.code), "`", DidYouMean(options.code, codes)));
}

}  // namespace

Command ExplainCommand() {
  auto o = std::make_shared<Options>();
  return {"explain",
          "What a finding's code means, and what to do",
          "pratique explain type.unknown_call",
          {{"CODE", &o->code, "A code, as a finding shows it; without one, all codes"}},
          [o] { return RunExplain(*o); }};
}

}  // namespace pratique::cli
