// How many rows run at once, so that what is made of them stays small whatever its width.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "pratique/data.h"
#include "pratique/model.h"

namespace pratique {

// Begins with `first` rows and follows what they took: more while it is little, fewer when it is much, never none.
class Pace {
 public:
  Pace(size_t first, size_t most, uint64_t target) : rows_(first), most_(most), target_(target) {}

  size_t rows() const { return rows_; }
  void Took(size_t rows, uint64_t bytes) {
    const uint64_t per_row = std::max<uint64_t>(1, bytes / std::max<size_t>(1, rows));
    rows_ = std::clamp<uint64_t>(target_ / per_row, 1, std::min<uint64_t>(most_, 8 * rows));
  }
  // Whether fewer rows can be tried when these are too many.
  bool Fewer() {
    if (rows_ == 1) return false;
    rows_ /= 2;
    return true;
  }

 private:
  size_t rows_;
  const size_t most_;
  const uint64_t target_;
};

// Of predict_cov, whose result has as many columns as rows.
inline constexpr size_t kMostRowsOfCov = 4096;

// What a result holds.
uint64_t BytesOf(const Output& output);

}  // namespace pratique
