// Leave the function with the status of what went wrong, as every Abseil code base does.
//
//   RETURN_IF_ERROR(NoChildren(children));
//   ASSIGN_OR_RETURN(const Data checked, CheckArray(X, run));
#pragma once

#include <utility>

#include "absl/status/statusor.h"

#define PRATIQUE_CONCAT_INNER(a, b) a##b
#define PRATIQUE_CONCAT(a, b) PRATIQUE_CONCAT_INNER(a, b)

#define RETURN_IF_ERROR(...)                                                                         \
  do {                                                                                               \
    if (absl::Status pratique_status = (__VA_ARGS__); !pratique_status.ok()) return pratique_status; \
  } while (false)

// Two statements: not the body of an `if` without braces. The type of `left` has no comma.
#define ASSIGN_OR_RETURN(left, ...) \
  PRATIQUE_ASSIGN_OR_RETURN(PRATIQUE_CONCAT(pratique_or_, __LINE__), left, __VA_ARGS__)
#define PRATIQUE_ASSIGN_OR_RETURN(or_, left, ...) \
  auto or_ = (__VA_ARGS__);                       \
  if (!or_.ok()) return std::move(or_).status();  \
  left = *std::move(or_)
