#include "estimators/decomposition/sparse_coding.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/decomposition/changes.h"
#include "estimators/decomposition/iterations.h"
#include "estimators/decomposition/sparse_codes.h"
#include "estimators/linear/dot.h"
#include "import/sklearn/import_context.h"
#include "kernels/visit.h"
#include "model/input_error.h"
#include "model/views.h"
#include "model/wide_floats.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

constexpr uint32_t kMostComponents = 4096;  // whose products with each other are kept

}  // namespace

std::optional<Violation> SparseCoding::Invariant() const {
  if (code_by != fb::CodeBy::Threshold && n_components > kMostComponents)
    return Violation{"n_components", "products", absl::StrCat(n_components), absl::StrCat("at most ", kMostComponents)};
  const uint32_t most = std::min(n_components, n_features_in);
  if (code_by == fb::CodeBy::Matching && n_nonzero > most)
    return Violation{"n_nonzero", "of_components", absl::StrCat(n_nonzero), absl::StrCat("at most ", most)};
  if (code_by == fb::CodeBy::Matching && positive) return Violation{"positive", "of_matching", "true", "false"};
  if (code_by == fb::CodeBy::Descent && !(alpha > 0)) return Violation{"alpha", "penalty", "0", "above 0"};
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  return invariant::FitsFloatDType("dictionary", fitted_dtype, dictionary);
}

absl::StatusOr<Signature> SparseCoding::Infer(const Children& children) const {
  const uint64_t columns = split_sign ? 2 * uint64_t{n_components} : n_components;
  ASSIGN_OR_RETURN(Signature s, TransformerSignature(n_features_in, columns, feature_names, children));
  s.has_methods = true;
  s.methods = {Method::kTransform};
  if (!before_screening) s.methods.push_back(Method::kInverseTransform);
  return s;
}

absl::StatusOr<Strings> SparseCoding::FeatureNamesOut(FeatureNames& names) const {
  if (!split_sign) return names.ClassNamePrefix();
  return absl::InvalidArgumentError("scikit-learn names half of the columns where signs are split");
}

