#include "report/print.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "import/skops/trust.h"
#include "report/codes.h"

namespace pratique {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLongestPath = 4096;

std::string Line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// What to do: the finding's own words, or its code's.
std::string HelpOf(const Rejection& f) {
  const CodeInfo* info = f.help.empty() ? FindCode(f.code) : nullptr;
  return info ? std::string(info->to_do) : f.help;
}

Json FindingJson(const Rejection& f) {
  Json json = {{"code", f.code},
               {"reason", Name(f.reason)},
               {"severity", VerdictOf(f.reason) == Verdict::kRejected ? "error" : "warning"},
               {"stage", Name(f.stage)},
               {"path", f.path}};
  if (f.offset) json["offset"] = *f.offset;
  if (!f.rule.empty()) json["rule"] = f.rule;
  if (!f.got.empty()) json["got"] = f.got;
  if (!f.expected.empty()) json["expected"] = f.expected;
  json["message"] = f.message;
  json["help"] = HelpOf(f);
  return json;
}

Json GoldenJson(const Report::Golden& golden) {
  Json methods = Json::array();
  for (const Report::GoldenMethod& m : golden.methods) {
    methods.push_back(
        {{"name", m.name}, {"contract", m.contract}, {"max_abs", m.max_abs}, {"labels_differ", m.labels_differ}});
  }
  return {{"rows", golden.rows}, {"origin", Escape(golden.origin)}, {"methods", std::move(methods)}};
}

Json EscapedList(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(Escape(text));
  return list;
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) absl::StrAppend(&out, out.empty() ? "" : ", ", Escape(text));
  return out;
}

// "name: value" lines of the full report; nothing when there is no value.
void Row(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  absl::StrAppend(&out, "  ", std::string(name), ": ", std::string(value), "\n");
}

std::string Details(const Report& r) {
  std::string out;
  Row(out, "format", r.format + (r.wrapper ? " in " + *r.wrapper : ""));
  Row(out, "size", absl::StrCat(r.size));
  Row(out, "sha256", r.sha256);
  if (r.content_sha256) Row(out, "content sha256", *r.content_sha256);
  Row(out, "stage passed", Name(r.stage));
  Row(out, "scikit-learn (claimed)", Joined(r.written_by.sklearn));
  Row(out, "numpy (claimed)", Escape(r.written_by.numpy));
  Row(out, "python (claimed)", Escape(r.written_by.python));
  for (const Report::Type& t : r.types) Row(out, "type", absl::StrCat(Escape(t.name), " x ", t.count, ", ", t.status));
  if (r.skops_untrusted) {
    Row(out, absl::StrCat("skops ", std::string(skops::TrustRelease()), " would ask to trust"),
        r.skops_untrusted->empty() ? "nothing" : absl::StrJoin(*r.skops_untrusted, ", "));
  }
  for (const std::string& path : r.dropped) Row(out, "dropped", Escape(path));
  if (r.dropped.size() < r.dropped_total) Row(out, "dropped", absl::StrCat("... ", r.dropped_total, " in all"));
  for (const Imported::Frames& f : r.set_output) Row(out, "set_output", SetOutputText(f));
  if (r.set_output.size() < r.set_output_total)
    Row(out, "set_output", absl::StrCat("... ", r.set_output_total, " in all"));
  for (const std::string& change : r.normalized) Row(out, "older than", change);
  if (r.golden) {
    for (const Report::GoldenMethod& m : r.golden->methods) {
      Row(out, "golden",
          absl::StrCat(m.name, " on ", r.golden->rows, " rows by ", Escape(r.golden->origin), ": largest difference ",
                       m.max_abs, ", labels that differ ", m.labels_differ, " (contract: ", m.contract, ")"));
    }
  }
  Row(out, "policy", absl::StrCat(Escape(r.policy_name), " sha256:", r.policy_sha256));
  return out;
}

}  // namespace

nlohmann::ordered_json SetOutputJson(const std::vector<Imported::Frames>& set_output) {
  Json list = Json::array();
  for (const Imported::Frames& f : set_output) list.push_back({{"path", f.path}, {"transform", f.library}});
  return list;
}

std::string SetOutputText(const Imported::Frames& frames) {
  return absl::StrCat(frames.path, ": in scikit-learn transform gives frames of ", frames.library,
                      "; here the same values, columns named alike");
}

std::string ShownPath(std::string_view path) {
  std::string doubled;
  for (char c : path) doubled.append(c == '\\' ? 2 : 1, c);
  return Escape(doubled, kLongestPath);
}

std::string ToolName() { return "pratique " PRATIQUE_VERSION; }

