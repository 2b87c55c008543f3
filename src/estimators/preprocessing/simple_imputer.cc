#include "estimators/preprocessing/simple_imputer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

// One row of CSR in ascending order of columns, as scikit-learn's result (CSC) is when it is read as CSR.
template <class T>
void SortRow(std::span<int32_t> indices, std::span<T> data, Run& run) {
  if (std::ranges::is_sorted(indices)) return;
  struct Entry {
    int32_t index;
    T value;
  };
  std::span<Entry> entries = run.arena.NewUninitialized<Entry>(indices.size());
  for (size_t k = 0; k < entries.size(); ++k) entries[k] = {indices[k], data[k]};
  std::ranges::sort(entries, {}, &Entry::index);
  for (size_t k = 0; k < entries.size(); ++k) indices[k] = entries[k].index, data[k] = entries[k].value;
}

absl::Status Mixed(const Column& column, size_t row, std::string_view fill) {
  return BadInput("input.mixed",
                  absl::StrCat("row ", row, ", column '", Escape(column.name), "': filling a missing ",
                               column.dtype == DType::kString ? "text" : "number", " with a ", std::string(fill),
                               " would mix both in one column, which is not supported"));
}

}  // namespace

std::optional<Violation> SimpleImputer::Invariant() const {
  if (auto violation = missing.Invariant()) return violation;
  bool any_text = false;
  for (size_t j = 0; j < fills.size(); ++j) {
    const bool is_text = fills[j] == fb::FillKind::Text;
    any_text |= is_text;
    if (is_text && texts.data() == nullptr) return Violation{"texts", "fills", "absent", "present"};
    if (!is_text && texts.data() != nullptr && !texts[j].empty()) {
      return Violation{absl::StrCat("texts[", j, "]"), "fills", "a text that nothing uses", "an empty text"};
    }
    if (fills[j] != fb::FillKind::Number && !(numbers[j] == 0)) {
      return Violation{absl::StrCat("numbers[", j, "]"), "fills", absl::StrCat(numbers[j]), "0 where it is not used"};
    }
  }
  if (any_text && !object) return Violation{"object", "fills", "false", "true where a column is filled with text"};
  if (!any_text && texts.data() != nullptr) return Violation{"texts", "fills", "present", "absent where no text fills"};
  return std::nullopt;
}

size_t SimpleImputer::n_kept() const {
  return fills.size() - static_cast<size_t>(std::ranges::count(fills, fb::FillKind::Dropped));
}

absl::StatusOr<Signature> SimpleImputer::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.n_features_out = n_kept() + indicator.size();
  signature.feature_names = feature_names;
  signature.text_input = object;
  return signature;
}

absl::StatusOr<Data> SimpleImputer::Transform(const Data& X, Run& run) const {
  if (object) return TransformColumns(X, run);
  if (missing.kind == fb::PlaceholderKind::None || missing.kind == fb::PlaceholderKind::Text) {
    return BadInput("input.dtype", "'X' and 'missing_values' types are expected to be both numerical", "numbers",
                    "text");
  }
  ASSIGN_OR_RETURN(Data array, CheckArray(X, run, missing.AllowsNaN() ? Finite::kAllowNaN : Finite::kRequired));
  return std::visit(
      [&](const auto& x) -> absl::StatusOr<Data> {
        if constexpr (requires { x.indptr; })
          return TransformCsr(x, run);
        else if constexpr (requires { x.row_stride; })
          return TransformDense(x, run);
        else
          return absl::InternalError("a frame was left");
      },
      array);
}

template <class T>
Data SimpleImputer::TransformDense(const MatrixView<T>& x, Run& run) const {
  const size_t kept = n_kept(), cols = kept + indicator.size();
  std::span<uint32_t> columns = run.arena.NewUninitialized<uint32_t>(kept);
  std::span<T> values = run.arena.NewUninitialized<T>(kept);
  for (size_t j = 0, k = 0; j < x.cols; ++j) {
    if (fills[j] == fb::FillKind::Dropped) continue;
    columns[k] = static_cast<uint32_t>(j);
    values[k++] = static_cast<T>(numbers[j]);
  }
  std::span<T> out = NewMatrix<T>(run, x.rows, cols);
  for (size_t i = 0; i < x.rows; ++i) {
    const T* from = x.row(i);
    T* to = out.data() + i * cols;
    for (size_t k = 0; k < kept; ++k) {
      const T cell = from[columns[k]];
      to[k] = missing.IsMissing(cell) ? values[k] : cell;
    }
    for (size_t k = 0; k < indicator.size(); ++k) to[kept + k] = missing.IsMissing(from[indicator[k]]);
  }
  return MatrixView<T>{out, x.rows, cols, cols};
}

