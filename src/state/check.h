// The one generic validator: every rule of a schema over a decoded state.
//
// Guarantees, when it returns nothing: every field obeys its attributes; text is UTF-8 without NUL; enums and bools
// have
//   known values; sizes agree.
// Does NOT guarantee: what no attribute can say (the type's Invariant), or what spans objects (Infer).
#pragma once

#include <cstdint>
#include <optional>

#include "state/plan.h"
#include "state/violation.h"

namespace pratique {

// The first violation in schema order. `state` is a struct described by plan.info, its views in readable memory.
std::optional<Violation> CheckRules(const Plan& plan, const void* state, uint64_t n_children);

}  // namespace pratique
