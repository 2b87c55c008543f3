#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "policy/nearest.h"
#include "registry/program_types.h"
#include "type/class.h"

namespace pratique::cli {
namespace {

struct Options {
  std::string name;
  bool json = false, supported = false;
};

std::string ShortName(const std::string& name) { return name.substr(name.rfind('.') + 1); }

bool Matches(const ClassInfo& info, const std::string& name) {
  bool alias = std::ranges::any_of(info.aliases, [&](const ClassInfo::Alias& a) { return a.name == name; });
  return alias || info.name == name || ShortName(info.name) == name || "@" + info.family == name;
}

// The table of schema/ that a state of this class is; null where the class is not supported.
nlohmann::ordered_json TableOf(const std::string& name) {
  const Class* type = ProgramTypes().Find(name);
  if (type == nullptr) return nullptr;
  const std::string_view table = type->form->info->table;
  return table.substr(table.rfind('.') + 1);
}

std::string Json(const ClassInfo& info) {
  auto changes = nlohmann::ordered_json::array();
  for (const ClassInfo::Change& change : info.changes)
    changes.push_back({{"release", change.release}, {"what", change.what}});
  auto aliases = nlohmann::ordered_json::array();
  for (const ClassInfo::Alias& alias : info.aliases)
    aliases.push_back({{"name", alias.name}, {"sklearn", alias.sklearn}});
  return nlohmann::ordered_json({{"name", info.name},
                                 {"aliases", std::move(aliases)},
                                 {"family", info.family},
                                 {"methods", info.methods},
                                 {"inputs", info.inputs},
                                 {"agreement", info.agreement},
                                 {"coverage", info.coverage},
                                 {"refuses", info.refuses},
                                 {"changes", std::move(changes)},
                                 {"table", TableOf(info.name)}})
      .dump();
}

std::string Details(const ClassInfo& info) {
  std::string out = info.name + "\n";
  auto row = [&](const char* key, const std::string& value) {
    if (!value.empty()) absl::StrAppend(&out, "  ", key, ": ", value, "\n");
  };
  for (const ClassInfo::Alias& alias : info.aliases)
    row("found as", absl::StrCat(alias.name, " (scikit-learn ", alias.sklearn, ")"));
  row("family", info.family.empty() ? "" : "@" + info.family);
  row("coverage", info.coverage);
  row("methods", absl::StrJoin(info.methods, ", "));
  row("inputs", absl::StrJoin(info.inputs, ", "));
  row("agreement", info.agreement);
  row("refuses", info.refuses);
  for (const ClassInfo::Change& change : info.changes)
    row("changed in scikit-learn", change.release + ": " + change.what);
  return out;
}

std::string OneLine(const ClassInfo& info) {
  return absl::StrCat(info.name, "  ", info.coverage, info.agreement.empty() ? "" : "  ", info.agreement, "\n");
}

int NotFound(const std::string& name, const std::vector<ClassInfo>& all) {
  std::vector<std::string> names;
  for (const ClassInfo& info : all) {
    if (Matches(info, name)) return Usage(absl::StrCat("types: ", Escape(name), " is known, but not yet supported"));
    names.insert(names.end(), {info.name, ShortName(info.name)});
    if (!info.family.empty()) names.push_back("@" + info.family);
  }
  return Usage(absl::StrCat("types: no ", name.starts_with('@') ? "family" : "type", " `", Escape(name), "`",
                            DidYouMean(name, names)));
}

int RunTypes(const Options& options) {
  const std::vector<ClassInfo> all = ProgramTypes().List();
  const bool whole = !options.name.empty() && !options.name.starts_with('@');
  bool found = false;
  for (const ClassInfo& info : all) {
    if (!options.name.empty() && !Matches(info, options.name)) continue;
    if (options.supported && info.coverage == "none") continue;
    found = true;
    Print(options.json ? Json(info) + "\n" : whole ? Details(info) : OneLine(info));
  }
  return found ? kDone : NotFound(options.name, all);
}

}  // namespace

Command TypesCommand() {
  auto o = std::make_shared<Options>();
  return {"types",
          "The estimator types that this build knows",
          "pratique types LogisticRegression",
          {{"NAME", &o->name, "A type (full or short name), or a family (@linear)"},
           {"--supported", &o->supported, "Only what this build can load"},
           {"--json", &o->json, "One JSON object a type"}},
          [o] { return RunTypes(*o); }};
}

}  // namespace pratique::cli
