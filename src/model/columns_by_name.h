// The columns of a frame, found by their names.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "model/input_error.h"
#include "pratique/data.h"

namespace pratique {

// Sorted: a look-up in it costs the logarithm of the columns, whatever names were chosen.
class ColumnsByName {
 public:
  explicit ColumnsByName(const FrameView& frame) : columns_(frame.columns), order_(frame.columns.size()) {
    std::iota(order_.begin(), order_.end(), 0u);
    std::ranges::sort(order_, [&](uint32_t a, uint32_t b) {
      const int order = columns_[a].name.compare(columns_[b].name);
      return order != 0 ? order < 0 : a < b;
    });
  }

  // input.missing_column, input.duplicate_column: scikit-learn asks for one column of each name.
  absl::StatusOr<uint32_t> Find(std::string_view name) const {
    const auto at = std::ranges::lower_bound(order_, name, {}, [&](uint32_t j) { return columns_[j].name; });
    if (at == order_.end() || columns_[*at].name != name) {
      return BadInput("input.missing_column",
                      absl::StrCat("X has no column '", Escape(name), "', which the model needs"), "",
                      absl::StrCat("'", Escape(name), "'"));
    }
    if (at + 1 != order_.end() && columns_[*(at + 1)].name == name)
      return BadInput("input.duplicate_column", absl::StrCat("X has several columns '", Escape(name), "'"));
    return *at;
  }

 private:
  std::span<const Column> columns_;
  std::vector<uint32_t> order_;
};

}  // namespace pratique
