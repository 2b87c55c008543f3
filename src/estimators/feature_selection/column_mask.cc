#include "estimators/feature_selection/column_mask.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "estimators/compose/select_columns.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr Method kOfEstimator[] = {Method::kPredict, Method::kPredictProba, Method::kPredictLogProba,
                                   Method::kDecisionFunction};

// An array of objects has NaN among its cells; None is none (sklearn/utils/validation.py _object_dtype_isnan).
bool HasNaN(const Column& column) {
  if (std::ranges::any_of(column.marks, [](uint8_t mark) { return IsMissingMark(mark) && mark != kCellNone; }))
    return true;
  if (column.dtype == DType::kString) return false;
  return WithNumbers(column, [](auto cells) {
    return std::ranges::any_of(cells, [](auto cell) { return std::isnan(static_cast<double>(cell)); });
  });
}

std::span<const uint32_t> InPlace(size_t n, Run& run) {
  std::span<uint32_t> positions = run.arena.NewUninitialized<uint32_t>(n);
  std::iota(positions.begin(), positions.end(), 0u);
  return positions;
}

// Dense rows between columns of zeros.
template <class T>
Data Widen(const MatrixView<T>& x, Array<uint32_t> selected, size_t cols, Run& run) {
  std::span<T> out = run.arena.New<T>(x.rows * cols);
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t k = 0; k < selected.size(); ++k) out[i * cols + selected[k]] = x(i, k);
  }
  return MatrixView<T>{out, x.rows, cols, cols, x.dtype};
}

template <class T>
Data Widen(const CsrView<T>& x, Array<uint32_t> selected, size_t cols, Run& run) {
  std::span<int32_t> indices = run.arena.NewUninitialized<int32_t>(x.indices.size());
  for (size_t e = 0; e < indices.size(); ++e) indices[e] = static_cast<int32_t>(selected[x.indices[e]]);
  return CsrView<T>{x.rows, cols, x.indptr, indices, x.data, x.dtype};
}

}  // namespace

absl::StatusOr<Signature> ColumnMask::Infer(const Children& children) const {
  Signature signature;
  if (children.size() > 1) return Mismatch("a selector owns one estimator at most");
  signature.has_methods = true;
  if (children.size() == 1) {
    RETURN_IF_ERROR(children.CheckRole(0, "estimator_"));
    const Signature& own = children.signatures[0];
    if (own.tree_block) return Mismatch("estimator_ is not an estimator");
    if (own.n_features_in && *own.n_features_in != selected.size())
      return Mismatch(
          absl::StrCat("estimator_ expects ", *own.n_features_in, " features, is given ", selected.size(), " columns"));
    signature = own;
    signature.has_methods = true;
    signature.methods.clear();
    for (Method method : kOfEstimator) {
      if (own.Has(method)) signature.methods.push_back(method);
    }
  }
  signature.methods.push_back(Method::kTransform);
  signature.methods.push_back(Method::kInverseTransform);
  signature.n_features_in = n_features_in;
  signature.n_features_out = selected.size();
  signature.feature_names = feature_names;
  signature.text_input = true;
  signature.text_output = false;
  signature.widest = std::max<uint64_t>(signature.widest, n_features_in);
  return signature;
}

// Text passes, but nothing is fitted on it.
void ColumnMask::Columns(const Estimator&, std::span<Takes> columns) const {
  std::ranges::fill(columns, Takes::kNumbers);
}

// sklearn/feature_selection/_base.py transform, 1.9.
absl::StatusOr<Data> ColumnMask::Transform(const Data& X, Run& run) const {
  const auto* frame = std::get_if<FrameView>(&X);
  if (frame != nullptr && (keeps_frames || IsOfObjects(X))) return SelectFrame(*frame, run);
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbers(X, run, allow_nan ? Finite::kAllowNaN : Finite::kRequired));
  if (!selected.empty()) return SelectColumns(AsData(numbers), selected, InPlace(n_features_in, run), run);
  return std::visit(
      [&]<class View>(const View& x) -> Data {
        using T = std::remove_cvref_t<decltype(x.data[0])>;
        return MatrixView<T>{run.arena.New<T>(0), x.rows, 0, 0, x.dtype};
      },
      numbers);
}

// Runs a check on X as if it were what transform gives.
absl::StatusOr<NumericData> ColumnMask::CheckSelected(const Data& X, Finite finite, Run& run) const {
  Signature narrow;
  narrow.n_features_in = selected.size();
  Estimator self = *run.self;
  self.signature = &narrow;
  Run of_selected{run.arena, run.limits, &self, run.first_row, run.n_rows};
  return CheckNumbers(X, of_selected, finite);
}

absl::StatusOr<Data> ColumnMask::SelectFrame(const FrameView& frame, Run& run) const {
  ASSIGN_OR_RETURN(std::span<const Column> columns, FeatureColumns(frame, run));
  std::span<Column> kept = run.arena.NewUninitialized<Column>(selected.size());
  for (size_t k = 0; k < kept.size(); ++k) {
    kept[k] = columns[selected[k]];
    if (keeps_frames) continue;
    kept[k].name = {};
    kept[k].cells = CellsAre::kObjects;
  }
  for (const Column& column : columns) {
    if (!keeps_frames && !allow_nan && HasNaN(column))
      return BadInput("input.not_finite", absl::StrCat("column '", Escape(column.name), "' of X contains NaN"), "NaN",
                      "a value");
  }
  const FrameView result{frame.rows, kept};
  if (!keeps_frames || IsOfObjects(result) || kept.empty()) return result;
  ASSIGN_OR_RETURN(NumericData numbers, CheckSelected(result, Finite::kAny, run));
  return AsData(numbers);
}

absl::StatusOr<Strings> ColumnMask::FeatureNamesOut(FeatureNames& names) const {
  if (unnamed) return absl::NotFoundError("SelectFromModel was never fitted: has no get_feature_names_out");
  ASSIGN_OR_RETURN(const Strings in, names.In());
  std::span<std::string_view> out = names.New(selected.size());
  for (size_t k = 0; k < out.size(); ++k) out[k] = in[selected[k]];
  return Strings(out);
}

// Columns that were left out come back as zeros. Sparse X is not looked at but for its width.
absl::StatusOr<Data> ColumnMask::InverseTransform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(NumericData numbers, CheckSelected(X, IsSparse(X) ? Finite::kAny : Finite::kRequired, run));
  return std::visit([&](const auto& x) { return Widen(x, selected, n_features_in, run); }, numbers);
}

absl::StatusOr<Data> ColumnMask::Ask(Method method, const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data kept, Transform(X, run));
  return run.children()[0]->Call(method, kept, run);  // Infer gave this method only to those that own one
}

}  // namespace pratique
