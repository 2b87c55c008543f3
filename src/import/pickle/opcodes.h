// The opcodes of pickle protocols 0 to 5, and what the machine does with each.
#pragma once

#include <cstdint>
#include <string_view>

#include "import/pickle/machine.h"

namespace pratique::pickle {

struct Opcodes {
  struct Entry {
    std::string_view name;  // as in pickletools; empty: no such opcode
    // Three letters. What follows in the stream: 0 nothing; 1, 2, 4, 8 as many bytes; B, D, Q a length of 1, 4, 8 bytes
    // and as many bytes; n a line; N two lines. What leaves the stack: a count; ( sets a mark; m all above the mark; P
    // a value or a mark. What enters it: a count.
    std::string_view shape = "000";
    uint8_t first_protocol = 0;  // no pickler writes it below
    uint8_t last_protocol = 5;   // or above
    bool (Machine::*run)(int) = nullptr;
    int arg = 0;
  };
  static const Entry& Of(uint8_t opcode);
};

}  // namespace pratique::pickle
