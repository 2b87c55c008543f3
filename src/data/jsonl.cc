#include "data/jsonl.h"

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "data/byte_stream.h"
#include "data/input_error.h"
#include "data/open.h"
#include "nlohmann/json.hpp"
#include "status_macros.h"

namespace pratique {
namespace {

enum class RowKind : uint8_t { kUnknown, kObject, kArray, kString };

// What is known of a column over all rows so far.
struct ColumnState {
  std::string name;
  CellKinds kinds;
  size_t last_row = SIZE_MAX;  // where it last had a value: repeated and absent keys
};

// Takes the values of one line after the other into columns. Nothing nests, so there is no depth to bound.
class RowHandler : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit RowHandler(size_t max_columns) : max_columns_(max_columns) {}

  // The rows of the lines so far as columns; the next line starts a new chunk.
  std::vector<OwnedColumn> Take();
  // False, with error() set, when the line is not a row.
  bool Line(const std::string& line);
  struct Error {
    std::string code, message, help;
  };
  const Error& error() const { return error_; }
  // Every column has a type that holds all of it.
  absl::Status CheckTypes() const;
  // After a first pass: what was learned of the columns stays, the rows go.
  void Restart();

  bool null() override {
    return Value([](OwnedColumn& c, ColumnState& s) {
      c.AddMissing();
      s.kinds.missing = true;
    });
  }
  bool boolean(bool b) override {
    return NotText([&](OwnedColumn& c, ColumnState& s) {
      c.AddBool(b);
      s.kinds.bools = true;
    });
  }
  bool number_integer(int64_t n) override {
    return AddNumber({.kind = Number::Kind::kInteger, .real = static_cast<double>(n), .integer = n});
  }
  bool number_unsigned(uint64_t n) override {
    if (n <= INT64_MAX) return number_integer(static_cast<int64_t>(n));
    return AddNumber({.kind = Number::Kind::kNatural, .real = static_cast<double>(n), .natural = n});
  }
  bool number_float(double n, const std::string& text) override {
    const bool digits = text.find_first_of(".eE") == text.npos;
    return AddNumber({.kind = digits ? Number::Kind::kHuge : Number::Kind::kFloat, .real = n});
  }
  bool string(std::string& text) override;
  bool binary(nlohmann::json::binary_t&) override { return Fail("binary data"); }
  bool start_object(size_t) override { return Start(RowKind::kObject); }
  bool start_array(size_t) override { return Start(RowKind::kArray); }
  bool end_object() override { return End(); }
  bool end_array() override { return End(); }
  bool key(std::string& name) override;
  bool parse_error(size_t, const std::string&, const nlohmann::json::exception& e) override;

 private:
  bool Fail(std::string message, std::string help = "", std::string code = "input.jsonl") {
    if (error_.message.empty()) error_ = {std::move(code), std::move(message), std::move(help)};
    return false;
  }
  bool FailNested();
  bool FailMixed(size_t j, const char* here, const char* before);
  bool Start(RowKind kind);
  bool End();
  bool Fill(size_t cells);
  size_t AddColumn(std::string name);
  std::string Describe(size_t j) const {
    return kind_ == RowKind::kObject ? "column '" + Escape(states_[j].name) + "'" : "column " + std::to_string(j);
  }
  template <class F>
  bool Value(F add);
  template <class F>
  bool NotText(F add);
  bool AddNumber(const Number& number);

