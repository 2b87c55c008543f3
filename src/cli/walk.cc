#include "cli/walk.h"

#include <dirent.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

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

// A name in a real folder. Two links to one file are two names; "link/.." is not the folder that it seems.
std::string KeyOf(const std::filesystem::path& path) {
  std::error_code unknown;
  const auto folder = std::filesystem::canonical(path.has_parent_path() ? path.parent_path() : ".", unknown);
  return unknown ? path.string() : (folder / path.filename()).string();
}

}  // namespace

// The names in a folder, sorted by byte, in one text: a folder can have millions.
struct Targets::Folder {
  std::string path, below;  // `below` the folder that the walk began in
  std::string text;
  std::vector<size_t> names;  // where each begins; a NUL ends it
  size_t next = 0;

  bool Read() {
    std::unique_ptr<DIR, int (*)(DIR*)> dir(opendir(path.c_str()), closedir);
    if (dir == nullptr) return false;
    errno = 0;
    while (dirent* entry = readdir(dir.get())) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      names.push_back(text.size());
      text.append(name).push_back('\0');
    }
    if (errno != 0) return false;
    std::ranges::sort(names, [&](size_t a, size_t b) { return std::strcmp(&text[a], &text[b]) < 0; });
    return true;
  }
};

Targets::~Targets() = default;

Targets::Targets(std::vector<std::string> paths, std::vector<std::string> exclude) : exclude_(std::move(exclude)) {
  for (std::string& path : paths) {
    struct stat info;
    const bool is_folder = path != "-" && stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
    std::string key = path;
    if (is_folder) {
      std::error_code unknown;
      if (auto real = std::filesystem::canonical(path, unknown); !unknown) key = real.string();
      folders_.emplace(key, starts_.size());
    } else {
      if (path != "-") key = KeyOf(path);
      named_.emplace(key, false);
    }
    starts_.push_back({std::move(path), std::move(key), is_folder});
  }
}

std::optional<Target> Targets::Next() {
  while (!open_.empty() || next_ < starts_.size()) {
    std::optional<Target> target;
    if (!open_.empty()) {
      target = NextInFolder();
    } else {
      const Start& start = starts_[next_++];
      target = start.is_folder ? Enter(start.path, "") : Once({start.path, Found::kNamed, std::nullopt}, start.key);
    }
    if (target) return target;
  }
  return std::nullopt;
}

// The next name of the innermost folder; nothing when that is left out, a folder, or was the last.
std::optional<Target> Targets::NextInFolder() {
  Folder& folder = open_.back();
  if (folder.next == folder.names.size()) {
    open_.pop_back();
    return std::nullopt;
  }
  const std::string name = folder.text.c_str() + folder.names[folder.next++];
  std::string below = folder.below.empty() ? name : folder.below + "/" + name;
  if (IsExcluded(below)) return std::nullopt;
  return Visit(folder.path.ends_with('/') ? folder.path + name : folder.path + "/" + name, std::move(below));
}

std::optional<Target> Targets::Visit(std::string path, std::string below) {
  struct stat info;
  Target target{path, Found::kInFolder, std::nullopt};
  if (lstat(path.c_str(), &info) != 0) {
    target.refused = Unreadable("cannot be examined: ");
  } else if (S_ISDIR(info.st_mode)) {
    return Enter(std::move(path), std::move(below));
  } else if (S_ISLNK(info.st_mode)) {
    target.refused = Io("io.symlink", "a symbolic link, which is not followed");
  } else if (!S_ISREG(info.st_mode)) {
    target.refused = Io("io.device", "not a regular file");
  }
  return Once(std::move(target), Key(below));
}

std::optional<Target> Targets::Enter(std::string path, std::string below) {
  Folder folder{std::move(path), std::move(below), {}, {}, 0};
  if (!folder.Read()) {
    Target target{folder.path, Found::kInFolder, Unreadable("the folder cannot be read: ")};
    return Once(std::move(target), Key(folder.below));
  }
  open_.push_back(std::move(folder));
  return std::nullopt;
}

// Where what lies `below` the folder that the walk is in really is.
std::string Targets::Key(const std::string& below) const {
  const std::string& start = starts_[next_ - 1].key;
  return below.empty() ? start : start == "/" ? start + below : start + "/" + below;
}

// The target, unless it has been given out before.
std::optional<Target> Targets::Once(Target target, const std::string& key) {
  if (auto named = named_.find(key); named != named_.end()) {
    if (std::exchange(named->second, true)) return std::nullopt;
    return Target{std::move(target.path), Found::kNamed, std::nullopt};
  }
  if (WasMet(key)) return std::nullopt;
  return target;
}

// Whether a folder that came before has had this file: it lies below it, and nothing on the way was left out.
bool Targets::WasMet(const std::string& key) const {
  for (size_t end = key.find('/'); end != key.npos; end = key.find('/', end + 1)) {
    const auto folder = folders_.find(key.substr(0, std::max<size_t>(end, 1)));
    if (folder == folders_.end() || folder->second + 1 >= next_) continue;
    const std::string_view below = std::string_view(key).substr(folder->first == "/" ? 1 : end + 1);
    bool excluded = IsExcluded(below);
    for (size_t step = below.find('/'); step != below.npos && !excluded; step = below.find('/', step + 1))
      excluded = IsExcluded(below.substr(0, step));
    if (!excluded) return true;
  }
  const auto itself = folders_.find(key);
  return itself != folders_.end() && itself->second + 1 < next_;
}

bool Targets::IsExcluded(std::string_view below) const {
  const std::string path(below), name = path.substr(path.rfind('/') + 1);
  return std::ranges::any_of(exclude_, [&](const std::string& glob) {
    return fnmatch(glob.c_str(), name.c_str(), 0) == 0 || fnmatch(glob.c_str(), path.c_str(), 0) == 0;
  });
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
