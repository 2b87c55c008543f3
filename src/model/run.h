// One call of one method: wired estimators, memory, limits.
#pragma once

#include <span>

#include "absl/status/statusor.h"
#include "pratique/data.h"
#include "state/arena.h"
#include "type/class.h"

namespace pratique {

// Where the caller wants the rows of a dense result, so that they need not be copied there.
class ResultRows {
 public:
  // Memory for all numbers of a result, row after row, once a call; nullptr: there is none for a result of this kind.
  virtual void* Take(DType dtype, size_t rows, size_t cols) = 0;

 protected:
  ~ResultRows() = default;
};

// An estimator of the model: its class, proven state and signature, and what it owns.
struct Estimator {
  const Class* type = nullptr;
  const void* state = nullptr;
  const Signature* signature = nullptr;
  std::span<const Estimator* const> children;
  const void* prepared = nullptr;  // what its Prepare made

  // Calls `method` on X. The method exists: Build and Infer saw to it (kInternal otherwise). `result`: where its result
  // may be; who returns what it got may pass on its own run's.
  absl::StatusOr<Data> Call(Method method, const Data& X, Run& run, ResultRows* result = nullptr) const;
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
  ResultRows* result = nullptr;
  std::span<const Estimator* const> children() const { return self->children; }
  const Signature& signature() const { return *self->signature; }
  // What Prepare of the estimator made, or nullptr: an estimator that stands in for another one, as in a test, has
  // none.
  template <class T>
  const T* Prepared() const {
    return static_cast<const T*>(self->prepared);
  }
};

// A dense result in the arena, not initialised.
template <class T>
std::span<T> NewMatrix(Run& run, size_t rows, size_t cols) {
  return run.arena.NewUninitialized<T>(rows * cols);
}

// The same of what the method returns as it is: where the caller wants it, if there is such a place.
template <class T>
std::span<T> NewResult(Run& run, size_t rows, size_t cols, DType dtype = kDTypeOf<T>) {
  void* place = run.result == nullptr || dtype != kDTypeOf<T> ? nullptr : run.result->Take(dtype, rows, cols);
  if (place == nullptr) return NewMatrix<T>(run, rows, cols);
  return {static_cast<T*>(place), rows * cols};
}

}  // namespace pratique
