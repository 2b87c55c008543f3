// Compression wrappers around a pickle, told by their first bytes as joblib tells them.
//
// Guarantees: the whole input is one stream (gzip, bz2 and xz: one or more concatenated members) with nothing after
//   it; checksums hold; the output is within Limits::inflated_bytes and inflate_ratio, checked before it is allocated.
// Does NOT guarantee: anything about what was inside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "pratique/limits.h"

namespace pratique::codec {

enum class Codec : uint8_t { kNone, kZlib, kGzip, kBzip2, kLzma, kXz, kLz4, kZFile, kDeflate };

// "zlib", "gzip", ...; "" for kNone.
std::string_view Name(Codec codec);

// The wrapper that the first bytes announce. kNone when they announce none: nothing is tried. Never kDeflate, which has
// no header: it is how zip stores.
Codec Detect(std::span<const std::byte> file);

// Whether Python's lzma would read it as a stream of the older format, which has no magic: Detect knows it as joblib
// does, by the properties that everybody writes, and there are others.
bool BeginsLzma(std::span<const std::byte> file);

// Owns what was inflated.
struct Buffer {
  struct Free {
    void operator()(std::byte* p) const;
  };
  std::unique_ptr<std::byte[], Free> data;
  size_t size = 0;
  std::span<const std::byte> view() const { return {data.get(), size}; }
};

// What one file has cost so far, the streams and archives inside it included: the limits hold for their sum.
struct Spent {
  uint64_t stored = 0;    // bytes of the outermost file; 0: nothing is around it
  uint64_t inflated = 0;  // inflated streams, and declared sizes of an archive's members
};

// Inflates all of `file`. Errors: reason malformed, code "codec.<name>"; reason limit, code "limit.inflated_bytes",
// "limit.inflate_ratio" or "limit.memory" (a dictionary that the stream asks for).
absl::StatusOr<Buffer> Inflate(Codec codec, std::span<const std::byte> file, const Limits& limits, Spent before = {});

// Of a stream behind the first that breaks, what came before the break: counted, or left out, as Python's lzma and bz2
// do where they meet the break at once.
enum class BrokenTail : uint8_t { kCounts, kLeftOut };

// The first bytes of the content, at most `count`, for telling formats; fewer when the stream breaks before. Streams
// behind the first are read as Python reads them, also where Inflate refuses what stands between.
Buffer InflateHead(Codec codec, std::span<const std::byte> file, size_t count, BrokenTail tail = BrokenTail::kCounts);

// The same content in blocks of `count` bytes, of which the last may be shorter. False once visit(block) is.
bool InflateBlocks(Codec codec, std::span<const std::byte> file, size_t count,
                   absl::FunctionRef<bool(std::span<const std::byte>)> visit, BrokenTail tail = BrokenTail::kCounts);

}  // namespace pratique::codec
