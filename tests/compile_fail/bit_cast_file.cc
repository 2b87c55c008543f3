// No File is forged from bits: it is not trivially copyable.
// expect: error: .*(no matching function for call to|no matching function)
#include <array>
#include <bit>

#include "pratique/pratique.h"

struct Forged {
  std::array<std::byte, sizeof(pratique::File)> bytes;
};
auto Make(const Forged& forged) {
#ifdef MUST_FAIL
  return std::bit_cast<pratique::File>(forged);
#else
  return std::bit_cast<std::array<std::byte, sizeof(pratique::File)> >(forged);
#endif
}
