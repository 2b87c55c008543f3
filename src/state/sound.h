// flatc's verifier, and what a refusal of it means.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "flatbuffers/flatbuffers.h"

namespace pratique {

enum class Soundness { kSound, kUnsound, kTooManyTables };

// `verify` is what flatc generated, for a Verifier over `bytes`. At most `tables` tables are looked at, and where that
// is not enough, as many as the bytes can hold without sharing: a table takes 8 with its vtable. Schemas nest 5 deep
// (CompilePlan refuses more).
template <class Verify>
Soundness VerifyBytes(std::span<const std::byte> bytes, uint32_t tables, Verify verify) {
  const auto accepts = [&](uint64_t most) {
    constexpr flatbuffers::uoffset_t kDepth = 16;
    flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), kDepth,
                                   static_cast<flatbuffers::uoffset_t>(most));
    return verify(verifier);
  };
  if (accepts(tables)) return Soundness::kSound;
  return bytes.size() / 8 > tables && accepts(bytes.size() / 8) ? Soundness::kTooManyTables : Soundness::kUnsound;
}

}  // namespace pratique
