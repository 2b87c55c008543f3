#include "pratique/policy.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "container/sha256.h"
#include "policy/dates.h"
#include "policy/limit_fields.h"

namespace pratique {
namespace {

std::string Today() {
  using std::chrono::floor;
  std::chrono::year_month_day today(floor<std::chrono::days>(std::chrono::system_clock::now()));
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(today.year()),
                static_cast<unsigned>(today.month()), static_cast<unsigned>(today.day()));
  return text;
}

// Whether the policy name `name` ("@all", "@tree", or a type) covers the type.
bool Covers(std::string_view name, std::string_view type, std::string_view family) {
  if (name.starts_with('@')) return name == "@all" || name.substr(1) == family;
  return name == type;
}

Rejection Denied(Stage stage, std::string_view code, std::string message, std::string help) {
  Rejection r;
  r.stage = stage;
  r.reason = Reason::kDenied;
  r.code = code;
  r.message = std::move(message);
  r.help = std::move(help);
  return r;
}

std::string Range(const Policy& policy) {
  return absl::StrCat("scikit-learn ", policy.sklearn_min.empty() ? "any" : policy.sklearn_min, " to ",
                      policy.sklearn_max.empty() ? "any" : policy.sklearn_max);
}

bool Contains(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

std::string Policy::DefaultJson() { return Policy().ToJson(); }

std::string Policy::ToJson() const {
  using Json = nlohmann::ordered_json;
  Json allowed = Json::array();
  for (const Entry& entry : allow) {
    if (entry.approved_by.empty() && entry.ticket.empty() && entry.expires.empty()) {
      allowed.push_back(entry.name);
      continue;
    }
    Json object = {{"name", entry.name}};
    if (!entry.approved_by.empty()) object["approved_by"] = entry.approved_by;
    if (!entry.ticket.empty()) object["ticket"] = entry.ticket;
    if (!entry.expires.empty()) object["expires"] = entry.expires;
    allowed.push_back(std::move(object));
  }
  Json bounds = Json::object();
  if (!sklearn_min.empty()) bounds["min"] = sklearn_min;
  if (!sklearn_max.empty()) bounds["max"] = sklearn_max;
  Json budgets = Json::object();
  for (const LimitField& field : LimitFields()) budgets[std::string(field.name)] = field.get(limits);
  Json json = {{"version", 1},
               {"name", name},
               {"note", note},
               {"allow", std::move(allowed)},
               {"deny", deny},
               {"formats", formats.empty() ? AllFormats() : formats},
               {"sklearn", std::move(bounds)},
               {"sha256", sha256},
               {"signature", {{"require", signature_required}, {"keys", signature_keys}}},
               {"golden", golden},
               {"limits", std::move(budgets)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string Policy::Digest() const { return digest.empty() ? Hex(pratique::Digest(ToJson())) : digest; }

std::optional<Rejection> Policy::Denies(std::string_view type, std::string_view family) const {
  std::string shown = Escape(type), by = absl::StrCat("policy `", Escape(name), "`");
  for (const std::string& denied : deny) {
    if (!Covers(denied, type, family)) continue;
    return Denied(Stage::kAudit, "policy.denied", absl::StrCat(by, " denies ", shown, " (entry `", denied, "`)"),
                  "deny wins over allow; remove the entry only if this type may be loaded");
  }
  // A part belongs to the estimator that owns it, and is allowed with it: no policy needs to know of it.
  if (type.starts_with("pratique.")) return std::nullopt;
  const Entry* expired = nullptr;
  std::string now = today.empty() ? Today() : today;
  for (const Entry& entry : allow) {
    if (!Covers(entry.name, type, family)) continue;
    if (entry.expires.empty() || now <= entry.expires) return std::nullopt;  // ISO dates order as text
    expired = &entry;
  }
  if (expired != nullptr) {
    return Denied(Stage::kAudit, "policy.expired",
                  absl::StrCat(by, " allowed ", shown, " until ", expired->expires, "; today is ", now),
                  "renew the entry's `expires` after a new review");
  }
  return Denied(
      Stage::kAudit, "policy.not_allowed", absl::StrCat(by, " does not allow ", shown),
      absl::StrCat("add \"", shown, "\" or \"@", std::string(family), "\" to `allow` if this type may be loaded"));
}

std::optional<Rejection> Policy::DeniesFile(std::string_view format, std::string_view file_sha256) const {
  std::string by = absl::StrCat("policy `", Escape(name), "`");
  if (!formats.empty() && !Contains(formats, format)) {
    return Denied(Stage::kNone, "policy.format", absl::StrCat(by, " does not allow the format ", std::string(format)),
                  "convert the file with `pratique convert`, or add the format to `formats`");
  }
  if (!sha256.empty() && !Contains(sha256, file_sha256)) {
    return Denied(
        Stage::kNone, "policy.sha256",
        absl::StrCat(by, " lists the digests it allows, and ", std::string(file_sha256), " is not one of them"),
        "add the digest to `sha256` after a review of the file");
  }
  if (signature_required) {
    return Denied(Stage::kNone, "policy.signature",
                  absl::StrCat(by, " requires a signature, and this build cannot verify one"),
                  "pin the file's digest in `sha256` instead, and set signature.require to false");
  }
  return std::nullopt;
}

std::optional<Rejection> Policy::DeniesUnproven() const {
  if ((sklearn_min.empty() && sklearn_max.empty()) || !sha256.empty()) return std::nullopt;
  return Denied(
      Stage::kAudit, "policy.sklearn",
      absl::StrCat("policy `", Escape(name), "` allows ", Range(*this),
                   ", and of a .prq nothing proves the release: what it says of it is a claim"),
      "ask the range of the file that it was converted from, and pin the digest that `pratique convert` prints "
      "in `sha256`");
}

std::optional<Rejection> Policy::DeniesVersions(std::span<const std::string> versions) const {
  if (sklearn_min.empty() && sklearn_max.empty()) return std::nullopt;
  std::string range = Range(*this);
  std::string help = "widen `sklearn` in the policy, or train the model again with a version in the range";
  std::string by = absl::StrCat("policy `", Escape(name), "` allows ", range);
  if (versions.empty()) {
    return Denied(Stage::kAudit, "policy.sklearn", absl::StrCat(by, ", and the file does not say its version"), help);
  }
  for (const std::string& version : versions) {
    bool above = sklearn_min.empty() || CompareVersions(version, sklearn_min) >= 0;
    bool below = sklearn_max.empty() || CompareVersions(version, sklearn_max) <= 0;
    if (above && below) continue;
    Rejection r = Denied(Stage::kAudit, "policy.sklearn",
                         absl::StrCat(by, ", and the file was written by ", Escape(version, 40)), help);
    r.got = Escape(version, 40);
    r.expected = range;
    return r;
  }
  return std::nullopt;
}

}  // namespace pratique
