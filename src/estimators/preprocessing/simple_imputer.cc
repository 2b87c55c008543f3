#include "estimators/preprocessing/simple_imputer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
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

// numpy.can_cast(from, to, casting="same_kind") of numbers: bool, unsigned, signed, float, in that order.
bool CastsWithinKind(DType from, DType to) {
  const auto kind = [](DType dtype) {
    if (IsFloat(dtype)) return 3;
    if (dtype == DType::kBool) return 0;
    return Name(dtype).starts_with('u') ? 1 : 2;
  };
  return kind(from) <= kind(to);
}

// The numbers as an array of X's dtype takes them: numpy cuts fractions off where they are assigned to integers. What
// has no place there is refused (C leaves it open).
template <class T>
absl::StatusOr<std::span<const T>> FillsFor(Array<double> numbers, DType dtype, Run& run) {
  std::span<T> values = run.arena.NewUninitialized<T>(numbers.size());
  for (size_t j = 0; j < values.size(); ++j) {
    if constexpr (std::is_integral_v<T>) {
      const double whole = std::trunc(numbers[j]);
      const bool fits = IsIntegerOf<T>(whole) &&
                        WithType(dtype, [&](auto tag) { return IsIntegerOf<typename decltype(tag)::type>(whole); });
      if (!fits) {
        return BadInput("input.dtype", absl::StrCat("column ", j, ": the value that is filled in, ", numbers[j],
                                                    ", has no place in rows of ", std::string(Name(dtype))));
      }
      values[j] = static_cast<T>(whole);
    } else {
      values[j] = dtype == DType::kFloat16 ? static_cast<T>(RoundedToFloat16(numbers[j])) : static_cast<T>(numbers[j]);
    }
  }
  return values;
}

// What a cell that is there is among objects.
uint8_t ObjectMark(const Column& column, size_t i) {
  if (column.mark(i) != kCellPresent) return column.mark(i);
  return column.dtype == DType::kBool ? kCellBool : IsInteger(column.dtype) ? kCellInteger : kCellPresent;
}

bool IsEmpty(const Column& column, size_t rows) {
  for (size_t i = 0; i < rows; ++i) {
    const bool nan = column.dtype != DType::kString &&
                     WithNumbers(column, [&](auto cells) { return std::isnan(static_cast<double>(cells[i])); });
    if (!nan && !column.lacks(i)) return false;
  }
  return true;
}

// A double holds the integer, and no other that is near.
bool HoldsInteger(const Column& column, size_t i) {
  return WithNumbers(column, [&](auto cells) {
    const auto x = static_cast<double>(cells[i]);
    return x > -0x1p53 && x < 0x1p53;
  });
}

absl::Status Inexact(const Column& column, size_t row) {
  return BadInput("input.integer", absl::StrCat("row ", row, ", column '", Escape(column.name),
                                                "': an integer of 2^53 or more in a column where cells are filled in"));
}

// Text is there, and not only a column of objects in which nothing is.
bool HasText(const Data& X) {
  const auto* frame = std::get_if<FrameView>(&X);
  return frame != nullptr && std::ranges::any_of(frame->columns, [&](const Column& column) {
           return column.dtype == DType::kString && !IsEmpty(column, frame->rows);
         });
}

// A column in which nothing is there, as one of text or of numbers.
Column EmptyColumn(const Column& column, bool is_text, size_t rows, Run& run) {
  Column empty{.name = column.name, .dtype = is_text ? DType::kString : DType::kFloat64};
  std::span<uint8_t> marks = run.arena.NewUninitialized<uint8_t>(rows);
  for (size_t i = 0; i < rows; ++i) marks[i] = column.lacks(i) ? column.mark(i) : kCellNaN;
  if (is_text) {
    empty.strings = run.arena.New<std::string_view>(rows);
  } else {
    std::span<double> numbers = run.arena.NewUninitialized<double>(rows);
    std::ranges::fill(numbers, std::numeric_limits<double>::quiet_NaN());
    empty.doubles = numbers;
  }
  empty.marks = marks;
  empty.cells = CellsAre::kObjects;
  return empty;
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
    if (!IsNumber(fills[j]) && !(numbers[j] == 0)) {
      return Violation{absl::StrCat("numbers[", j, "]"), "fills", absl::StrCat(numbers[j]), "0 where it is not used"};
    }
  }
  if (fill_dtype == fb::DType::String || (!keeps_dtype && fill_dtype != fb::DType::Float64))
    return Violation{"fill_dtype", "keeps_dtype", fb::EnumNameDType(fill_dtype), "Float64 where it is not used"};
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

