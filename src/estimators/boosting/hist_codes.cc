#include "estimators/boosting/hist_codes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "estimators/preprocessing/categories.h"
#include "estimators/preprocessing/category_lookup.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

absl::Status Infinite(size_t column, size_t row) {
  return BadInput(
      "input.not_finite",
      absl::StrCat("row ", row, ", column ", column, ": X contains infinity, and the column is of categories"), "inf",
      "a category, or a missing one");
}

// numpy has no order of numbers and text: scikit-learn's search among the categories ends in a TypeError.
absl::Status NumberForText(size_t column, size_t row) {
  return BadInput("input.dtype",
                  absl::StrCat("row ", row, ": a number in column ", column,
                               ", whose categories are text: give the column as text"),
                  "a number", "text");
}

// What x86 makes of a double cast to uint8 by way of int32, as compilers do for _predictor.pyx, 1.9: beyond int32 all
// numbers are INT32_MIN, whose lowest byte is 0.
uint8_t Truncated(double value) {
  const bool fits = value > -2147483649.0 && value < 2147483648.0;
  return fits ? static_cast<uint8_t>(static_cast<int32_t>(value)) : 0;
}

template <class Code>
class Coder {
 public:
  Coder(const HistBoosting& model, Run& run, size_t rows)
      : model_(model),
        run_(run),
        rows_(rows),
        layout_(CodeLayout::Of(model.bits(), rows, model.n_features_in)),
        codes_(run.arena.New<Code>(layout_.size)) {}

  CodeMatrix<Code> codes() const { return {codes_.data(), rows_, layout_}; }

  // Numbers of the features from..., one column of X each; T is double or float.
  void Numbers(const MatrixView<double>& X, std::span<const uint32_t> features) {
    for (size_t k = 0; k < features.size(); ++k) Number(X, k, features[k]);
  }
  template <class T>
  void Numbers(const MatrixView<T>& X) {
    for (uint32_t feature = 0; feature < model_.n_features_in; ++feature) Number(X, feature, feature);
  }
  template <class T>
  void Number(const MatrixView<T>& X, size_t column, size_t feature) {
    const Array<double> cuts = model_.cuts_of(feature);
    if (cuts.empty()) return;  // no tree asks for it
    CodeNumbers(cuts, X.data.data() + column, X.row_stride, rows_, layout_.row_step,
                codes_.data() + layout_(0, feature));
    if (!std::ranges::binary_search(model_.zero_missing, feature)) return;
    constexpr double kZero = 1e-35F;  // lightgbm include/LightGBM/meta.h kZeroThreshold, 4.6
    for (size_t i = 0; i < rows_; ++i) {
      const auto value = static_cast<double>(X(i, column));
      if (std::isnan(value) || std::abs(value) <= kZero) codes_[layout_(i, feature)] = kMissingCode<Code>;
    }
  }

  // Categories that are whole numbers, to which cells are cut as x86 cuts a double to an int (lightgbm
  // include/LightGBM/tree.h CategoricalDecision, 4.6).
  void WholeCategories(const MatrixView<double>& X) {
    for (size_t k = 0; k < model_.categorical.size(); ++k) {
      const Array<double> known = model_.categories[k].floats;
      const size_t feature = model_.categorical[k];
      for (size_t i = 0; i < rows_; ++i) {
        const double whole = std::trunc(X(i, feature)) + 0.0;
        const auto found = std::ranges::lower_bound(known, whole);
        const bool is_known = found != known.end() && *found == whole;
        codes_[layout_(i, feature)] = is_known ? static_cast<Code>(found - known.begin()) : kMissingCode<Code>;
      }
    }
  }

  // Categories that are integers: a number is cut to one of them, and one below 0 is missing.
  void TruncatedCategories(const MatrixView<double>& X) {
    for (size_t k = 0; k < model_.categorical.size(); ++k) {
      std::array<Code, 256> code_of;
      code_of.fill(kMissingCode<Code>);
      const Array<double> known = model_.categories[k].floats;
      for (size_t c = 0; c < known.size(); ++c) code_of[static_cast<uint8_t>(known[c])] = static_cast<Code>(c);
      const size_t feature = model_.categorical[k];
      for (size_t i = 0; i < rows_; ++i) {
        const double value = X(i, feature);
        codes_[layout_(i, feature)] = value >= 0 ? code_of[Truncated(value)] : kMissingCode<Code>;
      }
    }
  }

  // Category k, whose cell in row i is found by find(i); `is_number(i)`: it is a number that is there.
  template <class Find, class IsNumber>
  absl::Status Categories(size_t k, Find find, IsNumber is_number) {
    const Values& categories = model_.categories[k];
    const size_t feature = model_.categorical[k], n_codes = NumberOfCodes(categories);
    const CategoryLookup lookup(categories, {});
    for (size_t i = 0; i < rows_; ++i) {
      const int64_t category = find(lookup, i);
      if (category == CategoryLookup::kUnknown && lookup.IsText() && is_number(i))
        return NumberForText(feature, run_.first_row + i);
      const bool known = category != CategoryLookup::kUnknown && static_cast<uint64_t>(category) < n_codes;
      codes_[layout_(i, feature)] = known ? static_cast<Code>(category) : kMissingCode<Code>;
    }
    return absl::OkStatus();
  }

