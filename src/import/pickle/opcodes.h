// The opcodes of pickle protocols 0 to 5, and what the machine does with each.
#pragma once

#include <cstdint>
#include <string_view>

#include "import/pickle/machine.h"

namespace pratique::pickle {

struct Opcodes {
  struct Entry {
    std::string_view name;           // as in pickletools; empty: no such opcode
    uint8_t first_protocol = 0;      // no pickler writes it below
    uint8_t last_protocol = 5;       // or above
    bool (Machine::*run)(int) = nullptr;
    int arg = 0;
  };
  static const Entry& Of(uint8_t opcode);
};

}  // namespace pratique::pickle
