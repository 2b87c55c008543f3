#include "cli/source.h"

#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "data/file_io.h"
#include "registry/program_types.h"

namespace pratique::cli {

Passage PassFile(const std::string& path, const Policy& policy, const LoadOptions& options, std::string_view metadata,
                 Stage until) {
  auto bytes = ReadFile(path, policy.limits);
  if (bytes.ok()) return Pass(std::as_bytes(bytes->span()), policy, options, ProgramTypes(), metadata, until);
  Passage unread;
  unread.status = bytes.status();
  return unread;
}

std::vector<std::string> Paths(const File& file) {
  auto objects = file.objects();
  std::vector<std::string> paths(objects.size());
  for (size_t i = objects.size(); i-- > 0;) {  // owners come after what they own
    std::string role = Escape(objects[i].role);
    paths[i] = objects[i].parent ? absl::StrCat(paths[*objects[i].parent], ".", role) : role;
  }
  return paths;
}

Method DefaultMethod(const Model& model) { return model.Has(Method::kPredict) ? Method::kPredict : Method::kTransform; }

bool SameFile(const std::string& a, const std::string& b) {
  struct stat x, y;
  return a == b ||
         (stat(a.c_str(), &x) == 0 && stat(b.c_str(), &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

}  // namespace pratique::cli
