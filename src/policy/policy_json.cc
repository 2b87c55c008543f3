// Policy::FromJson: a strict reader. Every message has line and column.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "container/sha256.h"
#include "policy/dates.h"
#include "policy/json_document.h"
#include "policy/limit_fields.h"
#include "policy/nearest.h"
#include "policy/type_name.h"
#include "pratique/policy.h"
#include "status_macros.h"
#include "type/class.h"

namespace pratique {
namespace {

using Kind = JsonNode::Kind;
using Reader = std::function<absl::Status(const JsonNode&)>;

struct Key {
  std::string name;
  Reader read;
};

std::string Quoted(std::string_view text) { return absl::StrCat("`", Escape(text, 80), "`"); }

absl::Status Expect(const JsonNode& node, Kind kind, std::string_view what) {
  if (node.kind == kind) return absl::OkStatus();
  return JsonError(node.place, absl::StrCat(std::string(what), " must be ", std::string(KindName(kind)), ", not ",
                                            std::string(KindName(node.kind))));
}

// Reads an object whose keys are exactly those of `keys` (each may be absent).
absl::Status ReadObject(const JsonNode& node, std::string_view what, const std::vector<Key>& keys) {
  RETURN_IF_ERROR(Expect(node, Kind::kObject, what));
  for (const JsonNode::Member& member : node.members) {
    auto key = std::find_if(keys.begin(), keys.end(), [&](const Key& k) { return k.name == member.key; });
    if (key == keys.end()) {
      std::vector<std::string> names;
      for (const Key& k : keys) names.push_back(k.name);
      return JsonError(member.place, absl::StrCat("unknown key ", Quoted(member.key), " in ", std::string(what),
                                                  DidYouMean(member.key, names)));
    }
    RETURN_IF_ERROR(key->read(member.value));
  }
  return absl::OkStatus();
}

Reader Text(std::string_view what, std::string& into) {
  return [what = std::string(what), &into](const JsonNode& node) {
    RETURN_IF_ERROR(Expect(node, Kind::kString, what));
    into = node.text;
    return absl::OkStatus();
  };
}

Reader Flag(std::string_view what, bool& into) {
  return [what = std::string(what), &into](const JsonNode& node) {
    RETURN_IF_ERROR(Expect(node, Kind::kBool, what));
    into = node.boolean;
    return absl::OkStatus();
  };
}

// A string that passes `ok`; otherwise "<what> must be <form>, not `x`".
Reader Checked(std::string_view what, std::string_view form, bool (*ok)(std::string_view), std::string& into) {
  return [what = std::string(what), form = std::string(form), ok, &into](const JsonNode& node) {
    RETURN_IF_ERROR(Text(what, into)(node));
    if (ok(into)) return absl::OkStatus();
    return JsonError(node.place, absl::StrCat(what, " must be ", form, ", not ", Quoted(into)));
  };
}

// An array of strings, each taken by `take`.
Reader Texts(std::string_view what, std::function<absl::Status(const JsonNode&)> take) {
  return [what = std::string(what), take = std::move(take)](const JsonNode& node) {
    RETURN_IF_ERROR(Expect(node, Kind::kArray, what));
    for (const JsonNode& item : node.items) {
      RETURN_IF_ERROR(Expect(item, Kind::kString, "an entry of " + what));
      RETURN_IF_ERROR(take(item));
    }
    return absl::OkStatus();
  };
}

bool IsSha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}
bool IsGolden(std::string_view text) { return text == "check" || text == "ignore"; }

absl::Status CheckTypeName(const JsonNode& node, std::string_view name, const Registry& registry) {
  const auto why = WhyNoTypeName(name, registry);
  return why ? JsonError(node.place, *why) : absl::OkStatus();
}

absl::Status ReadEntry(const JsonNode& node, const Registry& registry, Policy::Entry& entry) {
  if (node.kind == Kind::kString) {
    entry.name = node.text;
    return CheckTypeName(node, entry.name, registry);
  }
  if (node.kind != Kind::kObject) {
    return JsonError(node.place, absl::StrCat("an entry of `allow` must be a string or an object, not ",
                                              std::string(KindName(node.kind))));
  }
  auto name = [&](const JsonNode& value) {
    RETURN_IF_ERROR(Text("`name`", entry.name)(value));
    return CheckTypeName(value, entry.name, registry);
  };
  auto status = ReadObject(node, "an entry of `allow`",
                           {{"name", name},
                            {"approved_by", Text("`approved_by`", entry.approved_by)},
                            {"ticket", Text("`ticket`", entry.ticket)},
                            {"expires", Checked("`expires`", "a date (YYYY-MM-DD)", IsDate, entry.expires)}});
  if (status.ok() && entry.name.empty()) return JsonError(node.place, "an entry of `allow` has no `name`");
  return status;
}

Reader Allow(const Registry& registry, Policy& policy) {
  return [&](const JsonNode& node) {
    RETURN_IF_ERROR(Expect(node, Kind::kArray, "`allow`"));
    policy.allow.clear();
    for (const JsonNode& item : node.items) {
      RETURN_IF_ERROR(ReadEntry(item, registry, policy.allow.emplace_back()));
    }
    return absl::OkStatus();
  };
}

Reader Formats(Policy& policy) {
  auto take = [&policy](const JsonNode& node) {
    const auto& all = AllFormats();
    if (std::find(all.begin(), all.end(), node.text) == all.end()) {
      return JsonError(node.place, absl::StrCat("unknown format ", Quoted(node.text), DidYouMean(node.text, all)));
    }
    policy.formats.push_back(node.text);
    return absl::OkStatus();
  };
  return [list = Texts("`formats`", take)](const JsonNode& node) {
    RETURN_IF_ERROR(list(node));
    if (!node.items.empty()) return absl::OkStatus();
    return JsonError(node.place, "`formats` is empty and would allow nothing; leave it out to allow every format");
  };
}

Reader Budgets(Limits& limits) {
  return [&limits](const JsonNode& node) {
    std::vector<Key> keys;
    for (const LimitField& field : LimitFields()) {
      keys.push_back({std::string(field.name), [&limits, &field](const JsonNode& value) {
                        std::string what = absl::StrCat("`", std::string(field.name), "`");
                        RETURN_IF_ERROR(Expect(value, Kind::kUnsigned, what));
                        if (value.integer > field.max) {
                          return JsonError(value.place, absl::StrCat(what, " must be at most ", field.max));
                        }
                        field.set(limits, value.integer);
                        return absl::OkStatus();
                      }});
    }
    return ReadObject(node, "`limits`", keys);
  };
}

absl::Status Version(const JsonNode& node) {
  RETURN_IF_ERROR(Expect(node, Kind::kUnsigned, "`version`"));
  if (node.integer == 1) return absl::OkStatus();
  return JsonError(node.place,
                   absl::StrCat("policy version ", node.integer, " is not known to this build, which reads 1"));
}

std::vector<Key> Keys(Policy& policy, const Registry& registry) {
  auto deny = [&policy, &registry](const JsonNode& node) {
    policy.deny.push_back(node.text);
    return CheckTypeName(node, node.text, registry);
  };
  auto digest = [&policy](const JsonNode& node) {
    policy.sha256.push_back(node.text);
    if (IsSha256(node.text)) return absl::OkStatus();
    return JsonError(node.place,
                     absl::StrCat("an entry of `sha256` must be 64 lower-case hex digits, not ", Quoted(node.text)));
  };
  auto key = [&policy](const JsonNode& node) {
    policy.signature_keys.push_back(node.text);
    return absl::OkStatus();
  };
  auto sklearn = [&policy](const JsonNode& node) {
    auto status = ReadObject(node, "`sklearn`",
                             {{"min", Checked("`min`", "a version (as 1.3)", IsVersion, policy.sklearn_min)},
                              {"max", Checked("`max`", "a version (as 1.9)", IsVersion, policy.sklearn_max)}});
    if (!status.ok() || policy.sklearn_min.empty() || policy.sklearn_max.empty()) return status;
    if (CompareVersions(policy.sklearn_min, policy.sklearn_max) <= 0) return status;
    return JsonError(node.place, absl::StrCat("`min` ", policy.sklearn_min, " is after `max` ", policy.sklearn_max));
  };
  auto signature = [&policy, key](const JsonNode& node) {
    return ReadObject(node, "`signature`",
                      {{"require", Flag("`require`", policy.signature_required)}, {"keys", Texts("`keys`", key)}});
  };
  return {{"version", Version},
          {"name", Text("`name`", policy.name)},
          {"note", Text("`note`", policy.note)},
          {"allow", Allow(registry, policy)},
          {"deny", Texts("`deny`", deny)},
          {"formats", Formats(policy)},
          {"sklearn", sklearn},
          {"sha256", Texts("`sha256`", digest)},
          {"signature", signature},
          {"golden", Checked("`golden`", "\"check\" or \"ignore\"", IsGolden, policy.golden)},
          {"limits", Budgets(policy.limits)}};
}

}  // namespace

