#include "cli/side_files.h"

#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "data/file_io.h"
#include "pratique/rejection.h"
#include "registry/program_types.h"
#include "status_macros.h"

namespace pratique::cli {

absl::StatusOr<std::map<std::string, std::string, std::less<>>> ReadSideFiles(const std::string& path,
                                                                              const Limits& limits) {
  std::map<std::string, std::string, std::less<>> files;
  Limits left = limits;
  bool more = path != "-";
  for (int number = 1; more; ++number) {
    more = false;
    for (const char* ending : {"npy", "npy.z"}) {
      const std::string beside = absl::StrFormat("%s_%02d.%s", path, number, ending);
      struct stat info;
      if (lstat(beside.c_str(), &info) != 0) continue;
      if (!S_ISREG(info.st_mode)) {
        return ToStatus(
            {.reason = Reason::kIo,
             .code = "io.device",
             .message = absl::StrCat(Escape(beside, 4096), ": a side file has to be a file itself, not a link")});
      }
      ASSIGN_OR_RETURN(auto bytes, ReadFile(beside, left));
      left.file_bytes -= bytes.size();
      files.emplace(beside.substr(beside.rfind('/') + 1),
                    std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
      more = true;
    }
  }
  return files;
}

Report ScanBeside(const std::string& path, const Policy& policy, bool golden, Found found, bool side_files,
                  const std::string& root) {
  LoadOptions options{root, {}};
  if (side_files) {
    auto files = ReadSideFiles(path, policy.limits);
    if (!files.ok()) return Unchecked(path, *GetRejection(files.status()), policy);
    options.side_files = *std::move(files);
  }
  return Scan(path, policy, ProgramTypes(), golden, found, options);
}

}  // namespace pratique::cli
