// The readers behind Reader::Open.
#pragma once

#include <memory>
#include <string>

#include "data/file_io.h"
#include "data/reader.h"

namespace pratique {

// A regular file, from its start.
absl::StatusOr<std::unique_ptr<Reader>> OpenNpy(Fd fd, const std::string& path, const Limits& limits);
// A CSR or CSC matrix of scipy.sparse.save_npz, as CSR. In memory as a whole.
absl::StatusOr<std::unique_ptr<Reader>> OpenNpz(Fd fd, const std::string& path, const Limits& limits);

}  // namespace pratique
