// CSV with a header (RFC 4180), typed as pandas.read_csv would.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/byte_stream.h"
#include "data/reader.h"

namespace pratique {

// What one field can be; what a column is follows from all of its fields: integers and floats mix, booleans
// only with missing values, and everything else is text.
enum class FieldKind : uint8_t { kMissing, kNumber, kBool, kText };

// pandas 2's rules: its default na_values, true in any case of letters, numbers with spaces around them. Unlike pandas'
// default parser a float is always rounded correctly (as with float_precision="round_trip"). `value` is set
// for numbers, and its `integer` for booleans.
FieldKind ClassifyField(std::string_view field, Number& value);

// Splits records. A record is its fields; blank lines, those of spaces and tabs too, are skipped, as pandas does.
class CsvParser {
 public:
  CsvParser(Fd fd, std::string path) : stream_(std::move(fd), std::move(path)) {}

  // The fields are valid until the next call. False at the end. Of more than set_most() only those are given, and
  // count() says how many there are: a megabyte of commas is a million empty fields.
  absl::StatusOr<bool> Next(std::vector<std::string_view>& fields);
  void set_most(size_t fields) { most_ = fields; }
  size_t count() const { return count_; }            // fields of the record
  size_t line() const { return line_; }              // of the record's first line, from 1
  bool after_blank() const { return after_blank_; }  // a blank line stood before the record
  bool CanRewind() const { return stream_.CanRewind(); }
  absl::Status Rewind();

 private:
  absl::Status Record();
  absl::Status Field(bool& last);
  absl::Status QuotedField();

  ByteStream stream_;
  std::string text_;  // of all fields of the record
  std::vector<size_t> ends_;
  size_t most_ = SIZE_MAX, count_ = 0;
  size_t line_ = 0, next_line_ = 1;
  bool after_blank_ = false, is_blank_ = false;
};

// Reads a file twice: once for the types of its columns, then in chunks.
absl::StatusOr<std::unique_ptr<Reader>> OpenCsv(Fd fd, const std::string& path, const Limits& limits,
                                                ReadOptions options = {});

}  // namespace pratique
