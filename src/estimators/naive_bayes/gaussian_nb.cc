#include "estimators/naive_bayes/gaussian_nb.h"

#include <cmath>
#include <numbers>

#include "import/sklearn/needed.h"
#include "kernels/numpy_sum.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/views.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

template <class F>
void OfClasses(const GaussianNB& nb, std::span<double> constants, std::span<double> priors, Run& run) {
  const size_t m = nb.n_features_in;
  std::span<F> terms = run.arena.NewUninitialized<F>(m);
  for (size_t k = 0; k < nb.n_classes; ++k) {
    for (size_t j = 0; j < m; ++j)
      terms[j] = std::log(static_cast<F>(2 * std::numbers::pi) * static_cast<F>(nb.var[k * m + j]));
    constants[k] = F{-0.5} * NumpySum(terms.data(), m);
    priors[k] = std::log(static_cast<F>(nb.class_prior[k]));
  }
}

template <class Out, class T>
Data OfRows(const GaussianNB& nb, const MatrixView<T>& x, std::span<const double> constants,
            std::span<const double> priors, Run& run) {
  const size_t m = nb.n_features_in, n = nb.n_classes;
  std::span<double> terms = run.arena.NewUninitialized<double>(m);
  std::span<Out> out = NewMatrix<Out>(run, x.rows, n);
  for (size_t k = 0; k < n; ++k) {
    const double* mean = &nb.theta[k * m];
    const double* var = &nb.var[k * m];
    for (size_t i = 0; i < x.rows; ++i) {
      const T* row = x.row(i);
      for (size_t j = 0; j < m; ++j) {
        const double d = row[j] - mean[j];
        terms[j] = d * d / var[j];
      }
      out[i * n + k] = static_cast<Out>(priors[k] + (constants[k] - 0.5 * NumpySum(terms.data(), m)));
    }
  }
  return MatrixView<Out>{out, x.rows, n, n};
}

}  // namespace

std::optional<Violation> GaussianNB::Invariant() const {
  if (auto v = OneLabelAClass(classes, n_classes)) return v;
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("theta", fitted_dtype, theta)) return v;
  return invariant::FitsFloatDType("var", fitted_dtype, var);
}

absl::StatusOr<Signature> GaussianNB::Infer(const Children& children) const {
  return NaiveBayesSignature(n_features_in, feature_names, classes, children);
}

absl::Status GaussianNB::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  n_classes = static_cast<uint32_t>(classes.size());
  RETURN_IF_ERROR(CheckAreFloats(context, "theta_"));
  RETURN_IF_ERROR(CheckAreFloats(context, "var_"));
  fitted_dtype = context.FloatDType(context.Take("theta_"));
  return context.ByName(this);
}

// log(prior) - (sum log(2 pi var)) / 2 - (sum (x - theta)^2 / var) / 2, sums as numpy's. What depends on the class only
// is computed in the fitted dtype; the result is float32 where X is, too.
absl::StatusOr<Data> GaussianNB::JointLogLikelihood(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData checked, CheckFloats(X, run, Finite::kRequired, static_cast<DType>(fitted_dtype)));
  if (IsSparse(AsData(checked))) return TakesDenseOnly();
  std::span<double> constants = run.arena.NewUninitialized<double>(n_classes),
                    priors = run.arena.NewUninitialized<double>(n_classes);
  if (fitted_dtype == fb::DType::Float32)
    OfClasses<float>(*this, constants, priors, run);
  else
    OfClasses<double>(*this, constants, priors, run);
  return VisitDense(AsData(checked), [&]<class T>(const MatrixView<T>& x) -> Data {
    if (std::is_same_v<T, float> && fitted_dtype == fb::DType::Float32)
      return OfRows<float>(*this, x, constants, priors, run);
    return OfRows<double>(*this, x, constants, priors, run);
  });
}

}  // namespace pratique
