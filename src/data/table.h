// An owning table of input rows, and its preparation for a model: columns by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "pratique/data.h"

namespace pratique {

template <class T>
struct OwnedDense {
  size_t rows = 0, cols = 0;
  std::vector<T> values;  // rows * cols, row-major
  DType dtype = kDTypeOf<T>;
  bool swapped = false;
};

template <class T>
struct OwnedCsr {
  size_t rows = 0, cols = 0;
  std::vector<int64_t> indptr{0};
  std::vector<int32_t> indices;
  std::vector<T> data;
  DType dtype = kDTypeOf<T>;
};

// A number as it was written.
struct Number {
  enum class Kind : uint8_t { kInteger, kNatural, kHuge, kFloat } kind = Kind::kFloat;
  double real = 0;       // nearest to the number, whatever its kind
  int64_t integer = 0;   // kInteger
  uint64_t natural = 0;  // kNatural: an integer above int64's range; kHuge: one beyond 64 bits, of which real is left
};

// What the cells of a column were over all rows so far: its type follows, as pandas would have it.
struct CellKinds {
  bool missing = false, integers = false, negatives = false, naturals = false, huge = false, floats = false,
       bools = false, text = false;

  void Add(const Number& number);
  bool HasNumbers() const { return integers || naturals || huge || floats || bools; }
  // Without text. Integers beside a missing value are float64; so are bools beside numbers.
  DType NumberType() const;
  // No dtype of numpy holds all of these integers; pandas makes objects or text of them.
  bool HasNoType() const { return !floats && !text && (huge || (naturals && (negatives || missing || bools))); }
};

// One column, filled row by row: numbers, bools or text. A column of missing values only is numeric. Integers stay
// integers until a float or a missing value comes, which makes doubles of all.
class OwnedColumn {
 public:
  explicit OwnedColumn(std::string name = "") : name_(std::move(name)) {}

  void AddNumber(const Number& number);
  void AddBool(bool value);
  void AddText(std::string_view value);
  void AddMissing();

  // Turns a numeric column so far (all missing) into a text column.
  void BecomeText();
  bool is_text() const { return dtype_ == DType::kString; }
  size_t rows() const { return is_text() ? ends_.size() : is_float() ? doubles_.size() : integers_.size(); }
  const std::string& name() const { return name_; }
  DType dtype() const { return dtype_; }
  // What the column is over all rows of the input, of which these are some; text stays text.
  void SetType(const CellKinds& kinds);

  // The first row (of this table) that did not have the column at all, as an object without that key.
  std::optional<size_t> absent_row;

  // Makes view() valid; nothing may be added after that.
  void Seal();
  Column view() const;

 private:
  bool is_float() const { return dtype_ == DType::kFloat64; }
  void BecomeFloats();

  std::string name_;
  DType dtype_ = DType::kBool;     // of what is there; bool when nothing is
  bool negatives_ = false;         // an integer below 0 was there
  std::vector<double> doubles_;    // kFloat64
  std::vector<int64_t> integers_;  // other numbers; of kUInt64 the bits
  std::vector<char> chars_;        // all texts, one after the other (a vector: moving it moves no bytes)
  std::vector<size_t> ends_;
  std::vector<uint8_t> missing_;  // of text; of bools, where one is missing
  std::vector<std::string_view> texts_;
};

// Records, item after item; all of their text in one piece.
struct OwnedRecords {
  struct Entry {
    Item item;  // without its text
    size_t key_begin = 0, key_size = 0, text_begin = 0, text_size = 0;
  };
  std::vector<int64_t> offsets{0};
  std::vector<Entry> entries;
  std::vector<char> chars;
  std::vector<Item> items;  // made by Seal()

  void Add(Item item, std::string_view key, std::string_view text);
  void EndRow() { offsets.push_back(static_cast<int64_t>(entries.size())); }
  void Seal();
};

// Rows in memory. Move-only: the views point into it and survive a move.
class Table {
 public:
  using Value =
      std::variant<OwnedDense<double>, OwnedDense<float>, OwnedDense<int64_t>, OwnedDense<uint64_t>, OwnedCsr<double>,
                   OwnedCsr<float>, OwnedCsr<int64_t>, OwnedCsr<uint64_t>, std::vector<OwnedColumn>, OwnedRecords>;

  explicit Table(Value value, size_t rows, size_t first_row = 0);
  Table(Table&&) = default;
  Table& operator=(Table&&) = default;

  size_t rows() const { return rows_; }
  size_t first_row() const { return first_row_; }  // of this chunk in the whole input, for messages
  bool is_frame() const { return std::holds_alternative<std::vector<OwnedColumn>>(value_); }
  // Frames only.
  const std::vector<OwnedColumn>& columns() const { return std::get<std::vector<OwnedColumn>>(value_); }

  Data view() const;  // valid while this table (or the one it is moved to) lives

 private:
  Value value_;
  size_t rows_;
  size_t first_row_;
  std::vector<Column> views_;  // of a frame
};

// Rows as a model takes them. Borrows the table.
struct Aligned {
  Data data;
  std::vector<Column> columns;       // what `data` points to, for a frame
  std::vector<std::string> ignored;  // columns of the input that the model does not want
};

// The columns that `wanted` names, in its order, as far as they are there: the model may do without one, as a
// ColumnTransformer does without what it drops, and says which it misses. What has no column names (matrices,
// positional frames) passes as it is, and so does everything when `wanted` is empty.
absl::StatusOr<Aligned> Align(const Table& table, std::span<const std::string_view> wanted);

// An error of a model that misses a column, and what the table has instead; any other error as it is.
absl::Status SayColumns(const absl::Status& status, const Table& table);

}  // namespace pratique
