// Files that hold other files: compression around a model, and archives that hold pickles.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "absl/status/statusor.h"
#include "archive/inflate.h"
#include "format/sniff.h"
#include "pratique/limits.h"
#include "pratique/rejection.h"

namespace pratique {

struct Unwrapped {
  Sniffed sniffed;         // of the content; `wrapper` names the compression around it
  codec::Buffer inflated;  // what `bytes` point into, if anything was inflated
  std::span<const std::byte> bytes;
  codec::Spent spent;                 // of all around `bytes`
  std::span<const std::byte> stored;  // the file
};

// A zip inside a compressed stream can only be told by its end: such a stream is inflated and looked at again. Anything
// else stays as it is (pickles are inflated by their importer).
absl::StatusOr<Unwrapped> Unwrap(std::span<const std::byte> bytes, const Sniffed& sniffed, const Limits& limits);

// Looks for pickles inside formats that pratique does not read: members of zip archives (PyTorch's, .npz), object
// arrays of .npy, compressed streams, nested a few deep. Never accepts anything.
struct Examined {
  // Why one of them is refused as an attack or breaks a limit, or why the archive itself is crafted. nullopt says
  // nothing about the file, which stays unread.
  std::optional<Rejection> refused;
  // An .npy, or an .npz of nothing else, that is numbers and text from end to end: such as the test set beside a model.
  bool is_data = false;
};
Examined Examine(const Unwrapped& file, const Limits& limits);

}  // namespace pratique
