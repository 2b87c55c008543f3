// From a cell to its place among the categories of its column.
#pragma once

#include <cstdint>
#include <span>

#include "pratique/data.h"
#include "type/values.h"

namespace pratique {

// Categories of one column. Numbers are compared as float64 (as numpy compares an int category with a float cell), text
// by code points. Both searches are O(log n): `order` (or the values themselves, when it is empty) ascends, by the
// encoder's invariant.
class CategoryLookup {
 public:
  static constexpr int64_t kUnknown = -1;

  CategoryLookup(const Values& values, std::span<const uint32_t> order) : values_(values), order_(order) {}

  int64_t Find(double cell) const;  // NaN: a missing cell
  int64_t Find(std::string_view cell) const;
  // `missing` is a Column's mark. What may be either is NaN where NaN is a category, else None.
  int64_t FindMissing(uint8_t missing) const;
  // Cell i of a column of any type.
  int64_t Find(const Column& column, size_t i) const;

 private:
  template <class T, class Key>
  int64_t Bisect(std::span<const T> values, const Key& key) const;

  const Values& values_;
  std::span<const uint32_t> order_;
};

}  // namespace pratique
