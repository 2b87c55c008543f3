// The readers behind Reader::Open.
#pragma once

#include <memory>
#include <string>

#include "data/file_io.h"
#include "data/reader.h"

namespace pratique {

// A regular file, from its start.
absl::StatusOr<std::unique_ptr<Reader>> OpenNpy(Fd fd, const std::string& path, const Limits& limits,
                                                ReadOptions options = {});
// JSON Lines whose lines are dicts, lists, or lists of pairs.
absl::StatusOr<std::unique_ptr<Reader>> OpenRecords(Fd fd, const std::string& path);
// A CSR or CSC matrix of scipy.sparse.save_npz, as CSR. A CSR matrix is read twice, first to check it; of it only the
// offsets of its rows are in memory. A CSC matrix is in memory as a whole.
absl::StatusOr<std::unique_ptr<Reader>> OpenNpz(Fd fd, const std::string& path, const Limits& limits);

}  // namespace pratique
