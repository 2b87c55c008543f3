#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "policy/nearest.h"

namespace pratique::cli {
namespace {

struct Options {
  std::string name;
  bool json = false;
};

std::string ShortName(const std::string& name) { return name.substr(name.rfind('.') + 1); }

bool Matches(const ClassInfo& info, const std::string& name) {
  bool alias = std::ranges::any_of(info.aliases, [&](const ClassInfo::Alias& a) { return a.name == name; });
  return alias || info.name == name || ShortName(info.name) == name || "@" + info.family == name;
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
                                 {"changes", std::move(changes)}})
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

int RunTypes(const Options& options) {
  std::vector<ClassInfo> all = Registry::Builtin().List();
  bool found = false;
  for (const ClassInfo& info : all) {
    if (!options.name.empty() && !Matches(info, options.name)) continue;
    found = true;
    if (options.json) {
      Print(Json(info) + "\n");
    } else {
      Print(options.name.empty()
                ? absl::StrCat(info.name, "  ", info.coverage, info.agreement.empty() ? "" : "  ", info.agreement, "\n")
                : Details(info));
    }
  }
  if (found) return kDone;
  std::vector<std::string> names;
  for (const ClassInfo& info : all) {
    names.push_back(info.name);
    names.push_back(ShortName(info.name));
  }
  return Usage(absl::StrCat("types: no type `", Escape(options.name), "`", DidYouMean(options.name, names)));
}

}  // namespace

void AddTypes(CLI::App& app, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* c = AddCommand(app, "types", "The estimator types that this build knows",
                           "pratique types LogisticRegression", exit_code, o, RunTypes);
  c->add_option("NAME", o->name, "A type (full or short name), or a family (@linear)");
  c->add_flag("--json", o->json, "One JSON object a type");
}

}  // namespace pratique::cli
