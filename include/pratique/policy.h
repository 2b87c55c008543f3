// What may be loaded. The service's, never the artefact's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pratique/limits.h"
#include "pratique/rejection.h"

namespace pratique {

// A value. The default allows every type that ships: nothing that ships can run code.
struct Policy {
  struct Entry {
    std::string name;  // exact canonical type name, or "@family", or "@all"
    std::string approved_by, ticket;
    std::string expires;  // "YYYY-MM-DD"; "" never. Expired entries allow nothing (the date of the check is the caller's)
  };
  std::string name = "default";
  std::string note;
  std::vector<Entry> allow = {{"@all"}};
  std::vector<std::string> deny;     // deny wins
  std::vector<std::string> formats;  // "prq", "pickle", "joblib", "skops"; empty: all
  std::string sklearn_min, sklearn_max;  // "1.3"; empty: no bound. Compared by number, to the given precision
  std::vector<std::string> sha256;   // digests of allowed files, hex; empty: all
  bool signature_required = false;
  std::vector<std::string> signature_keys;
  std::string golden = "check";      // "check" or "ignore"
  Limits limits;
  std::string digest;                // SHA-256 of the JSON it came from, hex; of DefaultJson() for the default

  // Errors (kInvalidArgument) name line and column: unknown key, duplicate key, wrong type, unknown family.
  static absl::StatusOr<Policy> FromFile(const std::string& path);
  static absl::StatusOr<Policy> FromJson(std::string_view json);
  static std::string DefaultJson();

  // Why `type` of `family` may not be loaded; nullopt when it may. Deny wins over allow.
  std::optional<Rejection> Denies(std::string_view type, std::string_view family) const;
};

}  // namespace pratique
