#include "estimators/preprocessing/one_hot_encoder.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "data/dtype.h"
#include "estimators/preprocessing/category_lookup.h"
#include "estimators/preprocessing/category_names.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "state/invariant/ascending.h"
#include "status_macros.h"

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

// A number that is there; bools of which some are missing are objects to pandas.
bool IsNumber(const Column& column, size_t i) {
  if (column.dtype == DType::kString || !column.missing.empty()) return false;
  return WithNumbers(column, [&](auto cells) { return !std::isnan(static_cast<double>(cells[i])); });
}

// What a person would call the cell.
template <class T>
std::string CellText(T cell) {
  if constexpr (std::is_integral_v<T>)
    return absl::StrCat(cell);
  else
    return std::isnan(cell) ? "nan" : absl::StrFormat("%.17g", cell);
}
std::string CellText(const Column& column, size_t i) {
  if (!column.missing.empty() && column.missing[i] != kCellPresent)
    return column.missing[i] == kCellNone ? "None" : "nan";
  if (column.dtype == DType::kString) return absl::StrCat("'", Escape(column.strings[i], 80), "'");
  return WithNumbers(column, [&](auto cells) { return CellText(cells[i]); });
}

absl::Status Unknown(const std::string& cell, std::string_view name, size_t column, size_t row) {
  return BadInput("input.unknown_category",
                  absl::StrCat("row ", row, ": found unknown category ", cell, " in column ", column,
                               name.empty() ? "" : absl::StrCat(" ('", Escape(name), "')"), " during transform"),
                  cell, "a category seen in fit (the encoder has handle_unknown='error')");
}

// numpy has no order of numbers and text: scikit-learn's search among the categories ends in a TypeError.
absl::Status NumberForText(const std::string& cell, std::string_view name, size_t column, size_t row) {
  return BadInput("input.dtype",
                  absl::StrCat("row ", row, ": the number ", cell, " in column ", column,
                               name.empty() ? "" : absl::StrCat(" ('", Escape(name), "')"),
                               ", whose categories are text: give the column as text"),
                  "a number", "text");
}

absl::Status Infinite(size_t column, size_t row) {
  return BadInput("input.not_finite", absl::StrCat("row ", row, ", column ", column, ": X contains infinity"), "inf",
                  "a finite number");
}

}  // namespace

std::optional<Violation> OneHotEncoder::Invariant() const {
  if (dtype == fb::DType::String) return Violation{"dtype", "dtype", "String", "a number"};
  int64_t next = 0;
  size_t first = 0, first_known = 0;
  for (size_t f = 0; f < categories.size(); ++f) {
    const Values& values = categories[f];
    if (auto violation = values.Invariant(At("categories", f))) return violation;
    const size_t known = values.size(), n = known + values.n_missing();
    if (columns.size() - first < n)
      return Violation{"columns", "columns", absl::StrCat(columns.size(), " elements"), "one a category"};
    const int64_t shared = infrequent.data() == nullptr ? -1 : infrequent[f];
    if (auto violation = CheckColumns(columns.subspan(first, n), first, shared, At("infrequent", f), next))
      return violation;
    if (order.data() != nullptr && order.size() - first_known < known) {
      return Violation{"order", "order", absl::StrCat(order.size(), " elements"), "one a known category"};
    }
    const auto bad = WithKnown(values, [&](auto list) {
      return order.data() == nullptr ? invariant::FirstNotAscending(list)
                                     : invariant::FirstNotAscendingThrough(order.subspan(first_known, known), list);
    });
    if (bad && order.data() == nullptr)
      return Violation{At("categories", f), "order", absl::StrCat("not ascending at ", *bad), "ascending, or an order"};
    if (bad)
      return Violation{At("order", first_known + *bad), "order", absl::StrCat(order[first_known + *bad]),
                       "the next category in ascending order"};
    first += n;
    first_known += known;
  }
  if (first != columns.size())
    return Violation{"columns", "columns", absl::StrCat(columns.size(), " elements"), absl::StrCat(first)};
  if (order.data() != nullptr && first_known != order.size())
    return Violation{"order", "order", absl::StrCat(order.size(), " elements"), absl::StrCat(first_known)};
  if (next != n_features_out)
    return Violation{"n_features_out", "columns", absl::StrCat(n_features_out), absl::StrCat(next)};
  return std::nullopt;
}

