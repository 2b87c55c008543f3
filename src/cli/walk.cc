#include "cli/walk.h"

#include <dirent.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "data/file_io.h"
#include "status_macros.h"

namespace pratique::cli {
namespace {

Rejection Io(std::string code, std::string message) {
  return {.reason = Reason::kIo, .code = std::move(code), .message = std::move(message)};
}

// As errno says.
Rejection Unreadable(const char* what) {
  const int error = errno;
  return Io(error == EACCES ? "io.denied" : "io.read", absl::StrCat(what, std::strerror(error)));
}

bool Excluded(const std::string& below, const std::string& name, const std::vector<std::string>& exclude) {
  return std::any_of(exclude.begin(), exclude.end(), [&](const std::string& glob) {
    return fnmatch(glob.c_str(), name.c_str(), 0) == 0 || fnmatch(glob.c_str(), below.c_str(), 0) == 0;
  });
}

// The names in a folder, sorted by byte; nullopt when it cannot be read.
std::optional<std::vector<std::string>> Names(const std::string& folder) {
  std::unique_ptr<DIR, int (*)(DIR*)> dir(opendir(folder.c_str()), closedir);
  if (dir == nullptr) return std::nullopt;
  std::vector<std::string> names;
  errno = 0;
  while (dirent* entry = readdir(dir.get())) {
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  if (errno != 0) return std::nullopt;
  std::sort(names.begin(), names.end());
  return names;
}

class Walker {
 public:
  explicit Walker(const std::vector<std::string>& exclude) : exclude_(exclude) {}

  // An explicit stack: folders may be nested as deeply as the file system allows.
  std::vector<Target> Run(const std::string& root) {
    std::vector<Entry> stack = {{root, ""}};
    while (!stack.empty()) {
      Entry folder = std::move(stack.back());
      stack.pop_back();
      if (!folder.below.empty() && !Visit(folder)) continue;
      auto names = Names(folder.path);
      if (!names) {
        targets_.push_back({folder.path, Found::kInFolder, Unreadable("the folder cannot be read: ")});
        continue;
      }
      for (auto name = names->rbegin(); name != names->rend(); ++name) {
        std::string below = folder.below.empty() ? *name : folder.below + "/" + *name;
        if (Excluded(below, *name, exclude_)) continue;
        stack.push_back(
            {folder.path.ends_with('/') ? folder.path + *name : folder.path + "/" + *name, std::move(below)});
      }
    }
    return std::move(targets_);
  }

 private:
  struct Entry {
    std::string path, below;
  };

  // Takes a file; true for a folder, which is then read.
  bool Visit(const Entry& entry) {
    struct stat info;
    Target target{entry.path, Found::kInFolder, std::nullopt};
    if (lstat(entry.path.c_str(), &info) != 0) {
      target.refused = Unreadable("cannot be examined: ");
    } else if (S_ISDIR(info.st_mode)) {
      return true;
    } else if (S_ISLNK(info.st_mode)) {
      target.refused = Io("io.symlink", "a symbolic link, which is not followed");
    } else if (!S_ISREG(info.st_mode)) {
      target.refused = Io("io.device", "not a regular file");
    }
    targets_.push_back(std::move(target));
    return false;
  }

  const std::vector<std::string>& exclude_;
  std::vector<Target> targets_;
};

}  // namespace

std::vector<Target> Walk(const std::string& path, const std::vector<std::string>& exclude) {
  struct stat info;
  if (path != "-" && stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return Walker(exclude).Run(path);
  return {{path, Found::kNamed, std::nullopt}};
}

std::vector<Target> Once(std::vector<Target> targets) {
  // A name in a real folder. Two links to one file are two names; "link/.." is not the folder that it seems.
  std::map<std::string, std::string> folders;
  auto key = [&](const std::filesystem::path& path) {
    auto [at, added] = folders.emplace(path.parent_path().string(), "");
    std::error_code unknown;
    if (added)
      at->second = std::filesystem::canonical(path.has_parent_path() ? path.parent_path() : ".", unknown).string();
    if (unknown) at->second = at->first;
    return at->second + "/" + path.filename().string();
  };
  std::map<std::string, size_t> seen;
  std::vector<Target> once;
  for (Target& target : targets) {
    auto [at, added] = seen.emplace(target.path == "-" ? "-" : key(target.path), once.size());
    if (added) {
      once.push_back(std::move(target));
    } else if (target.found == Found::kNamed) {
      once[at->second] = std::move(target);
    }
  }
  return once;
}

absl::StatusOr<std::vector<std::string>> ReadNames(const std::string& list, bool nul) {
  ASSIGN_OR_RETURN(auto bytes, ReadFile(list, Limits{}));
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<std::string> names;
  while (!text.empty()) {
    size_t end = std::min(text.find(nul ? '\0' : '\n'), text.size());
    if (end > 0) names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

}  // namespace pratique::cli
