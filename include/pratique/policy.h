// What may be loaded. The service's, never the artefact's.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pratique/limits.h"
#include "pratique/registry.h"
#include "pratique/rejection.h"

namespace [[gnu::visibility("default")]] pratique {

// A value. The default allows every type that ships: nothing that ships can run code.
struct Policy {
  struct Entry {
    std::string name;  // exact canonical type name, or "@family", or "@all"
    std::string approved_by, ticket;
    std::string expires;  // "YYYY-MM-DD", the last day it holds; "" never. An expired entry allows nothing
  };
  std::string name = "default";
  std::string note;
  std::vector<Entry> allow = {{"@all"}};
  std::vector<std::string> deny;     // deny wins
  std::vector<std::string> formats;  // "prq", "pickle", "joblib", "skops"; empty: all
  // "1.3"; empty: no bound. Compared by number, to the given precision. Asked of what foreign files are read by, and of
  // a .prq that `sha256` pins: what another .prq says of its release is a claim, which decides nothing.
  std::string sklearn_min, sklearn_max;
  std::vector<std::string> sha256;  // digests of allowed files, hex; empty: all
  bool signature_required = false;
  std::vector<std::string> signature_keys;
  std::string golden = "check";  // "check" or "ignore"
  Limits limits;
  std::string today;   // the date of the check, "YYYY-MM-DD"; "": the clock's, UTC. Never part of the JSON
  std::string digest;  // SHA-256 of the JSON it came from, hex; "" when made in C++ (see Digest)

  // Errors (kInvalidArgument) name line and column: unknown key, duplicate key, wrong type, unknown family.
  // `registry` says which families and scikit-learn classes exist.
  static absl::StatusOr<Policy> FromFile(const std::string& path, const Registry& registry = Registry::Builtin());
  static absl::StatusOr<Policy> FromJson(std::string_view json, const Registry& registry = Registry::Builtin());
  static std::string DefaultJson();  // Policy().ToJson()
  // Every key with its value, ready to be edited; FromJson gives the same policy back.
  std::string ToJson() const;
  // `digest`, or the SHA-256 of ToJson() when this policy did not come from JSON.
  std::string Digest() const;

  // Why `type` of `family` may not be loaded; nullopt when it may. Deny wins over allow.
  std::optional<Rejection> Denies(std::string_view type, std::string_view family) const;
  // Why a file of this format ("prq", "pickle", ...) and digest (hex) may not be loaded; asked before it is read
  // further.
  std::optional<Rejection> DeniesFile(std::string_view format, std::string_view file_sha256) const;
  // Why a file written by these scikit-learn versions may not be loaded. With a bound set, a file that names no version
  // is denied.
  std::optional<Rejection> DeniesVersions(std::span<const std::string> sklearn) const;
  // Why a .prq may not be loaded whose bytes nobody has vouched for: with a bound set, one that is not pinned.
  std::optional<Rejection> DeniesUnproven() const;
};

}  // namespace pratique
