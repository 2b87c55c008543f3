// SplineTransformer from the attributes of a scikit-learn object: scipy's BSplines become knots.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/spline_transformer.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/needed.h"
#include "status_macros.h"

namespace pratique {
namespace {

using graph::Id;
using graph::kNoId;

}  // namespace

absl::Status SplineTransformer::Import(ImportContext& context) {
  // Of the result in memory.
  ASSIGN_OR_RETURN(const std::string_view order, context.String(context.Take("order"), "order"));
  if (order != "C" && order != "F") return context.Unsupported("order", order, "scikit-learn knows C and F");
  ASSIGN_OR_RETURN(const std::string_view name, context.String(context.Take("extrapolation"), "extrapolation"));
  static constexpr std::pair<std::string_view, fb::Extrapolation> kNames[] = {
      {"error", fb::Extrapolation::Error},
      {"constant", fb::Extrapolation::Constant},
      {"linear", fb::Extrapolation::Linear},
      {"continue", fb::Extrapolation::Continue},
      {"periodic", fb::Extrapolation::Periodic}};
  const auto* const known = std::ranges::find(kNames, name, &std::pair<std::string_view, fb::Extrapolation>::first);
  if (known == std::end(kNames))
    return context.Unsupported("extrapolation", name, "scikit-learn knows error, constant, linear, continue, periodic");
  extrapolation = known->second;
  if (const Id value = context.Take("sparse_output"); value != kNoId) {  // 1.2
    ASSIGN_OR_RETURN(sparse, context.Bool(value, "sparse_output"));
  }
  if (const Id value = context.Take("handle_missing"); value != kNoId) {  // 1.8
    ASSIGN_OR_RETURN(const std::string_view missing, context.String(value, "handle_missing"));
    if (missing != "error" && missing != "zeros")
      return context.Unsupported("handle_missing", missing, "scikit-learn knows error and zeros");
    missing_zeros = missing == "zeros";
  }
  // 1.9 puts the zeros of sparse results at places that depend on the column, and fails at most of them.
  if (missing_zeros && sparse)
    return context.Unsupported("handle_missing", "zeros", "give sparse_output=False, or fill the gaps before");
  exact_bounds = !context.Predates(release_1_5::kExactBounds);
  constant_is_zero = !context.Predates(release_1_8::kConstantIsZero);
  ASSIGN_OR_RETURN(const int64_t k, context.Int(context.Take("degree"), "degree"));
  RETURN_IF_ERROR(CheckCountsOn(context, "degree"));
  if (k < 0 || k > 1 << 20) return context.Unsupported("degree", absl::StrCat(k), "it is at most 2^20");
  degree = static_cast<uint32_t>(k);
  if (sparse && degree == 0 && extrapolation == fb::Extrapolation::Periodic)
    return context.Unsupported("sparse_output", "periodic splines of degree 0", "scikit-learn fails at them");
  RETURN_IF_ERROR(context.ByName(this));
  RETURN_IF_ERROR(ImportSplines(context));
  ASSIGN_OR_RETURN(const int64_t out, context.Int(context.Take("n_features_out_"), "n_features_out_"));
  const uint64_t expected = uint64_t{n_features_in} * (n_splines - (include_bias ? 0 : 1));
  if (static_cast<uint64_t>(out) != expected)
    return context.Unsupported("n_features_out_", absl::StrCat(out), absl::StrCat("fit gives it ", expected));
  return absl::OkStatus();
}

// bsplines_: of each column one scipy BSpline, whose coefficients are the identity.
absl::Status SplineTransformer::ImportSplines(ImportContext& context) {
  const Id list = context.Take("bsplines_");
  if (list == kNoId) return context.Absent("bsplines_", "a list");
  const graph::Node& splines = context.graph()[list];
  if (splines.kind != graph::Kind::kList || splines.items.size() != n_features_in) {
    return context.Invalid("bsplines_", absl::StrCat(splines.items.size(), " elements"),
                           absl::StrCat("a list of ", n_features_in));
  }
  const bool periodic = extrapolation == fb::Extrapolation::Periodic;
  const bool extrapolates = periodic || extrapolation == fb::Extrapolation::Continue;
  std::vector<double> all;
  for (size_t j = 0; j < n_features_in; ++j) {
    const std::string path = absl::StrCat("bsplines_[", j, "]");
    const Id spline = splines.items[j];
    // scipy 1.17 calls t and c _t and _c.
    const auto find = [&](const char* name, const char* newer) {
      const Id old = context.graph().Find(spline, name);
      return old != kNoId ? old : context.graph().Find(spline, newer);
    };
    ASSIGN_OR_RETURN(const Array<double> t, context.Vector(find("t", "_t"), absl::StrCat(path, ".t")));
    ASSIGN_OR_RETURN(const NdArray<double> c, context.Doubles(find("c", "_c"), absl::StrCat(path, ".c")));
    ASSIGN_OR_RETURN(const int64_t k, context.Int(find("k", "k"), absl::StrCat(path, ".k")));
    ASSIGN_OR_RETURN(const bool beyond,
                     context.Bool(find("extrapolate", "extrapolate"), absl::StrCat(path, ".extrapolate")));
    if (c.shape.size() != 2 || c.shape[1] == 0 || c.shape[1] > UINT32_MAX)
      return context.Invalid(absl::StrCat(path, ".c"), absl::StrCat(c.shape.size(), " dimensions"), "two dimensions");
    const uint64_t rows = c.shape[0], columns = c.shape[1];
    bool identity = rows == columns + (periodic ? degree : 0) && columns >= degree;
    for (uint64_t i = 0; identity && i < rows * columns; ++i)
      identity = c.values[i] == (i / columns % columns == i % columns ? 1 : 0);
    if (!identity || k != degree || beyond != extrapolates) {
      return context.Unsupported(path, "a BSpline that fit does not make",
                                 "only the basis that fit makes is reproduced");
    }
    if (t.size() != rows + degree + 1 || (j > 0 && t.size() != n_knots))
      return context.Invalid(absl::StrCat(path, ".t"), absl::StrCat(t.size(), " knots"),
                             absl::StrCat(rows + degree + 1));
    const uint64_t reach = degree > 1 ? degree : degree == 0 && n_features_in == 1 ? 1 : 2;
    if (extrapolation == fb::Extrapolation::Linear && columns < reach)
      return context.Unsupported(path, absl::StrCat(columns, " splines"),
                                 "scikit-learn fails at them beyond the knots");
    n_splines = static_cast<uint32_t>(columns);
    n_knots = static_cast<uint32_t>(t.size());
    if (!std::ranges::is_sorted(t))
      return context.Unsupported(absl::StrCat(path, ".t"), "knots that descend", "fit makes them ascend");
    all.insert(all.end(), t.begin(), t.end());
  }
  knots = context.arena().Copy(Array<double>(all));
  return absl::OkStatus();
}

}  // namespace pratique