absl::Status SparseCoding::Import(ImportContext& context) {
  const bool is_coder = context.class_name() == "SparseCoder";
  const std::string_view attribute = is_coder ? "dictionary" : "components_";
  const graph::Id id = context.Take(attribute);
  ASSIGN_OR_RETURN(const NdArray<double> array, context.Doubles(id, attribute));
  if (array.shape.size() != 2)
    return context.Invalid(attribute, absl::StrCat(array.shape.size(), " dimensions"), "two dimensions");
  if (const auto& dtype = context.graph()[id].dtype; !is_coder && (!dtype || dtype->kind != 'f'))
    return context.Unsupported(attribute, "no floats", "fit makes them floats.");
  dictionary = array.values;
  fitted_dtype = context.FloatDType(id);
  n_components = static_cast<uint32_t>(std::min<uint64_t>(array.shape[0], UINT32_MAX));
  n_features_in = static_cast<uint32_t>(std::min<uint64_t>(array.shape[1], UINT32_MAX));
  if (const graph::Id width = context.Take("n_features_in_"); width != graph::kNoId) {
    ASSIGN_OR_RETURN(const int64_t n, context.Int(width, "n_features_in_"));
    if (n != n_features_in) return context.Invalid("n_features_in_", absl::StrCat(n), absl::StrCat(n_features_in));
  }
  before_screening = context.Predates(release_1_8::kScreensCodes);

  ASSIGN_OR_RETURN(const std::string_view name,
                   context.String(context.Take("transform_algorithm"), "transform_algorithm"));
  if (const auto& dtype = context.graph()[id].dtype;
      name == "omp" && dtype->kind != 'f' && context.sklearn() < Version{1, 9, 0})
    return context.Unsupported(attribute, "no floats beside omp", "scikit-learn stops at them: give it floats.");
  if (name == "omp") {
    code_by = fb::CodeBy::Matching;
  } else if (name == "lasso_cd") {
    code_by = fb::CodeBy::Descent;
  } else if (name != "threshold") {
    return context.Unsupported(
        "transform_algorithm", name,
        "omp, lasso_cd and threshold are supported; which atoms a path of LARS takes turns on the "
        "last bits of sums. lasso_cd solves what lasso_lars solves: set it, and save again.");
  }
  const graph::Id given = context.Take("transform_alpha"), of_fit = is_coder ? graph::kNoId : context.Take("alpha");
  const bool takes_fits = !is_coder && !context.Predates(release_1_2::kTakesAlphaOfFit);
  const graph::Id penalty = context.IsNone(given) && takes_fits ? of_fit : given;
  alpha = 1;
  if (!context.IsNone(penalty)) {
    ASSIGN_OR_RETURN(alpha, context.Double(penalty, "transform_alpha"));
    if (!(alpha >= 0))
      return context.Unsupported("transform_alpha", absl::StrCat(alpha), "It is None, or not below 0.");
  }
  const graph::Id most = context.Take("transform_n_nonzero_coefs"), iterations = context.Take("transform_max_iter");
  // sparse_encode looks at all that it is given, whichever algorithm it takes.
  if (context.IsNone(iterations)) return context.SavedAgain("transform_max_iter");
  ASSIGN_OR_RETURN(const int64_t n_iterations, context.Int(iterations, "transform_max_iter"));
  if (n_iterations < 0)
    return context.Unsupported("transform_max_iter", absl::StrCat(n_iterations), "It is not below 0.");
  const graph::Id sign = context.Take("positive_code");
  if (context.IsNone(sign)) return context.Unsupported("positive_code", "None", "It is True or False.");
  ASSIGN_OR_RETURN(positive, context.Bool(sign, "positive_code"));
  int64_t n = static_cast<int64_t>(std::min(std::max(n_features_in / 10.0, 1.0), static_cast<double>(n_components)));
  if (!context.IsNone(most)) {
    ASSIGN_OR_RETURN(n, context.Int(most, "transform_n_nonzero_coefs"));
    if (n < 1) return context.Unsupported("transform_n_nonzero_coefs", absl::StrCat(n), "It is None, or above 0.");
  }
  n_nonzero = 1;
  if (code_by == fb::CodeBy::Matching) {
    if (n < 1 || n > std::min(n_components, n_features_in))
      return context.Unsupported("transform_n_nonzero_coefs", absl::StrCat(n),
                                 "1 to the number of components, and of features, is supported.");
    n_nonzero = static_cast<uint32_t>(n);
  }
  if (code_by == fb::CodeBy::Descent) {
    ASSIGN_OR_RETURN(max_iter, TakeIterations(context, "transform_max_iter", 1));
    if (!(alpha > 0)) return context.Unsupported("transform_alpha", "0", "A lasso without a penalty is not supported.");
  }
  if (code_by != fb::CodeBy::Threshold && n_components > kMostComponents)
    return context.Unsupported(attribute, absl::StrCat(n_components, " components"),
                               absl::StrCat("omp and lasso_cd are supported for at most ", kMostComponents));
  RETURN_IF_ERROR(context.ByName(this));
  if (code_by == fb::CodeBy::Matching && positive)
    return context.Unsupported("positive_code", "True", "scikit-learn refuses it beside omp.");
  return absl::OkStatus();
}

