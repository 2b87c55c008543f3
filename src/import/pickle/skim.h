// Tells a pickle that does not announce itself from text and other files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pratique::pickle {

enum class Skimmed : uint8_t {
  kPickle,  // opcodes that lead to a call, or to a STOP behind a container or a name
  kOther,   // a byte that no pickle has there
  kCut,     // opcodes up to the end
};

// Walks opcodes and arguments, with the heights of the stack alone, as laxly as Python reads them: whatever Python
// would run is a pickle here, even if the machine would refuse an earlier opcode.
Skimmed Skim(std::span<const std::byte> stream);

}  // namespace pratique::pickle
