#include "estimators/preprocessing/polynomial_features.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "data/float16.h"
#include "estimators/preprocessing/changes.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/needed.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

// A result with so many columns is refused; sums of two such numbers do not overflow.
constexpr uint64_t kTooMany = uint64_t{1} << 31;

template <class T>
T Product(T a, T b, DType dtype) {
  const T product = a * b;
  return dtype == DType::kFloat16 ? static_cast<T>(RoundedToFloat16(product)) : product;
}

}  // namespace

std::optional<Violation> PolynomialFeatures::Invariant() const {
  if (min_degree > max_degree)
    return Violation{"min_degree", "degrees", absl::StrCat(min_degree), absl::StrCat("at most ", max_degree)};
  return std::nullopt;
}

// n over d, or n + d - 1 over d, by factors whose intermediate results are whole.
uint64_t PolynomialFeatures::Count(uint64_t n, uint64_t degree) const {
  if (degree == 0) return 1;
  if (n == 0 || (interaction_only && degree > n)) return 0;
  const uint64_t of = interaction_only ? n : n + degree - 1;
  const uint64_t factors = std::min(degree, of - degree);
  uint64_t count = 1;
  for (uint64_t k = 1; k <= factors; ++k) {
    count = count * (of - factors + k) / k;  // below 2^31 times below 2^25
    if (count >= kTooMany) return kTooMany;
  }
  return count;
}

uint64_t PolynomialFeatures::CountFrom(uint64_t least) const {
  uint64_t count = include_bias ? 1 : 0;
  for (uint64_t degree = std::max<uint64_t>(least, 1); degree <= max_degree && count < kTooMany; ++degree) {
    const uint64_t more = Count(n_features_in, degree);
    if (more == 0) break;
    count += more;
  }
  return std::min(count, kTooMany);
}

absl::StatusOr<Signature> PolynomialFeatures::Infer(const Children& children) const {
  const uint64_t all = CountFrom(0), kept = CountFrom(min_degree);
  if (all >= kTooMany) return Mismatch("its result would have 2^31 columns or more");
  if (kept == 0) return Mismatch("its result would have no columns");
  ASSIGN_OR_RETURN(Signature signature, TransformerSignature(n_features_in, kept, feature_names, children));
  signature.widest = all;
  return signature;
}

absl::Status PolynomialFeatures::Import(ImportContext& context) {
  // Of the result in memory.
  ASSIGN_OR_RETURN(const std::string_view order, context.String(context.Take("order"), "order"));
  if (order != "C" && order != "F") return context.Unsupported("order", order, "scikit-learn knows C and F");
  const graph::Id kept_id = context.Take("n_output_features_"), all_id = context.Take("_n_out_full");
  if (context.IsNone(context.Take("_min_degree"))) return context.Absent("_min_degree", "what fit leaves there");
  RETURN_IF_ERROR(context.ByName(this));
  if (max_degree == 0 && context.Predates(release_1_1::kTakesDegreeZero)) {
    return context.Unsupported("degree", "0 of scikit-learn 1.0",
                               "Its transform fails, or gives more columns than get_feature_names_out.");
  }
  if (min_degree > max_degree)
    return context.Unsupported("_min_degree", absl::StrCat(min_degree), absl::StrCat("fit gives at most ", max_degree));
  for (const auto& [id, attribute, least] :
       {std::tuple(kept_id, "n_output_features_", min_degree), std::tuple(all_id, "_n_out_full", uint32_t{0})}) {
    ASSIGN_OR_RETURN(const int64_t stated, context.Int(id, attribute));
    const uint64_t counted = CountFrom(least);
    if (counted >= kTooMany)
      return context.Unsupported(attribute, absl::StrCat(stated), "results of less than 2^31 columns are reproduced");
    if (static_cast<uint64_t>(stated) != counted)
      return context.Unsupported(attribute, absl::StrCat(stated), absl::StrCat("fit gives it ", counted));
  }
  return absl::OkStatus();
}

// sklearn/preprocessing/_polynomial.py PolynomialFeatures.transform (1.9) of one row, with all degrees: each product of
// a degree is one of the degree before times a column that does not come after its own.
template <class T>
void PolynomialFeatures::ExpandRow(const T* x, std::span<T> full, DType dtype) const {
  const size_t n = n_features_in;
  size_t current = 0;
  if (include_bias) full[current++] = 1;
  if (max_degree == 0) return;
  // Where the products of the last degree begin that hold no column before the f-th, and where they end.
  std::vector<size_t> index(n + 1), next(n + 1);
  for (size_t f = 0; f < n; ++f) {
    index[f] = current;
    full[current++] = x[f];
  }
  index[n] = current;
  for (uint32_t degree = 2; degree <= max_degree; ++degree) {
    const size_t end = index[n], first = current;
    for (size_t f = 0; f < n; ++f) {
      next[f] = current;
      for (size_t k = interaction_only ? index[f + 1] : index[f]; k < end; ++k)
        full[current++] = Product(full[k], x[f], dtype);
    }
    next[n] = current;
    if (current == first) return;
    std::swap(index, next);
  }
}

