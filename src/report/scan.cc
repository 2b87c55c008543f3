#include <algorithm>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "container/claims.h"
#include "container/sha256.h"
#include "data/file_io.h"
#include "load/pass.h"
#include "pratique/report.h"
#include "report/golden.h"
#include "report/usage.h"
#include "type/class.h"

namespace pratique {
namespace {

using Clock = std::chrono::steady_clock;

Report Blank(const std::string& file, const Policy& policy, const Registry& registry) {
  Report report;
  report.registry = registry.digest();
  report.policy_name = policy.name;
  report.policy_sha256 = policy.Digest();
  report.file = file;
  report.format = "unknown";
  return report;
}

void Refuse(Report& report, Rejection why) {
  report.reason = why.reason;
  report.verdict = VerdictOf(why.reason);
  report.findings.push_back(std::move(why));
  report.findings_total = report.findings.size();
}

// As many findings as a report holds: a file can have any number.
constexpr size_t kMost = 100;

// What else is refused in the file, behind the finding that decided.
void AddFindings(Report& report, const Refusals& refused) {
  const std::string decided = report.findings[0].got;
  report.findings_total += refused.total - refused.listed.size();
  for (const Rejection& why : refused.listed) {
    if (why.got == decided) continue;
    ++report.findings_total;
    if (report.findings.size() < kMost) report.findings.push_back(why);
  }
}

std::string Status(const Class* type, const Policy& policy, const Registry& registry) {
  return type != nullptr && policy.Denies(type->name, registry.FamilyOf(*type)->name) ? "denied" : "allowed";
}

// How a name stands that is no registered estimator: as its finding says. The importer took the others for data.
using Findings = std::map<std::string_view, Reason>;
std::string Status(const std::string& name, const Findings& findings) {
  const auto at = findings.find(name);
  if (at == findings.end()) return "allowed";
  return at->second == Reason::kDangerous ? "dangerous" : "unknown";
}

// The globals that a foreign file names.
void Describe(Report& report, const Imported& imported, const Refusals& refused, const std::optional<Rejection>& why,
              const Policy& policy, const Registry& registry) {
  report.format = imported.format;
  if (!imported.wrapper.empty()) report.wrapper = imported.wrapper;
  report.written_by = {imported.sklearn, imported.numpy, imported.python, imported.skops, imported.joblib};
  report.dropped = imported.dropped;
  report.dropped_total = imported.dropped_total;
  report.normalized = imported.normalized;
  report.set_output = imported.set_output;
  report.set_output_total = imported.set_output_total;
  report.skops_untrusted = imported.skops_untrusted;
  Findings findings;
  if (why) findings.emplace(why->got, why->reason);
  for (const Rejection& finding : refused.listed) findings.insert_or_assign(finding.got, finding.reason);
  report.types_total = imported.names_total;
  for (const Imported::Name& name : imported.names) {
    const Class* type = registry.FindAlias(name.name);
    report.types.push_back(
        {name.name, type ? Status(type, policy, registry) : Status(name.name, findings), name.count, name.offset});
  }
  // A stream that was refused while it was read: at least what it was refused for.
  const bool named =
      std::ranges::any_of(report.types, [&](const Report::Type& type) { return why && type.name == why->got; });
  if (why && !named && why->code.starts_with("type.") && !why->got.empty()) {
    report.types.push_back(
        {why->got, why->reason == Reason::kDangerous ? "dangerous" : "unknown", 1, why->offset.value_or(0)});
    report.types_total += imported.names.empty();  // else it is one of those that are counted
  }
}

// What a .prq says of itself, before any of it is believed.
void Describe(Report& report, const File& file, const Policy& policy, const Registry& registry) {
  std::map<std::string_view, size_t> seen;
  for (const ObjectRecord& object : file.objects()) {
    auto [at, added] = seen.emplace(object.type, report.types.size());
    if (added) ++report.types_total;
    if (added && report.types.size() < kMostNames) {
      const Class* type = registry.Find(object.type);
      report.types.push_back(
          {std::string(object.type), type ? Status(type, policy, registry) : "unknown", 0, object.offset});
    }
    if (at->second < report.types.size()) ++report.types[at->second].count;
  }
  auto claims = ParseClaims<nlohmann::json>(file.written_by());
  auto text = [&](const char* key) {
    bool is_text = claims.is_object() && claims.contains(key) && claims[key].is_string();
    return is_text ? claims[key].get<std::string>() : std::string();
  };
  report.written_by = {{}, text("numpy"), text("python"), text("skops"), text("joblib")};
}

int Rank(Verdict verdict) { return verdict == Verdict::kRejected ? 0 : verdict == Verdict::kUnchecked ? 1 : 2; }

// The verdict on a bundle is the worst of its estimators'.
void FillBundle(Report& report, const Passage& passage) {
  report.stage = Stage::kValidate;
  std::set<std::string> sklearn, normalized;
  for (const BundleRoot& root : passage.roots) {
    const std::optional<Rejection> why = GetRejection(root.status);
    const Reason reason = why ? why->reason : Reason::kNone;
    report.stage = std::min(report.stage, root.passed);
    if (!root.path.empty())
      report.roots.push_back({{root.type, root.path, root.n_features}, VerdictOf(reason), reason});
    if (why) ++report.findings_total;
    if (why && report.findings.size() < kMost) report.findings.push_back(*why);
    sklearn.insert(root.sklearn.begin(), root.sklearn.end());
    if (!root.imported) continue;
    normalized.insert(root.imported->normalized.begin(), root.imported->normalized.end());
    report.dropped_total += root.imported->dropped_total;
    report.set_output_total += root.imported->set_output_total;
    for (const Imported::Frames& frames : root.imported->set_output)
      if (report.set_output.size() < kMost) report.set_output.push_back(frames);
    for (const std::string& path : root.imported->dropped)
      if (report.dropped.size() < kMostNames) report.dropped.push_back(path);
  }
  report.written_by.sklearn.assign(sklearn.begin(), sklearn.end());
  report.normalized.assign(normalized.begin(), normalized.end());
  auto by_verdict = [](Verdict a, Verdict b) { return Rank(a) < Rank(b); };
  std::ranges::stable_sort(report.roots, by_verdict, &Report::Entry::verdict);
  std::ranges::stable_sort(report.findings, by_verdict, [](const Rejection& f) { return VerdictOf(f.reason); });
  report.roots_total = report.roots.size();
  report.roots.resize(std::min(report.roots.size(), kMost));
  report.reason = report.findings.empty() ? Reason::kNone : report.findings[0].reason;
  report.verdict = VerdictOf(report.reason);
  if (report.reason == Reason::kNone && report.roots_total == 1) report.root = report.roots[0];
  if (report.reason != Reason::kNone) AddFindings(report, passage.refused_names);
}

void Fill(Report& report, Passage passage, const Policy& policy, const Registry& registry, bool golden, Found found) {
  report.sha256 = passage.sha256;
  report.format = passage.sniffed.format;
  if (!passage.sniffed.wrapper.empty()) report.wrapper = passage.sniffed.wrapper;
  report.stage = passage.passed;
  if (passage.imported) {
    Describe(report, *passage.imported, passage.refused_names, GetRejection(passage.status), policy, registry);
  } else if (passage.file) {
    Describe(report, *passage.file, policy, registry);
  }
  report.written_by.sklearn = passage.sklearn;
  if (passage.sniffed.kind == Sniffed::Kind::kOther && found == Found::kInFolder) {
    report.verdict = Verdict::kNotAModel;
    report.reason = Reason::kNone;
    report.findings.push_back(*GetRejection(passage.status));
    report.findings_total = 1;
    return;
  }
  if (!passage.roots.empty()) return FillBundle(report, passage);
  if (!passage.status.ok()) {
    Refuse(report, *GetRejection(passage.status));
    return AddFindings(report, passage.refused_names);
  }
  auto content = passage.file->ContentDigest();
  if (!content.ok()) return Refuse(report, *GetRejection(content.status()));
  report.content_sha256 = Hex(*content);
  report.root = Report::Root{std::string(passage.model->type()), "model", passage.model->n_features()};
  if (golden) report.model = UseJson(*passage.model).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (golden && policy.golden == "check" && !passage.file->golden().empty()) {
    GoldenResult result = CheckGolden(*passage.model, policy.limits);
    report.golden = std::move(result.golden);
    if (result.refused) return Refuse(report, *std::move(result.refused));
    report.stage = Stage::kGolden;
  }
  report.verdict = Verdict::kAccepted;
  report.reason = Reason::kNone;
}

double Milliseconds(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace

Report Unchecked(const std::string& file, Rejection why, const Policy& policy, const Registry& registry) {
  Report report = Blank(file, policy, registry);
  Refuse(report, std::move(why));
  return report;
}

Report ScanBytes(std::span<const std::byte> bytes, const std::string& name, const Policy& policy,
                 const Registry& registry, bool golden, Found found, const LoadOptions& options) {
  auto start = Clock::now();
  Report report = Blank(name, policy, registry);
  report.size = bytes.size();
  try {
    Fill(report, Pass(bytes, policy, options, registry), policy, registry, golden, found);
  } catch (const std::exception& error) {
    Refuse(report, {.reason = Reason::kInternal, .code = "internal.bug", .message = Escape(error.what())});
  }
  report.ms = Milliseconds(start);
  return report;
}

Report Scan(const std::string& path, const Policy& policy, const Registry& registry, bool golden, Found found,
            const LoadOptions& options) {
  auto start = Clock::now();
  auto bytes = ReadFile(path, policy.limits);
  if (!bytes.ok()) return Unchecked(path, *GetRejection(bytes.status()), policy, registry);
  Report report = ScanBytes(std::as_bytes(bytes->span()), path, policy, registry, golden, found, options);
  report.ms = Milliseconds(start);
  return report;
}

}  // namespace pratique
