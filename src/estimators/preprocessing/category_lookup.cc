#include "estimators/preprocessing/category_lookup.h"

#include <cmath>
#include <type_traits>
#include <utility>

#include "data/dtype.h"

namespace pratique {

template <class T, class Key>
int64_t CategoryLookup::Bisect(std::span<const T> values, const Key& key) const {
  const auto at = [&](size_t i) { return static_cast<Key>(values[order_.empty() ? i : order_[i]]); };
  size_t low = 0, high = values.size();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (at(middle) < key)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == values.size() || at(low) != key) return kUnknown;
  return static_cast<int64_t>(order_.empty() ? low : order_[low]);
}

template <class T>
int64_t CategoryLookup::FindNumber(T cell) const {
  constexpr bool kInteger = std::is_integral_v<T>;
  if constexpr (!kInteger) {
    if (std::isnan(cell)) return FindMissing(kCellMissing);
  }
  return WithKnown(values_, [&]<class Known>(std::span<const Known> known) -> int64_t {
    if constexpr (!std::is_arithmetic_v<Known>) {
      return kUnknown;
    } else if constexpr (kInteger && std::is_integral_v<Known>) {
      return std::in_range<Known>(cell) ? Bisect(known, static_cast<Known>(cell)) : kUnknown;
    } else {
      return Bisect(known, static_cast<double>(cell));
    }
  });
}
template int64_t CategoryLookup::FindNumber(double) const;
template int64_t CategoryLookup::FindNumber(float) const;
template int64_t CategoryLookup::FindNumber(int64_t) const;
template int64_t CategoryLookup::FindNumber(uint64_t) const;

int64_t CategoryLookup::Find(std::string_view cell) const {
  return values_.dtype == fb::DType::String ? Bisect(values_.strings, cell) : kUnknown;
}

int64_t CategoryLookup::FindMissing(uint8_t mark) const {
  const int64_t n = static_cast<int64_t>(values_.size());
  const bool has_none = values_.missing == fb::Missing::None || values_.missing == fb::Missing::NoneAndNaN;
  const bool has_nan = values_.missing == fb::Missing::NaN || values_.missing == fb::Missing::NoneAndNaN;
  if (has_nan && (mark == kCellNaN || mark == kCellMissing)) return n + has_none;
  return has_none && (mark == kCellNone || mark == kCellMissing) ? n : kUnknown;
}

int64_t CategoryLookup::Find(const Column& column, size_t i) const {
  const bool is_text = column.dtype == DType::kString, is_nullable = column.cells == CellsAre::kNullable;
  if (column.lacks(i)) return FindMissing(is_nullable && !is_text ? kCellNaN : column.mark(i));
  if (is_text) return Find(column.strings[i]);
  return WithNumbers(column, [&](auto cells) {
    const bool is_nan = std::isnan(static_cast<double>(cells[i]));
    return is_nan && column.cells != CellsAre::kValues ? FindMissing(kCellNaN) : FindNumber(cells[i]);
  });
}

}  // namespace pratique
