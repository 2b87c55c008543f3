#include "archive/also_is.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "pratique/rejection.h"

namespace pratique {
namespace {

using namespace std::string_view_literals;

constexpr size_t kEnd = 22, kLongestComment = 65535, kCentral = 46, kLocator = 20;

// int(text, 8) of Python, as far as twelve characters go; nullopt where it raises.
std::optional<int64_t> Octal(std::string_view text) {
  constexpr auto kSpace = " \t\n\v\f\r\x1c\x1d\x1e\x1f"sv;
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return 0;  // tarfile: `int(s.strip() or "0", 8)`
  text = text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
  const bool minus = text[0] == '-';
  if (minus || text[0] == '+') text.remove_prefix(1);
  if (text.starts_with("0o") || text.starts_with("0O")) text.remove_prefix(2);
  int64_t value = 0;
  bool any = false;
  for (const char c : text) {
    if (c == '_') continue;
    if (c < '0' || c > '7') return std::nullopt;
    value = value * 8 + (c - '0');
    any = true;
  }
  return any ? std::optional(minus ? -value : value) : std::nullopt;
}

// A number of a header (tarfile.py, nti): octal digits up to a NUL, or behind 0x80 or 0xFF a number of the other bytes.
std::optional<int64_t> TarNumber(std::string_view field) {
  const auto first = static_cast<uint8_t>(field[0]);
  if (first != 0x80 && first != 0xFF) return Octal(field.substr(0, field.find('\0')));
  int64_t value = first == 0xFF ? -1 : 0;
  for (const char c : field.substr(1)) value = static_cast<int64_t>(static_cast<uint64_t>(value) << 8 | (c & 0xFF));
  return value;
}

// A directory stands where the last end record says; four bytes alone can be found in any numbers by accident.
bool HoldsZip(std::string_view bytes) {
  const auto end = LastZipEnd(bytes);
  if (!end) return false;
  if (*end >= kLocator && bytes.substr(*end - kLocator).starts_with("PK\6\7"sv)) return true;
  size_t size = 0;
  for (size_t i = 4; i-- > 0;) size = size << 8 | static_cast<uint8_t>(bytes[*end + 12 + i]);
  return size >= kCentral && size <= *end && bytes.substr(*end - size).starts_with("PK\1\2"sv);
}

}  // namespace

std::optional<size_t> LastZipEnd(std::string_view bytes) {
  if (bytes.size() < kEnd) return std::nullopt;
  const size_t behind = bytes.size() - kEnd + 4;  // the last magic
  std::optional<size_t> last;
  // Forwards, by memchr: rfind compares at every byte.
  for (size_t at = bytes.size() - std::min(bytes.size(), kEnd + kLongestComment);; ++at) {
    at = bytes.substr(0, behind).find("PK\5\6"sv, at);
    if (at == bytes.npos) return last;
    last = at;
  }
}

// POSIX.1-1988, ustar: a sum over the header, in it as octal digits at 148, where it counts spaces. Old archives have
// nothing else that tells them. Some were summed as signed bytes (tarfile.py, calc_chksums), and then one honest file
// in thousands has the sum 0 and no digits: tarfile and libarchive ask that all numbers of the header are numbers, and
// GNU tar that there are digits.
bool IsTar(std::string_view bytes) {
  constexpr size_t kHeader = 512, kSum = 148, kDigits = 8;
  if (bytes.size() < kHeader) return false;
  const std::string_view header = bytes.substr(0, kHeader);
  if (header.find_first_not_of('\0') == header.npos) return false;  // the end of an archive
  const auto declared = TarNumber(header.substr(kSum, kDigits));
  int64_t plain = kDigits * ' ', with_signs = kDigits * ' ';
  for (size_t i = 0; i < kHeader; ++i) {
    if (i >= kSum && i < kSum + kDigits) continue;
    plain += static_cast<uint8_t>(header[i]);
    with_signs += static_cast<int8_t>(header[i]);
  }
  if (declared != plain && declared != with_signs) return false;
  const std::string_view sum = header.substr(kSum, kDigits);
  if (sum.find_first_not_of(" \0"sv) != sum.npos && sum.find_first_not_of(" \00001234567"sv) == sum.npos) return true;
  struct Field {
    size_t at, size;
  };
  constexpr Field kNumbers[] = {{100, 8}, {108, 8}, {116, 8}, {124, 12}, {136, 12}, {329, 8}, {337, 8}};
  return std::ranges::all_of(kNumbers, [&](Field f) { return TarNumber(header.substr(f.at, f.size)).has_value(); });
}

bool BeginsHdf5(std::string_view bytes) { return bytes.starts_with("\x89HDF\r\n\x1a\n"sv); }

bool IsHdf5Behind(std::string_view bytes) {
  for (size_t at = 512; at < bytes.size(); at *= 2) {
    if (BeginsHdf5(bytes.substr(at))) return true;
  }
  return false;
}

std::string_view AlsoIs(std::span<const std::byte> file, bool is_zip) {
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());
  if (!is_zip && HoldsZip(bytes)) return "a zip archive";
  if (IsTar(bytes)) return "a tar archive";
  return IsHdf5Behind(bytes) ? "HDF5" : "";
}

absl::Status Polyglot(std::string_view what, std::string_view also) {
  return ToStatus(
      {.stage = Stage::kContainer,
       .reason = Reason::kMalformed,
       .code = "format.polyglot",
       .got = std::string(also),
       .message = absl::StrCat(std::string(what), " is ", std::string(also), ", too, to whoever opens it so"),
       .help = "A second content can hide in a first one; save the model again."});
}

}  // namespace pratique
