#include "estimators/preprocessing/ordinal_encoder.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "estimators/preprocessing/category_lookup.h"
#include "estimators/preprocessing/values_of_places.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "model/of_width.h"
#include "model/views.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

std::string At(const char* field, size_t i) { return absl::StrCat(field, "[", i, "]"); }

bool HasNaN(const Values& values) {
  return values.missing == fb::Missing::NaN || values.missing == fb::Missing::NoneAndNaN;
}

// Categories without NaN, which has no code of its own.
size_t NumberOfCodes(const Values& values) { return values.size() + values.n_missing() - HasNaN(values); }

// A number of the dtype is `value`. Of bool every number is one: zero or not.
bool Holds(fb::DType dtype, double value) {
  if (dtype == fb::DType::Float64 || dtype == fb::DType::Bool) return true;
  if (dtype == fb::DType::Float32) return !(std::abs(value) > 3.4028234663852886e38);
  if (std::floor(value) != value || std::abs(value) > 0x1p53) return false;  // NaN, too
  return WithType(static_cast<DType>(dtype), [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (std::is_integral_v<T>)
      return std::in_range<T>(static_cast<int64_t>(value));
    else
      return true;
  });
}

// The frequent categories are numbered in order, the infrequent ones share the number after them.
std::optional<Violation> CheckCodes(Array<uint32_t> codes, size_t first, int64_t shared, size_t feature) {
  int64_t next = 0;
  bool is_shared = false;
  for (size_t k = 0; k < codes.size(); ++k) {
    if (shared >= 0 && codes[k] == shared)
      is_shared = true;
    else if (codes[k] == next)
      ++next;
    else
      return Violation{At("codes", first + k), "codes", absl::StrCat(codes[k]), absl::StrCat(next)};
  }
  if (shared >= 0 && (shared != next || !is_shared))
    return Violation{At("infrequent", feature), "codes", absl::StrCat(shared), absl::StrCat(next, ", used")};
  return std::nullopt;
}

}  // namespace

std::optional<Violation> OrdinalEncoder::Invariant() const {
  if (dtype == fb::DType::String) return Violation{"dtype", "dtype", "String", "a number"};
  if (auto violation = Categories{categories, order}.Invariant()) return violation;
  if ((codes.data() == nullptr) != (infrequent.data() == nullptr))
    return Violation{"infrequent", "codes", infrequent.data() == nullptr ? "absent" : "present", "as codes"};
  size_t first = 0;
  bool nan = false;
  for (size_t f = 0; f < categories.size(); ++f) {
    nan |= HasNaN(categories[f]);
    if (codes.data() == nullptr) continue;
    const size_t n = NumberOfCodes(categories[f]);
    if (codes.size() - first < n)
      return Violation{"codes", "codes", absl::StrCat(codes.size(), " elements"), "one a category"};
    if (auto violation = CheckCodes(codes.subspan(first, n), first, infrequent[f], f)) return violation;
    first += n;
  }
  if (first != codes.size())
    return Violation{"codes", "codes", absl::StrCat(codes.size(), " elements"), absl::StrCat(first)};
  if (encodes_unknown ? !Holds(dtype, unknown_value) : unknown_value != 0)
    return Violation{"unknown_value", "encoded", absl::StrCat(unknown_value), encodes_unknown ? "of the dtype" : "0"};
  if (nan ? !Holds(dtype, missing_value) : missing_value != 0)
    return Violation{"missing_value", "encoded", absl::StrCat(missing_value), nan ? "of the dtype" : "0"};
  return std::nullopt;
}

absl::StatusOr<Signature> OrdinalEncoder::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature signature, TransformerSignature(n_features_in, n_features_in, feature_names, children));
  signature.text_input = Categories{categories, order}.HaveText();
  // A column of a result is of one type.
  bool mixes = false;
  for (size_t f = 0; f < categories.size(); ++f)
    mixes |= categories[f].dtype != fb::DType::String && InfrequentCode(f) >= 0;
  if (mixes) {
    signature.has_methods = true;
    signature.methods = {Method::kTransform};
  }
  return signature;
}

void OrdinalEncoder::Columns(const Estimator&, std::span<Takes> takes) const {
  Categories{categories, order}.Columns(takes);
}

absl::StatusOr<Data> OrdinalEncoder::Transform(const Data& X, Run& run) const {
  const Categories all{categories, order};
  ASSIGN_OR_RETURN(std::span<const int32_t> places, all.Encode(X, !encodes_unknown, run));
  const size_t rows = Rows(X), n = n_features_in;
  return WithCarrier(static_cast<DType>(dtype), [&](auto carrier) -> absl::StatusOr<Data> {
    using T = typename decltype(carrier)::type;
    std::span<T> out = NewMatrix<T>(run, rows, n);
    // numpy's casts: an integer that is too large wraps.
    const auto cast = [&](auto value) {
      if (dtype == fb::DType::Bool) return static_cast<T>(value != 0);
      return WithType(static_cast<DType>(dtype), [&](auto tag) {
        using Element = typename decltype(tag)::type;
        if constexpr (std::is_arithmetic_v<Element>)
          return static_cast<T>(static_cast<Element>(value));
        else
          return T{};  // float16 is no dtype of an encoder
      });
    };
    for (size_t f = 0, first = 0; f < n; ++f) {
      const size_t n_codes = NumberOfCodes(categories[f]);
      std::span<T> of_category = run.arena.NewUninitialized<T>(n_codes + HasNaN(categories[f]));
      for (size_t k = 0; k < n_codes; ++k)
        of_category[k] = cast(codes.data() == nullptr ? static_cast<int64_t>(k) : int64_t{codes[first + k]});
      if (HasNaN(categories[f])) of_category[n_codes] = cast(missing_value);
      const T unknown = encodes_unknown ? cast(unknown_value) : T{};
      for (size_t k = f; k < places.size(); k += n) out[k] = places[k] < 0 ? unknown : of_category[places[k]];
      first += n_codes;
    }
    return MatrixView<T>{out, rows, n, n, static_cast<DType>(dtype)};
  });
}

