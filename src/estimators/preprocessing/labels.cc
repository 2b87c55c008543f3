#include "estimators/preprocessing/labels.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "data/dtype.h"
#include "model/input_error.h"
#include "state/invariant/ascending.h"

namespace pratique {

absl::StatusOr<Column> LabelColumn(const Data& X, Run& run) {
  if (Cols(X) != 1) {
    return BadInput("input.width",
                    absl::StrCat("X has ", Cols(X), " columns, but ", std::string(run.self->type->short_name()),
                                 " takes labels: one column"),
                    absl::StrCat(Cols(X)), "1");
  }
  return std::visit(
      [&](const auto& x) -> absl::StatusOr<Column> {
        if constexpr (requires { x.columns; }) {
          return x.columns[0];
        } else if constexpr (requires { x.indptr; }) {
          return BadInput("input.sparse", "labels are dense", "csr", "dense");
        } else {
          using T = std::remove_cvref_t<decltype(x(0, 0))>;
          std::span<T> labels = run.arena.NewUninitialized<T>(x.rows);
          for (size_t i = 0; i < x.rows; ++i) labels[i] = x(i, 0);
          return NumberColumn(std::span<const T>(labels), x.dtype);
        }
      },
      X);
}

std::string LabelText(const Column& column, size_t i) {
  if (column.lacks(i)) return column.mark(i) == kCellNone ? "None" : column.mark(i) == kCellNA ? "<NA>" : "nan";
  if (column.dtype == DType::kString) return absl::StrCat("'", Escape(column.strings[i], 80), "'");
  return WithNumbers(column, [&]<class T>(std::span<const T> cells) {
    if constexpr (std::is_integral_v<T>)
      return absl::StrCat(cells[i]);
    else
      return absl::StrFormat("%.17g", cells[i]);
  });
}

absl::Status UnseenLabel(const Column& column, size_t i, const Run& run, std::string_view expected) {
  const std::string label = LabelText(column, i);
  return BadInput("input.unknown_category",
                  absl::StrCat("row ", run.first_row + i, ": y contains previously unseen labels: ", label), label,
                  std::string(expected));
}

absl::Status LabelOfOtherKind(const Column& column, size_t i, const Run& run, std::string_view expected) {
  const std::string label = LabelText(column, i);
  return BadInput("input.dtype",
                  absl::StrCat("row ", run.first_row + i, ": the label ", label, " is to be ", std::string(expected)),
                  label, std::string(expected));
}

std::optional<Violation> CheckClasses(const Values& classes, Array<uint32_t> order) {
  if (auto violation = classes.Invariant("classes")) return violation;
  if (order.data() != nullptr && order.size() != classes.size())
    return Violation{"order", "order", absl::StrCat(order.size(), " elements"), absl::StrCat(classes.size())};
  const auto bad = WithKnown(classes, [&](auto list) {
    return order.data() == nullptr ? invariant::FirstNotAscending(list)
                                   : invariant::FirstNotAscendingThrough(order, list);
  });
  if (!bad) return std::nullopt;
  if (order.data() == nullptr)
    return Violation{"classes", "order", absl::StrCat("not ascending at ", *bad), "ascending, or an order"};
  return Violation{absl::StrCat("order[", *bad, "]"), "order", absl::StrCat(order[*bad]),
                   "the next class in ascending order"};
}

}  // namespace pratique
