// Every budget for a file that is not trusted. Below them it costs 160 bytes of memory a byte (docs/threat-model.md).
#pragma once

#include <cstdint>

namespace [[gnu::visibility("default")]] pratique {

// Work and memory are charged against these as they are spent; an allocation is sized by checked 64-bit
// arithmetic and charged before it is made. Exceeding one is kResourceExhausted, reason `limit`, code
// `limit.<field>`; the message names the policy key (same name) and the value that would have been needed.
struct Limits {
  // Bytes of the file as stored. Stops: reading an endless stream into memory.
  uint64_t file_bytes = uint64_t{8} << 30;
  // Bytes after all decompression layers, in sum. Stops: zip, gzip, xz and zstd bombs.
  uint64_t inflated_bytes = uint64_t{16} << 30;
  // Inflated over stored bytes, checked once more than 1 MiB was inflated. Stops: small files that inflate for minutes.
  uint64_t inflate_ratio = 1100;
  // Base-2 logarithm of the largest window a zstd frame may ask for. Stops: gigabyte windows for tiny frames.
  uint32_t zstd_window_log = 27;
  // Objects (estimators and tree blocks) in one model. Stops: manifests of millions of empty objects.
  uint32_t objects = 100000;
  // Nesting of objects, of pickled containers, of JSON. Stops: stack exhaustion.
  uint32_t depth = 100;
  // FlatBuffers tables in one segment. Stops: verification work over shared tables.
  uint32_t tables = 4000000;
  // Values that an importer materialises (inert graph nodes). Stops: memory expansion of compact opcodes.
  uint64_t values = 200000000;
  // Bytes the library allocates for one model beyond the file itself. Stops: arrays declared huge. The dictionary of an
  // xz or LZMA stream has a bound of its own, 256 MiB whatever stands here: xz -9 asks for 65, a stream may ask for
  // 4,096.
  uint64_t memory = uint64_t{16} << 30;
  // Columns that one transformer may produce. Stops: predictions that allocate without bound.
  uint64_t output_columns = 1 << 22;
  // Rows of one input block given to Run. Stops: overflow of rows times columns.
  uint64_t rows = uint64_t{1} << 40;
};

}  // namespace pratique