std::optional<std::string> WhyNoTypeName(std::string_view name, const Registry& registry) {
  if (name == "@all") return std::nullopt;
  if (name.empty() || name.find_first_of("*? \t\r\n") != name.npos)
    return absl::StrCat(Quoted(name), " is not an exact type name or a family (@name); there are no globs");
  std::vector<std::string> names;
  if (name.starts_with('@')) {
    if (registry.IsFamily(name.substr(1))) return std::nullopt;
    for (const ClassInfo& info : registry.List()) names.push_back("@" + info.family);
    names.push_back("@all");
    return absl::StrCat("unknown family ", Quoted(name), DidYouMean(name, names));
  }
  if (registry.Find(name) != nullptr) return std::nullopt;
  if (const Class* type = registry.FindAlias(name)) {
    return absl::StrCat(Quoted(name), " is where ", Quoted(type->name), " lives, which is its name here");
  }
  if (registry.IsKnown(name)) return std::nullopt;
  if (name.find('.') == name.npos) return absl::StrCat(Quoted(name), " has no module before it, as every type has");
  bool ours = false;  // of a package whose names are all known here
  for (const ClassInfo& info : Registry::Builtin().List()) {
    names.push_back(info.name);
    ours |= absl::StartsWithIgnoreCase(std::string(name), info.name.substr(0, info.name.find('.') + 1));
  }
  if (!ours) return std::nullopt;
  return absl::StrCat("unknown type ", Quoted(name), DidYouMean(name, names));
}

