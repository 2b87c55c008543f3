#include "data/csv.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <set>
#include <utility>

#include "data/input_error.h"
#include "data/open.h"
#include "status_macros.h"
#include "utf8.h"

namespace pratique {
namespace {

absl::Status Bad(size_t line, const std::string& message) {
  return InputError("input.csv", "line " + std::to_string(line) + ": " + message);
}

// At which pandas' fields end, whatever stands behind it.
absl::Status Null(size_t line) {
  return InputError("input.csv", "line " + std::to_string(line) + ": a NUL byte",
                    "write the file as UTF-8 (UTF-16 is full of NULs)");
}

// pandas/_libs/parsers.pyx, STR_NA_VALUES (pandas 2 and 3). Sorted.
constexpr std::array<std::string_view, 19> kMissingTexts = {
    "",     "#N/A", "#N/A N/A", "#NA",  "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A",  "NA",       "NULL", "NaN",     "None",     "n/a",  "nan",  "null"};
static_assert(std::is_sorted(kMissingTexts.begin(), kMissingTexts.end()));

bool EqualsIgnoringCase(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + ('a' - 'A') : x) == y; });
}

std::string_view Trim(std::string_view s) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  size_t begin = s.find_first_not_of(kSpace);
  if (begin == s.npos) return {};
  return s.substr(begin, s.find_last_not_of(kSpace) + 1 - begin);
}

// 0, a denormal or infinity: from_chars reports them all alike and gives no value.
double OutOfRange(std::string_view digits) { return std::strtod(std::string(digits).c_str(), nullptr); }

// Of digits, the nearest double of which is known.
void SetInteger(std::string_view digits, bool negative, Number& value) {
  uint64_t magnitude = 0;
  const bool fits = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude).ec == std::errc();
  constexpr uint64_t kLowest = uint64_t{1} << 63;  // the magnitude of INT64_MIN
  if (!fits || (negative && magnitude > kLowest)) {
    value.kind = Number::Kind::kHuge;
    return;
  }
  value.kind = !negative && magnitude >= kLowest ? Number::Kind::kNatural : Number::Kind::kInteger;
  value.natural = magnitude;
  value.integer = static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
}

// int(text) may take it, as pandas 3 asks: signs, digits of any script, underscores, spaces.
bool CanBeInteger(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' || static_cast<uint8_t>(c) <= ' ' ||
           static_cast<uint8_t>(c) >= 0x80;
  });
}

// What pandas makes of integers beyond 64 bits, signed ones beside those above 2^63, and missing values beside the
// latter: text, or Python's integers, also of a column of numbers (pandas/_libs/parsers.pyx _try_int64, _try_uint64 and
// pandas/_libs/src/parser/tokenizer.c str_to_uint64, 1.5 to 3.0).
class IntegerColumn {
 public:
  // A field in its order.
  void Observe(FieldKind kind, const Number& number, std::string_view field) {
    if (kind == FieldKind::kMissing) {
      missing_ = true;
      return;
    }
    words_ |= kind == FieldKind::kText && !CanBeInteger(field);
    const bool minus = Trim(field).starts_with('-');
    const bool whole = kind == FieldKind::kNumber && number.kind != Number::Kind::kFloat;
    const bool is_signed = whole && number.kind == Number::Kind::kInteger;
    if (as_signed_ == End::kNone && !is_signed) as_signed_ = whole ? End::kTooLarge : End::kNoInteger;
    if (as_unsigned_ != End::kNone) return;
    // Behind a minus anything passes for a signed integer.
    minus_ |= minus;
    if (minus) return;
    if (!whole || number.kind == Number::Kind::kHuge) as_unsigned_ = whole ? End::kTooLarge : End::kNoInteger;
  }
  // Whether more fields are asked, though the column is text.
  bool IsOpen() const { return as_signed_ == End::kTooLarge && as_unsigned_ != End::kNoInteger; }
  bool IsText() const {
    return IsOpen() && (as_unsigned_ == End::kTooLarge || (as_unsigned_ == End::kNone && (minus_ || missing_)));
  }
  // Some releases of pandas, or all, then take missing fields for the texts that they are, or texts for integers.
  bool IsOddText() const { return IsText() && (missing_ || !words_); }

