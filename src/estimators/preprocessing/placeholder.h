// `missing_values`: which cells count as missing.
#pragma once

#include <cmath>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "model/run.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

struct Placeholder {
  using Schema = fb::Placeholder;
  BOOST_HANA_DEFINE_STRUCT(Placeholder, (fb::PlaceholderKind, kind), (double, number), (std::string_view, text));

  // `number` and `text` are there for the kind that uses them, and for no other.
  std::optional<Violation> Invariant() const;
  absl::Status Import(ImportContext& context);  // attribute missing_values

  bool AllowsNaN() const { return kind == fb::PlaceholderKind::NaN || kind == fb::PlaceholderKind::Null; }
  // numpy's X == missing_values in X's dtype, T; isnan(X) for NaN.
  template <class T>
  bool IsMissing(T x) const {
    switch (kind) {
      case fb::PlaceholderKind::NaN:
      case fb::PlaceholderKind::Null:
        return std::isnan(x);
      case fb::PlaceholderKind::Number:
        return x == static_cast<T>(number);
      default:
        return false;
    }
  }
  // Cell i of one column of a frame; a NaN in a numeric column may stand for None.
  bool IsMissing(const Column& column, size_t i) const;
};

// 1 for every missing cell of a column.
std::span<uint8_t> MissingMask(const Placeholder& placeholder, const Column& column, size_t rows, Run& run);

// The columns of any X by position, checked: width, and no NaN where it is not what stands for a missing value
// (scikit-learn: "Input contains NaN"). CSR is refused.
absl::StatusOr<std::span<const Column>> ObjectColumns(const Data& X, const Placeholder& placeholder, Run& run);

}  // namespace pratique
