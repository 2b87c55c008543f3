// Memory that is given back all at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "aligned_memory.h"

namespace pratique {

// A bump allocator for trivially destructible things: decoded views, converted arrays, intermediate results of predict.
// Reset keeps the memory (one block as large as everything so far), so that a loop allocates only in its first round.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  // Zeroed, 64-byte aligned. Throws bad_alloc; caught at the API's edge.
  template <class T>
  std::span<T> New(size_t n) {
    std::span<T> result = NewUninitialized<T>(n);
    if (n != 0) std::memset(static_cast<void*>(result.data()), 0, n * sizeof(T));
    return result;
  }
  template <class T>
  std::span<T> NewUninitialized(size_t n) {
    static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
    if (n > SIZE_MAX / 2 / sizeof(T)) throw std::bad_alloc();
    return {static_cast<T*>(Allocate(n * sizeof(T))), n};
  }
  template <class T>
  std::span<T> Copy(std::span<const T> values) {
    std::span<T> result = NewUninitialized<T>(values.size());
    if (!values.empty()) std::memcpy(static_cast<void*>(result.data()), values.data(), values.size_bytes());
    return result;
  }
  std::string_view Copy(std::string_view text) {
    std::span<char> copy = Copy(std::span<const char>(text.data(), text.size()));
    return {copy.data(), copy.size()};
  }
  void* Allocate(size_t bytes) {
    Charge(bytes);
    bytes = (bytes + 63) / 64 * 64 + 64;  // never null, never shared: an empty array still has its own address
    if (blocks_.empty() || blocks_.back().size - used_ < bytes) Grow(bytes);
    void* p = blocks_.back().memory.get() + used_;
    used_ += bytes;
    total_ += bytes;
    return p;
  }
  size_t total() const { return total_; }

  // What may be asked for from now on; then OverLimit. Charge counts what is made of the content elsewhere.
  struct OverLimit : std::bad_alloc {};
  void SetLimit(size_t bytes) {
    charged_ = 0;
    limit_ = bytes;
  }
  void Charge(size_t bytes) {
    if (bytes > limit_ - charged_) throw OverLimit();
    charged_ += bytes;
  }
  size_t charged() const { return charged_; }
  void Reset() {
    if (blocks_.size() > 1) {
      blocks_.clear();
      Grow(total_);
    }
    used_ = 0;
    total_ = 0;
    charged_ = 0;
  }

 private:
  struct Block {
    AlignedMemory memory;
    size_t size;
  };
  void Grow(size_t at_least) {
    size_t size = std::max<size_t>(at_least, blocks_.empty() ? 4096 : blocks_.back().size * 2);
    blocks_.push_back({AllocateAligned(size), size});
    used_ = 0;
  }
  std::vector<Block> blocks_;
  size_t used_ = 0;   // of the last block
  size_t total_ = 0;  // of all blocks
  size_t charged_ = 0, limit_ = SIZE_MAX;
};

}  // namespace pratique
