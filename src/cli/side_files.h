// The files that a joblib dump before 0.10 keeps its arrays in.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "pratique/report.h"

namespace pratique::cli {

constexpr char kSideFilesHelp[] =
    "Read the arrays of a joblib dump before 0.10 from the files beside it, named FILE_01.npy and so on";

// What joblib can have written beside `path`: FILE_01.npy or FILE_01.npy.z, and on while the numbers do. Names come
// from `path`, never from its content. Errors: io, limit.file_bytes in sum; a link or device among them is io.device.
absl::StatusOr<std::map<std::string, std::string, std::less<>>> ReadSideFiles(const std::string& path,
                                                                              const Limits& limits);

// Scan, with them when `side_files` says so.
Report ScanBeside(const std::string& path, const Policy& policy, bool golden, Found found, bool side_files,
                  const std::string& root);

}  // namespace pratique::cli