  size_t max_columns_;
  RowKind kind_ = RowKind::kUnknown;
  bool inside_ = false;   // an object or array
  size_t column_ = 0;     // of the next value
  size_t row_ = 0;        // of all rows
  size_t chunk_row_ = 0;  // in this chunk
  std::vector<ColumnState> states_;
  std::vector<OwnedColumn> columns_;
  std::map<std::string, size_t> by_name_;  // ordered: no choice of names makes it slow
  uint64_t bytes_ = 0, filled_ = 0;        // of lines; cells that no line has
  Error error_;
};

size_t RowHandler::AddColumn(std::string name) {
  OwnedColumn& column = columns_.emplace_back(name);
  for (size_t i = 0; i < chunk_row_; ++i) column.AddMissing();
  states_.push_back({.name = std::move(name)});
  if (row_ > 0) {
    states_.back().kinds.missing = true;
    if (chunk_row_ > 0) column.absent_row = 0;
  }
  return states_.size() - 1;
}

// A row of few keys takes as much memory as one of all keys that other rows have: rows x keys, of a small file.
bool RowHandler::Fill(size_t cells) {
  constexpr uint64_t kCellsPerByte = 8, kFree = uint64_t{1} << 20;
  filled_ += cells;
  if (filled_ <= kCellsPerByte * bytes_ + kFree) return true;
  return Fail("most rows have no value in most of the " + std::to_string(states_.size()) + " columns",
              "give every row the keys that the model needs and no others; null is missing");
}

// scikit-learn's DictVectorizer takes {"tag": ["a", "b"]}; a column of a frame is no such thing.
bool RowHandler::FailNested() {
  return Fail((kind_ == RowKind::kObject ? Describe(column_) : "an array") +
                  " holds a list or an object, but the model takes columns",
              "write one number, text or null a column; lists and objects of any keys are for the models that "
              "`pratique inspect` says take records",
              "input.nested");
}

// pandas makes an object column of it. There 1 and "1" are two categories, and text that spells a number is a number to
// some estimators and an error to others: nothing is guessed.
bool RowHandler::FailMixed(size_t j, const char* here, const char* before) {
  return Fail(Describe(j) + " has " + here + " here and " + before + " before",
              "write all values of the column as numbers, or all as strings, as the model was fitted; null is missing",
              "input.mixed_column");
}

bool RowHandler::Start(RowKind kind) {
  if (inside_) return FailNested();
  if (kind_ != RowKind::kUnknown && kind_ != kind)
    return Fail("a row of another kind than those before (object, array or string)");
  kind_ = kind;
  inside_ = true;
  column_ = 0;
  return true;
}

bool RowHandler::key(std::string& name) {
  auto found = by_name_.find(name);
  if (found == by_name_.end()) {
    if (states_.size() >= max_columns_)
      return Fail("more than limits.output_columns = " + std::to_string(max_columns_) + " columns");
    if (!Fill(chunk_row_)) return false;
    found = by_name_.emplace(name, AddColumn(name)).first;
  }
  column_ = found->second;
  if (std::exchange(states_[column_].last_row, row_) == row_)
    return Fail("the key '" + Escape(name) + "' occurs twice");
  return true;
}

template <class F>
bool RowHandler::Value(F add) {
  if (!inside_) return Fail("a row is an object, an array or a string");
  if (kind_ == RowKind::kArray) {
    if (column_ == states_.size()) {
      if (row_ > 0) return Fail("more values than the " + std::to_string(states_.size()) + " of the rows before");
      if (column_ >= max_columns_)
        return Fail("more than limits.output_columns = " + std::to_string(max_columns_) + " columns");
      AddColumn("");
    }
    states_[column_].last_row = row_;
  }
  add(columns_[column_], states_[column_]);
  column_ += kind_ == RowKind::kArray;
  return true;
}

template <class F>
bool RowHandler::NotText(F add) {
  size_t j = column_;
  if (inside_ && j < states_.size() && states_[j].kinds.text) return FailMixed(j, "a number", "strings");
  return Value(add);
}

bool RowHandler::AddNumber(const Number& number) {
  return NotText([&](OwnedColumn& c, ColumnState& s) {
    c.AddNumber(number);
    s.kinds.Add(number);
  });
}

bool RowHandler::string(std::string& text) {
  if (!inside_) {
    if (kind_ != RowKind::kUnknown && kind_ != RowKind::kString)
      return Fail("a row of another kind than those before (object, array or string)");
    kind_ = RowKind::kString;
    if (states_.empty()) AddColumn("");
    inside_ = true;
    column_ = 0;
    states_[0].last_row = row_;
    return string(text) && End();
  }
  size_t j = column_;
  if (j < states_.size() && states_[j].kinds.HasNumbers()) {
    return FailMixed(j, "a string", "numbers");
  }
  return Value([&](OwnedColumn& c, ColumnState& s) {
    if (!c.is_text()) c.BecomeText();
    s.kinds.text = true;
    c.AddText(text);
  });
}

bool RowHandler::End() {
  if (kind_ == RowKind::kArray && column_ != states_.size()) {
    return Fail(std::to_string(column_) + " values, but " + std::to_string(states_.size()) + " in the rows before");
  }
  for (size_t j = 0; j < states_.size(); ++j) {
    if (states_[j].last_row == row_) continue;
    if (!Fill(1)) return false;
    columns_[j].AddMissing();
    states_[j].kinds.missing = true;
    if (!columns_[j].absent_row) columns_[j].absent_row = chunk_row_;
  }
  inside_ = false;
  return true;
}

bool RowHandler::parse_error(size_t, const std::string&, const nlohmann::json::exception& e) {
  std::string what = e.what();  // "[json.exception.parse_error.101] parse error at ...: syntax error ..."
  size_t colon = what.find(": ");
  return Fail(Escape(colon == what.npos ? what : what.substr(colon + 2)),
              "one JSON value a line; a missing value is null, not NaN");
}

bool RowHandler::Line(const std::string& line) {
  // The parser takes a NUL for the end, whatever follows.
  bytes_ += line.size();
  if (line.find('\0') != line.npos) return Fail("not JSON", "one JSON value a line, without a NUL");
  if (!nlohmann::json::sax_parse(line, this)) return Fail("not JSON");
  ++row_;
  ++chunk_row_;
  return true;
}

absl::Status RowHandler::CheckTypes() const {
  for (size_t j = 0; j < states_.size(); ++j) {
    if (states_[j].kinds.HasNoType()) return NoIntegerType(Describe(j));
  }
  return absl::OkStatus();
}

std::vector<OwnedColumn> RowHandler::Take() {
  for (size_t j = 0; j < states_.size(); ++j) columns_[j].SetType(states_[j].kinds);
  std::vector<OwnedColumn> taken = std::exchange(columns_, {});
  for (const ColumnState& state : states_) {
    if (columns_.emplace_back(state.name); state.kinds.text) columns_.back().BecomeText();
  }
  chunk_row_ = 0;
  return taken;
}

void RowHandler::Restart() {
  Take();
  row_ = 0;
  bytes_ = filled_ = 0;
  for (ColumnState& state : states_) state.last_row = SIZE_MAX;
}

// Of a line that is no JSON.
bool LooksLikeCsv(std::string_view line) {
  const size_t first = line.find_first_not_of(" \t\r");
  return line.find_first_of("{[") != first && line.find(',') != line.npos;
}

class JsonLinesReader : public Reader {
 public:
  JsonLinesReader(ByteStream stream, size_t max_columns) : stream_(std::move(stream)), rows_(max_columns) {}

