#include <chrono>
#include <nlohmann/json.hpp>
#include <new>

#include "absl/strings/str_cat.h"
#include "container/sha256.h"
#include "data/file_io.h"
#include "model/class.h"
#include "pratique/load.h"
#include "pratique/report.h"
#include "report/golden.h"
#include "report/sniff.h"

namespace pratique {
namespace {

using Clock = std::chrono::steady_clock;

// One check: fills its report stage by stage and stops at the first finding.
class Check {
 public:
  Check(Report& report, const Policy& policy, const Registry& registry) : report_(report), policy_(policy), registry_(registry) {}

  void Run(std::span<const std::byte> bytes, bool golden, Found found) {
    report_.size = bytes.size();
    report_.sha256 = Hex(Digest(bytes));
    Sniffed sniffed = Sniff(bytes);
    report_.format = sniffed.format;
    if (!sniffed.wrapper.empty()) report_.wrapper = sniffed.wrapper;
    if (!Readable(sniffed, found)) return;
    if (auto denied = policy_.DeniesFile(report_.format, report_.sha256)) return Refuse(*std::move(denied));
    if (sniffed.kind == Sniffed::Kind::kPrq) return Stages(bytes, golden);

    auto imported = Import(bytes, policy_.limits, {}, {}, registry_);
    if (!imported.ok()) return Refuse(imported.status());
    TakeOver(*imported);
    Stages(std::as_bytes(std::span(imported->prq.data(), imported->prq.size())), golden);
  }

  void Refuse(Rejection why) {
    report_.reason = why.reason;
    report_.verdict = VerdictOf(why.reason);
    report_.findings.push_back(std::move(why));
    report_.findings_total = report_.findings.size();
  }
  void Refuse(const absl::Status& status) { Refuse(*GetRejection(status)); }

 private:
  // Whether there is something to check; otherwise the verdict is given.
  bool Readable(const Sniffed& sniffed, Found found) {
    using Kind = Sniffed::Kind;
    if (sniffed.kind == Kind::kPrq || sniffed.kind == Kind::kForeign) return true;
    Rejection why{.reason = Reason::kUnsupported};
    std::string is = absl::StrCat("this is ", std::string(sniffed.label));
    if (sniffed.kind == Kind::kEmpty) {
      why.code = "format.empty";
      why.message = "the file is empty";
    } else if (sniffed.kind == Kind::kModel) {
      why.code = "format.foreign";
      why.message = is + ", which pratique does not read";
      why.help = "it was not checked; use a checker for that format, or keep it out";
    } else if (sniffed.kind == Kind::kUnknown) {
      why.code = "format.unknown";
      why.message = "the content is of no known format";
      why.help = "it was not checked; pratique reads .prq, pickle, joblib and .skops";
    } else {
      why.code = "format.not_a_model";
      why.message = is + ", not a model";
    }
    bool neutral = sniffed.kind == Kind::kOther && found == Found::kInFolder;
    if (!neutral) {
      Refuse(std::move(why));
    } else {
      report_.verdict = Verdict::kNotAModel;
      report_.reason = Reason::kNone;
    }
    return false;
  }

  void TakeOver(const Imported& imported) {
    report_.format = imported.format;
    if (!imported.wrapper.empty()) report_.wrapper = imported.wrapper;
    report_.written_by = {imported.sklearn, imported.numpy, imported.python, imported.skops, imported.joblib};
    report_.dropped = imported.dropped;
    for (const Imported::Name& name : imported.names) {
      const Class* type = registry_.FindAlias(name.name);
      bool denied = type != nullptr && policy_.Denies(type->name, type->family).has_value();
      report_.types.push_back({name.name, denied ? "denied" : "allowed", name.count, name.offset});
    }
  }

