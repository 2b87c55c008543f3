// SARIF 2.1.0 (OASIS sarif-v2.1.0-os): §3.13 log, §3.14 run, §3.27 result, §3.49 reportingDescriptor.
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "report/codes.h"
#include "report/print.h"

namespace pratique {
namespace {

using Json = nlohmann::ordered_json;

std::string Line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// A path as a relative or absolute URI reference (RFC 3986): everything but unreserved characters and "/" in percents.
std::string Uri(std::string_view path) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out = path.starts_with('/') ? "file://" : "";
  for (char c : path) {
    auto b = static_cast<uint8_t>(c);
    bool plain = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') ||
                 std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out.append({'%', kHex[b >> 4], kHex[b & 15]});
    }
  }
  return out;
}

}  // namespace

std::string SarifResults(const Report& report) {
  std::string results;
  if (report.verdict == Verdict::kNotAModel) return results;
  for (const Rejection& f : report.findings) {
    Json location = {{"physicalLocation", {{"artifactLocation", {{"uri", Uri(report.file)}}}}}};
    if (f.offset) location["physicalLocation"]["region"] = {{"byteOffset", *f.offset}};
    if (!f.path.empty()) location["logicalLocations"] = {{{"fullyQualifiedName", f.path}}};
    Json result = {
        {"ruleId", f.code},
        {"level", VerdictOf(f.reason) == Verdict::kRejected ? "error" : "warning"},
        {"message", {{"text", f.help.empty() ? f.message : absl::StrCat(f.message, ". ", f.help)}}},
        {"locations", Json::array({location})},
        {"properties", {{"verdict", Name(report.verdict)}, {"reason", Name(f.reason)}, {"sha256", report.sha256}}}};
    absl::StrAppend(&results, results.empty() ? "" : ",", Line(result));
  }
  return results;
}

std::string SarifLog(std::string_view results) {
  Json rules = Json::array();
  for (const CodeInfo& info : Codes()) {
    rules.push_back(
        {{"id", info.code}, {"shortDescription", {{"text", info.means}}}, {"help", {{"text", info.to_do}}}});
  }
  Json driver = {{"name", "pratique"}, {"version", PRATIQUE_VERSION}, {"rules", std::move(rules)}};
  return absl::StrCat(
      R"({"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":)",
      Line(driver), R"(},"results":[)", std::string(results), "]}]}\n");
}

}  // namespace pratique