 private:
  enum class End : uint8_t { kNone, kNoInteger, kTooLarge };  // of reading all fields as such
  End as_signed_ = End::kNone, as_unsigned_ = End::kNone;
  bool minus_ = false, missing_ = false, words_ = false;
};

struct ColumnType {
  std::string name;
  CellKinds kinds;
  IntegerColumn integers;
  bool lowest = false;  // -2^63, by which pandas marks the missing among integers

  void Observe(std::string_view field) {
    Number number;
    const FieldKind kind = ClassifyField(field, number);
    integers.Observe(kind, number, field);
    switch (kind) {
      case FieldKind::kMissing:
        kinds.missing = true;
        break;
      case FieldKind::kBool:
        kinds.bools = true;
        break;
      case FieldKind::kText:
        kinds.text = true;
        break;
      case FieldKind::kNumber:
        lowest |= number.kind == Number::Kind::kInteger && number.integer == std::numeric_limits<int64_t>::min();
        kinds.Add(number);
    }
  }
  bool HasNoType() const {
    if (IsText()) return integers.IsOddText();
    return integers.IsText() || (lowest && kinds.missing && !kinds.floats);
  }
  bool IsText() const { return kinds.text || (kinds.bools && kinds.NumberType() != DType::kBool); }
  DType Type() const { return IsText() ? DType::kString : kinds.NumberType(); }
};

class CsvReader : public Reader {
 public:
  CsvReader(CsvParser parser, bool has_header) : parser_(std::move(parser)), has_header_(has_header) {}

  // The header, the types, and back to the first row.
  absl::Status Prepare(const Limits& limits);
  absl::StatusOr<std::optional<Table>> ReadRows(size_t max_rows, uint64_t max_bytes) override;

 private:
  absl::Status ReadHeader(const Limits& limits);
  absl::StatusOr<bool> NextRow();
  absl::Status Add(OwnedColumn& column, const ColumnType& type, std::string_view field);

  CsvParser parser_;
  bool has_header_;
  std::vector<ColumnType> types_;
  std::vector<std::string_view> fields_;
  size_t row_ = 0;
  bool rows_seen_ = false;  // since the header
  bool given_ = false;      // at least one table
};

// pandas' own names of columns without names, 0, 1, ..., are a header.
bool CountsUp(std::span<const std::string_view> fields) {
  for (size_t j = 0; j < fields.size(); ++j) {
    if (fields[j] != std::to_string(j)) return false;
  }
  return true;
}

bool AreNumbers(std::span<const std::string_view> fields) {
  Number number;
  return std::ranges::all_of(fields, [&](auto field) { return ClassifyField(field, number) == FieldKind::kNumber; });
}

