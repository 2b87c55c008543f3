#include "format/zip_names.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace pratique {
namespace {

uint32_t Get(std::string_view zip, size_t at, size_t size) {  // at + size <= zip.size()
  uint32_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | static_cast<uint8_t>(zip[at + i]);
  return value;
}

constexpr size_t kEnd = 22, kLongestComment = 65535;

// The last end record: zipfile takes it whatever comment it declares.
std::optional<size_t> LastEnd(std::string_view zip) {
  if (zip.size() < kEnd) return std::nullopt;
  const size_t first = zip.size() - std::min(zip.size(), kEnd + kLongestComment);
  const size_t end = zip.substr(first).rfind(std::string_view("PK\5\6", 4), zip.size() - first - kEnd);
  return end == zip.npos ? std::nullopt : std::optional(first + end);
}

}  // namespace

bool HasZipEnd(std::string_view bytes) { return LastEnd(bytes).has_value(); }

// PKWARE APPNOTE 4.3.12 (central file header: 46 bytes, then name, extra, comment) and 4.3.16 (end record: 22 bytes).
std::vector<std::string_view> ZipNames(std::string_view zip, size_t max) {
  constexpr size_t kHeader = 46;
  const auto end = LastEnd(zip);
  if (!end) return {};
  size_t at = Get(zip, *end + 16, 4);
  std::vector<std::string_view> names;
  while (names.size() < max && at <= zip.size() && zip.size() - at >= kHeader &&
         zip.substr(at, 4) == std::string_view("PK\1\2", 4)) {
    size_t name = Get(zip, at + 28, 2), extra = Get(zip, at + 30, 2), comment = Get(zip, at + 32, 2);
    if (zip.size() - at - kHeader < name) break;
    names.push_back(zip.substr(at + kHeader, name));
    at += kHeader + name + extra + comment;
  }
  return names;
}

}  // namespace pratique