// sklearn/impute/_base.py, 1.9: columns whose statistic is not NaN, then those of the indicator.
absl::StatusOr<Strings> SimpleImputer::FeatureNamesOut(FeatureNames& names) const {
  ASSIGN_OR_RETURN(const Strings in, names.In());
  std::span<std::string_view> out = names.New(in.size() + indicator.size());
  size_t n = 0;
  for (size_t j = 0; j < in.size(); ++j) {
    if (fills[j] == fb::FillKind::Text || (IsNumber(fills[j]) && !std::isnan(numbers[j]))) out[n++] = in[j];
  }
  for (uint32_t j : indicator) out[n++] = names.Join("missingindicator_", in[j]);
  return Strings(out.first(n));
}

absl::StatusOr<Data> SimpleImputer::Transform(const Data& X, Run& run) const {
  if (object || (keeps_dtype && IsOfObjects(X) && !HasText(X))) return TransformColumns(X, run);
  RETURN_IF_ERROR(missing.CheckIsNumber());
  ASSIGN_OR_RETURN(NumericData numeric, CheckRows(X, run));
  return std::visit(
      [&](const auto& x) -> absl::StatusOr<Data> {
        if constexpr (requires { x.indptr; })
          return TransformCsr(x, run);
        else
          return TransformDense(x, run);
      },
      numeric);
}

// sklearn/impute/_base.py _validate_input, 1.9.
absl::StatusOr<NumericData> SimpleImputer::CheckRows(const Data& X, Run& run) const {
  const Finite finite = missing.AllowsNaN() ? Finite::kAllowNaN : Finite::kRequired;
  if (!keeps_dtype) {
    ASSIGN_OR_RETURN(FloatData floats, CheckFloats(X, run, finite));
    return std::visit([](const auto& x) -> NumericData { return x; }, floats);
  }
  ASSIGN_OR_RETURN(NumericData numeric, CheckNumbers(X, run, finite));
  const DType dtype = std::visit([](const auto& x) { return x.dtype; }, numeric);
  RETURN_IF_ERROR(RefuseBools(dtype));
  if (!CastsWithinKind(static_cast<DType>(fill_dtype), dtype)) {
    return BadInput("input.dtype",
                    absl::StrCat("the value that is filled in is ", fb::EnumNameDType(fill_dtype),
                                 ", which is not cast to rows of ", std::string(Name(dtype))),
                    std::string(Name(dtype)), "rows of the kind that the imputer was fitted on");
  }
  return numeric;
}

template <class T>
absl::StatusOr<Data> SimpleImputer::TransformDense(const MatrixView<T>& x, Run& run) const {
  const size_t kept = n_kept(), cols = kept + indicator.size();
  std::span<uint32_t> columns = run.arena.NewUninitialized<uint32_t>(kept);
  for (size_t j = 0, k = 0; j < x.cols; ++j) {
    if (fills[j] != fb::FillKind::Dropped) columns[k++] = static_cast<uint32_t>(j);
  }
  ASSIGN_OR_RETURN(std::span<const T> values, FillsFor<T>(numbers, x.dtype, run));
  std::span<T> out = NewResult<T>(run, x.rows, cols, x.dtype);
  for (size_t i = 0; i < x.rows; ++i) {
    const T* from = x.row(i);
    T* to = out.data() + i * cols;
    for (size_t k = 0; k < kept; ++k) {
      const T cell = from[columns[k]];
      to[k] = missing.IsMissing(cell) ? values[columns[k]] : cell;
    }
    for (size_t k = 0; k < indicator.size(); ++k) to[kept + k] = missing.IsMissing(from[indicator[k]]);
  }
  return MatrixView<T>{out, x.rows, cols, cols, x.dtype};
}

// Only stored entries can be missing: an absent one is 0, and missing_values=0 is refused for sparse X.
template <class T>
absl::StatusOr<Data> SimpleImputer::TransformCsr(const CsrView<T>& x, Run& run) const {
  if (missing.kind == fb::PlaceholderKind::Number && missing.number == 0) {
    return BadInput("input.sparse", "Imputation not possible when missing_values == 0 and input is sparse", "csr",
                    "dense");
  }
  ASSIGN_OR_RETURN(std::span<const T> values, FillsFor<T>(numbers, x.dtype, run));
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
      put(to[j], is_missing ? values[j] : x.data[k]);
      if (is_missing) put(mark[j], 1);
    }
    SortRow(indices.subspan(begin, n - begin), data.subspan(begin, n - begin), run);
    indptr[i + 1] = static_cast<int64_t>(n);
  }
  return CsrView<T>{x.rows, cols, indptr, indices.first(n), data.first(n), x.dtype};
}

