// The one canonical layout of a state: decode, encode, and the proof that encode(decode(b)) == b.
//
// A segment is one FlatBuffer, written forwards (docs/format.md draws it):
//   root offset | vtable | table (soffset, fields in schema-id order, each at its own alignment) | children
// where children (strings, vectors, nested tables) follow depth first in schema-id order, zero padding between. Scalars
// that equal their default are left out, absent vectors too; a vtable ends with its last present field.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "state/arena.h"
#include "state/plan.h"
#include "state/violation.h"

namespace pratique {

// Fills `state` (zeroed, plan.info->size bytes) with views into `segment`, which the generated Verify has accepted.
// Arrays of text and of nested tables get their views from `arena`. A violation: a misaligned address, or a vtable slot
// this schema does not have (rule "newer").
std::optional<Violation> Decode(const Plan& plan, std::span<const std::byte> segment, void* state, Arena& arena);

// The canonical bytes of `state`. kResourceExhausted when they would pass 2 GiB, which FlatBuffers cannot address.
absl::StatusOr<std::string> Encode(const Plan& plan, const void* state);
// Its length, before any of it is made.
uint64_t EncodedSize(const Plan& plan, const void* state);

// Is `segment` exactly Encode(plan, state)? Large arrays are compared by position: `state` must be the result of Decode
// over this very segment. Returns the offset of the first byte that differs; nullopt when canonical.
std::optional<uint64_t> FirstNonCanonicalByte(const Plan& plan, const void* state, std::span<const std::byte> segment);

}  // namespace pratique
