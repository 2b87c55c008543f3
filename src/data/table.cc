#include "data/table.h"

#include <limits>
#include <unordered_map>
#include <utility>

#include "data/input_error.h"

namespace pratique {
namespace {

template <class T>
Data ViewOf(const OwnedDense<T>& x, const std::vector<Column>&, size_t) {
  return MatrixView<T>{x.values.data(), x.rows, x.cols, x.cols};
}
template <class T>
Data ViewOf(const OwnedCsr<T>& x, const std::vector<Column>&, size_t) {
  return CsrView<T>{x.rows, x.cols, x.indptr, x.indices, x.data};
}
Data ViewOf(const std::vector<OwnedColumn>&, const std::vector<Column>& views, size_t rows) {
  return FrameView{rows, views};
}

// "column 'age'" or, without a name, "column 3".
std::string Describe(const OwnedColumn& column, size_t index) {
  return column.name().empty() ? "column " + std::to_string(index) : "column '" + Escape(column.name()) + "'";
}

absl::Status MissingColumn(const std::string& name, const std::vector<OwnedColumn>& columns) {
  std::string have;
  for (size_t j = 0; j < columns.size() && j < 10; ++j) {
    have += (j ? ", '" : "'") + Escape(columns[j].name(), 60) + "'";
  }
  if (columns.size() > 10) have += ", ...";
  return ToStatus({.reason = Reason::kInvalid,
                   .code = "input.missing_column",
                   .got = have,
                   .expected = "'" + Escape(name) + "'",
                   .message = "the input has no column '" + Escape(name) + "' (it has " +
                              (have.empty() ? "none" : have) + ")"});
}

}  // namespace

void OwnedColumn::AddText(std::string_view value) {
  chars_.insert(chars_.end(), value.begin(), value.end());
  ends_.push_back(chars_.size());
  missing_.push_back(0);
}

void OwnedColumn::AddMissing() {
  if (!is_text_) return AddNumber(std::numeric_limits<double>::quiet_NaN());
  ends_.push_back(chars_.size());
  missing_.push_back(1);
}

void OwnedColumn::BecomeText() {
  is_text_ = true;
  ends_.assign(numbers_.size(), 0);
  missing_.assign(numbers_.size(), 1);
  numbers_.clear();
}

void OwnedColumn::Seal() {
  texts_.clear();
  texts_.reserve(ends_.size());
  for (size_t begin = 0; size_t end : ends_) {
    texts_.emplace_back(chars_.data() + begin, end - begin);
    begin = end;
  }
}

Column OwnedColumn::view() const {
  return {.name = name_,
          .dtype = dtype(),
          .doubles = numbers_,
          .floats = {},
          .strings = texts_,
          .missing = missing_};
}

Table::Table(Value value, size_t rows, size_t first_row)
    : value_(std::move(value)), rows_(rows), first_row_(first_row) {
  if (!is_frame()) return;
  for (OwnedColumn& column : std::get<std::vector<OwnedColumn>>(value_)) {
    column.Seal();
    views_.push_back(column.view());
  }
}

Data Table::view() const {
  return std::visit([&](const auto& x) { return ViewOf(x, views_, rows_); }, value_);
}

absl::StatusOr<Aligned> Align(Table table, std::span<const std::string> wanted) {
  auto named = [](const Table& t) {
    for (const OwnedColumn& c : t.columns()) {
      if (!c.name().empty()) return true;
    }
    return false;
  };
  if (wanted.empty() || !table.is_frame() || !named(table)) return Aligned{std::move(table), {}};

  size_t rows = table.rows(), first_row = table.first_row();
  std::vector<OwnedColumn> columns = std::move(table).TakeColumns();
  std::unordered_map<std::string_view, size_t> by_name;
  for (size_t j = 0; j < columns.size(); ++j) by_name.emplace(columns[j].name(), j);
  std::vector<size_t> order;
  std::vector<bool> used(columns.size());
  for (const std::string& name : wanted) {
    auto found = by_name.find(name);
    if (found == by_name.end()) return MissingColumn(name, columns);
    const OwnedColumn& column = columns[found->second];
    if (column.absent_row) {
      return InputError("input.missing_column", "row " + std::to_string(first_row + *column.absent_row) +
                                                    " has no column '" + Escape(name) +
                                                    "'; write null for a missing value");
    }
    if (used[found->second]) {
      return InputError("input.duplicate_column", "the model wants column '" + Escape(name) + "' twice");
    }
    used[found->second] = true;
    order.push_back(found->second);
  }
  std::vector<std::string> ignored;
  for (size_t j = 0; j < columns.size(); ++j) {
    if (!used[j]) ignored.push_back(columns[j].name());
  }
  std::vector<OwnedColumn> chosen;
  for (size_t j : order) chosen.push_back(std::move(columns[j]));
  return Aligned{Table(std::move(chosen), rows, first_row), std::move(ignored)};
}

absl::StatusOr<Table> ToMatrix(Table table) {
  if (!table.is_frame()) return table;
  const std::vector<OwnedColumn>& columns = table.columns();
  OwnedDense<double> dense{table.rows(), columns.size(), {}};
  dense.values.resize(dense.rows * dense.cols);
  for (size_t j = 0; j < columns.size(); ++j) {
    Column column = columns[j].view();
    for (size_t i = 0; i < dense.rows; ++i) {
      double value = std::numeric_limits<double>::quiet_NaN();
      if (!columns[j].is_text()) {
        value = column.doubles[i];
      } else if (!column.missing[i]) {
        return InputError("input.not_numeric", Describe(columns[j], j) + ", row " +
                                                   std::to_string(table.first_row() + i) + ": '" +
                                                   Escape(column.strings[i], 60) + "' is not a number");
      }
      dense.values[i * dense.cols + j] = value;
    }
  }
  size_t rows = table.rows(), first_row = table.first_row();
  return Table(std::move(dense), rows, first_row);
}

}  // namespace pratique
