#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "cli/chunks.h"
#include "cli/command.h"
#include "cli/source.h"
#include "cli/state_diff.h"
#include "container/claims.h"
#include "data/input_error.h"
#include "model/pace.h"
#include "report/compare.h"
#include "status_macros.h"

namespace pratique::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string a, b, policy, input, root;
  bool json = false;
};

struct Predictions {
  uint64_t rows = 0;
  std::string method;
  Difference difference;
};

template <class AnyJson>
std::string Dump(const AnyJson& json) {
  return json.dump(-1, ' ', false, AnyJson::error_handler_t::replace);
}

// Differences of two JSON objects, key by key.
void CompareJson(std::string_view a, std::string_view b, const std::string& path, const char* kind,
                 std::vector<Change>& changes) {
  if (a == b) return;
  auto x = ParseClaims<nlohmann::json>(a), y = ParseClaims<nlohmann::json>(b);  // sorted: keys are looked up
  if (a.empty()) x = nlohmann::json::object();
  if (b.empty()) y = nlohmann::json::object();
  if (!x.is_object() || !y.is_object()) {
    changes.push_back({path, kind, Escape(a, 200), Escape(b, 200), std::nullopt});
    return;
  }
  for (const auto& [key, value] : x.items()) {
    if (!y.contains(key)) {
      changes.push_back({absl::StrCat(path, ".", Escape(key)), kind, Dump(value), "", std::nullopt});
    } else if (y[key] != value) {
      changes.push_back({absl::StrCat(path, ".", Escape(key)), kind, Dump(value), Dump(y[key]), std::nullopt});
    }
  }
  for (const auto& [key, value] : y.items()) {
    if (!x.contains(key))
      changes.push_back({absl::StrCat(path, ".", Escape(key)), kind, "", Dump(value), std::nullopt});
  }
}

// Proven models: a path says who owns the object, and as which of its parts.
std::map<std::string, size_t> ByPath(const File& file) {
  std::map<std::string, size_t> at;
  std::vector<std::string> paths = Paths(file);
  for (size_t i = 0; i < paths.size(); ++i) at.emplace(paths[i], i);
  return at;
}

std::vector<Change> CompareModels(const Model& a, const Model& b) {
  const File &x = a.validated().audited().file(), &y = b.validated().audited().file();
  std::map<std::string, size_t> in_a = ByPath(x), in_b = ByPath(y);
  std::vector<Change> changes;
  for (const auto& [path, i] : in_a) {
    auto other = in_b.find(path);
    if (other == in_b.end()) {
      changes.push_back({path, "structure", Escape(x.objects()[i].type), "", std::nullopt});
      continue;
    }
    size_t j = other->second;
    if (x.objects()[i].type != y.objects()[j].type) {
      changes.push_back({path, "type", Escape(x.objects()[i].type), Escape(y.objects()[j].type), std::nullopt});
      continue;
    }
    CompareJson(x.objects()[i].params, y.objects()[j].params, path, "param", changes);
    CompareStates(a.validated(), i, b.validated(), j, path, changes);
  }
  for (const auto& [path, j] : in_b) {
    if (!in_a.contains(path)) changes.push_back({path, "structure", "", Escape(y.objects()[j].type), std::nullopt});
  }
  CompareJson(x.metadata(), y.metadata(), "metadata", "metadata", changes);
  return changes;
}

absl::StatusOr<Predictions> ComparePredictions(const Model& a, const Model& b, const std::string& input,
                                               const Limits& limits) {
  Method method = DefaultMethod(a);
  if (!b.Has(method)) return InputError("input.method", absl::StrCat("B has no ", std::string(Name(method))));
  Predictions all{0, std::string(Name(method)), {}};
  absl::Status status = ForEachChunk(
      input, limits, RowsOfChunks(a, method, input, 1),
      [&](const Table& table) -> absl::StatusOr<uint64_t> {
        ASSIGN_OR_RETURN(auto x, RunRows(a, method, table, 1));
        ASSIGN_OR_RETURN(auto y, RunRows(b, method, table, 1));
        auto difference = Compare(x, y, Agreement());
        if (!difference)
          return InputError("input.shape",
                            "the results of A and B have different shapes or types, or mix text and numbers");
        all.difference.Append(*difference, table.first_row());
        all.rows += table.rows();
        return BytesOf(x) + BytesOf(y);
      },
      {.rows = a.rows_are(method)});
  if (!status.ok()) return status;
  return all;
}

