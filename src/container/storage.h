// What a File owns: the bytes, once, and the manifest decoded over them.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "pratique/file.h"
#include "state/arena.h"

namespace pratique {

struct Storage {
  Arena arena;                       // owns `bytes` and every view below; 64-byte aligned
  std::span<const std::byte> bytes;  // the whole file
  Limits limits;
  uint64_t manifest_size = 0;  // with its size prefix
  std::vector<ObjectRecord> objects;
  std::vector<GoldenSamples> golden;
  std::string_view metadata, written_by;

  std::span<const std::byte> Stored(const ObjectRecord& object) const {
    return bytes.subspan(object.offset, object.stored_size);
  }
};

// The state of `object`: its stored bytes, or its zstd frame inflated into `arena` (one frame, declared and equal size,
// bounded window, no dictionary, nothing after it). kInvalidArgument or kResourceExhausted otherwise.
absl::StatusOr<std::span<const std::byte>> StateBytes(const Storage& storage, const ObjectRecord& object, Arena& arena);

}  // namespace pratique
