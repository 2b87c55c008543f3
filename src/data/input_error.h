// The refusals of input data and of files, as statuses with a Rejection.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "pratique/rejection.h"

namespace pratique {

// X is not what was promised; `code` starts with "input.".
inline absl::Status InputError(std::string code, std::string message, std::string help = "") {
  return ToStatus(
      {.reason = Reason::kInvalid, .code = std::move(code), .message = std::move(message), .help = std::move(help)});
}

// pandas makes text or objects of such a column, which scikit-learn's estimators take in different ways.
inline absl::Status NoIntegerType(const std::string& column) {
  return InputError("input.integer", column + " has integers that no dtype of 64 bits holds together",
                    "write the column as text if they are names, or as floats (1.0) if they are amounts");
}

// Rows that come through a pipe are typed as they come, and a file of arrays has one type.
inline absl::Status ChunksDiffer() {
  return InputError("input.types", "the type of the result changed with the rows",
                    "write the numbers of a column in one way, such as 1.0, or give a file instead of a pipe");
}

// A file could not be read or written; `code` starts with "io.".
inline absl::Status IoError(std::string code, std::string message) {
  return ToStatus({.reason = Reason::kIo, .code = std::move(code), .message = std::move(message)});
}

// A bug of ours: a caller broke a contract.
inline absl::Status InternalError(std::string message) {
  return ToStatus({.reason = Reason::kInternal, .code = "internal.bug", .message = std::move(message)});
}

// A budget is exceeded. `field` is the name in Limits.
inline absl::Status LimitError(const std::string& field, uint64_t needed, uint64_t limit, const std::string& what) {
  std::string n = std::to_string(needed), l = std::to_string(limit);
  return ToStatus({.reason = Reason::kLimit,
                   .code = "limit." + field,
                   .got = n,
                   .expected = "at most " + l,
                   .message = what + ": " + n + " is more than the limit " + field + " = " + l,
                   .help = "raise limits." + field + " in the policy to " + n});
}

}  // namespace pratique