std::string AsJson(const std::vector<Change>& changes, const std::optional<Predictions>& predictions) {
  Json json = {{"equal", changes.empty()}};
  if (predictions) json["equal_predictions"] = predictions->difference.within;
  json["changes"] = Json::array();
  for (const Change& c : changes) {
    Json change = {{"path", c.path}, {"kind", c.kind}, {"a", c.a}, {"b", c.b}};
    if (c.max_abs) change["max_abs"] = *c.max_abs;
    json["changes"].push_back(std::move(change));
  }
  if (predictions) {
    json["predictions"] = {{"rows", predictions->rows},
                           {"method", predictions->method},
                           {"labels_differ", predictions->difference.labels_differ},
                           {"max_abs", predictions->difference.max_abs},
                           {"worst_row", predictions->difference.worst_row}};
  }
  return Dump(json) + "\n";
}

std::string AsText(const std::vector<Change>& changes, const std::optional<Predictions>& predictions) {
  std::string out =
      changes.empty() ? "equal\n" : absl::StrCat(changes.size(), changes.size() == 1 ? " change\n" : " changes\n");
  for (const Change& c : changes) {
    absl::StrAppend(&out, "  ", c.kind, " ", c.path, ": ", c.a.empty() ? "absent" : c.a, " -> ",
                    c.b.empty() ? "absent" : c.b);
    if (c.max_abs) absl::StrAppend(&out, " (largest difference ", *c.max_abs, ")");
    out += "\n";
  }
  if (!predictions) return out;
  const Difference& d = predictions->difference;
  absl::StrAppend(&out, "predictions (", predictions->method, ", ", predictions->rows, " rows): ");
  if (d.within) return out + "equal\n";
  return absl::StrCat(out, d.labels_differ, " labels differ, largest difference ", d.max_abs, ", worst at row ",
                      d.worst_row, "\n");
}

int RunDiff(const Options& options) {
  int streams = (options.a == "-") + (options.b == "-") + (options.input == "-");
  if (streams > 1) return Usage("diff: only one of A, B and --input can be standard input");
  auto policy = ReadPolicy(options.policy);
  if (!policy) return kUnchecked;
  const LoadOptions load{options.root, {}};  // a .prq holds one estimator, and has no use for it
  Passage a = PassFile(options.a, *policy, load), b = PassFile(options.b, *policy, load);
  for (auto [name, passage] : {std::pair(&options.a, &a), std::pair(&options.b, &b)}) {
    if (passage->status.ok()) continue;
    RefuseModel(*name, passage->status);
    return kUnchecked;  // a refused A or B is no difference
  }
  std::vector<Change> changes = CompareModels(*a.model, *b.model);
  std::optional<Predictions> predictions;
  if (!options.input.empty()) {
    auto compared = ComparePredictions(*a.model, *b.model, options.input, policy->limits);
    if (!compared.ok()) return Fail(options.input, compared.status());
    predictions = *std::move(compared);
  }
  Print(options.json ? AsJson(changes, predictions) : AsText(changes, predictions));
  return changes.empty() && (!predictions || predictions->difference.within) ? kDone : kRefused;
}

}  // namespace

Command DiffCommand() {
  auto o = std::make_shared<Options>();
  return {"diff",
          "What differs between two models: structure, parameters, state, predictions",
          "pratique diff old.prq new.joblib --input X.npy",
          {{.name = "A", .value = &o->a, .help = "A model, of any format", .required = true},
           {.name = "B", .value = &o->b, .help = "Another", .required = true},
           {"--json", &o->json, "One JSON object"},
           PolicyArgument(o->policy),
           RootArgument(o->root),
           {"--input", &o->input, "Compare predictions on this data, too", "X"}},
          [o] { return RunDiff(*o); }};
}

}  // namespace pratique::cli
