// Statuses as the exceptions of pratique/_errors.py.
#pragma once

#include <nanobind/nanobind.h>

#include "absl/status/statusor.h"
#include "pratique/rejection.h"

namespace pratique::python {

// Sets the exception that carries the Rejection of `status` and throws nb::python_error. The GIL is held.
[[noreturn]] void Raise(const absl::Status& status);
// Of input data; `code` begins with "input.".
[[noreturn]] void RaiseInput(std::string code, std::string message, std::string help = "");

template <class T>
T OrRaise(absl::StatusOr<T> value) {
  if (!value.ok()) Raise(value.status());
  return *std::move(value);
}

}  // namespace pratique::python
