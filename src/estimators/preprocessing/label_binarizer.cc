#include "estimators/preprocessing/label_binarizer.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "estimators/preprocessing/categories_import.h"
#include "estimators/preprocessing/category_lookup.h"
#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/labels.h"
#include "model/class_indexes.h"
#include "model/input_error.h"
#include "model/of_width.h"
#include "model/views.h"
#include "status_macros.h"

namespace pratique {

std::optional<Violation> LabelBinarizer::Invariant() const {
  if (auto violation = CheckClasses(classes, order)) return violation;
  if (classes.missing != fb::Missing::No)
    return Violation{"classes.missing", "labels", fb::EnumNameMissing(classes.missing), "No"};
  if (classes.size() == 0) return Violation{"classes", "labels", "none", "at least one"};
  if (neg_label >= pos_label)
    return Violation{"neg_label", "labels", absl::StrCat(neg_label), absl::StrCat("below ", pos_label)};
  if (sparse && neg_label != 0) return Violation{"neg_label", "labels", absl::StrCat(neg_label), "0"};
  return std::nullopt;
}

absl::StatusOr<Signature> LabelBinarizer::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = 1;
  s.n_features_out = n_columns();
  s.classes = {&classes, 1};
  s.rows = RowsAre::kLabels;
  s.inverse_gives_labels = true;
  s.text_input = classes.dtype == fb::DType::String;
  return s;
}

void LabelBinarizer::Columns(const Estimator&, std::span<Takes> takes) const {
  std::ranges::fill(takes, classes.dtype == fb::DType::String ? Takes::kText : Takes::kNumbers);
}

absl::Status LabelBinarizer::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  order = OrderOf({&classes, 1}, context.arena());
  if (classes.dtype != fb::DType::String && order.data() != nullptr)
    return context.Unsupported("classes_", "numbers that do not ascend", "fit sorts them");
  const graph::Id type_id = context.Take("y_type_"), sparse_id = context.Take("sparse_input_");
  ASSIGN_OR_RETURN(const std::string_view type, context.String(type_id, "y_type_"));
  ASSIGN_OR_RETURN(const bool sparse_input, context.Bool(sparse_id, "sparse_input_"));
  if (type != (classes.size() <= 2 ? "binary" : "multiclass"))
    return context.Unsupported("y_type_", type, "one label a row is supported: binary or multiclass, as classes_ say");
  if (sparse_input) return context.Unsupported("sparse_input_", "True", "labels are dense");
  ASSIGN_OR_RETURN(neg_label, context.Int(context.Take("neg_label"), "neg_label"));
  ASSIGN_OR_RETURN(pos_label, context.Int(context.Take("pos_label"), "pos_label"));
  ASSIGN_OR_RETURN(sparse, context.Bool(context.Take("sparse_output"), "sparse_output"));
  keeps_dtype = !context.Predates(release_1_8::kKeepsLabelDType);
  if (const auto violation = Invariant(); violation && violation->field == "neg_label")
    return context.Unsupported("neg_label", violation->got, "fit refuses it, too");
  return context.ByName(this);
}

// The class of a label; -1: unseen. Floats are labels only where they are integers (type_of_target).
absl::StatusOr<int64_t> LabelBinarizer::PlaceOf(const Column& column, size_t i, const Run& run) const {
  const CategoryLookup lookup(classes, order);
  if (column.lacks(i)) return LabelOfOtherKind(column, i, run, "a label that is not missing");
  if ((column.dtype == DType::kString) != lookup.IsText())
    return LabelOfOtherKind(column, i, run,
                            lookup.IsText() ? "text, as the classes are" : "a number, as the classes are");
  if (IsFloat(column.dtype)) {
    const double label = WithNumbers(column, [&](auto cells) { return static_cast<double>(cells[i]); });
    if (!std::isfinite(label) || std::floor(label) != label) return LabelOfOtherKind(column, i, run, "an integer");
  }
  return lookup.Find(column, i);
}

