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
};

template <class T>
struct OwnedCsr {
  size_t rows = 0, cols = 0;
  std::vector<int64_t> indptr{0};
  std::vector<int32_t> indices;
  std::vector<T> data;
};

// One column, filled row by row: numbers or text, never both. A column of missing values only is numeric.
class OwnedColumn {
 public:
  explicit OwnedColumn(std::string name = "") : name_(std::move(name)) {}

  void AddNumber(double value) { numbers_.push_back(value); }
  void AddText(std::string_view value);
  void AddMissing();

  // Turns a numeric column so far (all missing) into a text column.
  void BecomeText();
  bool is_text() const { return is_text_; }
  size_t rows() const { return is_text_ ? ends_.size() : numbers_.size(); }
  const std::string& name() const { return name_; }
  std::span<const double> numbers() const { return numbers_; }
  DType dtype() const { return is_text_ ? DType::kString : dtype_; }
  void set_dtype(DType dtype) { dtype_ = dtype; }  // of a numeric column: what the values were before they were doubles

  // The first row (of this table) that did not have the column at all, as an object without that key.
  std::optional<size_t> absent_row;

  // Makes view() valid; nothing may be added after that.
  void Seal();
  Column view() const;

 private:
  std::string name_;
  bool is_text_ = false;
  DType dtype_ = DType::kFloat64;
  std::vector<double> numbers_;
  std::vector<char> chars_;  // all texts, one after the other (a vector: moving it moves no bytes)
  std::vector<size_t> ends_;
  std::vector<uint8_t> missing_;
  std::vector<std::string_view> texts_;
};

// Rows in memory. Move-only: the views point into it and survive a move.
class Table {
 public:
  using Value =
      std::variant<OwnedDense<double>, OwnedDense<float>, OwnedCsr<double>, OwnedCsr<float>, std::vector<OwnedColumn>>;

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

// The columns that `wanted` names, in its order. A missing one is input.missing_column, named. What has no
// column names (matrices, positional frames) passes as it is, and so does everything when `wanted` is empty.
absl::StatusOr<Aligned> Align(const Table& table, std::span<const std::string_view> wanted);

}  // namespace pratique
