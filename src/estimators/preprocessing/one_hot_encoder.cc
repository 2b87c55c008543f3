#include "estimators/preprocessing/one_hot_encoder.h"

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "estimators/preprocessing/categories.h"
#include "estimators/preprocessing/category_names.h"
#include "model/views.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

std::string At(const char* field, size_t i) { return absl::StrCat(field, "[", i, "]"); }

// The output columns of one feature: its frequent categories in order, then the one that the infrequent ones share.
std::optional<Violation> CheckColumns(Array<int32_t> columns, size_t first, int64_t shared,
                                      std::string_view shared_field, int64_t& next) {
  bool is_shared = false;
  for (size_t k = 0; k < columns.size(); ++k) {
    if (columns[k] < 0) continue;
    if (shared >= 0 && columns[k] == shared)
      is_shared = true;
    else if (columns[k] == next)
      ++next;
    else
      return Violation{At("columns", first + k), "columns", absl::StrCat(columns[k]), absl::StrCat(next, ", or -1")};
  }
  if (shared < 0) return std::nullopt;
  if (shared != next || !is_shared) {
    return Violation{std::string(shared_field), "columns", absl::StrCat(shared),
                     absl::StrCat(next, ", used by a category")};
  }
  ++next;
  return std::nullopt;
}

}  // namespace

std::optional<Violation> OneHotEncoder::Invariant() const {
  if (dtype == fb::DType::String) return Violation{"dtype", "dtype", "String", "a number"};
  if (auto violation = Categories{categories, order}.Invariant()) return violation;
  int64_t next = 0;
  size_t first = 0;
  for (size_t f = 0; f < categories.size(); ++f) {
    const size_t n = categories[f].size() + categories[f].n_missing();
    if (columns.size() - first < n)
      return Violation{"columns", "columns", absl::StrCat(columns.size(), " elements"), "one a category"};
    const int64_t shared = infrequent.data() == nullptr ? -1 : infrequent[f];
    if (auto violation = CheckColumns(columns.subspan(first, n), first, shared, At("infrequent", f), next))
      return violation;
    first += n;
  }
  if (first != columns.size())
    return Violation{"columns", "columns", absl::StrCat(columns.size(), " elements"), absl::StrCat(first)};
  if (next != n_features_out)
    return Violation{"n_features_out", "columns", absl::StrCat(n_features_out), absl::StrCat(next)};
  return std::nullopt;
}

absl::StatusOr<Signature> OneHotEncoder::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature signature, TransformerSignature(n_features_in, n_features_out, feature_names, children));
  signature.text_input = Categories{categories, order}.HaveText();
  return signature;
}

void OneHotEncoder::Columns(const Estimator&, std::span<Takes> takes) const {
  Categories{categories, order}.Columns(takes);
}

absl::StatusOr<Data> OneHotEncoder::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(std::span<const int32_t> codes, Encode(X, run));
  return WithCarrier(static_cast<DType>(dtype),
                     [&](auto tag) { return Expand<typename decltype(tag)::type>(codes, Rows(X), run); });
}

// sklearn/preprocessing/_encoders.py get_feature_names_out and _compute_transformed_categories, 1.9.
absl::StatusOr<Strings> OneHotEncoder::FeatureNamesOut(FeatureNames& names) const {
  if (custom_names) return absl::NotFoundError("feature_name_combiner makes the names of OneHotEncoder");
  ASSIGN_OR_RETURN(const Strings in, names.In());
  std::span<std::string_view> out = names.New(n_features_out);
  size_t first = 0;
  for (size_t f = 0; f < categories.size(); ++f) {
    const size_t n = categories[f].size() + categories[f].n_missing();
    const int32_t shared = infrequent.data() == nullptr ? -1 : infrequent[f];
    for (size_t k = 0; k < n; ++k) {
      const int32_t column = columns[first + k];
      if (column >= 0 && column != shared)
        out[column] = names.Join(in[f], "_", CategoryName(categories[f], k, shared >= 0, names));
    }
    if (shared >= 0) out[shared] = names.Join(in[f], "_infrequent_sklearn");
    first += n;
  }
  return Strings(out);
}

// The output column of every cell, row by row; -1: none.
absl::StatusOr<std::span<const int32_t>> OneHotEncoder::Encode(const Data& X, Run& run) const {
  const Categories all{categories, order};
  ASSIGN_OR_RETURN(std::span<int32_t> codes, all.Encode(X, unknown == fb::UnknownCategory::Error, run));
  const size_t n = n_features_in;
  for (size_t f = 0, first = 0; f < n; ++f) {
    const int32_t if_unknown =
        unknown == fb::UnknownCategory::Infrequent && infrequent.data() != nullptr ? infrequent[f] : -1;
    for (size_t k = f; k < codes.size(); k += n)
      codes[k] = codes[k] < 0 ? if_unknown : columns[first + static_cast<size_t>(codes[k])];
    first += categories[f].size() + categories[f].n_missing();
  }
  return codes;
}

// Features own ascending ranges of columns, so the entries of a row ascend.
template <class T>
absl::StatusOr<Data> OneHotEncoder::Expand(std::span<const int32_t> codes, size_t rows, Run& run) const {
  const size_t n = n_features_in, cols = n_features_out;
  if (!sparse) {
    RETURN_IF_ERROR(FitsMemory<T>(rows, cols, run));
    std::span<T> out = run.arena.New<T>(rows * cols);
    for (size_t i = 0; i < rows; ++i) {
      for (size_t f = 0; f < n; ++f) {
        if (codes[i * n + f] >= 0) out[i * cols + static_cast<size_t>(codes[i * n + f])] = 1;
      }
    }
    return MatrixView<T>{out, rows, cols, cols, static_cast<DType>(dtype)};
  }
  std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(rows + 1);
  std::span<int32_t> indices = run.arena.NewUninitialized<int32_t>(rows * n);
  size_t size = 0;
  indptr[0] = 0;
  for (size_t i = 0; i < rows; ++i) {
    for (size_t f = 0; f < n; ++f) {
      if (codes[i * n + f] >= 0) indices[size++] = codes[i * n + f];
    }
    indptr[i + 1] = static_cast<int64_t>(size);
  }
  std::span<T> data = run.arena.NewUninitialized<T>(size);
  for (T& value : data) value = 1;
  return CsrView<T>{rows, cols, indptr, indices.first(size), data, static_cast<DType>(dtype)};
}

}  // namespace pratique
