#include "estimators/preprocessing/knn_imputer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "data/float16.h"
#include "estimators/neighbors/nan_euclidean.h"
#include "estimators/neighbors/selection.h"
#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/missing_indicator.h"
#include "import/sklearn/import_context.h"
#include "kernels/distances.h"
#include "kernels/numpy_sum.h"
#include "model/check_array.h"
#include "model/views.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool IsNumeric(const Placeholder& missing) {
  return missing.kind == fb::PlaceholderKind::NaN || missing.kind == fb::PlaceholderKind::Number;
}

// numpy.ma's mean of what is there; NaN of a column without any value.
double MeanOf(Array<double> rows, size_t n_features, size_t j, std::span<double> column, bool float32) {
  size_t n = 0;
  for (size_t i = 0; i < column.size(); ++i) {
    const double x = rows[i * n_features + j];
    column[i] = std::isnan(x) ? 0 : x;
    n += !std::isnan(x);
  }
  if (n == 0) return kNaN;
  if (!float32) return NumpySum(column.data(), column.size()) / static_cast<double>(n);
  const std::vector<float> narrow(column.begin(), column.end());
  return NumpySum(narrow.data(), narrow.size()) / static_cast<float>(n);
}

}  // namespace

std::optional<Violation> KNNImputer::Invariant() const {
  if (auto v = missing.Invariant()) return v;
  if (!IsNumeric(missing))
    return Violation{"missing.kind", "numeric", fb::EnumNamePlaceholderKind(missing.kind), "NaN or Number"};
  for (size_t i = 0; i < rows.size(); ++i) {
    if (std::isinf(rows[i])) return Violation{absl::StrCat("rows[", i, "]"), "finite", "infinity", "a number or NaN"};
  }
  for (size_t j = 0; j < n_features_in; ++j) {
    bool any = false;
    for (size_t i = 0; !any && i < n_samples; ++i) any = !std::isnan(rows[i * n_features_in + j]);
    if (std::isnan(means[j]) == any || std::isinf(means[j]))
      return Violation{absl::StrCat("means[", j, "]"), "empty", absl::StrCat(means[j]),
                       any ? "a number" : "NaN of a column without any value"};
  }
  return std::nullopt;
}

absl::StatusOr<Signature> KNNImputer::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.n_features_out = kept.size() + indicator.size();
  signature.feature_names = feature_names;
  return signature;
}

