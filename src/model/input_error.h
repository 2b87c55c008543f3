// Errors of X: the model is fine, the data is not (exit code 2).
#pragma once

#include <string>

#include "absl/status/status.h"
#include "pratique/rejection.h"

namespace pratique {

inline absl::Status BadInput(std::string code, std::string message, std::string got = "", std::string expected = "") {
  return ToStatus({.stage = Stage::kNone,
                   .reason = Reason::kInvalid,
                   .code = std::move(code),
                   .got = std::move(got),
                   .expected = std::move(expected),
                   .message = std::move(message)});
}

}  // namespace pratique
