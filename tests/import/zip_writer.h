// Writes zip archives as Python's zipfile does, and says where each header is, for tests that break one.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/import/assembler.h"
#include "tests/import/compress.h"

namespace pratique::testing {

struct ZipEntry {
  std::string name, content;
  bool deflate = false;
  bool lzma = false;  // instead
};

struct ZipFile {
  std::string bytes;
  std::vector<size_t> local, data, central;  // offsets, by entry
  size_t directory = 0, end = 0;

  void Set(size_t at, uint64_t value, int width) {
    bytes.replace(at, static_cast<size_t>(width), Little(value, width));
  }
  // Bytes between the last entry and the directory, with the end record put right.
  void InsertBeforeDirectory(std::string_view gap) {
    bytes.insert(directory, gap);
    end += gap.size();
    for (size_t& at : central) at += gap.size();
    Set(end + 16, directory += gap.size(), 4);
  }
};

// As zipfile does: version, number of properties, these; the stream of an .lzma file lies behind its size.
inline std::string ZipLzma(std::string_view content) {
  const std::string file = LzmaAlone(content);
  return "\x09\x04" + Little(5, 2) + file.substr(0, 5) + file.substr(13);
}

inline ZipFile WriteZip(std::span<const ZipEntry> entries) {
  ZipFile zip;
  std::string directory;
  for (const ZipEntry& entry : entries) {
    const std::string stored = entry.lzma      ? ZipLzma(entry.content)
                               : entry.deflate ? Deflate(entry.content)
                                               : entry.content;
    const auto crc = crc32_z(0, reinterpret_cast<const Bytef*>(entry.content.data()), entry.content.size());
    const std::string common = Little(entry.lzma ? 2 : 0, 2) +
                               Little(entry.lzma      ? 14
                                      : entry.deflate ? 8
                                                      : 0,
                                      2) +
                               Little(0, 4) + Little(crc, 4) + Little(stored.size(), 4) +
                               Little(entry.content.size(), 4) + Little(entry.name.size(), 2) + Little(0, 2);
    zip.local.push_back(zip.bytes.size());
    zip.central.push_back(directory.size());
    directory += "PK\1\2" + Little(20, 2) + Little(20, 2) + common + Little(0, 2) + Little(0, 2) + Little(0, 2) +
                 Little(0, 4) + Little(zip.bytes.size(), 4) + entry.name;
    zip.bytes += "PK\3\4" + Little(20, 2) + common + entry.name;
    zip.data.push_back(zip.bytes.size());
    zip.bytes += stored;
  }
  zip.directory = zip.bytes.size();
  for (size_t& at : zip.central) at += zip.directory;
  zip.bytes += directory;
  zip.end = zip.bytes.size();
  zip.bytes += "PK\5\6" + Little(0, 4) + Little(entries.size(), 2) + Little(entries.size(), 2) +
               Little(directory.size(), 4) + Little(zip.directory, 4) + Little(0, 2);
  return zip;
}

// An .npy of version 1.0.
inline std::string Npy(std::string_view descr, std::string_view shape, std::string_view data,
                       std::string_view order = "False") {
  std::string header = "{'descr': " + std::string(descr) + ", 'fortran_order': " + std::string(order) +
                       ", 'shape': " + std::string(shape) + ", }\n";
  return "\x93NUMPY" + Little(1, 2) + Little(header.size(), 2) + header + std::string(data);
}

}  // namespace pratique::testing