// Whether numpy's array of the result is one of objects.
bool OrdinalEncoder::GivesObjects() const {
  return encodes_unknown || infrequent.data() != nullptr || Categories{categories, order}.HaveText();
}

// The place of the category of each code, column after column; kNoPlace: unknown, kInfrequentPlace: infrequent.
// (_encoders.py, 1.9 inverse_transform. With NaN among the categories of a column it looks for the infrequent ones one
// code too high, as here.)
absl::StatusOr<std::span<const int32_t>> OrdinalEncoder::Places(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbersOfWidth(X, n_features_in, run, Finite::kAllowNaN));
  const size_t rows = Rows(X);
  std::span<int32_t> places = run.arena.NewUninitialized<int32_t>(rows * n_features_in);
  const auto bad_code = [&](double code, size_t i, size_t f) {
    return BadInput("input.unknown_category",
                    absl::StrCat("row ", run.first_row + i, ", column ", f, ": ", code, " is the code of no category"),
                    absl::StrCat(code), "a code that transform gives");
  };
  const auto of_column = [&](const auto& x, size_t f, size_t first) -> absl::Status {
    const Values& values = categories[f];
    const int64_t n_all = static_cast<int64_t>(values.size() + values.n_missing());
    const int64_t n_codes = static_cast<int64_t>(NumberOfCodes(values)), shared = InfrequentCode(f);
    // Categories that are not infrequent, NaN among them, and what scikit-learn takes for the code of the others.
    std::vector<int32_t> frequent;
    for (int64_t k = 0; k < n_all; ++k) {
      if (shared < 0 || k >= n_codes || codes[first + k] != shared) frequent.push_back(static_cast<int32_t>(k));
    }
    const int64_t n_frequent = static_cast<int64_t>(frequent.size());
    int32_t* of_rows = places.data() + f * rows;
    size_t i = 0;
    if (shared < 0 && !encodes_unknown && !HasNaN(values)) {  // as a rule: every code is its own place
      for (; i < rows; ++i) {
        const auto code = static_cast<double>(x(i, f));
        if (!(code >= 0 && code < static_cast<double>(n_all))) break;
        of_rows[i] = static_cast<int32_t>(code);
      }
    }
    for (; i < rows; ++i) {
      int32_t& place = of_rows[i];
      const auto cell = x(i, f);
      double code = static_cast<double>(cell);
      const auto is = [&](double value) { return std::isnan(value) ? std::isnan(code) : code == value; };
      if (HasNaN(values) && is(missing_value)) code = static_cast<double>(n_codes);
      if (shared >= 0 && code == static_cast<double>(n_frequent)) {
        place = kInfrequentPlace;
      } else if (encodes_unknown && is(unknown_value)) {
        place = kNoPlace;
      } else {
        if (!(std::abs(code) < 0x1p53)) return bad_code(code, i, f);
        const int64_t index = static_cast<int64_t>(code);  // a float is cut to an integer, and -1 is the last
        if (index < -n_frequent || index >= n_frequent) return bad_code(code, i, f);
        place = frequent[static_cast<size_t>(index < 0 ? index + n_frequent : index)];
      }
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(std::visit(
      [&](const auto& x) -> absl::Status {
        if constexpr (requires { x.indptr; }) {
          return TakesDenseOnly();
        } else {
          for (size_t f = 0, first = 0; f < n_features_in; ++f) {
            RETURN_IF_ERROR(of_column(x, f, first));
            first += NumberOfCodes(categories[f]);
          }
          return absl::OkStatus();
        }
      },
      numbers));
  return places;
}

absl::StatusOr<Data> OrdinalEncoder::InverseTransform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(std::span<const int32_t> places, Places(X, run));
  const size_t rows = Rows(X), n = n_features_in;
  if (GivesObjects()) {
    std::span<Column> columns = run.arena.New<Column>(n);
    for (size_t f = 0; f < n; ++f) {
      columns[f] = ColumnOfPlaces(categories[f], places.subspan(f * rows, rows), encodes_unknown, run);
      if (!feature_names.empty()) columns[f].name = feature_names[f];
    }
    return FrameView{rows, columns};
  }
  Promotion promotion;
  for (const Values& values : categories) promotion.Add(static_cast<DType>(values.dtype));
  return WithCarrier(promotion.result(), [&](auto tag) -> absl::StatusOr<Data> {
    using T = typename decltype(tag)::type;
    std::span<T> out = NewMatrix<T>(run, rows, n);
    for (size_t f = 0; f < n; ++f) {
      for (size_t i = 0; i < rows; ++i) out[i * n + f] = NumberAt<T>(categories[f], places[f * rows + i]);
    }
    return MatrixView<T>{out, rows, n, n, promotion.result()};
  });
}

}  // namespace pratique
