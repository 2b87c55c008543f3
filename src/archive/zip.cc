#include "archive/zip.h"

#include <zlib.h>

#include <algorithm>
#include <string>
#include <utility>

#include "pratique/rejection.h"
#include "status_macros.h"

namespace pratique::zip {
namespace {

constexpr uint64_t kEnd = 22, kLocator = 20, kEnd64 = 56, kCentral = 46, kLocal = 30, kLongestComment = 65535;
constexpr uint32_t kFull32 = 0xFFFFFFFF, kFull16 = 0xFFFF;
constexpr uint16_t kStored = 0, kDeflated = 8, kBzip2 = 12, kLzma = 14;
constexpr uint16_t kEndMarker = 2;   // bit 1, of LZMA: the stream says itself where it ends
constexpr uint16_t kDescriptor = 8;  // bit 3: sizes and CRC follow the data
constexpr uint32_t kLocalMagic = 0x04034b50, kCentralMagic = 0x02014b50, kEndMagic = 0x06054b50,
                   kEnd64Magic = 0x06064b50, kLocatorMagic = 0x07064b50;
constexpr uint64_t kRatioFreeBytes = uint64_t{1} << 20;  // as in codec/inflate.cc

absl::Status Refuse(Reason reason, std::string code, uint64_t offset, std::string message, std::string help) {
  return ToStatus({.stage = Stage::kContainer,
                   .reason = reason,
                   .code = std::move(code),
                   .offset = offset,
                   .message = std::move(message),
                   .help = std::move(help)});
}
absl::Status Bad(std::string code, uint64_t offset, std::string message) {
  return Refuse(Reason::kMalformed, std::move(code), offset, std::move(message),
                "The file is damaged or was crafted; get it again.");
}
std::string Quoted(std::string_view name) { return "'" + Escape(name, 80) + "'"; }

// Little-endian numbers at fixed places of one header, whose bytes are known to be there.
class Header {
 public:
  Header(std::span<const std::byte> file, uint64_t at) : bytes_(file.subspan(at)) {}
  uint64_t Get(size_t at, size_t width) const {
    uint64_t value = 0;
    for (size_t i = width; i-- > 0;) value = value << 8 | std::to_integer<uint64_t>(bytes_[at + i]);
    return value;
  }
  uint16_t U16(size_t at) const { return static_cast<uint16_t>(Get(at, 2)); }
  uint32_t U32(size_t at) const { return static_cast<uint32_t>(Get(at, 4)); }
  bool Is(uint32_t magic) const { return U32(0) == magic; }
  std::string_view Text(uint64_t at, uint64_t size) const {
    return {reinterpret_cast<const char*>(bytes_.data()) + at, size};
  }

