// What releases of scikit-learn changed in what an estimator stores, or in what the same state means.
//
// Each change has a name, in a namespace named after the release that made it: release_1_4::kLeavesHoldFractions.
// States have the newest meaning. For an object that predates a change, the importer undoes it at one place, under that
// name (ImportContext::Predates), and the report lists what was undone. Rules of what predict takes follow the release
// itself (IsIn).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pratique {

// scikit-learn's version as numbers: 1.6.1 -> {1, 6, 1}. Ordered.
struct Version {
  int major = 0, minor = 0, patch = 0;
  auto operator<=>(const Version&) const = default;
  static std::optional<Version> Parse(std::string_view text);
};

struct Change {
  Version release;           // the first that has it
  std::string_view classes;  // short names of those it concerns, with a space between them
  std::string_view what;     // how it is from then on

  bool IsIn(const Version& version) const { return version >= release; }
  bool Concerns(std::string_view short_name) const;
  std::string Release() const;  // "1.4"
};

}  // namespace pratique
