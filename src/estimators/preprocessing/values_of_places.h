// From places among values back to the values.
#pragma once

#include <algorithm>
#include <limits>

#include "estimators/preprocessing/category_lookup.h"
#include "model/run.h"
#include "pratique/data.h"
#include "type/values.h"

namespace pratique {

// What stands for no value (None), and for those that are infrequent.
inline constexpr int32_t kNoPlace = -1, kInfrequentPlace = -2;

// The number at a place, which is one of `values`, missing ones too; those are NaN.
template <class T>
T NumberAt(const Values& values, int32_t place) {
  if (place < 0 || static_cast<size_t>(place) >= values.size()) return std::numeric_limits<T>::quiet_NaN();
  return WithKnown(values, [&]<class Known>(std::span<const Known> known) -> T {
    if constexpr (std::is_arithmetic_v<Known>)
      return static_cast<T>(known[static_cast<size_t>(place)]);
    else
      return T{};
  });
}

// The values at the places as a column of objects. Numbers that may be missing are float64, as missing_ones says.
inline Column ColumnOfPlaces(const Values& values, std::span<const int32_t> places, bool missing_ones, Run& run) {
  Column column{.dtype = static_cast<DType>(values.dtype)};
  if (values.dtype == fb::DType::String) {
    std::span<std::string_view> texts = run.arena.NewUninitialized<std::string_view>(places.size());
    const std::string_view* known = values.strings.data();
    const size_t n_known = values.size();
    bool all_known = true;
    std::ranges::transform(places, texts.begin(), [&](int32_t place) -> std::string_view {
      if (static_cast<uint32_t>(place) < n_known) return known[place];
      all_known = false;
      return place == kInfrequentPlace ? "infrequent_sklearn" : "";
    });
    column.strings = texts;
    if (all_known) return column;
    std::span<uint8_t> marks = run.arena.New<uint8_t>(places.size());
    for (size_t i = 0; i < places.size(); ++i) {
      const auto place = static_cast<size_t>(places[i]);
      if (places[i] == kNoPlace)
        marks[i] = kCellNone;
      else if (places[i] >= 0 && place >= values.size())
        marks[i] = place == values.size() && values.missing != fb::Missing::NaN ? kCellNone : kCellNaN;
    }
    column.marks = marks;
    return column;
  }
  const auto numbers = [&]<class T>(T) -> std::span<const T> {
    std::span<T> out = run.arena.NewUninitialized<T>(places.size());
    for (size_t i = 0; i < places.size(); ++i) out[i] = NumberAt<T>(values, places[i]);
    return out;
  };
  if (values.IsFloat() || missing_ones || values.missing != fb::Missing::No) {
    column.dtype = DType::kFloat64;
    column.doubles = numbers(double{});
  } else if (values.dtype == fb::DType::UInt64) {
    column.uints = numbers(uint64_t{});
  } else {
    column.ints = numbers(int64_t{});
  }
  return column;
}

}  // namespace pratique