// Of what the rows store, as scikit-learn multiplies it: from the first column on. Columns of a degree stand in
// lexicographic order.
template <class T>
absl::StatusOr<Data> PolynomialFeatures::ExpandCsr(const CsrView<T>& x, Run& run) const {
  const uint64_t cols = CountFrom(min_degree);
  std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(x.rows + 1);
  uint64_t total = 0;
  for (size_t i = 0; i < x.rows; ++i) {
    const auto entries =
        x.indices.subspan(static_cast<size_t>(x.indptr[i]), static_cast<size_t>(x.indptr[i + 1] - x.indptr[i]));
    if (!std::ranges::is_sorted(entries) && max_degree > 1) {
      return BadInput("input.csr", absl::StrCat("row ", run.first_row + i, ": its columns do not ascend"), "",
                      "ascending columns: sort_indices()");
    }
    indptr[i] = static_cast<int64_t>(total);
    total += include_bias ? 1 : 0;
    for (uint64_t degree = std::max<uint32_t>(min_degree, 1); degree <= max_degree; ++degree) {
      const uint64_t more = Count(entries.size(), degree);
      if (more == 0) break;
      total += more;  // fewer than the columns
    }
  }
  indptr[x.rows] = static_cast<int64_t>(total);
  std::span<int32_t> indices = run.arena.NewUninitialized<int32_t>(total);
  std::span<T> data = run.arena.NewUninitialized<T>(total);
  std::vector<size_t> chosen;  // of the entries of a row, ascending
  size_t out = 0;
  const size_t step = interaction_only ? 1 : 0;
  for (size_t i = 0; i < x.rows; ++i) {
    const auto begin = static_cast<size_t>(x.indptr[i]), m = static_cast<size_t>(x.indptr[i + 1]) - begin;
    uint64_t first_column = 0;
    if (include_bias) {
      indices[out] = 0;
      data[out++] = 1;
      first_column = 1;
    }
    for (uint64_t degree = std::max<uint32_t>(min_degree, 1); degree <= max_degree; ++degree) {
      const uint64_t of_degree = Count(n_features_in, degree);
      if (of_degree == 0 || Count(m, degree) == 0) break;
      chosen.resize(degree);
      for (size_t k = 0; k < degree; ++k) chosen[k] = k * step;
      while (true) {
        T product = x.data[begin + chosen[0]];
        uint64_t column = first_column, after = 0;
        for (size_t k = 0; k < degree; ++k) {
          const auto c = static_cast<uint64_t>(x.indices[begin + chosen[k]]);
          column += Count(n_features_in - after, degree - k) - Count(n_features_in - c, degree - k);
          after = c + step;
          if (k > 0) product = Product(product, x.data[begin + chosen[k]], x.dtype);
        }
        indices[out] = static_cast<int32_t>(column);
        data[out++] = product;
        size_t k = degree;
        while (k > 0 && chosen[k - 1] == m - 1 - step * (degree - k)) --k;
        if (k == 0) break;
        ++chosen[k - 1];
        for (; k < degree; ++k) chosen[k] = chosen[k - 1] + step;
      }
      first_column += of_degree;
    }
  }
  return CsrView<T>{x.rows, cols, indptr, indices, data, x.dtype};
}

absl::StatusOr<Data> PolynomialFeatures::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const FloatData floats, CheckFloats(X, run));
  return std::visit(
      [&]<template <class> class View, class T>(const View<T>& x) -> absl::StatusOr<Data> {
        if constexpr (requires { x.indptr; }) {
          return ExpandCsr(x, run);
        } else {
          const size_t all = CountFrom(0), cols = CountFrom(min_degree), bias = include_bias ? 1 : 0;
          std::span<T> full = run.arena.NewUninitialized<T>(all);
          std::span<T> out = NewResult<T>(run, x.rows, cols, x.dtype);
          for (size_t i = 0; i < x.rows; ++i) {
            ExpandRow(x.row(i), full, x.dtype);
            T* to = out.data() + i * cols;
            if (include_bias) to[0] = 1;
            std::copy_n(full.end() - static_cast<ptrdiff_t>(cols - bias), cols - bias, to + bias);
          }
          return MatrixView<T>{out, x.rows, cols, cols, x.dtype};
        }
      },
      floats);
}

// sklearn/preprocessing/_polynomial.py, 1.9: "1", "a", "a^2 b", ...; itertools' combinations of each degree, in order.
absl::StatusOr<Strings> PolynomialFeatures::FeatureNamesOut(FeatureNames& names) const {
  constexpr uint32_t kMostDegrees = 1000;  // each name takes as many steps
  if (max_degree > kMostDegrees) return absl::NotFoundError("products of more than 1000 numbers are not named");
  ASSIGN_OR_RETURN(const Strings in, names.In());
  std::span<std::string_view> out = names.New(CountFrom(min_degree));
  const size_t n = in.size(), step = interaction_only ? 1 : 0;
  size_t done = 0;
  if (include_bias) out[done++] = "1";
  std::vector<size_t> chosen;  // the columns of a product, ascending
  for (uint64_t degree = std::max<uint64_t>(min_degree, 1); degree <= max_degree && Count(n, degree) > 0; ++degree) {
    chosen.resize(degree);
    for (size_t k = 0; k < degree; ++k) chosen[k] = k * step;
    for (uint64_t left = Count(n, degree); left > 0; --left) {
      std::string name;
      for (size_t k = 0, next = 0; k < degree; k = next) {
        while (next < degree && chosen[next] == chosen[k]) ++next;
        absl::StrAppend(&name, k > 0 ? " " : "", std::string(in[chosen[k]]));
        if (next - k > 1) absl::StrAppend(&name, "^", next - k);
      }
      out[done++] = names.Join(name);
      size_t k = degree;
      while (k > 0 && chosen[k - 1] == n - 1 - step * (degree - k)) --k;
      if (k == 0) break;
      ++chosen[k - 1];
      for (; k < degree; ++k) chosen[k] = chosen[k - 1] + step;
    }
  }
  return Strings(out);
}

}  // namespace pratique
