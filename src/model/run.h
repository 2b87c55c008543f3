// One call of one method: wired estimators, memory, limits.
#pragma once

#include <span>

#include "absl/status/statusor.h"
#include "pratique/data.h"
#include "state/arena.h"
#include "type/class.h"

namespace pratique {

// An estimator of the model: its class, proven state and signature, and what it owns.
struct Estimator {
  const Class* type = nullptr;
  const void* state = nullptr;
  const Signature* signature = nullptr;
  std::span<const Estimator* const> children;

  // Calls `method` on X. The method exists: Build and Infer saw to it (kInternal otherwise).
  absl::StatusOr<Data> Call(Method method, const Data& X, Run& run) const;
  // What each column of its X holds; for people.
  void Columns(std::span<Takes> columns) const;
};

// Of a column that two estimators take.
inline Takes Both(Takes a, Takes b) {
  if (a == b || b == Takes::kNothing) return a;
  if (a == Takes::kNothing || a == Takes::kAnything) return b;
  return b == Takes::kAnything ? a : Takes::kAnything;
}

// Passed down a call. X is a block of the caller's rows, or all of them (Graph::TakesAllRows).
struct Run {
  Arena& arena;  // results live here
  const Limits& limits;
  const Estimator* self;  // the estimator whose method runs
  size_t first_row = 0;   // of this block in the caller's X: for messages, and for what draws a number a row
  size_t n_rows = 0;      // of the caller's X, as far as it came with this call
  std::span<const Estimator* const> children() const { return self->children; }
  const Signature& signature() const { return *self->signature; }
};

// A dense result in the arena, not initialised.
template <class T>
std::span<T> NewMatrix(Run& run, size_t rows, size_t cols) {
  return run.arena.NewUninitialized<T>(rows * cols);
}

}  // namespace pratique