// sklearn/preprocessing/_label.py (1.9) label_binarize. What it makes of one or two classes depends on whether all the
// labels that it is given are two at the most: an unseen one is refused.
absl::StatusOr<Data> LabelBinarizer::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Column column, LabelColumn(X, run));
  const size_t rows = Rows(X), cols = n_columns();
  std::span<int64_t> hit = run.arena.NewUninitialized<int64_t>(rows);  // the column of each row's label; -1: none
  for (size_t i = 0; i < rows; ++i) {
    ASSIGN_OR_RETURN(const int64_t place, PlaceOf(column, i, run));
    if (place < 0 && classes.size() <= 2) return UnseenLabel(column, i, run);
    hit[i] = classes.size() <= 2 ? place - 1 : place;  // 0 of one class, 0 and 1 of two
  }
  if (sparse) {
    std::span<int64_t> indptr = run.arena.New<int64_t>(rows + 1), data = run.arena.NewUninitialized<int64_t>(rows);
    std::span<int32_t> indices = run.arena.NewUninitialized<int32_t>(rows);
    size_t size = 0;
    for (size_t i = 0; i < rows; ++i) {
      if (hit[i] >= 0) indices[size++] = static_cast<int32_t>(hit[i]);
      indptr[i + 1] = static_cast<int64_t>(size);
    }
    std::ranges::fill(data, pos_label);
    return CsrView<int64_t>{rows, cols, indptr, indices.first(size), data.first(size)};
  }
  const bool is_signed = column.dtype == DType::kInt32 || column.dtype == DType::kInt16 || column.dtype == DType::kInt8;
  const DType dtype = keeps_dtype && is_signed ? column.dtype : DType::kInt64;
  RETURN_IF_ERROR(FitsMemory<int64_t>(rows, cols, run));
  std::span<int64_t> out = NewMatrix<int64_t>(run, rows, cols);
  const auto cast = [&](int64_t label) {
    switch (dtype) {
      case DType::kInt32:
        return int64_t{static_cast<int32_t>(label)};
      case DType::kInt16:
        return int64_t{static_cast<int16_t>(label)};
      case DType::kInt8:
        return int64_t{static_cast<int8_t>(label)};
      default:
        return label;
    }
  };
  std::ranges::fill(out, cast(neg_label));
  for (size_t i = 0; i < rows; ++i) {
    if (hit[i] >= 0) out[i * cols + static_cast<size_t>(hit[i])] = cast(pos_label);
  }
  return MatrixView<int64_t>{out, rows, cols, cols, dtype};
}

// _inverse_binarize_thresholding: one column, or two of which the second decides.
template <class View>
absl::StatusOr<Data> LabelBinarizer::Thresholded(const View& y, Run& run) const {
  const double threshold = (static_cast<double>(pos_label) + static_cast<double>(neg_label)) / 2;
  std::span<double> out = run.arena.New<double>(y.rows);
  for (size_t i = 0; i < y.rows && classes.size() == 2; ++i) {
    if constexpr (requires { y.indptr; }) {
      double cell = 0;
      for (int64_t k = y.indptr[i]; k < y.indptr[i + 1]; ++k) {
        if (static_cast<size_t>(y.indices[k]) == y.cols - 1) cell = static_cast<double>(y.data[k]);
      }
      out[i] = cell > threshold;
    } else {
      out[i] = static_cast<double>(y(i, y.cols - 1)) > threshold;
    }
  }
  return MatrixView<double>{out, y.rows, 1, 1};
}

// _inverse_binarize_multiclass: the first of the greatest. Of CSR it is the first one stored; a row of which nothing is
// stored is of the first class.
template <class T>
absl::StatusOr<Data> GreatestOfRows(const CsrView<T>& y, Run& run) {
  std::span<double> out = run.arena.New<double>(y.rows);
  for (size_t i = 0; i < y.rows; ++i) {
    const int64_t begin = y.indptr[i], end = y.indptr[i + 1];
    int64_t best = begin;
    for (int64_t k = begin; k < end; ++k) {
      if (y.data[k] > y.data[best]) best = k;
    }
    if (begin == end) continue;
    // scikit-learn takes a label for a place there.
    if (!(y.data[best] > 0)) {
      return BadInput("input.unknown_category",
                      absl::StrCat("row ", run.first_row + i, ": a sparse row without a number above 0"),
                      absl::StrCat(y.data[best]), "a number above 0");
    }
    out[i] = y.indices[best];
  }
  return MatrixView<double>{out, y.rows, 1, 1};
}

absl::StatusOr<Data> LabelBinarizer::InverseTransform(const Data& X, Run& run) const {
  const bool two_columns = classes.size() <= 2 && Cols(X) == 2;
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbersOfWidth(X, two_columns ? 2 : n_columns(), run, Finite::kAny));
  return std::visit(
      [&](const auto& y) -> absl::StatusOr<Data> {
        if (classes.size() <= 2) return Thresholded(y, run);
        return GreatestOfRows(y, run);
      },
      numbers);
}

}  // namespace pratique
