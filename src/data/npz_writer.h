// .npz: arr_0, arr_1, ... of numpy.savez, or the CSR layout of scipy.sparse.save_npz. In memory until the end.
#pragma once

#include <memory>

#include "data/file_io.h"
#include "data/writer.h"

namespace pratique {

// The same rows give the same bytes: entries are in a fixed order, dated 1980-01-01.
std::unique_ptr<Writer> MakeNpzWriter(OutputFile file, const WriterOptions& options);

}  // namespace pratique
