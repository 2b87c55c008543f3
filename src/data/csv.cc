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

struct ColumnType {
  std::string name;
  bool missing = false, ints = false, floats = false, bools = false, text = false;

  void Observe(FieldKind kind) {
    missing |= kind == FieldKind::kMissing;
    ints |= kind == FieldKind::kInt;
    floats |= kind == FieldKind::kFloat;
    bools |= kind == FieldKind::kBool;
    text |= kind == FieldKind::kText;
  }
  bool IsText() const { return text || (bools && (ints || floats)); }
  DType Type() const {
    if (IsText()) return DType::kString;
    if (bools) return DType::kBool;
    return ints && !floats && !missing ? DType::kInt64 : DType::kFloat64;
  }
};

class CsvReader : public Reader {
 public:
  explicit CsvReader(CsvParser parser) : parser_(std::move(parser)) {}

  // The header, the types, and back to the first row.
  absl::Status Prepare(const Limits& limits);
  absl::StatusOr<std::optional<Table>> ReadRows(size_t max_rows) override;

 private:
  absl::Status ReadHeader(const Limits& limits);
  absl::StatusOr<bool> NextRow();
  absl::Status Add(OwnedColumn& column, const ColumnType& type, std::string_view field);

  CsvParser parser_;
  std::vector<ColumnType> types_;
  std::vector<std::string_view> fields_;
  size_t row_ = 0;
  bool given_ = false;  // at least one table
};

absl::Status CsvReader::ReadHeader(const Limits& limits) {
  parser_.set_most(limits.output_columns);
  ASSIGN_OR_RETURN(auto header, parser_.Next(fields_));
  if (!header) return InputError("input.csv", "the file is empty: a header with column names is needed");
  if (parser_.count() > limits.output_columns) {
    return LimitError("output_columns", parser_.count(), limits.output_columns, "columns of the input");
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
    return Bad(parser_.line(),
               std::to_string(parser_.count()) + " fields, but the header has " + std::to_string(types_.size()));
  }
  return more;
}

absl::Status CsvReader::Prepare(const Limits& limits) {
  RETURN_IF_ERROR(ReadHeader(limits));
  for (;;) {
    ASSIGN_OR_RETURN(auto more, NextRow());
    if (!more) break;
    for (size_t j = 0; j < fields_.size(); ++j) {
      if (types_[j].text) continue;
      double value;
      types_[j].Observe(ClassifyField(fields_[j], value));
    }
  }
  RETURN_IF_ERROR(parser_.Rewind());
  return parser_.Next(fields_).status();
}

absl::Status CsvReader::Add(OwnedColumn& column, const ColumnType& type, std::string_view field) {
  double value = std::numeric_limits<double>::quiet_NaN();
  FieldKind kind = ClassifyField(field, value);
  if (kind == FieldKind::kMissing) {
    column.AddMissing();
  } else if (type.IsText()) {
    if (!IsUtf8(field)) return Bad(parser_.line(), "'" + Escape(field, 60) + "' is not UTF-8");
    column.AddText(field);
  } else if (kind == FieldKind::kText) {
    return Bad(parser_.line(), "the file changed while it was read");
  } else {
    column.AddNumber(value);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Table>> CsvReader::ReadRows(size_t max_rows) {
  std::vector<OwnedColumn> columns;
  for (const ColumnType& type : types_) {
    OwnedColumn& column = columns.emplace_back(type.name);
    if (type.IsText()) column.BecomeText();
    column.set_dtype(type.Type());
  }
  size_t rows = 0;
  for (size_t bytes = 0; rows < max_rows && bytes < kMaxChunkBytes; ++rows) {
    ASSIGN_OR_RETURN(auto more, NextRow());
    if (!more) break;
    for (size_t j = 0; j < columns.size(); ++j) {
      bytes += sizeof(double) + fields_[j].size();
      RETURN_IF_ERROR(Add(columns[j], types_[j], fields_[j]));
    }
  }
  if (rows == 0 && std::exchange(given_, true)) return std::nullopt;
  given_ = true;
  size_t first = std::exchange(row_, row_ + rows);
  return Table(std::move(columns), rows, first);
}

}  // namespace

FieldKind ClassifyField(std::string_view field, double& value) {
  if (std::binary_search(kMissingTexts.begin(), kMissingTexts.end(), field)) return FieldKind::kMissing;
  for (bool truth : {true, false}) {
    for (std::string_view name : truth ? std::array<std::string_view, 3>{"True", "TRUE", "true"}
                                       : std::array<std::string_view, 3>{"False", "FALSE", "false"}) {
      if (field != name) continue;
      value = truth;
      return FieldKind::kBool;
    }
  }
  std::string_view s = Trim(field);
  bool negative = s.starts_with('-');
  if (negative || s.starts_with('+')) s.remove_prefix(1);
  if (s.empty()) return FieldKind::kText;
  if (EqualsIgnoringCase(s, "inf") || EqualsIgnoringCase(s, "infinity")) {
    value = negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    return FieldKind::kFloat;
  }
  bool digits = std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits && s[0] != '.' && !(s[0] >= '0' && s[0] <= '9')) return FieldKind::kText;  // "nan(1)", "--1"
  auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value);
  if (end != s.data() + s.size() || error == std::errc::invalid_argument) return FieldKind::kText;
  if (error == std::errc::result_out_of_range) value = OutOfRange(s);
  if (negative) value = -value;
  if (digits && negative && value == 0) value = 0;  // the integer -0
  return digits ? FieldKind::kInt : FieldKind::kFloat;
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
    text_.push_back(static_cast<char>(c));
    if (text_.size() > ByteStream::kMaxRecord) return Bad(line_, "the record is too long");
  }
  if (count_++ < most_) ends_.push_back(text_.size());
  return stream_.status();
}

absl::StatusOr<bool> CsvParser::Next(std::vector<std::string_view>& fields) {
  fields.clear();
  if (line_ == 0 && stream_.Peek() == 0xEF) {
    for (int expected : {0xEF, 0xBB, 0xBF}) {
      if (stream_.Get() != expected) return Bad(1, "the file starts with bytes that are not UTF-8");
    }
  }
  while (stream_.Peek() == '\n' || stream_.Peek() == '\r') {
    if (stream_.Get() == '\r' && stream_.Peek() == '\n') stream_.Get();
    ++next_line_;
  }
  if (stream_.Peek() < 0) return stream_.status().ok() ? absl::StatusOr<bool>(false) : stream_.status();
  line_ = next_line_;
  text_.clear();
  ends_.clear();
  count_ = 0;
  for (bool last = false; !last;) {
    RETURN_IF_ERROR(Field(last));
  }
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

absl::StatusOr<std::unique_ptr<Reader>> OpenCsv(Fd fd, const std::string& path, const Limits& limits) {
  auto reader = std::make_unique<CsvReader>(CsvParser(std::move(fd), path));
  RETURN_IF_ERROR(reader->Prepare(limits));
  return reader;
}

}  // namespace pratique
