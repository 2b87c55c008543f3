// The commands of the tool, and what they share: the policy, printing, and how an error becomes an exit code.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "pratique/pratique.h"

namespace pratique::cli {

// README, "Exit codes". kRefused outranks kUnchecked.
enum ExitCode : int { kDone = 0, kRefused = 1, kUnchecked = 2 };

// Each adds one subcommand. Its callback runs the command and leaves its exit code in `exit_code`.
void AddScan(CLI::App& app, int& exit_code);
void AddValidate(CLI::App& app, int& exit_code);
void AddInspect(CLI::App& app, int& exit_code);
void AddConvert(CLI::App& app, int& exit_code);
void AddPredict(CLI::App& app, int& exit_code);
void AddDiff(CLI::App& app, int& exit_code);
void AddTypes(CLI::App& app, int& exit_code);
void AddExplain(CLI::App& app, int& exit_code);
void AddPolicy(CLI::App& app, int& exit_code);

// A subcommand with its options in an Options struct: `run(options)` gives the exit code.
template <class Options>
CLI::App* AddCommand(CLI::App& app, const std::string& name, const std::string& what, const std::string& example,
                     int& exit_code, std::shared_ptr<Options> options, int (*run)(const Options&)) {
  CLI::App* command = app.add_subcommand(name, what);
  command->footer("\nExample: " + example);
  command->callback([&exit_code, options, run] { exit_code = run(*options); });
  return command;
}

void AddPolicyOption(CLI::App* command, std::string& path);
// The policy that --policy names, or the built-in default for "". Prints what is wrong with it.
std::optional<Policy> ReadPolicy(const std::string& path);

void Print(std::string_view text);       // the result, on standard output
void PrintError(std::string_view text);  // on standard error
// Whether all that was printed reached standard output.
bool FlushOutput();

// Prints "pratique: <file>: <finding>" on standard error. An error of the model gives kRefused when its reason means
// rejected; any other error (of input data, of writing) is kUnchecked.
int RefuseModel(const std::string& file, const absl::Status& status);
int Fail(const std::string& what, const absl::Status& status);
int Usage(const std::string& message);

}  // namespace pratique::cli
