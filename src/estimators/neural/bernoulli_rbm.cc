#include "estimators/neural/bernoulli_rbm.h"

#include "estimators/linear/dot.h"
#include "import/sklearn/import_context.h"
#include "kernels/probabilities.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/wide_floats.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {

std::optional<Violation> BernoulliRBM::Invariant() const {
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("components", fitted_dtype, components)) return v;
  return invariant::FitsFloatDType("intercept_hidden", fitted_dtype, intercept_hidden);
}

absl::StatusOr<Signature> BernoulliRBM::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_components, feature_names, children);
}

absl::Status BernoulliRBM::Import(ImportContext& context) {
  const graph::Id components_id = context.Take("components_"), intercept_id = context.Take("intercept_hidden_");
  fitted_dtype = context.FloatDType(components_id);
  if (context.FloatDType(intercept_id) != fitted_dtype)
    return context.Unsupported("intercept_hidden_", "another dtype than components_", "Cast both to one.");
  return context.ByName(this);
}

absl::StatusOr<Data> BernoulliRBM::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckWideFloats(X, run));
  const Data sums = LinearScores(x, components, intercept_hidden, fitted_dtype, run);
  return VisitDense(sums, [&]<class T>(const MatrixView<T>& view) -> Data {
    std::span<T> out = NewMatrix<T>(run, view.rows, view.cols);
    for (size_t i = 0; i < out.size(); ++i) out[i] = Sigmoid(view.data[i]);
    return MatrixView<T>{out, view.rows, view.cols, view.cols};
  });
}

}  // namespace pratique
