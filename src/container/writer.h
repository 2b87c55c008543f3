// Writes the canonical .prq: the same objects and metadata give the same bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pratique/file.h"

namespace pratique {

struct ObjectToWrite {
  std::string type, role, params;
  uint32_t owner = 0;  // 1 + index of the owner; 0 for the last, the root
  std::string state;   // Encode()d
};
struct GoldenToWrite {
  std::string method, origin, input, expected;
};
struct FileToWrite {
  std::vector<ObjectToWrite> objects;  // post-order
  std::string metadata, written_by;    // JSON; "" for none
  std::vector<GoldenToWrite> golden;
  bool compress = false;  // zstd, where it makes a state smaller
};

absl::StatusOr<std::string> WriteFile(const FileToWrite& file);

// The parts of an open file, to be written again with other metadata or golden samples.
absl::StatusOr<FileToWrite> Unpack(const File& file);

}  // namespace pratique
