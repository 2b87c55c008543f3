// From a cell to its place among the categories of its column.
#pragma once

#include <cstdint>
#include <span>

#include "pratique/data.h"
#include "type/values.h"

namespace pratique {

// Calls f with the list that holds the known values, as what they are; uint64 is stored by its bits.
template <class F>
auto WithKnown(const Values& values, F f) {
  if (values.dtype == fb::DType::String) return f(values.strings);
  if (values.IsFloat()) return f(values.floats);
  if (values.dtype != fb::DType::UInt64) return f(values.ints);
  return f(Array<uint64_t>(reinterpret_cast<const uint64_t*>(values.ints.data()), values.ints.size()));
}

// Categories of one column. Integers are compared as integers, all other numbers as float64 (as numpy compares an
// integer with a float), text by code points. Both searches are O(log n): `order` (or the values themselves, when it is
// empty) ascends, by the encoder's invariant.
class CategoryLookup {
 public:
  static constexpr int64_t kUnknown = -1;

  CategoryLookup(const Values& values, std::span<const uint32_t> order) : values_(values), order_(order) {}

  bool IsText() const { return values_.dtype == fb::DType::String; }
  // A number of any type; NaN: a null of unknown origin.
  template <class T>
  int64_t FindNumber(T cell) const;
  int64_t Find(std::string_view cell) const;
  // `mark` is that of a Column's cell. pandas.NA is no category; a null of unknown origin is NaN where NaN is one, else
  // None.
  int64_t FindMissing(uint8_t mark) const;
  // Cell i of a column of any type.
  int64_t Find(const Column& column, size_t i) const;

 private:
  template <class T, class Key>
  int64_t Bisect(std::span<const T> values, const Key& key) const;

  const Values& values_;
  std::span<const uint32_t> order_;
};

}  // namespace pratique