absl::StatusOr<Data> SparseCoding::Transform(const Data& X, Run& run) const {
  if (IsSparse(X)) return TakesDenseOnly();
  const bool widens = code_by == fb::CodeBy::Descent || !before_screening;
  // Before 1.8 a threshold multiplies X as it is by the dictionary.
  const bool promotes = !widens && code_by == fb::CodeBy::Threshold;
  ASSIGN_OR_RETURN(FloatData x,
                   widens ? CheckWideFloats(X, run)
                          : CheckFloats(X, run, Finite::kRequired,
                                        promotes ? std::optional(static_cast<DType>(fitted_dtype)) : std::nullopt));
  const size_t n = n_components, columns = split_sign ? 2 * n : n, rows = Rows(AsData(x));
  const Data products = LinearScores(x, dictionary, run.arena.New<double>(n), fb::DType::Float64, run);
  const auto& cov = std::get<MatrixView<double>>(products);
  const bool x_float = std::holds_alternative<MatrixView<float>>(x), fitted_float = fitted_dtype == fb::DType::Float32;
  if (code_by == fb::CodeBy::Descent && !before_screening && x_float != fitted_float) {
    return BadInput("input.dtype", "lasso_cd of scikit-learn 1.8 and later takes X of the dictionary's dtype alone",
                    x_float ? "float32" : "float64", fitted_float ? "float32" : "float64");
  }
  const bool gram_float = before_screening ? fitted_float : x_float;
  SparseCodes codes(*this, run,
                    gram_float ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon());
  std::span<double> code = run.arena.NewUninitialized<double>(n);
  const auto code_of = [&](size_t i) {
    const std::span<const double> row(cov.row(i), n);
    switch (code_by) {
      case fb::CodeBy::Matching:
        return codes.Match(row, code);
      case fb::CodeBy::Descent: {
        double norm2 = 0;
        VisitDense(AsData(x), [&](const auto& view) {
          for (size_t j = 0; j < view.cols; ++j) norm2 += double{view(i, j)} * view(i, j);
        });
        return codes.Descend(row, norm2, code);
      }
      case fb::CodeBy::Threshold:
        for (size_t k = 0; k < n; ++k) {
          const double sign = row[k] > 0 ? 1 : row[k] < 0 ? -1 : 0;
          code[k] = sign * std::max(std::abs(row[k]) - alpha, 0.0);
          if (positive && code[k] < 0) code[k] = 0;
        }
    }
  };
  const auto coded = [&]<class T>(T) -> Data {
    std::span<T> out = NewMatrix<T>(run, rows, columns);
    for (size_t i = 0; i < rows; ++i) {
      code_of(i);
      T* to = &out[i * columns];
      for (size_t k = 0; k < n; ++k) {
        to[k] = static_cast<T>(split_sign ? std::max(code[k], 0.0) : code[k]);
        if (split_sign) to[n + k] = static_cast<T>(-std::min(code[k], 0.0));
      }
    }
    return MatrixView<T>{out, rows, columns, columns};
  };
  const bool narrow = code_by == fb::CodeBy::Threshold  ? x_float && fitted_float
                      : code_by == fb::CodeBy::Matching ? gram_float
                                                        : fitted_float;
  return narrow && !split_sign ? coded(float{}) : coded(double{});
}

// sklearn/decomposition/_dict_learning.py _inverse_transform (1.9): code @ dictionary.
absl::StatusOr<Data> SparseCoding::InverseTransform(const Data& X, Run& run) const {
  if (IsSparse(X)) return TakesDenseOnly();
  const size_t n = n_components, m = n_features_in;
  ASSIGN_OR_RETURN(FloatData x, CheckFloatsOfWidth(X, split_sign ? 2 * n : n, run, static_cast<DType>(fitted_dtype)));
  if (split_sign) {
    x = VisitDense(AsData(x), [&]<class T>(const MatrixView<T>& view) -> FloatData {
      std::span<T> code = NewMatrix<T>(run, view.rows, n);
      for (size_t i = 0; i < view.rows; ++i) {
        for (size_t k = 0; k < n; ++k) code[i * n + k] = view(i, k) - view(i, n + k);
      }
      return MatrixView<T>{code, view.rows, n, n};
    });
  }
  std::span<double> back = run.arena.NewUninitialized<double>(dictionary.size());
  for (size_t k = 0; k < n; ++k) {
    for (size_t j = 0; j < m; ++j) back[j * n + k] = dictionary[k * m + j];
  }
  return LinearScores(x, back, run.arena.New<double>(m), fitted_dtype, run);
}

}  // namespace pratique