std::string ReportJson(const Report& r) {
  Json json = {{"v", 1},
               {"record", "file"},
               {"tool", ToolName()},
               {"registry", r.registry},
               {"policy", {{"name", Escape(r.policy_name)}, {"sha256", r.policy_sha256}}},
               {"file", ShownPath(r.file)},
               {"sha256", r.sha256}};
  if (r.content_sha256) json["content_sha256"] = *r.content_sha256;
  json["size"] = r.size;
  json["format"] = r.format;
  if (r.wrapper) json["wrapper"] = *r.wrapper;
  json["verdict"] = Name(r.verdict);
  json["reason"] = Name(r.reason);
  json["stage"] = Name(r.stage);
  if (r.root)
    json["root"] = {{"type", Escape(r.root->type)}, {"path", r.root->path}, {"n_features", r.root->n_features}};
  json["roots"] = Json::array();
  for (const Report::Entry& e : r.roots) {
    json["roots"].push_back({{"type", Escape(e.type)},
                             {"path", e.path},
                             {"n_features", e.n_features},
                             {"verdict", Name(e.verdict)},
                             {"reason", Name(e.reason)}});
  }
  json["roots_total"] = r.roots_total;
  json["written_by"] = {{"sklearn", EscapedList(r.written_by.sklearn)},
                        {"numpy", Escape(r.written_by.numpy)},
                        {"python", Escape(r.written_by.python)},
                        {"skops", Escape(r.written_by.skops)},
                        {"joblib", Escape(r.written_by.joblib)}};
  json["types"] = Json::array();
  for (const Report::Type& t : r.types) {
    json["types"].push_back({{"name", Escape(t.name)}, {"status", t.status}, {"count", t.count}, {"offset", t.offset}});
  }
  if (r.skops_untrusted) json["skops_untrusted"] = *r.skops_untrusted;
  json["types_total"] = r.types_total;
  json["findings"] = Json::array();
  for (const Rejection& finding : r.findings) json["findings"].push_back(FindingJson(finding));
  if (r.verdict == Verdict::kNotAModel && !json["findings"].empty()) json["findings"][0]["severity"] = "note";
  json["findings_total"] = r.findings_total;
  json["dropped"] = EscapedList(r.dropped);
  json["dropped_total"] = r.dropped_total;
  json["normalized"] = EscapedList(r.normalized);
  json["set_output"] = SetOutputJson(r.set_output);
  json["set_output_total"] = r.set_output_total;
  if (!r.model.empty()) json["model"] = Json::parse(r.model);
  if (r.golden) json["golden"] = GoldenJson(*r.golden);
  json["ms"] = r.ms;
  return Line(json);
}

std::string FindingText(const Rejection& f) {
  std::string out = "  ";
  if (f.stage != Stage::kNone) absl::StrAppend(&out, std::string(Name(f.stage)), ": ");
  if (!f.path.empty()) absl::StrAppend(&out, f.path, ": ");
  absl::StrAppend(&out, f.message, " [", f.code, "]\n");
  if (!f.expected.empty()) absl::StrAppend(&out, "    got ", f.got, "; expected ", f.expected, "\n");
  if (f.offset) absl::StrAppend(&out, "    at byte ", *f.offset, "\n");
  if (std::string help = HelpOf(f); !help.empty()) absl::StrAppend(&out, "    help: ", help, "\n");
  return out;
}

std::string ReportText(const Report& r, bool full) {
  std::string out = absl::StrCat(ShownPath(r.file), ": ", std::string(Name(r.verdict)));
  if (r.reason != Reason::kNone) absl::StrAppend(&out, ": ", std::string(Name(r.reason)));
  if (r.root) absl::StrAppend(&out, " (", Escape(r.root->type), ", ", r.root->n_features, " features)");
  if (r.roots_total > 0)
    absl::StrAppend(&out, " (a bundle of ", r.roots_total, r.roots_total == 1 ? " estimator)" : " estimators)");
  out += "\n";
  for (const Rejection& finding : r.findings) out += FindingText(finding);
  for (const Report::Entry& e : r.roots) {
    absl::StrAppend(&out, "  --root '", e.path, "': ", Escape(e.type), ", ", std::string(Name(e.verdict)),
                    e.reason == Reason::kNone ? "" : ": ", std::string(Name(e.reason)), "\n");
  }
  if (r.roots_total > r.roots.size()) absl::StrAppend(&out, "  and ", r.roots_total - r.roots.size(), " more\n");
  if (full) out += Details(r);
  return out;
}

void Summary::Add(Verdict verdict, Reason reason, uint64_t size) {
  ++counts_[verdict];
  if (reason != Reason::kNone) ++reasons_[reason];
  bytes_ += size;
}

uint64_t Summary::files() const {
  uint64_t files = 0;
  for (auto [verdict, count] : counts_) files += count;
  return files;
}

int Summary::ExitCode() const {
  if (counts_.contains(Verdict::kRejected)) return 1;
  return counts_.contains(Verdict::kUnchecked) || !counts_.contains(Verdict::kAccepted) ? 2 : 0;
}

std::string Summary::Json() const {
  nlohmann::ordered_json counts, reasons = nlohmann::ordered_json::object();
  for (Verdict v : {Verdict::kAccepted, Verdict::kRejected, Verdict::kUnchecked, Verdict::kNotAModel}) {
    auto at = counts_.find(v);
    counts[std::string(Name(v))] = at == counts_.end() ? 0 : at->second;
  }
  for (auto [reason, count] : reasons_) reasons[std::string(Name(reason))] = count;
  return Line({{"v", 1},
               {"record", "end"},
               {"counts", counts},
               {"by_reason", reasons},
               {"bytes", bytes_},
               {"exit", ExitCode()}});
}

std::string Summary::Text() const {
  std::string out = absl::StrCat(files(), files() == 1 ? " file" : " files"), separator = ": ";
  for (auto [verdict, count] : counts_) {
    absl::StrAppend(&out, separator, count, " ", std::string(Name(verdict)));
    separator = ", ";
  }
  separator = " (";
  for (auto [reason, count] : reasons_) {
    absl::StrAppend(&out, separator, count, " ", std::string(Name(reason)));
    separator = ", ";
  }
  return out + (reasons_.empty() ? "" : ")");
}

}  // namespace pratique
