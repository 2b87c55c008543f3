// The files that a scan is to check, in a fixed order, one after the other.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pratique/report.h"

namespace pratique::cli {

struct Target {
  std::string path;
  Found found = Found::kNamed;
  std::optional<Rejection> refused;  // why it is not even opened: a symbolic link, a device, an unreadable folder
};

// A file is itself; a folder is all files under it, sorted by name, level by level. Symbolic links inside a folder are
// not followed, devices not opened: each is reported. `exclude`: globs (fnmatch) on a file's name or its path below the
// folder; what matches is left out, folders with all that is in them. Each file comes once, where it is met first; one
// that is named is no find of a folder, whichever came first. In memory are the names of the folders on the way to the
// file that is next, never those of the whole tree.
class Targets {
 public:
  Targets(std::vector<std::string> paths, std::vector<std::string> exclude);
  ~Targets();

  std::optional<Target> Next();  // nullopt: that was the last

 private:
  struct Folder;
  struct Start {
    std::string path, key;  // `key`: where it really is, so that two names of one place are known
    bool is_folder;
  };

  std::optional<Target> NextInFolder();
  std::optional<Target> Enter(std::string path, std::string below);
  std::optional<Target> Visit(std::string path, std::string below);
  std::optional<Target> Once(Target target, const std::string& key);
  std::string Key(const std::string& below) const;
  bool IsExcluded(std::string_view below) const;
  bool WasMet(const std::string& key) const;

  std::vector<Start> starts_;
  const std::vector<std::string> exclude_;
  std::map<std::string, bool> named_;      // by key: whether it has been given out
  std::map<std::string, size_t> folders_;  // by key: the first of starts_
  size_t next_ = 0;                        // of starts_; the walk is in the one before it
  std::vector<Folder> open_;               // from the start down to where the walk is
};

// The names in a list file ("-": standard input), one a line, or ended by NUL bytes.
absl::StatusOr<std::vector<std::string>> ReadNames(const std::string& list, bool nul);

}  // namespace pratique::cli