absl::Status CsvReader::ReadHeader(const Limits& limits) {
  parser_.set_most(limits.output_columns);
  ASSIGN_OR_RETURN(auto header, parser_.Next(fields_));
  if (!header) return InputError("input.csv", "the file is empty: a header with column names is needed");
  if (has_header_ && AreNumbers(fields_) && !CountsUp(fields_)) {
    return InputError("input.header", "the first line is all numbers: it looks like a row, not like names of columns",
                      "give --no-header if the columns go by position, or write a header");
  }
  if (parser_.count() > limits.output_columns) {
    return LimitError("output_columns", parser_.count(), limits.output_columns, "columns of the input");
  }
  if (!has_header_) {
    types_.resize(fields_.size());
    return parser_.Rewind();
  }
  std::set<std::string_view> names;  // ordered: no choice of names makes it slow
  for (std::string_view name : fields_) {
    if (!names.insert(name).second) return Bad(parser_.line(), "the column name '" + Escape(name) + "' occurs twice");
    if (!IsUtf8(name)) return Bad(parser_.line(), "the column name '" + Escape(name) + "' is not UTF-8");
  }
  parser_.set_most(fields_.size());
  for (size_t j = 0; j < fields_.size(); ++j) {
    // pandas gives this name to a column without one, such as the index that to_csv writes.
    types_.push_back({.name = fields_[j].empty() ? "Unnamed: " + std::to_string(j) : std::string(fields_[j])});
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvReader::NextRow() {
  auto more = parser_.Next(fields_);
  if (more.ok() && *more && parser_.count() != types_.size()) {
    return Bad(parser_.line(), std::to_string(parser_.count()) + " fields, but the " +
                                   (has_header_ ? "header" : "first row") + " has " + std::to_string(types_.size()));
  }
  if (more.ok() && *more && types_.size() == 1 && parser_.after_blank() && rows_seen_) {
    return InputError("input.csv",
                      "line " + std::to_string(parser_.line()) +
                          ": a blank line stands before it, which could be a missing value or nothing",
                      "write a lone missing value as \"\", or delete the blank line");
  }
  rows_seen_ = true;
  return more;
}

absl::Status CsvReader::Prepare(const Limits& limits) {
  RETURN_IF_ERROR(ReadHeader(limits));
  for (;;) {
    ASSIGN_OR_RETURN(auto more, NextRow());
    if (!more) break;
    for (size_t j = 0; j < fields_.size(); ++j) {
      if (!types_[j].kinds.text || types_[j].integers.IsOpen()) types_[j].Observe(fields_[j]);
    }
  }
  for (const ColumnType& type : types_) {
    if (type.HasNoType()) return NoIntegerType("column '" + Escape(type.name) + "'");
  }
  rows_seen_ = false;
  RETURN_IF_ERROR(parser_.Rewind());
  return has_header_ ? parser_.Next(fields_).status() : absl::OkStatus();
}

absl::Status CsvReader::Add(OwnedColumn& column, const ColumnType& type, std::string_view field) {
  Number value;
  FieldKind kind = ClassifyField(field, value);
  if (kind == FieldKind::kMissing) {
    column.AddMissing();
  } else if (type.IsText()) {
    if (!IsUtf8(field)) return Bad(parser_.line(), "'" + Escape(field, 60) + "' is not UTF-8");
    column.AddText(field);
  } else if (kind == FieldKind::kText) {
    return Bad(parser_.line(), "the file changed while it was read");
  } else if (kind == FieldKind::kBool) {
    column.AddBool(value.integer != 0);
  } else {
    if (type.kinds.floats) {
      value.kind = Number::Kind::kFloat;  // also -0
    } else if (value.real == 0) {
      value.real = 0;  // the integer -0
    }
    column.AddNumber(value);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Table>> CsvReader::ReadRows(size_t max_rows, uint64_t max_bytes) {
  std::vector<OwnedColumn> columns;
  for (const ColumnType& type : types_) {
    OwnedColumn& column = columns.emplace_back(type.name);
    if (type.IsText()) column.BecomeText();
  }
  size_t rows = 0;
  for (size_t bytes = 0; rows < max_rows && bytes < max_bytes; ++rows) {
    ASSIGN_OR_RETURN(auto more, NextRow());
    if (!more) break;
    for (size_t j = 0; j < columns.size(); ++j) {
      bytes += sizeof(double) + fields_[j].size();
      RETURN_IF_ERROR(Add(columns[j], types_[j], fields_[j]));
    }
  }
  if (rows == 0 && std::exchange(given_, true)) return std::nullopt;
  given_ = true;
  for (size_t j = 0; j < columns.size(); ++j) columns[j].SetType(types_[j].kinds);
  size_t first = std::exchange(row_, row_ + rows);
  return Table(std::move(columns), rows, first);
}

}  // namespace

FieldKind ClassifyField(std::string_view field, Number& value) {
  if (std::binary_search(kMissingTexts.begin(), kMissingTexts.end(), field)) return FieldKind::kMissing;
  for (bool truth : {true, false}) {
    if (!EqualsIgnoringCase(field, truth ? "true" : "false")) continue;
    value = {.real = static_cast<double>(truth), .integer = truth};
    return FieldKind::kBool;
  }
  std::string_view s = Trim(field);
  const bool spaced = s.size() < field.size();
  bool negative = s.starts_with('-');
  if (negative || s.starts_with('+')) s.remove_prefix(1);
  if (s.empty()) return FieldKind::kText;
  if (!spaced && (EqualsIgnoringCase(s, "inf") || EqualsIgnoringCase(s, "infinity"))) {
    value = {.real = negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity()};
    return FieldKind::kNumber;
  }
  bool digits = std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits && s[0] != '.' && !(s[0] >= '0' && s[0] <= '9')) return FieldKind::kText;  // "nan(1)", "--1"
  value = {};
  auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value.real);
  if (end != s.data() + s.size() || error == std::errc::invalid_argument) return FieldKind::kText;
  if (error == std::errc::result_out_of_range) value.real = OutOfRange(s);
  if (negative) value.real = -value.real;
  if (digits) SetInteger(s, negative, value);
  return FieldKind::kNumber;
}

absl::Status CsvParser::QuotedField() {
  size_t start = next_line_;
  for (stream_.Get();;) {
    int c = stream_.Get();
    if (c == '"') {
      if (stream_.Peek() != '"') break;
      stream_.Get();
    } else if (c < 0) {
      return stream_.status().ok() ? Bad(start, "a quoted field is never closed") : stream_.status();
    }
    if (c == 0) return Null(next_line_);
    next_line_ += c == '\n';
    text_.push_back(static_cast<char>(c));
    if (text_.size() > ByteStream::kMaxRecord) return Bad(start, "the record is too long");
  }
  int c = stream_.Peek();
  if (c >= 0 && c != ',' && c != '\n' && c != '\r') return Bad(next_line_, "text after a closing quote");
  return absl::OkStatus();
}

// One field and what ends it; `last` says that the record ends too.
absl::Status CsvParser::Field(bool& last) {
  if (stream_.Peek() == '"') {
    RETURN_IF_ERROR(QuotedField());
  }
  for (;;) {
    int c = stream_.Get();
    last = c != ',';
    if (c == '\r' && stream_.Peek() == '\n') c = stream_.Get();
    if (c == '\n' || c == '\r') ++next_line_;
    if (c == ',' || c == '\n' || c == '\r' || c < 0) break;
    if (c == 0) return Null(next_line_);
    text_.push_back(static_cast<char>(c));
    if (text_.size() > ByteStream::kMaxRecord) return Bad(line_, "the record is too long");
  }
  if (count_++ < most_) ends_.push_back(text_.size());
  return stream_.status();
}

absl::Status CsvParser::Record() {
  line_ = next_line_;
  text_.clear();
  ends_.clear();
  count_ = 0;
  const bool quoted = stream_.Peek() == '"';
  for (bool last = false; !last;) {
    RETURN_IF_ERROR(Field(last));
  }
  is_blank_ = !quoted && count_ == 1 && text_.find_first_not_of(" \t") == text_.npos;
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvParser::Next(std::vector<std::string_view>& fields) {
  fields.clear();
  if (line_ == 0 && stream_.Peek() == 0xEF) {
    for (int expected : {0xEF, 0xBB, 0xBF}) {
      if (stream_.Get() != expected) return Bad(1, "the file starts with bytes that are not UTF-8");
    }
  }
  after_blank_ = false;
  do {
    while (stream_.Peek() == '\n' || stream_.Peek() == '\r') {
      if (stream_.Get() == '\r' && stream_.Peek() == '\n') stream_.Get();
      ++next_line_;
      after_blank_ = true;
    }
    if (stream_.Peek() < 0) return stream_.status().ok() ? absl::StatusOr<bool>(false) : stream_.status();
    RETURN_IF_ERROR(Record());
    after_blank_ |= is_blank_;
  } while (is_blank_);
  for (size_t begin = 0; size_t end : ends_) {
    fields.push_back(std::string_view(text_).substr(begin, end - begin));
    begin = end;
  }
  return true;
}

absl::Status CsvParser::Rewind() {
  line_ = 0;
  next_line_ = 1;
  return stream_.Rewind();
}

absl::StatusOr<std::unique_ptr<Reader>> OpenCsv(Fd fd, const std::string& path, const Limits& limits,
                                                ReadOptions options) {
  auto reader = std::make_unique<CsvReader>(CsvParser(std::move(fd), path), !options.no_header);
  RETURN_IF_ERROR(reader->Prepare(limits));
  return reader;
}

}  // namespace pratique
