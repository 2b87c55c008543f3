// The files that a scan is to check, in a fixed order.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pratique/report.h"

namespace pratique::cli {

struct Target {
  std::string path;
  Found found = Found::kNamed;
  std::optional<Rejection> refused;  // why it is not even opened: a symbolic link, a device, an unreadable folder
};

// A file is itself; a folder is all files under it, sorted by name, level by level. Symbolic links inside a folder are
// not followed, devices not opened: each is reported. `exclude`: globs (fnmatch) on a file's name or its path below the
// folder; what matches is left out, folders with all that is in them.
std::vector<Target> Walk(const std::string& path, const std::vector<std::string>& exclude);

// Each path once, where it came first; one that is named is no find of a folder, whichever came first.
std::vector<Target> Once(std::vector<Target> targets);

// The names in a list file ("-": standard input), one a line, or ended by NUL bytes.
absl::StatusOr<std::vector<std::string>> ReadNames(const std::string& list, bool nul);

}  // namespace pratique::cli