absl::Status KNNImputer::Import(ImportContext& context) {
  RETURN_IF_ERROR(missing.Import(context));
  if (!IsNumeric(missing))
    return context.Unsupported("missing_values", "None, text or pandas.NA", "NaN and numbers are supported.");
  const graph::Id fitted = context.Take("_fit_X");
  ASSIGN_OR_RETURN(const NdArray<double> fit, context.Doubles(fitted, "_fit_X"));
  if (context.graph()[fitted].dtype == nullptr || context.graph()[fitted].dtype->kind != 'f')
    return context.Unsupported("_fit_X", "an array of no floats", "fit makes it of floats.");
  for (const std::string_view attribute : {"_mask_fit_X", "_valid_mask"}) {  // bools select, integers would be indexes
    const graph::Id id = context.graph().Find(context.id(), attribute);
    const bool is_array =
        id != graph::kNoId && context.graph()[id].kind == graph::Kind::kArray && context.graph()[id].dtype;
    if (is_array && context.graph()[id].dtype->kind != 'b')
      return context.Unsupported(attribute, "an array of no bools", "fit makes it of bools.");
  }
  ASSIGN_OR_RETURN(const NdArray<int64_t> mask, context.Ints(context.Take("_mask_fit_X"), "_mask_fit_X"));
  Array<int64_t> valid;
  if (!context.Predates(release_1_1::kKnowsValidColumns)) {
    ASSIGN_OR_RETURN(valid, context.IntVector(context.Take("_valid_mask"), "_valid_mask"));
  }
  const bool is_told = valid.data() != nullptr;
  if (fit.shape.size() != 2 || mask.shape != fit.shape || (is_told && valid.size() != fit.shape[1]) ||
      fit.shape[0] < 1 || fit.shape[0] > 16777216 || fit.shape[1] < 1 || fit.shape[1] > 16777216)
    return context.Invalid("_mask_fit_X", "another shape", "that of _fit_X");
  float32 = context.FloatDType(fitted) == fb::DType::Float32;
  n_samples = static_cast<uint32_t>(fit.shape[0]);
  n_features_in = static_cast<uint32_t>(fit.shape[1]);
  std::span<double> gaps = context.arena().Copy(fit.values);
  for (size_t i = 0; i < gaps.size(); ++i) {
    const bool is_gap = float32 ? missing.IsMissing(static_cast<float>(gaps[i])) : missing.IsMissing(gaps[i]);
    if (is_gap != (mask.values[i] != 0))
      return context.Unsupported("_mask_fit_X", "another mask than missing_values gives of _fit_X", "Fit it again.");
    if (is_gap) gaps[i] = kNaN;
  }
  rows = gaps;
  bool keeps_empty = false;
  if (!context.Predates(release_1_2::kKeepsEmptyFeatures)) {
    if (!context.Has("keep_empty_features")) return context.SavedAgain("keep_empty_features");
    ASSIGN_OR_RETURN(keeps_empty, context.Bool(context.Take("keep_empty_features"), "keep_empty_features"));
  }
  std::span<double> column = context.arena().New<double>(n_samples), mean = context.arena().New<double>(n_features_in);
  std::span<uint32_t> columns = context.arena().New<uint32_t>(n_features_in);
  size_t n_kept = 0;
  for (uint32_t j = 0; j < n_features_in; ++j) {
    bool any = false;
    for (size_t i = 0; i < n_samples; ++i) any |= !std::isnan(rows[i * n_features_in + j]);
    if (is_told && any != (valid[j] != 0)) return context.Invalid("_valid_mask", "another mask", "that of _mask_fit_X");
    mean[j] = MeanOf(rows, n_features_in, j, column, float32);
    if (any || keeps_empty) columns[n_kept++] = j;
  }
  means = mean;
  kept = columns.first(n_kept);
  ASSIGN_OR_RETURN(const int64_t k, context.Int(context.Take("n_neighbors"), "n_neighbors"));
  if (k < 1) return context.Unsupported("n_neighbors", absl::StrCat(k), "1 or more");
  n_neighbors = static_cast<uint32_t>(std::min<int64_t>(k, n_samples));
  const graph::Id weights = context.Take("weights"), metric = context.Take("metric");
  if (!context.IsNone(weights)) {
    const graph::Node& node = context.graph()[weights];
    if (node.kind != graph::Kind::kStr || (node.text != "uniform" && node.text != "distance"))
      return context.Unsupported("weights", node.kind == graph::Kind::kStr ? node.text : "a function",
                                 "uniform and distance are supported.");
    by_distance = node.text == "distance";
  }
  if (context.IsNone(metric) || context.graph()[metric].kind != graph::Kind::kStr ||
      context.graph()[metric].text != "nan_euclidean")
    return context.Unsupported("metric", "another metric", "nan_euclidean is supported.");
  far_count = context.Predates(release_1_6::kFarDonorsHaveNoSay) && !by_distance;
  ASSIGN_OR_RETURN(const bool marks, context.Bool(context.Take("add_indicator"), "add_indicator"));
  const graph::Id of_indicator = context.Take("indicator_");
  if (marks && context.Predates(release_1_3::kMarksAlways))
    return context.Unsupported("add_indicator", "True",
                               "Before 1.3 its columns are there only if a row of X has gaps.");
  if (marks) {
    ASSIGN_OR_RETURN(indicator, IndicatorColumns(context, of_indicator, n_features_in));
  }
  return context.ByName(this);
}

