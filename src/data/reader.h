// Readers of X: .npy, scipy .npz, .csv and JSON Lines, in chunks of rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "data/table.h"
#include "pratique/limits.h"

namespace pratique {

struct ReadOptions {
  bool no_header = false;             // .csv only: columns go by position
  RowsAre rows = RowsAre::kFeatures;  // what the model takes: Model::rows_are
};

// What a reader holds of the input at once, about; rows are as many as fit, one at least.
inline constexpr uint64_t kChunkBytes = uint64_t{1} << 26, kAllBytes = UINT64_MAX;

class Reader {
 public:
  // The format is told by content (.npy and zip by magic), then by extension (.csv, .jsonl), then by a first
  // byte
  // '{', '[' or '"' (JSON Lines). "-" is JSON Lines on standard input. All but a pipe is checked before rows
  // are read: an .npy against its file's size; types of .csv and .jsonl columns over the whole file, so that
  // they do not depend on the chunks. Errors: io.* for the file, input.* for its content, limit.* for a
  // budget.
  static absl::StatusOr<std::unique_ptr<Reader>> Open(const std::string& path, const Limits& limits = {},
                                                      ReadOptions options = {});

  virtual ~Reader() = default;

  // The next rows, between 1 and max_rows of them; nullopt after the last. A pipe gives the lines that are
  // there and waits only for the first. An input of no rows gives one table of no rows if its columns are
  // known. With kAllBytes and SIZE_MAX rows it gives all of the input, and waits for the end of a pipe. After an
  // error the reader is of no further use.
  absl::StatusOr<std::optional<Table>> Next(size_t max_rows, uint64_t max_bytes = kChunkBytes);

 private:
  virtual absl::StatusOr<std::optional<Table>> ReadRows(size_t max_rows, uint64_t max_bytes) = 0;
};

// All rows of a document in memory (.npy, .npz or JSON Lines: told by content), such as golden samples.
absl::StatusOr<Table> ReadTable(std::span<const std::byte> bytes, const Limits& limits = {}, ReadOptions options = {});

}  // namespace pratique