absl::StatusOr<Policy> Policy::FromJson(std::string_view json, const Registry& registry) {
  ASSIGN_OR_RETURN(auto document, ParseJson(json));
  Policy policy;
  RETURN_IF_ERROR(ReadObject(document, "the policy", Keys(policy, registry)));
  for (std::string_view required : {"version", "name", "allow"}) {
    auto has = [&](const JsonNode::Member& member) { return member.key == required; };
    if (std::any_of(document.members.begin(), document.members.end(), has)) continue;
    return JsonError(document.place, absl::StrCat("the policy has no `", std::string(required), "`"));
  }
  policy.digest = Hex(pratique::Digest(json));
  return policy;
}

absl::StatusOr<Policy> Policy::FromFile(const std::string& path, const Registry& registry) {
  std::string shown = Escape(path, 1000);
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return absl::NotFoundError(absl::StrCat("policy ", shown, ": no such file"));
  }
  std::ifstream in(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in.good() && !in.eof()) return absl::NotFoundError(absl::StrCat("policy ", shown, ": cannot be read"));
  auto policy = FromJson(text, registry);
  if (policy.ok()) return policy;
  return absl::InvalidArgumentError(absl::StrCat("policy ", shown, ": ", std::string(policy.status().message())));
}

}  // namespace pratique
