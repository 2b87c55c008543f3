#include "estimators/preprocessing/placeholder.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "import/sklearn/import_context.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

template <class T>
std::span<const Column> ColumnsOf(const MatrixView<T>& x, Run& run) {
  std::span<Column> columns = run.arena.New<Column>(x.cols);
  for (size_t j = 0; j < x.cols; ++j) {
    std::span<T> values = run.arena.NewUninitialized<T>(x.rows);
    for (size_t i = 0; i < x.rows; ++i) values[i] = x(i, j);
    columns[j] = NumberColumn(std::span<const T>(values), x.dtype);
  }
  return columns;
}

// scikit-learn's check of an object array: a NaN that nothing will replace is refused, and pandas.NA is, which equals
// nothing, not even itself. None passes.
absl::Status CheckNoNaN(const Column& column, size_t rows, const Placeholder& placeholder, bool allow_nan,
                        const Run& run) {
  const bool is_float = IsFloat(column.dtype), is_nullable = column.cells == CellsAre::kNullable;
  const bool allow_na = allow_nan && placeholder.kind == fb::PlaceholderKind::Null;
  if (allow_nan && (allow_na || (column.marks.empty() && !is_nullable))) return absl::OkStatus();
  for (size_t i = 0; i < rows; ++i) {
    const uint8_t mark = column.mark(i);
    const bool nan = mark == kCellNaN || mark == kCellMissing ||
                     (is_float && mark != kCellNone &&
                      WithNumbers(column, [&](auto x) { return std::isnan(static_cast<double>(x[i])); }));
    const bool na = mark == kCellNA || (nan && is_nullable);
    const bool may_replace = mark == kCellMissing || (!na && column.cells == CellsAre::kValues);
    if (na ? !allow_na : nan && !allow_nan && !(may_replace && placeholder.IsMissing(column, i))) {
      return BadInput("input.not_finite",
                      absl::StrCat("row ", run.first_row + i, ", column '", Escape(column.name), "': X contains ",
                                   na ? "pandas.NA" : "NaN", ", which is not this estimator's missing_values"),
                      na ? "pandas.NA" : "nan", "a value");
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::optional<Violation> Placeholder::Invariant() const {
  const bool is_text = kind == fb::PlaceholderKind::Text;
  if ((text.data() != nullptr) != is_text) {
    return Violation{"missing.text", "placeholder", is_text ? "absent" : "present", is_text ? "present" : "absent"};
  }
  if (kind != fb::PlaceholderKind::Number && number != 0) {
    return Violation{"missing.number", "placeholder", absl::StrCat(number), "0 where it is not used"};
  }
  return std::nullopt;
}

absl::Status Placeholder::Import(ImportContext& context) {
  const graph::Id value = context.Take("missing_values");
  if (context.IsNone(value)) {
    kind = fb::PlaceholderKind::None;
    return absl::OkStatus();
  }
  const graph::Node& node = context.graph()[value];
  if (node.kind == graph::Kind::kStr) {
    kind = fb::PlaceholderKind::Text;
    text = node.text;
    return absl::OkStatus();
  }
  const bool of_pandas = node.module == "pandas" || node.module.starts_with("pandas.");
  if ((node.kind == graph::Kind::kGlobal || node.kind == graph::Kind::kObject) && node.name.starts_with("NA") &&
      of_pandas) {
    kind = fb::PlaceholderKind::Null;
    return absl::OkStatus();
  }
  if (node.kind == graph::Kind::kArray && !node.is_scalar)
    return context.Unsupported("missing_values", "an array", "Give a number.");
  ASSIGN_OR_RETURN(double as_number, context.Double(value, "missing_values"));
  if (std::isnan(as_number)) return absl::OkStatus();  // the default
  // numpy 2 compares float32 rows with float64 scalars in float64, numpy 1 did not, and neither with Python's numbers.
  if (node.kind == graph::Kind::kArray && static_cast<double>(static_cast<float>(as_number)) != as_number)
    return context.Unsupported("missing_values", "a number of numpy's that float32 does not hold",
                               "Give Python's own.");
  if (std::isinf(as_number)) return context.Unsupported("missing_values", "infinity", "");
  if (node.kind == graph::Kind::kInt && !(std::abs(as_number) <= 0x1p53))
    return context.Unsupported("missing_values", absl::StrCat(node.integer),
                               "an integer beyond 2^53 is not reproduced");
  kind = fb::PlaceholderKind::Number;
  number = as_number;
  return absl::OkStatus();
}

absl::Status Placeholder::CheckIsNumber() const {
  if (kind != fb::PlaceholderKind::None && kind != fb::PlaceholderKind::Text) return absl::OkStatus();
  return BadInput("input.dtype", "'X' and 'missing_values' types are expected to be both numerical", "numbers", "text");
}

bool Placeholder::IsMissing(const Column& column, size_t i) const {
  if (const uint8_t mark = column.mark(i); IsMissingMark(mark)) {
    switch (kind) {
      case fb::PlaceholderKind::NaN:
        return mark != kCellNone;
      case fb::PlaceholderKind::None:
        return mark == kCellNone || mark == kCellMissing;
      case fb::PlaceholderKind::Null:
        return true;
      default:
        return false;
    }
  }
  if (column.dtype == DType::kString) return kind == fb::PlaceholderKind::Text && column.strings[i] == text;
  return WithNumbers(column, [&](auto cells) {
    const auto x = cells[i];
    if (kind != fb::PlaceholderKind::None) return IsMissing(x);
    return column.cells == CellsAre::kValues && std::isnan(static_cast<double>(x));
  });
}

absl::Status RefuseBools(DType dtype) {
  if (dtype != DType::kBool) return absl::OkStatus();
  return BadInput("input.dtype", "rows of bool: this estimator takes integers, floats, or objects", "bool", "numbers");
}

std::span<uint8_t> MissingMask(const Placeholder& placeholder, const Column& column, size_t rows, Run& run) {
  std::span<uint8_t> mask = run.arena.NewUninitialized<uint8_t>(rows);
  for (size_t i = 0; i < rows; ++i) mask[i] = placeholder.IsMissing(column, i);
  return mask;
}

absl::StatusOr<std::span<const Column>> ObjectColumns(const Data& X, const Placeholder& placeholder, bool allow_nan,
                                                      Run& run) {
  ASSIGN_OR_RETURN(std::span<const Column> columns,
                   std::visit(
                       [&](const auto& x) -> absl::StatusOr<std::span<const Column>> {
                         using V = std::decay_t<decltype(x)>;
                         if constexpr (std::is_same_v<V, FrameView>) {
                           return FeatureColumns(x, run);
                         } else if constexpr (requires { x.indptr; }) {
                           return BadInput("input.sparse",
                                           "sparse X was passed, but this estimator was fitted on columns of text",
                                           "csr", "a frame");
                         } else {
                           RETURN_IF_ERROR(CheckWidth(X, run));
                           return ColumnsOf(x, run);
                         }
                       },
                       X));
  for (const Column& column : columns) {
    RETURN_IF_ERROR(CheckNoNaN(column, Rows(X), placeholder, allow_nan, run));
  }
  return columns;
}

}  // namespace pratique