  // What the container says, before anything in it is believed.
  void Describe(const File& file) {
    if (report_.format != "prq") return;
    for (const ObjectRecord& object : file.objects()) {
      auto same = [&](const Report::Type& type) { return type.name == object.type; };
      auto at = std::find_if(report_.types.begin(), report_.types.end(), same);
      if (at != report_.types.end()) {
        ++at->count;
        continue;
      }
      const Class* type = registry_.Find(object.type);
      const char* status = type == nullptr ? "unknown" : policy_.Denies(type->name, type->family) ? "denied" : "allowed";
      report_.types.push_back({std::string(object.type), status, 1, object.offset});
    }
    auto claims = nlohmann::json::parse(file.written_by(), nullptr, false);
    if (!claims.is_object()) return;
    auto text = [&](const char* key) {
      auto at = claims.find(key);
      return at != claims.end() && at->is_string() ? at->get<std::string>() : std::string();
    };
    report_.written_by = {{}, text("numpy"), text("python"), text("skops"), text("joblib")};
    if (auto at = claims.find("sklearn"); at != claims.end() && at->is_array()) {
      for (const auto& version : *at) {
        if (version.is_string()) report_.written_by.sklearn.push_back(version.get<std::string>());
      }
    }
  }

  void Stages(std::span<const std::byte> prq, bool golden) {
    auto file = Open(prq, policy_.limits);
    if (!file.ok()) return Refuse(file.status());
    report_.stage = Stage::kContainer;
    Describe(*file);
    if (auto denied = policy_.DeniesVersions(report_.written_by.sklearn)) return Refuse(*std::move(denied));
    auto audited = Audit(*file, policy_, registry_);
    if (!audited.ok()) return Refuse(audited.status());
    report_.stage = Stage::kAudit;
    auto validated = Validate(*audited);
    if (!validated.ok()) return Refuse(validated.status());
    report_.stage = Stage::kValidate;
    auto content = file->ContentDigest();
    if (!content.ok()) return Refuse(content.status());
    report_.content_sha256 = Hex(*content);
    auto model = Build(*validated);
    if (!model.ok()) return Refuse(model.status());
    report_.root = Report::Root{std::string(model->type()), "model", model->n_features()};
    if (golden && policy_.golden == "check" && !file->golden().empty()) {
      if (auto why = CheckGolden(*model, policy_.limits, report_.golden.emplace())) return Refuse(*std::move(why));
      report_.stage = Stage::kGolden;
    }
    report_.verdict = Verdict::kAccepted;
    report_.reason = Reason::kNone;
  }

  Report& report_;
  const Policy& policy_;
  const Registry& registry_;
};

Report Blank(const std::string& file, const Policy& policy, const Registry& registry) {
  Report report;
  report.registry = registry.digest();
  report.policy_name = policy.name;
  report.policy_sha256 = policy.Digest();
  report.file = file;
  report.format = "unknown";
  return report;
}

}  // namespace

Report Unchecked(const std::string& file, Rejection why, const Policy& policy, const Registry& registry) {
  Report report = Blank(file, policy, registry);
  Check(report, policy, registry).Refuse(std::move(why));
  return report;
}

Report ScanBytes(std::span<const std::byte> bytes, const std::string& name, const Policy& policy, const Registry& registry,
                 bool golden, Found found) {
  auto start = Clock::now();
  Report report = Blank(name, policy, registry);
  Check check(report, policy, registry);
  try {
    check.Run(bytes, golden, found);
  } catch (const std::bad_alloc&) {
    check.Refuse({.reason = Reason::kInternal, .code = "internal.memory", .message = "out of memory"});
  } catch (const std::exception& error) {
    check.Refuse({.reason = Reason::kInternal, .code = "internal.bug", .message = Escape(error.what())});
  }
  report.ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  return report;
}

Report Scan(const std::string& path, const Policy& policy, const Registry& registry, bool golden, Found found) {
  auto start = Clock::now();
  auto bytes = ReadFile(path, policy.limits);
  if (!bytes.ok()) return Unchecked(path, *GetRejection(bytes.status()), policy, registry);
  Report report = ScanBytes(std::as_bytes(bytes->span()), path, policy, registry, golden, found);
  report.ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  return report;
}

}  // namespace pratique
