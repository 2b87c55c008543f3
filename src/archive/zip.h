// A zip archive, read so strictly that no two readers can see different members in it.
//
// Guarantees: the central directory and the local headers agree on every member; members do not overlap, and their
// names
//   are unique; what Read gives has the declared size and CRC-32, and is within the limits, checked before it is
//   inflated. Under Rules::kStrict also: no byte of the file is outside members and headers, nothing is before or
//   after, no comment, no flag, no extra field but the sizes of zip64.
// Does NOT guarantee: anything about names (they may be "../x": nothing here is ever a path) or content.
//
// PKWARE APPNOTE 6.3.10: 4.3.7 local header, 4.3.12 central header, 4.3.14 to 4.3.16 end records, 4.5.3 zip64.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "archive/inflate.h"
#include "pratique/limits.h"

namespace pratique::zip {

enum class Rules : uint8_t {
  kStrict,   // what Python's zipfile and numpy write to a file
  kForeign,  // archives of other programs, only looked into: comments, padding and data descriptors are allowed
};

struct Member {
  std::string_view name;
  uint64_t begin = 0;   // of its local header
  uint64_t offset = 0;  // of its data
  uint64_t stored = 0;
  uint64_t size = 0;
  uint32_t crc = 0;
  uint16_t method = 0;
  uint16_t flags = 0;
  uint16_t version = 0;   // needed to extract
  uint32_t modified = 0;  // DOS time and date
  bool encrypted() const { return (flags & 1) != 0; }
};

class Archive {
 public:
  // `file` must outlive all.
  static absl::StatusOr<Archive> Open(std::span<const std::byte> file, const Limits& limits, Rules rules,
                                      codec::Spent before = {});

  std::span<const Member> members() const { return members_; }
  const Member* Find(std::string_view name) const;
  // With this archive's members.
  codec::Spent spent() const { return spent_; }

  // The content: a view of the file where it is stored as is, else inflated into `kept`, which must outlive the view.
  absl::StatusOr<std::span<const std::byte>> Read(const Member& member, std::deque<codec::Buffer>& kept) const;

 private:
  Archive(std::span<const std::byte> file, const Limits& limits, Rules rules)
      : file_(file), limits_(limits), rules_(rules) {}

  struct Directory {
    uint64_t begin = 0, size = 0, entries = 0;
  };
  absl::StatusOr<Directory> FindDirectory() const;
  absl::Status ReadZip64End(uint64_t end, Directory& directory) const;
  absl::Status ReadDirectory(const Directory& directory);
  absl::StatusOr<uint64_t> ReadCentral(uint64_t at, uint64_t end);
  absl::Status CheckLocal(Member& member) const;
  absl::Status CheckLayout(const Directory& directory) const;
  absl::Status Charge(uint64_t inflated);

  std::span<const std::byte> file_;
  Limits limits_;
  Rules rules_;
  std::vector<Member> members_;
  std::map<std::string_view, size_t> by_name_;
  codec::Spent spent_;
};

}  // namespace pratique::zip