// sklearn/impute/_knn.py transform and _calc_impute (1.9), cell by cell.
template <class T>
absl::StatusOr<Data> KNNImputer::Impute(const MatrixView<T>& x, Run& run) const {
  const size_t n = n_features_in, cols = kept.size() + indicator.size();
  std::span<T> out = NewMatrix<T>(run, x.rows, cols);
  std::span<double> row = run.arena.New<double>(n), distances = run.arena.New<double>(n_samples),
                    of_donors = run.arena.New<double>(n_samples), donors = run.arena.New<double>(n_samples),
                    weights = run.arena.New<double>(n_neighbors), values = run.arena.New<double>(n_neighbors);
  std::span<int64_t> order = run.arena.New<int64_t>(n_samples);
  const bool narrow = float32 && x.dtype == DType::kFloat32;
  // For many rows, those of the fit column by column. It is as large as the state, however few rows there are, so that
  // the arena, which paces them, does not count it.
  constexpr size_t kMany = 16;
  std::vector<double> columns(x.rows < kMany ? 0 : rows.size());
  for (size_t i = 0; i < n_samples && !columns.empty(); ++i) {
    for (size_t j = 0; j < n; ++j) columns[j * n_samples + i] = rows[i * n + j];
  }
  const auto impute = [&](size_t j) -> double {
    size_t n_donors = 0;
    bool any = false;
    const double* of_fit = columns.empty() ? &rows[j] : &columns[j * n_samples];
    const size_t step = columns.empty() ? n : 1;
    for (size_t i = 0; i < n_samples; ++i) {
      const double donor = of_fit[i * step];
      if (std::isnan(donor)) continue;
      donors[n_donors] = donor;
      of_donors[n_donors] = distances[i];
      any |= !std::isnan(distances[i]);
      ++n_donors;
    }
    if (!any) return means[j];
    const size_t k = std::min<size_t>(n_neighbors, n_donors);
    ArgPartition(of_donors.first(n_donors), k, order.first(n_donors));
    bool on_one = false;
    for (size_t i = 0; i < k; ++i) {
      const double d = of_donors[static_cast<size_t>(order[i])];
      values[i] = donors[static_cast<size_t>(order[i])];
      weights[i] = by_distance ? 1 / d : far_count || !std::isnan(d) ? 1 : 0;
      on_one |= std::isinf(weights[i]);
    }
    for (size_t i = 0; i < k; ++i) {
      if (on_one) weights[i] = std::isinf(weights[i]);
      if (std::isnan(weights[i])) weights[i] = 0;
      values[i] *= weights[i];
    }
    return NumpySum(values.data(), k) / NumpySum(weights.data(), k);
  };
  const auto rounded = [half = x.dtype == DType::kFloat16](double v) {
    return static_cast<T>(half ? RoundedToFloat16(v) : v);
  };
  for (size_t i = 0; i < x.rows; ++i) {
    bool any = false;
    for (size_t j = 0; j < n; ++j) {
      const bool gap = missing.IsMissing(x(i, j));
      row[j] = gap ? kNaN : static_cast<double>(x(i, j));
      any |= gap;
    }
    if (any && !columns.empty())
      NanEuclideanDistances(row.data(), columns.data(), n, n_samples, distances.data());
    else if (any)
      for (size_t s = 0; s < n_samples; ++s) distances[s] = NanEuclidean(row.data(), &rows[s * n], n);
    if (any && narrow)
      std::ranges::transform(distances, distances.begin(), [](double d) { return static_cast<float>(d); });
    T* to = out.data() + i * cols;
    for (const uint32_t j : kept) {
      *to++ = std::isnan(means[j]) ? T{0} : std::isnan(row[j]) ? rounded(impute(j)) : x(i, j);
    }
    for (const uint32_t j : indicator) *to++ = std::isnan(row[j]) ? T{1} : T{0};
  }
  MatrixView<T> result{out, x.rows, cols, cols};
  if (x.dtype == DType::kFloat16) result.dtype = DType::kFloat16;
  return result;
}

absl::StatusOr<Data> KNNImputer::Transform(const Data& X, Run& run) const {
  const Finite finite = missing.AllowsNaN() ? Finite::kAllowNaN : Finite::kRequired;
  if (IsSparse(X)) return TakesDenseOnly();
  ASSIGN_OR_RETURN(const FloatData floats, CheckFloats(X, run, finite));
  return std::visit(
      [&](const auto& x) -> absl::StatusOr<Data> {
        if constexpr (requires { x.indptr; })
          return TakesDenseOnly();
        else
          return Impute(x, run);
      },
      floats);
}

// sklearn/impute/_knn.py, 1.9.
absl::StatusOr<Strings> KNNImputer::FeatureNamesOut(FeatureNames& names) const {
  ASSIGN_OR_RETURN(const Strings in, names.In());
  std::span<std::string_view> out = names.New(kept.size() + indicator.size());
  for (size_t k = 0; k < kept.size(); ++k) out[k] = in[kept[k]];
  for (size_t k = 0; k < indicator.size(); ++k)
    out[kept.size() + k] = names.Join("missingindicator_", in[indicator[k]]);
  return Strings(out);
}

}  // namespace pratique
