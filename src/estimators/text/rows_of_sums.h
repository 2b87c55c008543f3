// Sparse rows whose entries are sums.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include "model/run.h"
#include "pratique/data.h"
#include "state/violation.h"
#include "values_generated.h"

namespace pratique {

// Calls f with a value of the type that carries an array of `dtype` (pratique/data.h).
template <class F>
auto ByCarrier(fb::DType dtype, F f) {
  switch (dtype) {
    case fb::DType::Float64:
      return f(double{});
    case fb::DType::Float32:
      return f(float{});
    case fb::DType::UInt64:
      return f(uint64_t{});
    default:
      return f(int64_t{});
  }
}

inline std::optional<Violation> IsNumber(fb::DType dtype) {
  if (dtype != fb::DType::String && dtype != fb::DType::Bool) return std::nullopt;
  return Violation{"dtype", "number", fb::EnumNameDType(dtype), "a number"};
}

// Sums what stands in the same column of a row, columns in order; a Sum may be zero and stays.
template <class T, class Entry>
class RowsOfSums {
 public:
  RowsOfSums(size_t rows, size_t cols, Run& run) : indptr_(run.arena.New<int64_t>(rows + 1)), cols_(cols), run_(run) {}
  std::vector<Entry>& entries() { return entries_; }  // {column, value} of the row at hand
  void EndRow(bool binary) {
    std::ranges::sort(entries_, {}, &Entry::column);
    for (size_t i = 0; i < entries_.size();) {
      const uint32_t column = entries_[i].column;
      // What is counted is summed as int64, other numbers in their own type.
      std::conditional_t<std::is_same_v<decltype(Entry::value), int32_t>, int64_t, decltype(Entry::value)> sum = 0;
      for (; i < entries_.size() && entries_[i].column == column; ++i) sum += entries_[i].value;
      indices_.push_back(static_cast<int32_t>(column));
      data_.push_back(static_cast<T>(binary ? 1 : sum));
    }
    entries_.clear();
    indptr_[++row_] = static_cast<int64_t>(indices_.size());
  }
  CsrView<T> Finish(DType dtype) {
    CsrView<T> view{indptr_.size() - 1, cols_, indptr_, run_.arena.Copy(std::span<const int32_t>(indices_)),
                    run_.arena.Copy(std::span<const T>(data_))};
    view.dtype = dtype;
    return view;
  }

 private:
  std::span<int64_t> indptr_;
  size_t cols_, row_ = 0;
  Run& run_;
  std::vector<Entry> entries_;
  std::vector<int32_t> indices_;
  std::vector<T> data_;
};

}  // namespace pratique
