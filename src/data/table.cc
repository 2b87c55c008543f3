#include "data/table.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "data/input_error.h"

namespace pratique {
namespace {

template <class T>
Data ViewOf(const OwnedDense<T>& x, const std::vector<Column>&, size_t) {
  return MatrixView<T>{x.values, x.rows, x.cols, x.cols};
}
template <class T>
Data ViewOf(const OwnedCsr<T>& x, const std::vector<Column>&, size_t) {
  return CsrView<T>{x.rows, x.cols, x.indptr, x.indices, x.data};
}
Data ViewOf(const std::vector<OwnedColumn>&, const std::vector<Column>& views, size_t rows) {
  return FrameView{rows, views};
}

absl::Status MissingColumn(std::string_view name, const std::vector<OwnedColumn>& columns) {
  std::string have;
  for (size_t j = 0; j < columns.size() && j < 10; ++j) {
    have += (j ? ", '" : "'") + Escape(columns[j].name(), 60) + "'";
  }
  if (columns.size() > 10) have += ", ...";
  return ToStatus(
      {.reason = Reason::kInvalid,
       .code = "input.missing_column",
       .got = have,
       .expected = "'" + Escape(name) + "'",
       .message = "the input has no column '" + Escape(name) + "' (it has " + (have.empty() ? "none" : have) + ")"});
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
  return {.name = name_, .dtype = dtype(), .doubles = numbers_, .floats = {}, .strings = texts_, .missing = missing_};
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

absl::StatusOr<Aligned> Align(const Table& table, std::span<const std::string_view> wanted) {
  Aligned aligned{table.view(), {}, {}};
  auto named = [](const OwnedColumn& c) { return !c.name().empty(); };
  if (wanted.empty() || !table.is_frame() || std::ranges::none_of(table.columns(), named)) return aligned;

  const std::vector<OwnedColumn>& columns = table.columns();
  std::map<std::string_view, size_t> by_name;
  for (size_t j = 0; j < columns.size(); ++j) by_name.emplace(columns[j].name(), j);
  std::vector<bool> used(columns.size());
  for (std::string_view name : wanted) {
    auto found = by_name.find(name);
    if (found == by_name.end()) return MissingColumn(name, columns);
    const OwnedColumn& column = columns[found->second];
    if (column.absent_row) {
      return InputError("input.missing_column", "row " + std::to_string(table.first_row() + *column.absent_row) +
                                                    " has no column '" + Escape(name) +
                                                    "'; write null for a missing value");
    }
    if (used[found->second])
      return InputError("input.duplicate_column", "the model wants column '" + Escape(name) + "' twice");
    used[found->second] = true;
    aligned.columns.push_back(column.view());
  }
  for (size_t j = 0; j < columns.size(); ++j) {
    if (!used[j]) aligned.ignored.push_back(columns[j].name());
  }
  aligned.data = FrameView{table.rows(), aligned.columns};
  return aligned;
}

}  // namespace pratique