  absl::Status Prepare();
  absl::StatusOr<std::optional<Table>> ReadRows(size_t max_rows, uint64_t max_bytes) override;

 private:
  // The next line that is not blank, as a row; false at the end.
  absl::StatusOr<bool> NextRow();

  ByteStream stream_;
  RowHandler rows_;
  std::string line_;
  size_t line_number_ = 0;
  size_t first_row_ = 0;
  bool prepared_ = false;
};

absl::StatusOr<bool> JsonLinesReader::NextRow() {
  for (;;) {
    auto more = stream_.ReadLine(line_);
    if (!more.ok() || !*more) return more;
    ++line_number_;
    if (line_.find_first_not_of(" \t\r") == line_.npos) continue;
    if (rows_.Line(line_)) return true;
    const RowHandler::Error& error = rows_.error();
    if (line_number_ == 1 && LooksLikeCsv(line_)) {
      return InputError("input.jsonl", "line 1: this is no JSON; it looks like CSV",
                        "give CSV as a file that ends in .csv: standard input takes JSON Lines");
    }
    return InputError(error.code, "line " + std::to_string(line_number_) + ": " + error.message, error.help);
  }
}

absl::Status JsonLinesReader::Prepare() {
  if (!stream_.CanRewind()) return absl::OkStatus();
  constexpr size_t kForget = 4096;
  for (size_t n = 1;; ++n) {
    ASSIGN_OR_RETURN(auto more, NextRow());
    if (!more) break;
    if (n % kForget == 0) rows_.Take();
  }
  RETURN_IF_ERROR(rows_.CheckTypes());
  rows_.Restart();
  line_number_ = 0;
  prepared_ = true;
  return stream_.Rewind();
}

absl::StatusOr<std::optional<Table>> JsonLinesReader::ReadRows(size_t max_rows, uint64_t max_bytes) {
  size_t rows = 0, bytes = 0;
  while (rows < max_rows && bytes < max_bytes &&
         (rows == 0 || prepared_ || max_bytes == kAllBytes || stream_.HasLine())) {
    ASSIGN_OR_RETURN(auto more, NextRow());
    if (!more) break;
    ++rows;
    bytes += line_.size();
  }
  if (rows == 0) return std::nullopt;
  RETURN_IF_ERROR(rows_.CheckTypes());
  size_t first = std::exchange(first_row_, first_row_ + rows);
  return Table(rows_.Take(), rows, first);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> OpenJsonLines(Fd fd, const std::string& path, const Limits& limits) {
  auto reader = std::make_unique<JsonLinesReader>(ByteStream(std::move(fd), path), limits.output_columns);
  RETURN_IF_ERROR(reader->Prepare());
  return reader;
}

}  // namespace pratique
