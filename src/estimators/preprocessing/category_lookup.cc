#include "estimators/preprocessing/category_lookup.h"

#include <cmath>

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

int64_t CategoryLookup::Find(double cell) const {
  if (std::isnan(cell)) return FindMissing(kCellMissing);
  if (values_.dtype == fb::DType::String) return kUnknown;
  return values_.IsFloat() ? Bisect(values_.floats, cell) : Bisect(values_.ints, cell);
}

int64_t CategoryLookup::Find(std::string_view cell) const {
  return values_.dtype == fb::DType::String ? Bisect(values_.strings, cell) : kUnknown;
}

int64_t CategoryLookup::FindMissing(uint8_t missing) const {
  const int64_t n = static_cast<int64_t>(values_.size());
  const bool has_none = values_.missing == fb::Missing::None || values_.missing == fb::Missing::NoneAndNaN;
  const bool has_nan = values_.missing == fb::Missing::NaN || values_.missing == fb::Missing::NoneAndNaN;
  if (has_nan && missing != kCellNone) return n + has_none;
  return has_none ? n : kUnknown;
}

int64_t CategoryLookup::Find(const Column& column, size_t i) const {
  switch (column.dtype) {
    case DType::kString:
      if (!column.missing.empty() && column.missing[i] != kCellPresent) return FindMissing(column.missing[i]);
      return Find(column.strings[i]);
    case DType::kFloat32:
      return Find(static_cast<double>(column.floats[i]));
    default:
      return Find(column.doubles[i]);
  }
}

}  // namespace pratique
