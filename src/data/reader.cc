#include "data/reader.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <string_view>
#include <utility>

#include "data/csv.h"
#include "data/input_error.h"
#include "data/jsonl.h"
#include "data/npy.h"
#include "data/open.h"
#include "status_macros.h"

namespace pratique {
namespace {

enum class Format { kNpy, kZip, kCsv, kJsonLines, kUnknown };

Format Tell(std::string_view head, const std::string& path) {
  if (head.starts_with(kNpyMagic)) return Format::kNpy;
  if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) return Format::kZip;
  if (path.ends_with(".csv")) return Format::kCsv;
  if (path.ends_with(".jsonl") || path.ends_with(".ndjson")) return Format::kJsonLines;
  size_t first = head.find_first_not_of(" \t\r\n");
  if (first != head.npos && std::string_view("{[\"").find(head[first]) != std::string_view::npos)
    return Format::kJsonLines;
  return Format::kUnknown;
}

absl::StatusOr<std::unique_ptr<Reader>> OpenAs(Format format, Fd fd, const std::string& path, const Limits& limits,
                                               ReadOptions options) {
  if (options.no_header && format != Format::kCsv)
    return InputError("input.format", Escape(path) + " is not .csv, and nothing else has a header");
  if (options.rows == RowsAre::kImages && format != Format::kNpy) {
    return InputError("input.format", Escape(path) + " is not .npy, and the model takes images",
                      "save an array of (images, height, width) or (images, height, width, channels)");
  }
  switch (format) {
    case Format::kNpy:
      return OpenNpy(std::move(fd), path, limits, options);
    case Format::kZip:
      return OpenNpz(std::move(fd), path, limits);
    case Format::kCsv:
      return OpenCsv(std::move(fd), path, limits, options);
    case Format::kJsonLines:
      return options.rows == RowsAre::kRecords ? OpenRecords(std::move(fd), path)
                                               : OpenJsonLines(std::move(fd), path, limits);
    case Format::kUnknown:
      break;
  }
  return InputError("input.format", Escape(path) + " is not .npy, scipy .npz, .csv or .jsonl",
                    "give the file its extension, .csv or .jsonl");
}

absl::StatusOr<std::unique_ptr<Reader>> OpenFile(Fd fd, const std::string& path, const Limits& limits,
                                                 ReadOptions options = {}) try {
  uint64_t size = FileSize(fd);
  if (size == kUnknownSize)  // standard input is a pipe
    return OpenAs(Format::kJsonLines, std::move(fd), path, limits, options);
  char head[64];
  auto n = static_cast<size_t>(std::min<uint64_t>(size, sizeof head));
  RETURN_IF_ERROR(ReadAt(fd, 0, {head, n}, path));
  return OpenAs(Tell({head, n}, path == "-" ? ".jsonl" : path), std::move(fd), path, limits, options);
} catch (const std::bad_alloc&) {
  return IoError("io.memory", Escape(path) + ": not enough memory to read it");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> Reader::Open(const std::string& path, const Limits& limits,
                                                     ReadOptions options) {
  RETURN_IF_ERROR(RefuseDevice(path));
  ASSIGN_OR_RETURN(auto fd, OpenForReading(path));
  return OpenFile(std::move(fd), path, limits, options);
}

absl::StatusOr<std::optional<Table>> Reader::Next(size_t max_rows, uint64_t max_bytes) try {
  return ReadRows(std::max<size_t>(1, max_rows), max_bytes);
} catch (const std::bad_alloc&) {
  return IoError("io.memory", "not enough memory for " + std::to_string(max_rows) + " rows of the input");
}

absl::StatusOr<Table> ReadTable(std::span<const std::byte> bytes, const Limits& limits, ReadOptions options) {
  const std::string name = "embedded data";
  // An anonymous file: the readers then need only one way to read.
  Fd fd(::memfd_create("pratique", MFD_CLOEXEC));
  OutputFile file = OutputFile::Borrow(fd, name);
  if (auto written = file.WriteAt(0, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}); !written.ok())
    return written;
  ASSIGN_OR_RETURN(auto reader, OpenFile(std::move(fd), name, limits, options));
  ASSIGN_OR_RETURN(auto table, reader->Next(SIZE_MAX));
  if (!table) return InputError("input.empty", name + " has no rows");
  ASSIGN_OR_RETURN(auto rest, reader->Next(1));
  if (rest) return InputError("input.rows", name + " is more than is read at once: 64 MiB", "store fewer rows");
  return *std::move(table);
}

}  // namespace pratique
