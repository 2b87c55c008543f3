// `missing_values`: which cells count as missing.
#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

#include "absl/status/statusor.h"
#include "model/run.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

// The integer type T holds the number.
template <class T>
bool IsIntegerOf(double number) {
  if (!std::is_integral_v<T>) return false;
  const double above = std::ldexp(1.0, std::numeric_limits<T>::digits);
  return number >= (std::numeric_limits<T>::is_signed ? -above : 0) && number < above && std::trunc(number) == number;
}

struct Placeholder {
  using Schema = fb::Placeholder;
  BOOST_HANA_DEFINE_STRUCT(Placeholder, (fb::PlaceholderKind, kind), (double, number), (std::string_view, text));

  // `number` and `text` are there for the kind that uses them, and for no other.
  std::optional<Violation> Invariant() const;
  absl::Status Import(ImportContext& context);  // attribute missing_values

  bool AllowsNaN() const { return kind == fb::PlaceholderKind::NaN || kind == fb::PlaceholderKind::Null; }
  // What X of numbers is compared with is one; "input.dtype".
  absl::Status CheckIsNumber() const;
  // numpy's X == missing_values in X's dtype, T; isnan(X) for NaN.
  // Integers meet the number as what they are.
  template <class T>
  bool IsMissing(T x) const {
    switch (kind) {
      case fb::PlaceholderKind::NaN:
      case fb::PlaceholderKind::Null:
        if constexpr (std::is_integral_v<T>)
          return false;
        else
          return std::isnan(x);
      case fb::PlaceholderKind::Number:
        if constexpr (std::is_integral_v<T>)
          return IsIntegerOf<T>(number) && x == static_cast<T>(number);
        else
          return x == static_cast<T>(number);
      default:
        return false;
    }
  }
  // Cell i of one column of a frame; a NaN in an array of numbers may stand for None.
  bool IsMissing(const Column& column, size_t i) const;
};

// scikit-learn's imputers and indicators take numbers and objects, but no rows of bool.
absl::Status RefuseBools(DType dtype);

// 1 for every missing cell of a column.
std::span<uint8_t> MissingMask(const Placeholder& placeholder, const Column& column, size_t rows, Run& run);

// The columns of any X by position, checked: width, and no NaN or pandas.NA where it is not what stands for a missing
// value (scikit-learn: "Input contains NaN"). CSR is refused.
absl::StatusOr<std::span<const Column>> ObjectColumns(const Data& X, const Placeholder& placeholder, bool allow_nan,
                                                      Run& run);

}  // namespace pratique