// Only stored entries can be missing: an absent one is 0, and missing_values=0 is refused for sparse X.
template <class T>
absl::StatusOr<Data> SimpleImputer::TransformCsr(const CsrView<T>& x, Run& run) const {
  if (missing.kind == fb::PlaceholderKind::Number && missing.number == 0) {
    return BadInput("input.sparse", "Imputation not possible when missing_values == 0 and input is sparse", "csr",
                    "dense");
  }
  const size_t kept = n_kept(), cols = kept + indicator.size();
  std::span<int32_t> to = run.arena.NewUninitialized<int32_t>(x.cols),
                     mark = run.arena.NewUninitialized<int32_t>(x.cols);
  for (size_t j = 0, k = 0; j < x.cols; ++j) {
    to[j] = fills[j] == fb::FillKind::Dropped ? -1 : static_cast<int32_t>(k++);
    mark[j] = -1;
  }
  for (size_t k = 0; k < indicator.size(); ++k) mark[indicator[k]] = static_cast<int32_t>(kept + k);
  const size_t most = 2 * static_cast<size_t>(x.indptr[x.rows] - x.indptr[0]);
  std::span<int32_t> indices = run.arena.NewUninitialized<int32_t>(most);
  std::span<T> data = run.arena.NewUninitialized<T>(most);
  std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(x.rows + 1);
  size_t n = 0;
  const auto put = [&](int32_t column, T value) {
    if (column < 0) return;
    indices[n] = column;
    data[n++] = value;
  };
  indptr[0] = 0;
  for (size_t i = 0; i < x.rows; ++i) {
    const size_t begin = n;
    for (int64_t k = x.indptr[i]; k < x.indptr[i + 1]; ++k) {
      const int32_t j = x.indices[k];
      const bool is_missing = missing.IsMissing(x.data[k]);
      put(to[j], is_missing ? static_cast<T>(numbers[j]) : x.data[k]);
      if (is_missing) put(mark[j], 1);
    }
    SortRow(indices.subspan(begin, n - begin), data.subspan(begin, n - begin), run);
    indptr[i + 1] = static_cast<int64_t>(n);
  }
  return CsrView<T>{x.rows, cols, indptr, indices.first(n), data.first(n)};
}

absl::StatusOr<Data> SimpleImputer::TransformColumns(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(std::span<const Column> columns, ObjectColumns(X, missing, run));
  const size_t rows = Rows(X);
  std::span<Column> out = run.arena.New<Column>(n_kept() + indicator.size());
  size_t n = 0;
  for (size_t j = 0; j < columns.size(); ++j) {
    if (fills[j] == fb::FillKind::Dropped) continue;
    ASSIGN_OR_RETURN(Column filled, Fill(columns[j], j, rows, run));
    out[n++] = filled;
  }
  for (uint32_t j : indicator) {
    const Column& column = columns[j];
    std::span<double> marks = run.arena.NewUninitialized<double>(rows);
    for (size_t i = 0; i < rows; ++i) marks[i] = missing.IsMissing(column, i);
    if (!column.name.empty())
      out[n].name = run.arena.Copy(std::string_view(absl::StrCat("missingindicator_", std::string(column.name))));
    out[n].dtype = DType::kBool;
    out[n++].doubles = marks;
  }
  return FrameView{rows, out};
}

// A column keeps its type: text is filled with text, numbers with a number.
absl::StatusOr<Column> SimpleImputer::Fill(const Column& column, size_t j, size_t rows, Run& run) const {
  std::span<const uint8_t> mask = MissingMask(missing, column, rows, run);
  const auto first = std::ranges::find(mask, 1);
  if (first == mask.end()) return column;
  const bool is_text = column.dtype == DType::kString;
  if (is_text != (fills[j] == fb::FillKind::Text)) {
    return Mixed(column, run.first_row + static_cast<size_t>(first - mask.begin()), is_text ? "number" : "text");
  }
  Column filled = column;
  if (is_text) {
    std::span<std::string_view> strings = run.arena.Copy(column.strings);
    std::span<uint8_t> still_missing = run.arena.New<uint8_t>(rows);
    for (size_t i = 0; i < rows; ++i) {
      if (mask[i])
        strings[i] = texts[j];
      else if (!column.missing.empty())
        still_missing[i] = column.missing[i];
    }
    filled.strings = strings;
    filled.missing = still_missing;
  } else if (column.dtype == DType::kFloat32) {
    std::span<float> floats = run.arena.Copy(column.floats);
    for (size_t i = 0; i < rows; ++i) floats[i] = mask[i] ? static_cast<float>(numbers[j]) : floats[i];
    filled.floats = floats;
  } else {
    std::span<double> doubles = run.arena.Copy(column.doubles);
    for (size_t i = 0; i < rows; ++i) doubles[i] = mask[i] ? numbers[j] : doubles[i];
    filled.doubles = doubles;
    filled.dtype = DType::kFloat64;
  }
  return filled;
}

// Clang 19 does not instantiate members that only a generic lambda's discarded branches name.
template Data SimpleImputer::TransformDense(const MatrixView<double>&, Run&) const;
template Data SimpleImputer::TransformDense(const MatrixView<float>&, Run&) const;
template absl::StatusOr<Data> SimpleImputer::TransformCsr(const CsrView<double>&, Run&) const;
template absl::StatusOr<Data> SimpleImputer::TransformCsr(const CsrView<float>&, Run&) const;

}  // namespace pratique
