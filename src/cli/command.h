// The commands of the tool as data, and what they share: the policy, printing, and how an error becomes an exit code.
// What parses a command line is main.cc's own: no command includes it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "pratique/pratique.h"

namespace pratique::cli {

// README, "Exit codes". kRefused outranks kUnchecked.
enum ExitCode : int { kDone = 0, kRefused = 1, kUnchecked = 2 };

// One thing that a command's line can hold.
struct Argument {
  std::string name;  // "--policy", "-0,--null"; "IN": without a name of its own, by position
  std::variant<bool*, size_t*, std::string*, std::vector<std::string>*> value;  // a bool takes no text; a list repeats
  std::string help;
  std::string type = "";  // what the help calls the value
  bool required = false;
  std::pair<size_t, size_t> range = {0, 0};  // of a size_t
  std::vector<std::string> one_of = {};      // of a text
  std::string needs = "", excludes = "";     // another argument before it
};

struct Command {
  std::string name, what, example;
  std::vector<Argument> arguments;
  std::function<int()> run;  // the exit code; owns what the arguments point to
};

Command ScanCommand();
Command ValidateCommand();
Command InspectCommand();
Command ConvertCommand();
Command PredictCommand();
Command DiffCommand();
Command TypesCommand();
Command ExplainCommand();
Command PolicyCommand();

Argument PolicyArgument(std::string& path);
// The policy that --policy names, or the built-in default for "". Prints what is wrong with it.
std::optional<Policy> ReadPolicy(const std::string& path);

constexpr char kRootHelp[] = "The estimator inside a dict, list or tuple, as '[\"model\"]'";
inline Argument RootArgument(std::string& root) { return {"--root", &root, kRootHelp, "PATH"}; }

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
