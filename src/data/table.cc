#include "data/table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "data/input_error.h"

namespace pratique {
namespace {

template <class T>
Data ViewOf(const OwnedDense<T>& x, const std::vector<Column>&, size_t) {
  return MatrixView<T>{x.values, x.rows, x.cols, x.cols, x.dtype, x.swapped};
}
template <class T>
Data ViewOf(const OwnedCsr<T>& x, const std::vector<Column>&, size_t) {
  return CsrView<T>{x.rows, x.cols, x.indptr, x.indices, x.data, x.dtype};
}
Data ViewOf(const OwnedRecords& x, const std::vector<Column>&, size_t rows) {
  return FrameView{rows, {}, Records{x.offsets, x.items}};
}
Data ViewOf(const std::vector<OwnedColumn>&, const std::vector<Column>& views, size_t rows) {
  return FrameView{rows, views};
}

}  // namespace

void CellKinds::Add(const Number& number) {
  integers |= number.kind == Number::Kind::kInteger;
  negatives |= number.kind == Number::Kind::kInteger && number.integer < 0;
  naturals |= number.kind == Number::Kind::kNatural;
  huge |= number.kind == Number::Kind::kHuge;
  floats |= number.kind == Number::Kind::kFloat;
}

DType CellKinds::NumberType() const {
  const bool whole = integers || naturals;
  if (bools && !whole && !floats && !huge) return DType::kBool;
  if (!whole || floats || bools || missing) return DType::kFloat64;
  return naturals ? DType::kUInt64 : DType::kInt64;
}

void OwnedColumn::AddNumber(const Number& number) {
  const bool natural = number.kind == Number::Kind::kNatural, whole = natural || number.kind == Number::Kind::kInteger;
  negatives_ |= whole && !natural && number.integer < 0;
  // What no dtype of integers holds are doubles beside a float, else refused (CellKinds::HasNoType).
  const bool apart = negatives_ && (natural || dtype_ == DType::kUInt64);
  if (!whole || apart || (dtype_ == DType::kBool && !integers_.empty())) BecomeFloats();
  if (is_float()) return doubles_.push_back(number.real);
  dtype_ = natural || dtype_ == DType::kUInt64 ? DType::kUInt64 : DType::kInt64;
  integers_.push_back(natural ? static_cast<int64_t>(number.natural) : number.integer);
}

void OwnedColumn::AddBool(bool value) {
  if (dtype_ != DType::kBool) return AddNumber({.real = static_cast<double>(value)});
  integers_.push_back(value);
  if (!missing_.empty()) missing_.push_back(kCellPresent);
}

void OwnedColumn::AddText(std::string_view value) {
  chars_.insert(chars_.end(), value.begin(), value.end());
  ends_.push_back(chars_.size());
  missing_.push_back(kCellPresent);
}

void OwnedColumn::AddMissing() {
  if (is_text()) {
    ends_.push_back(chars_.size());
    missing_.push_back(kCellMissing);
  } else if (dtype_ == DType::kBool && !integers_.empty()) {
    missing_.resize(integers_.size(), kCellPresent);
    integers_.push_back(0);
    missing_.push_back(kCellMissing);
  } else {
    AddNumber({.real = std::numeric_limits<double>::quiet_NaN()});
  }
}

void OwnedColumn::BecomeText() {
  ends_.assign(rows(), 0);
  missing_.assign(rows(), kCellMissing);
  dtype_ = DType::kString;
  doubles_.clear();
  integers_.clear();
}

void OwnedColumn::BecomeFloats() {
  if (is_float()) return;
  for (size_t i = 0; i < integers_.size(); ++i) {
    const bool lacks = !missing_.empty() && missing_[i] != kCellPresent;
    doubles_.push_back(lacks                      ? std::numeric_limits<double>::quiet_NaN()
                       : dtype_ == DType::kUInt64 ? static_cast<double>(static_cast<uint64_t>(integers_[i]))
                                                  : static_cast<double>(integers_[i]));
  }
  integers_.clear();
  missing_.clear();
  dtype_ = DType::kFloat64;
}

void OwnedColumn::SetType(const CellKinds& kinds) {
  if (is_text()) return;
  const DType dtype = kinds.NumberType();
  if (dtype == DType::kFloat64) BecomeFloats();
  if (dtype == DType::kBool && is_float()) {  // the first cell was missing
    for (double value : doubles_) {
      integers_.push_back(value == 1);
      missing_.push_back(std::isnan(value) ? kCellMissing : kCellPresent);
    }
    doubles_.clear();
  }
  if (dtype == DType::kBool && kinds.missing) missing_.resize(integers_.size(), kCellPresent);
  dtype_ = dtype;
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
  Column column{.name = name_, .dtype = dtype_, .doubles = doubles_, .strings = texts_, .marks = missing_};
  if (dtype_ == DType::kUInt64)
    column.uints = {reinterpret_cast<const uint64_t*>(integers_.data()), integers_.size()};
  else
    column.ints = integers_;
  return column;
}

Table::Table(Value value, size_t rows, size_t first_row)
    : value_(std::move(value)), rows_(rows), first_row_(first_row) {
  if (auto* records = std::get_if<OwnedRecords>(&value_)) records->Seal();
  if (!is_frame()) return;
  for (OwnedColumn& column : std::get<std::vector<OwnedColumn>>(value_)) {
    column.Seal();
    views_.push_back(column.view());
  }
}

void OwnedRecords::Add(Item item, std::string_view key, std::string_view text) {
  Entry entry{item, chars.size(), key.size(), chars.size() + key.size(), text.size()};
  chars.insert(chars.end(), key.begin(), key.end());
  chars.insert(chars.end(), text.begin(), text.end());
  entries.push_back(entry);
}

void OwnedRecords::Seal() {
  items.clear();
  items.reserve(entries.size());
  for (const Entry& entry : entries) {
    Item item = entry.item;
    item.key = {chars.data() + entry.key_begin, entry.key_size};
    item.text = {chars.data() + entry.text_begin, entry.text_size};
    items.push_back(item);
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
    if (found == by_name.end()) continue;
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

absl::Status SayColumns(const absl::Status& status, const Table& table) {
  std::optional<Rejection> why = GetRejection(status);
  if (!why || why->code != "input.missing_column" || !table.is_frame()) return status;
  const std::vector<OwnedColumn>& columns = table.columns();
  for (size_t j = 0; j < columns.size() && j < 10; ++j)
    why->got += (j ? ", '" : "'") + Escape(columns[j].name(), 60) + "'";
  if (columns.size() > 10) why->got += ", ...";
  why->message += " (the input has " + (why->got.empty() ? "none" : why->got) + ")";
  return ToStatus(*why);
}

}  // namespace pratique
