// No Validated is forged from bits: it is not trivially copyable.
// expect: error: .*(no matching function for call to|no matching function)
#include <array>
#include <bit>

#include "pratique/pratique.h"

struct Forged {
  std::array<std::byte, sizeof(pratique::Validated)> bytes;
};
auto Make(const Forged& forged) {
#ifdef MUST_FAIL
  return std::bit_cast<pratique::Validated>(forged);
#else
  return std::bit_cast<std::array<std::byte, sizeof(pratique::Validated)> >(forged);
#endif
}
