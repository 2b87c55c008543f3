#include "format/zip_names.h"

#include <cstdint>
#include <optional>

#include "archive/also_is.h"

namespace pratique {
namespace {

uint32_t Get(std::string_view zip, size_t at, size_t size) {  // at + size <= zip.size()
  uint32_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | static_cast<uint8_t>(zip[at + i]);
  return value;
}

}  // namespace

// PKWARE APPNOTE 4.3.12 (central file header: 46 bytes, then name, extra, comment) and 4.3.16 (end record: 22 bytes).
std::vector<std::string_view> ZipNames(std::string_view zip, size_t max) {
  constexpr size_t kHeader = 46;
  const auto end = LastZipEnd(zip);
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
