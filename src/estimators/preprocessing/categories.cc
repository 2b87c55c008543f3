#include "estimators/preprocessing/categories.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "data/dtype.h"
#include "estimators/preprocessing/category_lookup.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "state/invariant/ascending.h"
#include "status_macros.h"

namespace pratique {
namespace {

std::string At(const char* field, size_t i) { return absl::StrCat(field, "[", i, "]"); }

// A number that is there, and no object.
bool IsNumber(const Column& column, size_t i) {
  if (column.dtype == DType::kString || (column.holds_objects() && column.cells != CellsAre::kNullable)) return false;
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
  if (column.lacks(i)) return column.mark(i) == kCellNone ? "None" : column.mark(i) == kCellNA ? "<NA>" : "nan";
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

std::optional<Violation> Categories::Invariant() const {
  size_t first_known = 0;
  for (size_t f = 0; f < of.size(); ++f) {
    if (auto violation = of[f].Invariant(At("categories", f))) return violation;
    const size_t known = of[f].size();
    if (order.data() != nullptr && order.size() - first_known < known)
      return Violation{"order", "order", absl::StrCat(order.size(), " elements"), "one a known category"};
    const auto bad = WithKnown(of[f], [&](auto list) {
      return order.data() == nullptr ? invariant::FirstNotAscending(list)
                                     : invariant::FirstNotAscendingThrough(order.subspan(first_known, known), list);
    });
    if (bad && order.data() == nullptr)
      return Violation{At("categories", f), "order", absl::StrCat("not ascending at ", *bad), "ascending, or an order"};
    if (bad)
      return Violation{At("order", first_known + *bad), "order", absl::StrCat(order[first_known + *bad]),
                       "the next category in ascending order"};
    first_known += known;
  }
  if (order.data() != nullptr && first_known != order.size())
    return Violation{"order", "order", absl::StrCat(order.size(), " elements"), absl::StrCat(first_known)};
  return std::nullopt;
}

size_t Categories::Flattened() const {
  size_t n = 0;
  for (const Values& values : of) n += values.size() + values.n_missing();
  return n;
}

bool Categories::HaveText() const {
  return std::ranges::any_of(of, [](const Values& values) { return values.dtype == fb::DType::String; });
}

void Categories::Columns(std::span<Takes> columns) const {
  for (size_t j = 0; j < columns.size(); ++j)
    columns[j] = of[j].dtype == fb::DType::String ? Takes::kText : Takes::kNumbers;
}

absl::StatusOr<std::span<int32_t>> Categories::Encode(const Data& X, bool unknown_is_error, Run& run) const {
  const size_t rows = Rows(X), n = of.size();
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
  size_t first_known = 0;
  for (size_t f = 0; f < n; ++f) {
    const CategoryLookup lookup(of[f], order.data() == nullptr ? order : order.subspan(first_known, of[f].size()));
    // `find` gives a category's index, `text` what the cell says, `is_number` whether it is one and no object.
    const auto encode = [&](auto find, auto text, auto is_number, std::string_view name) -> absl::Status {
      for (size_t i = 0; i < rows; ++i) {
        const int64_t category = find(i);
        if (category == CategoryLookup::kUnknown && lookup.IsText() && is_number(i))
          return NumberForText(text(i), name, f, run.first_row + i);
        if (category == CategoryLookup::kUnknown && unknown_is_error)
          return Unknown(text(i), name, f, run.first_row + i);
        codes[i * n + f] = static_cast<int32_t>(category);
      }
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(std::visit(
        [&](const auto& x) -> absl::Status {
          if constexpr (requires { x.row_stride; }) {
            return encode([&](size_t i) { return lookup.FindNumber(x(i, f)); },
                          [&](size_t i) { return CellText(x(i, f)); },
                          [&](size_t i) { return !std::isnan(static_cast<double>(x(i, f))); }, "");
          } else if constexpr (requires { x.indptr; }) {
            return BadInput("input.sparse",
                            absl::StrCat("sparse X was passed, but ", std::string(run.self->type->short_name()),
                                         " takes dense X and frames only"),
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
        checked));
    first_known += of[f].size();
  }
  return codes;
}

std::vector<uint32_t> NumericFeatures(std::span<const uint32_t> categorical, uint32_t n) {
  std::vector<uint32_t> numeric;
  for (uint32_t f = 0, k = 0; f < n; ++f) {
    if (k < categorical.size() && categorical[k] == f)
      ++k;
    else
      numeric.push_back(f);
  }
  return numeric;
}

}  // namespace pratique
