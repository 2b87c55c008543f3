// Writers of predictions: .npy, .npz, .csv and JSON Lines, appended to chunk by chunk.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pratique/data.h"

namespace pratique {

enum class OutputFormat : uint8_t { kNpy, kNpz, kCsv, kJsonLines };

struct WriterOptions {
  // Column names of .csv: of a two-dimensional result, one each; otherwise made from `name`.
  std::string name = "prediction";
  std::vector<std::string> columns{};
  // Rows of .jsonl are objects with `columns` as keys, where a row is dense and every column has a name of its own.
  bool keys = false;
  // Of text in .npy and .npz, in characters, as numpy's U5: what scikit-learn's labels have, whichever of them occur.
  // 0: that of the longest element, for which all text is kept in memory.
  size_t text_width = 0;
};

// output.format: an object array in numpy, which would be a pickle.
absl::Status MixedHasNoPlace();
// output.format: dicts or tuples anywhere but in JSON Lines.
absl::Status RecordsHaveNoPlace();

class Writer {
 public:
  // By extension; "-" is CSV. Errors: output.format.
  static absl::StatusOr<OutputFormat> FormatOf(const std::string& path);
  // The file appears only when Finish succeeds; "-" is standard output, written at every Append.
  static absl::StatusOr<std::unique_ptr<Writer>> Open(const std::string& path, OutputFormat format,
                                                      WriterOptions options = {});
  virtual ~Writer() = default;

  // Rows after those before. Every chunk must have the same types and columns (internal.bug). Errors: io.*;
  // output.format for a result that the format has no place for: lists and sparse matrices in .npy, text beside numbers
  // in .npy and .npz.
  virtual absl::Status Append(const Output& output) = 0;
  // Completes the file. Needs at least one Append (of no rows, for no rows).
  virtual absl::Status Finish() = 0;
};

// The rows of a frame of named columns as JSON Lines, which read back as the same frame. An infinity is golden.input:
// JSON has none.
absl::StatusOr<std::string> JsonLines(const FrameView& frame);

// Element k in C order as CSV has it, unquoted: integers digit by digit, floats so that they read back the same.
std::string ElementText(const Matrix& array, size_t k);

// The .npy file of one array, as numpy.save writes it. A str array's width is that of its longest element.
std::string NpyBytes(const Matrix& array);

}  // namespace pratique
