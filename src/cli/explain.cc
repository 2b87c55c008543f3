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

void AddExplain(CLI::App& app, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* c = AddCommand(app, "explain", "What a finding's code means, and what to do",
                           "pratique explain type.unknown_call", exit_code, o, RunExplain);
  c->add_option("CODE", o->code, "A code, as a finding shows it")->required();
}

}  // namespace pratique::cli
