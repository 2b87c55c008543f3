// JSON Lines as rows: an object is a row of named columns, an array a positional row, a string a document.
#pragma once

#include <memory>
#include <string>

#include "data/file_io.h"
#include "data/reader.h"

namespace pratique {

// A file is read twice, first for its columns and their types; a pipe once, and there a column that held only
// null so far counts as numeric. null is missing, and so is a key that an object does not have
// (OwnedColumn::absent_row). A nested value, a repeated key, mixed text and numbers in a column, mixed kinds
// of rows: input.jsonl with the line.
absl::StatusOr<std::unique_ptr<Reader>> OpenJsonLines(Fd fd, const std::string& path, const Limits& limits);

}  // namespace pratique
