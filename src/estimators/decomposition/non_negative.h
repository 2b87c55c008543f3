// scikit-learn's check_non_negative (sklearn/utils/validation.py, 1.9).
#pragma once

#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "model/check_array.h"
#include "model/input_error.h"

namespace pratique {

inline absl::Status CheckNonNegative(const FloatData& x, const Run& run) {
  return std::visit(
      [&]<template <class> class View, class T>(const View<T>& view) -> absl::Status {
        const auto refused = [&](size_t i, size_t j, T v) {
          return BadInput("input.negative",
                          absl::StrCat("row ", run.first_row + i, ", column ", j, ": ",
                                       std::string(run.self->type->short_name()), " takes no negative value"),
                          absl::StrCat(v), "at least 0");
        };
        for (size_t i = 0; i < view.rows; ++i) {
          if constexpr (requires { view.indptr; }) {
            for (int64_t e = view.indptr[i]; e < view.indptr[i + 1]; ++e) {
              if (view.data[e] < 0) return refused(i, static_cast<size_t>(view.indices[e]), view.data[e]);
            }
          } else {
            for (size_t j = 0; j < view.cols; ++j) {
              if (view(i, j) < 0) return refused(i, j, view(i, j));
            }
          }
        }
        return absl::OkStatus();
      },
      x);
}

}  // namespace pratique