 private:
  std::span<const std::byte> bytes_;
};

codec::Codec CodecOf(uint16_t method) {
  switch (method) {
    case kDeflated:
      return codec::Codec::kDeflate;
    case kBzip2:
      return codec::Codec::kBzip2;
    case kLzma:
      return codec::Codec::kLzma;
    default:
      return codec::Codec::kNone;
  }
}

// A member of method LZMA (APPNOTE 5.8.8) as an .lzma file, whose header is the same properties and the size: two bytes
// of version, two with the number of bytes of properties, these, the stream. "" when it is none.
std::string LzmaFile(std::span<const std::byte> content, const Member& member) {
  constexpr size_t kVersion = 4, kProperties = 5;
  if (content.size() < kVersion + kProperties || Header(content, 0).U16(2) != kProperties) return "";
  std::string file(reinterpret_cast<const char*>(content.data()) + kVersion, kProperties);
  const uint64_t size = (member.flags & kEndMarker) != 0 ? UINT64_MAX : member.size;
  for (int shift = 0; shift < 64; shift += 8) file += static_cast<char>(size >> shift);
  return file.append(reinterpret_cast<const char*>(content.data()) + kVersion + kProperties,
                     content.size() - kVersion - kProperties);
}

// Replaces the numbers that are full by those of the zip64 field, in the field's order. False: a field that is not
// understood, a number that is missing, or bytes left over. Python up to 3.11.3 writes the field beside numbers that
// are whole (zipfile.py, ZipInfo.FileHeader): it may say the same again.
bool TakeExtra(std::string_view extra, Rules rules, std::initializer_list<uint64_t*> numbers) {
  bool seen = false;
  while (!extra.empty()) {
    if (extra.size() < 4) return rules == Rules::kForeign;
    auto u16 = [&](size_t at) {
      return static_cast<size_t>(static_cast<uint8_t>(extra[at]) | static_cast<uint8_t>(extra[at + 1]) << 8);
    };
    const size_t id = u16(0), size = u16(2);
    if (size > extra.size() - 4) return rules == Rules::kForeign;
    std::string_view field = extra.substr(4, size);
    extra.remove_prefix(4 + size);
    if (id != 1) {
      if (rules == Rules::kStrict) return false;
      continue;
    }
    if (std::exchange(seen, true)) return false;
    const bool again = field.size() == 8 * numbers.size();
    for (uint64_t* number : numbers) {
      const bool full = *number == kFull32;
      if (!full && !again) continue;
      if (field.size() < 8) return false;
      const uint64_t wide = Header(std::as_bytes(std::span(field)), 0).Get(0, 8);
      if (!full && rules == Rules::kStrict && wide != *number) return false;
      if (full) *number = wide;
      field.remove_prefix(8);
    }
    if (!field.empty() && rules == Rules::kStrict) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<Archive> Archive::Open(std::span<const std::byte> file, const Limits& limits, Rules rules,
                                      codec::Spent before) {
  Archive archive(file, limits, rules);
  archive.spent_ = {before.stored == 0 ? file.size() : before.stored, before.inflated};
  ASSIGN_OR_RETURN(const auto directory, archive.FindDirectory());
  RETURN_IF_ERROR(archive.ReadDirectory(directory));
  for (Member& member : archive.members_) {
    RETURN_IF_ERROR(archive.CheckLocal(member));
  }
  RETURN_IF_ERROR(archive.CheckLayout(directory));
  return archive;
}

const Member* Archive::Find(std::string_view name) const {
  auto at = by_name_.find(name);
  return at == by_name_.end() ? nullptr : &members_[at->second];
}

absl::StatusOr<Archive::Directory> Archive::FindDirectory() const {
  const uint64_t size = file_.size();
  uint64_t end = size;  // where the end record begins
  const uint64_t longest = rules_ == Rules::kStrict ? 0 : kLongestComment;
  for (uint64_t comment = 0; comment <= longest && comment + kEnd <= size; ++comment) {
    const Header header(file_, size - kEnd - comment);
    if (header.Is(kEndMagic) && header.U16(20) == comment) {
      end = size - kEnd - comment;
      break;
    }
  }
  if (end == size) return Bad("zip.end", size, "the zip has no end record: it is truncated, or bytes follow it");
  // Some readers take the last end record whatever comment it declares.
  const uint64_t tail = end + 1;
  if (Header(file_, tail).Text(0, size - tail).find("PK\5\6") != std::string_view::npos)
    return Bad("zip.end", end, "the zip has two end records, of which readers see the first or the second");
  const Header header(file_, end);
  Directory directory{header.U32(16), header.U32(12), header.U16(10)};
  if (header.U16(4) != 0 || header.U16(6) != 0 || header.U16(8) != header.U16(10)) {
    return Bad("zip.end", end, "the zip says that it is one part of several");
  }
  uint64_t directory_end = end;
  // Python reads the wide record wherever there is one, whether or not the short one asks for it.
  const bool wide = end >= kLocator && Header(file_, end - kLocator).Is(kLocatorMagic);
  if (wide || directory.begin == kFull32 || directory.size == kFull32 || directory.entries == kFull16) {
    RETURN_IF_ERROR(ReadZip64End(end, directory));
    directory_end = end - kLocator - kEnd64;
  }
  const bool inside = directory.begin <= directory_end && directory.size <= directory_end - directory.begin;
  // Of a directory that does not end there, Python reads other bytes: it counts from the end.
  if (!inside || directory.begin + directory.size != directory_end) {
    return Bad("zip.end", end,
               "the zip's directory of " + std::to_string(directory.size) + " bytes at " +
                   std::to_string(directory.begin) + " does not end where its end record begins, at " +
                   std::to_string(directory_end));
  }
  return directory;
}

absl::Status Archive::ReadZip64End(uint64_t end, Directory& directory) const {
  if (end < kLocator + kEnd64) return Bad("zip.end", end, "the zip64 end record is missing");
  const Header locator(file_, end - kLocator), record(file_, end - kLocator - kEnd64);
  if (!locator.Is(kLocatorMagic) || !record.Is(kEnd64Magic) || locator.Get(8, 8) != end - kLocator - kEnd64 ||
      record.Get(4, 8) != kEnd64 - 12 || locator.U32(4) != 0 || locator.U32(16) > 1 || record.U32(16) != 0 ||
      record.U32(20) != 0 || record.Get(24, 8) != record.Get(32, 8)) {
    return Bad("zip.end", end, "the zip64 end record is missing or broken");
  }
  const Directory wide{record.Get(48, 8), record.Get(40, 8), record.Get(32, 8)};
  const bool agree = (directory.begin == kFull32 || directory.begin == wide.begin) &&
                     (directory.size == kFull32 || directory.size == wide.size) &&
                     (directory.entries == kFull16 || directory.entries == wide.entries);
  if (!agree) return Bad("zip.end", end, "the two end records of the zip disagree");
  directory = wide;
  return absl::OkStatus();
}

absl::Status Archive::ReadDirectory(const Directory& directory) {
  uint64_t at = directory.begin;
  const uint64_t end = directory.begin + directory.size;
  for (uint64_t i = 0; i < directory.entries; ++i) {
    ASSIGN_OR_RETURN(const auto next, ReadCentral(at, end));
    at = next;
  }
  if (at != end)
    return Bad("zip.directory", at,
               "the zip's directory has more than its " + std::to_string(directory.entries) + " entries");
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> Archive::ReadCentral(uint64_t at, uint64_t end) {
  if (end - at < kCentral || !Header(file_, at).Is(kCentralMagic))
    return Bad("zip.directory", at, "an entry of the zip's directory is missing or broken");
  const Header header(file_, at);
  const uint64_t name_size = header.U16(28), extra_size = header.U16(30), comment_size = header.U16(32);
  const uint64_t whole = kCentral + name_size + extra_size + comment_size;
  if (end - at < whole) return Bad("zip.directory", at, "an entry of the zip's directory is cut short");
  Member member;
  member.name = header.Text(kCentral, name_size);
  member.version = header.U16(6);
  member.flags = header.U16(8);
  member.method = header.U16(10);
  member.modified = header.U32(12);
  member.crc = header.U32(16);
  member.stored = header.U32(20);
  member.size = header.U32(24);
  member.begin = header.U32(42);
  if (header.U16(34) != 0 || (rules_ == Rules::kStrict && comment_size != 0) ||
      !TakeExtra(header.Text(kCentral + name_size, extra_size), rules_,
                 {&member.size, &member.stored, &member.begin})) {
    return Bad("zip.directory", at,
               "the entry " + Quoted(member.name) +
                   " has a comment, a part number or an extra field that Python does not write");
  }
  const uint16_t flags = member.method == kLzma ? kEndMarker : 0;  // that Python sets
  if (rules_ == Rules::kStrict && member.flags != flags) {
    return Bad("zip.flags", at,
               "the entry " + Quoted(member.name) + " has the flags " + std::to_string(member.flags) +
                   (member.encrypted() ? ": it is encrypted" : ", expected " + std::to_string(flags)));
  }
  if (member.name.empty() || !by_name_.emplace(member.name, members_.size()).second) {
    return Bad("zip.duplicate", at, "the zip has the entry " + Quoted(member.name) + " twice, or without a name");
  }
  RETURN_IF_ERROR(Charge(member.size));
  members_.push_back(member);
  return at + whole;
}

// Readers go by one header or the other: they have to say the same.
absl::Status Archive::CheckLocal(Member& member) const {
  const uint64_t at = member.begin, size = file_.size();
  if (at > size || size - at < kLocal || !Header(file_, at).Is(kLocalMagic)) {
    return Bad("zip.header", at, "the entry " + Quoted(member.name) + " has no header at " + std::to_string(at));
  }
  const Header header(file_, at);
  const uint64_t name_size = header.U16(26), extra_size = header.U16(28);
  if (size - at - kLocal < name_size + extra_size)
    return Bad("zip.header", at, "the header of " + Quoted(member.name) + " is cut short");
  uint64_t stored = header.U32(18), inflated = header.U32(22);
  const bool extra = TakeExtra(header.Text(kLocal + name_size, extra_size), rules_, {&inflated, &stored});
  // With a data descriptor the local sizes may be zero: they follow the data. Only foreign archives may have one.
  const bool later = (member.flags & kDescriptor) != 0 && stored == 0 && inflated == 0;
  const bool as_written =
      rules_ == Rules::kForeign || (header.U16(4) == member.version && header.U32(10) == member.modified);
  if (!extra || !as_written || header.U16(6) != member.flags || header.U16(8) != member.method ||
      header.Text(kLocal, name_size) != member.name ||
      (!later && (header.U32(14) != member.crc || stored != member.stored || inflated != member.size))) {
    return Bad("zip.header", at,
               "the header of " + Quoted(member.name) + " is not what the zip's directory says of it");
  }
  member.offset = at + kLocal + name_size + extra_size;
  if (member.stored > size - member.offset)
    return Bad("zip.header", at, Quoted(member.name) + " goes beyond the end of the file");
  if (member.method == kStored && !member.encrypted() && member.stored != member.size) {
    return Bad("zip.header", at, Quoted(member.name) + " is stored as is, and has two sizes");
  }
  return absl::OkStatus();
}

absl::Status Archive::CheckLayout(const Directory& directory) const {
  std::vector<const Member*> sorted;
  for (const Member& member : members_) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(), [](const Member* a, const Member* b) { return a->begin < b->begin; });
  uint64_t at = 0;
  for (const Member* member : sorted) {
    if (member->begin < at) return Bad("zip.overlap", member->begin, Quoted(member->name) + " overlaps another entry");
    if (member->begin != at && rules_ == Rules::kStrict) {
      return Bad("zip.gap", at,
                 std::to_string(member->begin - at) + " bytes before " + Quoted(member->name) + " belong to no entry");
    }
    at = member->offset + member->stored;
  }
  if (at > directory.begin) return Bad("zip.overlap", directory.begin, "an entry overlaps the zip's directory");
  if (at != directory.begin && rules_ == Rules::kStrict) {
    return Bad("zip.gap", at,
               std::to_string(directory.begin - at) + " bytes before the zip's directory belong to no entry");
  }
  return absl::OkStatus();
}

// Declared sizes are charged when the archive is opened; Read gives not one byte more than declared.
absl::Status Archive::Charge(uint64_t inflated) {
  uint64_t& sum = spent_.inflated;
  if (__builtin_add_overflow(sum, inflated, &sum)) sum = UINT64_MAX;
  const bool ratio = sum <= limits_.inflated_bytes;  // the sum is within its own limit
  const uint64_t most = ratio ? limits_.inflate_ratio : limits_.inflated_bytes;
  if (ratio && (sum <= kRatioFreeBytes || sum / spent_.stored <= most)) return absl::OkStatus();
  const std::string key = ratio ? "inflate_ratio" : "inflated_bytes";
  return Refuse(Reason::kLimit, "limit." + key, 0,
                "a file of " + std::to_string(spent_.stored) + " bytes declares " + std::to_string(sum) +
                    " bytes of content, more than the limit " + key + " = " + std::to_string(most) + " allows",
                "If you expect a file this large, raise limits." + key + " in the policy.");
}

absl::StatusOr<std::span<const std::byte>> Archive::Read(const Member& member, std::deque<codec::Buffer>& kept) const {
  std::span<const std::byte> content = file_.subspan(member.offset, member.stored);
  if (member.encrypted())
    return Refuse(Reason::kUnsupported, "zip.encrypted", member.begin, Quoted(member.name) + " is encrypted",
                  "Save it without a password.");
  if (CodecOf(member.method) != codec::Codec::kNone) {
    Limits limits = limits_;
    limits.inflated_bytes = member.size;
    const std::string lzma = member.method == kLzma ? LzmaFile(content, member) : "";
    if (member.method == kLzma) content = std::as_bytes(std::span(lzma));
    auto inflated = codec::Inflate(CodecOf(member.method), content, limits);
    if (!inflated.ok()) {
      auto why = GetRejection(inflated.status());
      if (why->code == "limit.inflated_bytes")
        return Bad(
            "zip.size", member.begin,
            Quoted(member.name) + " inflates to more than its declared " + std::to_string(member.size) + " bytes");
      why->path = Escape(member.name, 80);
      return ToStatus(*why);
    }
    content = kept.emplace_back(*std::move(inflated)).view();
  } else if (member.method != kStored) {
    return Refuse(Reason::kUnsupported, "zip.method", member.begin,
                  Quoted(member.name) + " is compressed by method " + std::to_string(member.method) +
                      ", not deflate, bzip2 or LZMA",
                  "Save it again without compression, or with deflate.");
  }
  if (content.size() != member.size) {
    return Bad("zip.size", member.begin,
               Quoted(member.name) + " inflates to " + std::to_string(content.size()) + " bytes and declares " +
                   std::to_string(member.size));
  }
  if (crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()) != member.crc) {
    return Bad("zip.crc", member.begin, "the CRC-32 of " + Quoted(member.name) + " is wrong");
  }
  return content;
}

}  // namespace pratique::zip