  absl::Status ColumnCategories(size_t k, const Column& column) {
    for (size_t i = 0; IsFloat(column.dtype) && i < rows_; ++i) {
      if (std::isinf(column.dtype == DType::kFloat64 ? column.doubles[i] : column.floats[i]))
        return Infinite(model_.categorical[k], run_.first_row + i);
    }
    return Categories(
        k, [&](const CategoryLookup& lookup, size_t i) { return lookup.Find(column, i); },
        [&](size_t i) {
          if (column.holds_objects()) return false;
          return WithNumbers(column, [&](auto cells) { return !std::isnan(static_cast<double>(cells[i])); });
        });
  }

  template <class T>
  absl::Status MatrixCategories(size_t k, const MatrixView<T>& X) {
    const size_t feature = model_.categorical[k];
    for (size_t i = 0; std::is_floating_point_v<T> && i < rows_; ++i) {
      if (std::isinf(static_cast<double>(X(i, feature)))) return Infinite(feature, run_.first_row + i);
    }
    return Categories(
        k, [&](const CategoryLookup& lookup, size_t i) { return lookup.FindNumber(X(i, feature)); },
        [&](size_t i) { return !std::isnan(static_cast<double>(X(i, feature))); });
  }

 private:
  const HistBoosting& model_;
  Run& run_;
  size_t rows_;
  CodeLayout layout_;
  std::span<Code> codes_;
};

template <class Code>
absl::Status CodeFrame(const HistBoosting& model, const FrameView& frame, Run& run, Coder<Code>& coder) {
  ASSIGN_OR_RETURN(std::span<const Column> columns, FeatureColumns(frame, run));
  for (size_t k = 0; k < model.categorical.size(); ++k)
    RETURN_IF_ERROR(coder.ColumnCategories(k, columns[model.categorical[k]]));
  const std::vector<uint32_t> numeric = NumericFeatures(model.categorical, model.n_features_in);
  if (numeric.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(MatrixView<double> numbers,
                   WithColumns(columns, numeric, frame.rows, run, [](const FrameView& X, Run& inner) {
                     return CheckDense<double>(X, inner, Finite::kAny);
                   }));
  coder.Numbers(numbers, numeric);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<MatrixView<double>> CheckCells(const Data& X, Run& run) {
  const bool densify = std::ranges::find(run.self->type->inputs, "csr") != run.self->type->inputs.end();
  if (densify && (std::holds_alternative<CsrView<int64_t>>(X) || std::holds_alternative<CsrView<uint64_t>>(X)))
    return BadInput("input.dtype", "LightGBM takes sparse rows of floats only", "integers", "float32 or float64");
  return CheckDense<double>(X, run, Finite::kAny, densify);
}

template <class Code>
absl::StatusOr<CodeMatrix<Code>> CodesOf(const HistBoosting& model, const Data& X, Run& run) {
  const bool encodes = !model.categorical.empty() && !model.truncated && !model.whole;
  const auto* frame = std::get_if<FrameView>(&X);
  if (model.frames_only && frame == nullptr) {
    return BadInput("input.dtype", "the model was fitted on a frame's columns of categories: give X as a frame",
                    "an array", "a frame");
  }
  Coder<Code> coder(model, run, Rows(X));
  if (encodes && frame != nullptr) {
    RETURN_IF_ERROR(CodeFrame(model, *frame, run, coder));
    return coder.codes();
  }
  if (const auto* floats = std::get_if<MatrixView<float>>(&X); floats != nullptr && model.categorical.empty()) {
    RETURN_IF_ERROR(CheckWidth(X, run));  // all that CheckCells asks of them
    coder.Numbers(*floats);
    return coder.codes();
  }
  ASSIGN_OR_RETURN(MatrixView<double> numbers, CheckCells(X, run));
  if (model.truncated) coder.TruncatedCategories(numbers);
  if (model.whole) coder.WholeCategories(numbers);
  for (size_t k = 0; encodes && k < model.categorical.size(); ++k) {
    // Categories are compared with cells as they are: an integer with an integer.
    RETURN_IF_ERROR(std::visit(
        [&](const auto& x) -> absl::Status {
          if constexpr (requires { x.row_stride; }) return coder.MatrixCategories(k, x);
          return absl::InternalError("dense X was checked");
        },
        X));
  }
  coder.Numbers(numbers);
  return coder.codes();
}
template absl::StatusOr<CodeMatrix<uint8_t>> CodesOf(const HistBoosting&, const Data&, Run&);
template absl::StatusOr<CodeMatrix<uint16_t>> CodesOf(const HistBoosting&, const Data&, Run&);

}  // namespace pratique
