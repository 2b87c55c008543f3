// A file with side files beside it and one limit, as fuzz input: {u8 limit, u8 shift, u8 side files, each {u8 size,
// name, u16 size, content}}, little-endian, and the file.
#pragma once

#include <cstring>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "policy/limit_fields.h"

namespace pratique::fuzz {

using SideFiles = std::map<std::string, std::string, std::less<>>;

struct ScanInput {
  const LimitField* limit = nullptr;  // none
  uint64_t value = 0;
  SideFiles side_files;
  std::string_view file;
};

// What is cut off is empty.
inline ScanInput ReadScanInput(std::string_view input) {
  auto take = [&](size_t n) {
    const std::string_view taken = input.substr(0, n);
    input.remove_prefix(taken.size());
    return taken;
  };
  auto number = [&](size_t width) {
    uint16_t value = 0;
    const std::string_view taken = take(width);
    std::memcpy(&value, taken.data(), taken.size());
    return value;
  };
  ScanInput scan;
  const std::span<const LimitField> fields = LimitFields();
  const size_t limit = number(1), shift = number(1), side_files = number(1) % 9;
  if (limit < fields.size()) scan.limit = &fields[limit], scan.value = uint64_t{1} << shift % 32;
  for (size_t i = 0; i < side_files; ++i) {
    const std::string_view name = take(number(1)), content = take(number(2));
    scan.side_files.emplace(name, content);
  }
  scan.file = input;
  return scan;
}

// `limit`: an index into LimitFields(), 255 for none.
inline std::string WriteScanInput(std::string_view file, const SideFiles& side_files, uint8_t limit = 255,
                                  uint8_t shift = 0) {
  std::string out{static_cast<char>(limit), static_cast<char>(shift), static_cast<char>(side_files.size())};
  for (const auto& [name, content] : side_files) {
    const auto size = static_cast<uint16_t>(content.size());
    out += static_cast<char>(name.size());
    out += name;
    out.append(reinterpret_cast<const char*>(&size), sizeof size);
    out += content;
  }
  return out.append(file);
}

}  // namespace pratique::fuzz
