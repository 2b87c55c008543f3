#include "absl/strings/str_cat.h"
#include "cli/command.h"

namespace pratique::cli {
namespace {

struct Options {
  std::string check;
  bool print_default = false;
};

int RunPolicy(const Options& options) {
  if (options.print_default) {
    Print(Policy::DefaultJson());
    return kDone;
  }
  if (options.check.empty()) return Usage("policy: give --check P or --print-default");
  auto policy = ReadPolicy(options.check);
  if (!policy) return kUnchecked;
  Print(absl::StrCat("policy ", Escape(policy->name), " sha256:", policy->Digest(), ": well-formed\n"));
  return kDone;
}

}  // namespace

Command PolicyCommand() {
  auto o = std::make_shared<Options>();
  return {"policy",
          "Check a policy, or print the default one to start from",
          "pratique policy --print-default > gate.json",
          {{"--check", &o->check, "Read P strictly and say what is wrong with it", "P"},
           {.name = "--print-default",
            .value = &o->print_default,
            .help = "Print the built-in default",
            .excludes = "--check"}},
          [o] { return RunPolicy(*o); }};
}

}  // namespace pratique::cli
