#include "cli/tool.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <span>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "policy/nearest.h"
#include "registry/program_types.h"
#include "report/print.h"

namespace pratique::cli {
namespace {

std::string Version() {
  return absl::StrCat(std::string(ToolName()), "\nregistry sha256:", ProgramTypes().digest(),
                      "\nscikit-learn 1.0 to 1.9\n");
}

// What was not understood: a flag or a command, with the nearest one there is.
std::string Unknown(CLI::App& app) {
  std::vector<std::string> names;
  CLI::App* command = &app;
  for (CLI::App* parsed : app.get_subcommands()) command = parsed;
  for (const CLI::Option* option : command->get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  std::string word;
  for (const std::string& rest : app.remaining(true)) {
    if (word.empty() || (rest.starts_with('-') && !word.starts_with('-'))) word = rest;
  }
  std::string flag = word.substr(0, word.find('='));
  if (flag.starts_with('-')) return absl::StrCat("unknown option `", Escape(flag), "`", DidYouMean(flag, names));
  if (command != &app) return absl::StrCat("unexpected argument `", Escape(word), "`");
  std::vector<std::string> commands;
  for (const CLI::App* sub : app.get_subcommands([](CLI::App*) { return true; })) commands.push_back(sub->get_name());
  if (word.empty()) return "a command is missing";
  return absl::StrCat("unknown command `", Escape(word), "`", DidYouMean(word, commands));
}

// The arguments of a command that `argv` does not name are left out: nothing asks for them, and to make all takes
// longer than a small file.
void Add(CLI::App& app, Command command, std::span<char* const> argv, int& exit_code) {
  CLI::App* added = app.add_subcommand(command.name, command.what);
  if (std::ranges::find(argv, command.name, [](const char* word) { return std::string_view(word); }) == argv.end())
    return;
  added->footer("\nExample: " + command.example);
  for (const Argument& argument : command.arguments) {
    CLI::Option* option = std::visit(
        [&](auto* value) {
          if constexpr (std::is_same_v<decltype(value), bool*>) {
            return added->add_flag(argument.name, *value, argument.help);
          } else {
            return added->add_option(argument.name, *value, argument.help);
          }
        },
        argument.value);
    if (!argument.type.empty()) option->type_name(argument.type);
    const bool repeats = std::holds_alternative<std::vector<std::string>*>(argument.value);
    if (repeats && argument.name.starts_with('-')) option->allow_extra_args(false);
    if (argument.required) option->required();
    if (argument.range.second > 0) option->check(CLI::Range(argument.range.first, argument.range.second));
    if (!argument.one_of.empty()) option->check(CLI::IsMember(argument.one_of));
    if (!argument.needs.empty()) option->needs(added->get_option(argument.needs));
    if (!argument.excludes.empty()) option->excludes(added->get_option(argument.excludes));
  }
  added->callback([&exit_code, run = std::move(command.run)] { exit_code = run(); });
}

int RunTool(int argc, char** argv) {
  // A reader that goes away is an error of writing: the exit code stays one of the three.
  std::signal(SIGPIPE, SIG_IGN);
  int exit_code = kUnchecked;
  bool version = false;
  CLI::App app("Checks and runs scikit-learn models from people you do not trust, without Python.", "pratique");
  app.footer(
      "\nExit codes: 0 accepted or done, 1 rejected or different, 2 not checked (usage, I/O, unsupported).\n"
      "`pratique COMMAND --help` shows a command's options and an example.");
  app.add_flag("--version", version, "Version, registry digest, and the scikit-learn versions that are read");
  app.require_subcommand(0, 1);
  for (auto command : {ScanCommand, ValidateCommand, InspectCommand, ConvertCommand, PredictCommand, DiffCommand,
                       TypesCommand, ExplainCommand, PolicyCommand}) {
    Add(app, command(), std::span(argv, argc), exit_code);
  }
  try {
    app.parse(argc, argv);
    if (version) {
      Print(Version());
      exit_code = kDone;
    } else if (app.get_subcommands().empty()) {
      exit_code = Usage(Unknown(app) + "; try `pratique --help`");
    }
  } catch (const CLI::CallForHelp&) {
    auto parsed = app.get_subcommands();
    Print(parsed.empty() ? app.help() : parsed.back()->help(app.get_name(), CLI::AppFormatMode::Normal));
    exit_code = kDone;
  } catch (const CLI::ExtrasError&) {
    exit_code = Usage(Unknown(app) + "; try `pratique --help`");
  } catch (const CLI::ParseError& error) {
    const std::vector<std::string> stray = app.remaining(true);  // such as rows that are given without --input
    exit_code =
        Usage(absl::StrCat(Escape(error.what()),
                           stray.empty() ? ""
                           : stray[0].starts_with("-")
                               ? absl::StrCat("; ", Unknown(app))
                               : absl::StrCat("; `", Escape(stray[0]), "` stands alone, without the option it is for"),
                           "; try `pratique --help`"));
  }
  if (!FlushOutput() && exit_code == kDone) return Usage("cannot write to standard output");
  return exit_code;
}

int OutOfMemory() {
  std::fputs("pratique: out of memory\n", stderr);  // which takes none
  return kUnchecked;
}

// Memory can run out where nothing may be thrown, too: destructors of nlohmann::json allocate.
[[noreturn]] void Terminate() {
  if (const std::exception_ptr thrown = std::current_exception()) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::bad_alloc&) {
      std::_Exit(OutOfMemory());
    } catch (...) {  // a bug, as without this
    }
  }
  std::abort();
}

}  // namespace

int Main(int argc, char** argv) {
  std::set_terminate(Terminate);
  try {
    return RunTool(argc, argv);
  } catch (const std::bad_alloc&) {
    return OutOfMemory();
  } catch (const std::exception& error) {
    return Usage(std::string("internal error: ") + Escape(error.what()));
  }
}

}  // namespace pratique::cli
