// JSON Lines as rows: an object is a row of named columns, an array a positional row, a string a document.
#pragma once

#include <memory>
#include <string>

#include "data/file_io.h"
#include "data/reader.h"

namespace pratique {

// A file is read twice, first for its columns and their types; a pipe once, and there a column that held only
// null so far counts as numeric. null is missing, and so is a key that an object does not have
// (OwnedColumn::absent_row). Errors name the line: input.nested for a value that is no single number or text,
// input.mixed_column for text and numbers in one column, input.jsonl for a repeated key, mixed kinds of rows, or no
// JSON.
absl::StatusOr<std::unique_ptr<Reader>> OpenJsonLines(Fd fd, const std::string& path, const Limits& limits);

}  // namespace pratique