absl::StatusOr<Data> SimpleImputer::TransformColumns(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(std::span<const Column> columns, ObjectColumns(X, missing, missing.AllowsNaN(), run));
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
    std::span<int64_t> marks = run.arena.NewUninitialized<int64_t>(rows);
    for (size_t i = 0; i < rows; ++i) marks[i] = missing.IsMissing(column, i);
    if (!column.name.empty())
      out[n].name = run.arena.Copy(std::string_view(absl::StrCat("missingindicator_", std::string(column.name))));
    out[n].dtype = DType::kBool;
    out[n].cells = CellsAre::kObjects;
    out[n++].ints = marks;
  }
  return FrameView{rows, out};
}

// A column of objects: text is filled with text, numbers with a number of its own type.
absl::StatusOr<Column> SimpleImputer::Fill(const Column& column, size_t j, size_t rows, Run& run) const {
  std::span<const uint8_t> mask = MissingMask(missing, column, rows, run);
  const auto first = std::ranges::find(mask, 1);
  const bool fills_text = fills[j] == fb::FillKind::Text;
  Column filled = column;
  // Of pandas' own floats nobody knows which were integers.
  if (column.cells != CellsAre::kNullable || !IsFloat(column.dtype)) filled.cells = CellsAre::kObjects;
  // What no block of rows fills keeps its dtype; what one may fill has the same in all of them.
  const bool is_whole = IsInteger(column.dtype) && missing.kind != fb::PlaceholderKind::Number;
  if (is_whole || (first == mask.end() && (fills_text || column.dtype == DType::kString))) return filled;
  if ((column.dtype == DType::kString) != fills_text) {
    if (!IsEmpty(column, rows))
      return Mixed(column, run.first_row + static_cast<size_t>(first - mask.begin()), fills_text ? "text" : "number");
    filled = EmptyColumn(column, fills_text, rows, run);
  }
  std::span<uint8_t> marks = run.arena.NewUninitialized<uint8_t>(rows);
  if (fills_text) {
    std::span<std::string_view> strings = run.arena.Copy(filled.strings);
    for (size_t i = 0; i < rows; ++i) {
      if (mask[i]) strings[i] = texts[j];
      marks[i] = mask[i] ? kCellPresent : filled.mark(i);
    }
    filled.strings = strings;
  } else {
    std::span<double> numbers_out = run.arena.NewUninitialized<double>(rows);
    for (size_t i = 0; i < rows; ++i) {
      if (!mask[i] && IsInteger(filled.dtype) && !HoldsInteger(filled, i)) return Inexact(filled, run.first_row + i);
      numbers_out[i] =
          mask[i] ? numbers[j] : WithNumbers(filled, [&](auto cells) { return static_cast<double>(cells[i]); });
      marks[i] = !mask[i]                            ? ObjectMark(filled, i)
                 : fills[j] == fb::FillKind::Bool    ? kCellBool
                 : fills[j] == fb::FillKind::Integer ? kCellInteger
                                                     : kCellPresent;
    }
    filled = {.name = column.name, .dtype = DType::kFloat64, .doubles = numbers_out, .cells = filled.cells};
  }
  filled.marks = marks;
  return filled;
}

// Clang 19 does not instantiate members that only a generic lambda's discarded branches name.
template absl::StatusOr<Data> SimpleImputer::TransformDense(const MatrixView<double>&, Run&) const;
template absl::StatusOr<Data> SimpleImputer::TransformDense(const MatrixView<float>&, Run&) const;
template absl::StatusOr<Data> SimpleImputer::TransformDense(const MatrixView<int64_t>&, Run&) const;
template absl::StatusOr<Data> SimpleImputer::TransformDense(const MatrixView<uint64_t>&, Run&) const;
template absl::StatusOr<Data> SimpleImputer::TransformCsr(const CsrView<double>&, Run&) const;
template absl::StatusOr<Data> SimpleImputer::TransformCsr(const CsrView<float>&, Run&) const;
template absl::StatusOr<Data> SimpleImputer::TransformCsr(const CsrView<int64_t>&, Run&) const;
template absl::StatusOr<Data> SimpleImputer::TransformCsr(const CsrView<uint64_t>&, Run&) const;

}  // namespace pratique
