#include "estimators/feature_selection/importances.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "kernels/numpy_sum.h"
#include "status_macros.h"
#include "type/words.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

constexpr std::string_view kGetter = "importance_getter";

// operator.attrgetter(path)(estimator): attributes, and the steps of a pipeline by name.
absl::StatusOr<Id> Follow(ImportContext& context, Id object, std::string_view path, std::string_view& last) {
  const graph::Graph& graph = context.graph();
  while (true) {
    last = path.substr(0, path.find('.'));
    const bool ends = last.size() == path.size();
    if (ends) return object;
    path.remove_prefix(last.size() + 1);
    Id next = kNoId;
    if (last == "named_steps" && graph[object].name == "Pipeline") {
      const std::string_view step = path.substr(0, path.find('.'));
      const Id steps = graph.Find(object, "steps");
      if (steps != kNoId && step.size() < path.size()) {
        for (Id pair : graph[steps].items) {
          const auto& items = graph[pair].items;
          if (items.size() == 2 && graph[items[0]].kind == Kind::kStr && graph[items[0]].text == step) next = items[1];
        }
        path.remove_prefix(step.size() + 1);
      }
    } else {
      next = graph.Find(object, last);
    }
    if (next == kNoId || graph[next].kind != Kind::kObject)
      return context.Unsupported(kGetter, path, "It is followed through attributes and named_steps.");
    object = next;
  }
}

// numpy.linalg.norm(a, axis=0, ord), which sums rows one after the other; column by column where those are contiguous.
template <class T>
absl::StatusOr<std::span<double>> Norm(ImportContext& context, const NdArray<double>& a, bool by_column, double order) {
  const size_t rows = a.shape[0], cols = a.shape[1];
  std::span<double> out = context.arena().New<double>(cols);
  std::vector<T> column(rows);
  for (size_t j = 0; j < cols; ++j) {
    for (size_t i = 0; i < rows; ++i) {
      const T value = static_cast<T>(a.values[i * cols + j]);
      column[i] = order == 2 ? value * value : std::abs(value);
    }
    T result = 0;
    if (std::isinf(order)) {
      result = column[0];
      for (T value : column) {
        if (std::isnan(value) || (order > 0 ? value > result : value < result)) result = value;
        if (std::isnan(result)) break;
      }
    } else if (by_column) {
      result = NumpySum(column.data(), rows);
    } else {
      for (T value : column) result += value;
    }
    out[j] = order == 2 ? std::sqrt(result) : result;
  }
  return out;
}

absl::StatusOr<Importances> Reduced(ImportContext& context, Id id, std::string_view name, double order) {
  const graph::Node& node = context.graph()[id];
  if (node.kind != Kind::kArray || !node.dtype || !HasWord("f i u b", std::string_view(&node.dtype->kind, 1)))
    return context.Unsupported(kGetter, absl::StrCat(std::string(name), " that is no array of numbers"),
                               "Dense coefficients are reproduced.");
  ASSIGN_OR_RETURN(NdArray<double> a, context.Doubles(id, name));
  Importances importances;
  importances.is_float32 = context.FloatDType(id) == fb::DType::Float32;
  if (a.shape.size() == 1) {
    importances.values = context.arena().New<double>(a.values.size());
    std::ranges::transform(a.values, importances.values.begin(), [](double v) { return std::abs(v); });
    return importances;
  }
  if (a.shape.size() != 2 || a.shape[0] == 0)
    return context.Unsupported(kGetter, absl::StrCat(std::string(name), " of another number of dimensions"),
                               "It has one or two.");
  const double infinity = std::numeric_limits<double>::infinity();
  if (order != 1 && order != 2 && order != infinity && order != -infinity)
    return context.Unsupported("norm_order", absl::StrCat(order), "1, 2, inf and -inf are reproduced.");
  // One row or column is contiguous either way.
  const bool by_column = node.fortran || a.shape[1] == 1;
  ASSIGN_OR_RETURN(importances.values, importances.is_float32 ? Norm<float>(context, a, by_column, order)
                                                              : Norm<double>(context, a, by_column, order));
  return importances;
}

}  // namespace

absl::StatusOr<Importances> ImportancesOf(ImportContext& context, Id estimator, std::string_view getter,
                                          double norm_order) {
  const graph::Graph& graph = context.graph();
  std::string_view attribute = getter;
  Id object = estimator;
  if (getter != "auto") {
    ASSIGN_OR_RETURN(object, Follow(context, estimator, getter, attribute));
  }
  const std::string_view name = graph[object].name;
  // Properties that are computed from other attributes, or that were called otherwise.
  const bool is_product = HasWord("SVC NuSVC SVR NuSVR OneClassSVM", name);
  const bool is_older = HasWord("PLSRegression PLSCanonical CCA", name) && context.sklearn() < Version{1, 3, 0};
  if (attribute != "feature_importances_" && (is_product || is_older))
    return context.Unsupported(kGetter, absl::StrCat("coef_ of ", std::string(name)),
                               "It is no attribute of the fitted estimator, and not computed here.");
  const Id held = graph.Find(object, attribute == "auto" ? std::string_view("coef_") : attribute);
  if (held != kNoId) return Reduced(context, held, attribute == "auto" ? "coef_" : attribute, norm_order);
  if (attribute != "auto" && attribute != "feature_importances_")
    return context.Unsupported(kGetter, getter, "The estimator has no such attribute.");
  Importances importances;
  ASSIGN_OR_RETURN(importances.values, TreeImportances(context, object));
  for (double& value : importances.values) value = std::abs(value);
  return importances;
}

}  // namespace pratique
