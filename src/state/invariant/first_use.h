// Indexes that number what they refer to in order of first use.
#pragma once

#include <cstdint>

namespace pratique {

// Guarantees, when every Use() and Complete() gave true: all indexes are below n, each of 0 .. n-1 was used, and each
// was
//   first used after all smaller ones (so there is one way to number n things that are referred to in a given order).
// Does NOT guarantee: that the things referred to differ.
class FirstUse {
 public:
  explicit FirstUse(uint64_t n) : n_(n) {}

  bool Use(uint64_t index) {
    const bool is_new = index == used_;
    used_ += is_new;
    return is_new ? used_ <= n_ : index < used_;
  }
  bool Complete() const { return used_ == n_; }
  uint64_t used() const { return used_; }

 private:
  uint64_t n_;
  uint64_t used_ = 0;
};

}  // namespace pratique
