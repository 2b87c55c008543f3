// Large, aligned memory that is written once from front to back.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace pratique {

constexpr size_t kMemoryAlignment = 64;  // what the states of a .prq ask for

struct FreeAligned {
  void operator()(void* p) const { ::operator delete(p, std::align_val_t{kMemoryAlignment}); }
};
using AlignedMemory = std::unique_ptr<std::byte, FreeAligned>;

// Asks the kernel for huge pages, from 4 MiB on, as numpy asks (numpy/_core/src/multiarray/alloc.c, 2.4): faults of
// small pages take longer than reading a file. Of memory that nothing was written to yet.
inline void AskForHugePages([[maybe_unused]] const void* memory, [[maybe_unused]] size_t size) {
#ifdef MADV_HUGEPAGE
  if (size < size_t{4} << 20) return;
  constexpr uintptr_t kPage = 4096;
  const uintptr_t begin = reinterpret_cast<uintptr_t>(memory), page = (begin + kPage - 1) / kPage * kPage;
  (void)::madvise(reinterpret_cast<void*>(page), begin + size - page, MADV_HUGEPAGE);  // a wish: small pages do, too
#endif
}

// `size` bytes, 64-byte aligned and uninitialised, in huge pages where they are many; throws std::bad_alloc.
inline AlignedMemory AllocateAligned(size_t size) {
  AlignedMemory memory(static_cast<std::byte*>(::operator new(size, std::align_val_t{kMemoryAlignment})));
  AskForHugePages(memory.get(), size);
  return memory;
}

// The same for a std::vector that grows large.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(size_t n) {
    if (n > SIZE_MAX / sizeof(T)) throw std::bad_alloc();
    return reinterpret_cast<T*>(AllocateAligned(n * sizeof(T)).release());
  }
  void deallocate(T* p, size_t) { FreeAligned()(p); }
  bool operator==(const AlignedAllocator&) const = default;
};

}  // namespace pratique
