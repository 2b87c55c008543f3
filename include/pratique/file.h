// Stage 1: a container whose layout is sound.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pratique/limits.h"

namespace [[gnu::visibility("default")]] pratique {

using Sha256 = std::array<uint8_t, 32>;
std::string Hex(const Sha256& digest);

struct Storage;  // the bytes and the decoded manifest; src/container/storage.h

// What the manifest says of one object. Text is the file's own: escape before printing.
struct ObjectRecord {
  std::string_view type;    // canonical type name, e.g. sklearn.linear_model.LogisticRegression
  std::string_view role;    // its place in the parent: "steps[1]"; "model" for the root
  std::string_view params;  // hyperparameters as JSON, for people
  std::optional<uint32_t> parent;
  uint64_t offset = 0, stored_size = 0, size = 0;
  bool compressed = false;
  Sha256 sha256{};  // of the stored bytes
};

// Claims of the file about itself (contracts: Metadata). JSON, as stored.
struct GoldenSamples {
  std::string_view method;    // "predict_proba"
  std::string_view origin;    // "scikit-learn 1.6.1" or "pratique 0.1.0"
  std::string_view input;     // an .npy, .npz or .jsonl document
  std::string_view expected;  // an .npy document, or an .npz for a list of arrays or a sparse matrix
};

// Guarantees: the manifest is verified and canonical; every segment is in range, in order, 64-byte aligned, without
// gap,
//   overlap or trailing byte; sizes are within limits; every object has one owner and the last is the root.
// Does NOT guarantee: any type is known (see audit.h); any state is sound (see validate.h); who wrote it.
// Immutable and cheap to copy; safe to share between threads.
class File {
 public:
  File(const File&) = default;
  File& operator=(const File&) = default;

  std::span<const ObjectRecord> objects() const;
  std::string_view metadata() const;  // JSON object of claims; "" when absent
  std::span<const GoldenSamples> golden() const;
  std::string_view written_by() const;  // JSON: {"sklearn":[...],"numpy":...,"pratique":...}; claims
  uint64_t size() const;                // bytes of the file
  Sha256 sha256() const;                // of the whole file
  Sha256 identity() const;              // of the manifest: pins every other byte through the digests in it
  // Of the content: types, roles, parameters and uncompressed states; the same model has the same content digest.
  // Inflates compressed segments; kResourceExhausted when that breaks a limit, kInvalidArgument when it cannot be done.
  absl::StatusOr<Sha256> ContentDigest() const;
  const Storage& storage() const { return *storage_; }

 private:
  friend absl::StatusOr<File> Open(std::span<const std::byte> bytes, const Limits& limits);
  explicit File(std::shared_ptr<const Storage> storage) : storage_(std::move(storage)) {}
  std::shared_ptr<const Storage> storage_;
};

// Copies `bytes` (a whole .prq) once into private, 64-byte-aligned memory and verifies the container.
[[nodiscard]] absl::StatusOr<File> Open(std::span<const std::byte> bytes, const Limits& limits = {});

}  // namespace pratique