absl::StatusOr<Signature> OneHotEncoder::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.n_features_out = n_features_out;
  signature.feature_names = feature_names;
  for (const Values& values : categories) signature.text_input |= values.dtype == fb::DType::String;
  return signature;
}

void OneHotEncoder::Columns(const Estimator&, std::span<Takes> columns) const {
  for (size_t j = 0; j < columns.size(); ++j)
    columns[j] = categories[j].dtype == fb::DType::String ? Takes::kText : Takes::kNumbers;
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
  const size_t rows = Rows(X), n = n_features_in;
  std::span<int32_t> codes = run.arena.NewUninitialized<int32_t>(rows * n);
  Data checked = X;
  std::span<const Column> frame;
  if (const auto* view = std::get_if<FrameView>(&X)) {
    ASSIGN_OR_RETURN(std::span<const Column> aligned, FeatureColumns(*view, run));
    frame = aligned;
  } else {
    ASSIGN_OR_RETURN(NumericData numbers, CheckNumbers(X, run, Finite::kAllowNaN));
    checked = AsData(numbers);
  }
  size_t first = 0, first_known = 0;
  for (size_t f = 0; f < n; ++f) {
    const Values& values = categories[f];
    const CategoryLookup lookup(values, order.data() == nullptr ? order : order.subspan(first_known, values.size()));
    const int32_t if_unknown =
        unknown == fb::UnknownCategory::Infrequent && infrequent.data() != nullptr ? infrequent[f] : -1;
    // `find` gives a category's index, `text` what the cell says, `is_number` whether it is one and no object.
    const auto encode = [&](auto find, auto text, auto is_number, std::string_view name) -> absl::Status {
      for (size_t i = 0; i < rows; ++i) {
        const int64_t category = find(i);
        if (category == CategoryLookup::kUnknown && lookup.IsText() && is_number(i))
          return NumberForText(text(i), name, f, run.first_row + i);
        if (category == CategoryLookup::kUnknown && unknown == fb::UnknownCategory::Error)
          return Unknown(text(i), name, f, run.first_row + i);
        codes[i * n + f] =
            category == CategoryLookup::kUnknown ? if_unknown : columns[first + static_cast<size_t>(category)];
      }
      return absl::OkStatus();
    };
    absl::Status status = std::visit(
        [&](const auto& x) -> absl::Status {
          if constexpr (requires { x.row_stride; }) {
            return encode([&](size_t i) { return lookup.FindNumber(x(i, f)); },
                          [&](size_t i) { return CellText(x(i, f)); },
                          [&](size_t i) { return !std::isnan(static_cast<double>(x(i, f))); }, "");
          } else if constexpr (requires { x.indptr; }) {
            return BadInput("input.sparse", "sparse X was passed, but OneHotEncoder takes dense X and frames only",
                            "csr", "dense");
          } else {
            const Column& column = frame[f];
            for (size_t i = 0; IsFloat(column.dtype) && i < rows; ++i) {
              if (std::isinf(column.dtype == DType::kFloat64 ? column.doubles[i] : column.floats[i]))
                return Infinite(f, run.first_row + i);
            }
            return encode([&](size_t i) { return lookup.Find(column, i); },
                          [&](size_t i) { return CellText(column, i); }, [&](size_t i) { return IsNumber(column, i); },
                          column.name);
          }
        },
        checked);
    if (!status.ok()) return status;
    first += values.size() + values.n_missing();
    first_known += values.size();
  }
  return codes;
}

// Features own ascending ranges of columns, so the entries of a row ascend.
template <class T>
absl::StatusOr<Data> OneHotEncoder::Expand(std::span<const int32_t> codes, size_t rows, Run& run) const {
  const size_t n = n_features_in, cols = n_features_out;
  if (!sparse) {
    if (cols != 0 && rows > run.limits.memory / sizeof(T) / cols) {
      return ToStatus({.stage = Stage::kNone,
                       .reason = Reason::kLimit,
                       .code = "limit.memory",
                       .message = absl::StrCat(rows, " rows of ", cols, " columns pass the limit of memory")});
    }
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
