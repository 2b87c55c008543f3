#include "estimators/linear/linear_discriminant.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/linear/dot.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/needed.h"
#include "kernels/columns.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {

std::optional<Violation> LinearDiscriminant::Invariant() const {
  if (auto v = classifier.Invariant()) {
    v->field = absl::StrCat("classifier.", v->field);
    return v;
  }
  if (classifier.n_features_in != n_features_in) {
    return Violation{"classifier.n_features_in", "same_width", absl::StrCat(classifier.n_features_in),
                     absl::StrCat(n_features_in)};
  }
  if (n_components == 0 && xbar.data() != nullptr)
    return Violation{"xbar", "of_projection", "present without a component", "absent"};
  if (auto v = invariant::IsFloatDType("projection_dtype", projection_dtype)) return v;
  if (auto v = invariant::IsFloatDType("xbar_dtype", xbar_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("xbar", xbar_dtype, xbar)) return v;
  return invariant::FitsFloatDType("projection", projection_dtype, projection);
}

absl::StatusOr<Signature> LinearDiscriminant::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature signature, classifier.Infer(children));
  if (n_components == 0) return signature;
  signature.n_features_out = n_components;
  signature.methods.push_back(Method::kTransform);
  return signature;
}

// predict_log_proba: what is 0 becomes the smallest normal number before the logarithm.
absl::StatusOr<Data> LinearDiscriminant::PredictLogProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data probabilities, PredictProba(X, run));
  return VisitDense(probabilities, [&]<class T>(const MatrixView<T>& view) -> Data {
    std::span<T> out = NewMatrix<T>(run, view.rows, view.cols);
    for (size_t i = 0; i < out.size(); ++i)
      out[i] = std::log(view.data[i] == 0 ? std::numeric_limits<T>::min() : view.data[i]);
    return MatrixView<T>{out, view.rows, view.cols, view.cols};
  });
}

namespace {

// X - xbar in the dtype that the difference has.
template <class Out, class T>
FloatData Centered(const MatrixView<T>& X, Array<double> xbar, Run& run) {
  std::span<Out> out = NewMatrix<Out>(run, X.rows, X.cols);
  for (size_t i = 0; i < X.rows; ++i) {
    for (size_t j = 0; j < X.cols; ++j) out[i * X.cols + j] = static_cast<Out>(X(i, j) - xbar[j]);
  }
  return MatrixView<Out>{out, X.rows, X.cols, X.cols};
}

}  // namespace

absl::StatusOr<Data> LinearDiscriminant::Transform(const Data& X, Run& run) const {
  if (IsSparse(X))
    return BadInput("input.sparse", "sparse X was passed, but transform takes dense X only", "csr", "dense");
  const bool is_centered = xbar.data() != nullptr;
  const fb::DType met_first = is_centered ? xbar_dtype : projection_dtype;
  ASSIGN_OR_RETURN(FloatData floats, CheckFloats(X, run, Finite::kRequired, static_cast<DType>(met_first)));
  if (is_centered) {
    const bool wide = xbar_dtype == fb::DType::Float64;
    if (const auto* narrow = std::get_if<MatrixView<float>>(&floats))
      floats = wide ? Centered<double>(*narrow, xbar, run) : Centered<float>(*narrow, xbar, run);
    else
      floats = Centered<double>(std::get<MatrixView<double>>(floats), xbar, run);
  }
  std::span<const double> zeros = run.arena.New<double>(n_components);
  return LinearScores(floats, projection, zeros, projection_dtype, run);
}

namespace {

// The first rows of scalings_ transposed: one a component.
Array<double> Transposed(const NdArray<double>& scalings, uint64_t n_components, Arena& arena) {
  const uint64_t rows = scalings.shape[0], cols = scalings.shape[1];
  std::span<double> out = arena.NewUninitialized<double>(rows * n_components);
  for (uint64_t i = 0; i < rows; ++i) {
    for (uint64_t k = 0; k < n_components; ++k) out[k * rows + i] = scalings.values[i * cols + k];
  }
  return out;
}

absl::Status TakeProjection(ImportContext& context, LinearDiscriminant& state, bool is_centered) {
  const graph::Id scalings_id = context.Take("scalings_"), xbar_id = context.Take("xbar_");
  ASSIGN_OR_RETURN(int64_t most, context.Int(context.Take("_max_components"), "_max_components"));
  ASSIGN_OR_RETURN(NdArray<double> scalings, context.Doubles(scalings_id, "scalings_"));
  if (scalings.shape.size() != 2 || scalings.shape[0] != state.n_features_in)
    return context.Invalid("scalings_", "an array of another shape", "one row a feature");
  if (most < 1 || scalings.shape[1] == 0)
    return context.Unsupported("scalings_", "a projection to no column", "Fit the model anew.");
  state.n_components = static_cast<uint32_t>(std::min<uint64_t>(static_cast<uint64_t>(most), scalings.shape[1]));
  state.projection = Transposed(scalings, state.n_components, context.arena());
  state.projection_dtype = context.FloatDType(scalings_id);
  if (!is_centered) return absl::OkStatus();
  RETURN_IF_ERROR(CheckAreFloats(context, "xbar_"));
  ASSIGN_OR_RETURN(Array<double> xbar, context.Vector(xbar_id, "xbar_"));
  state.xbar = xbar;
  state.xbar_dtype = context.FloatDType(xbar_id);
  return absl::OkStatus();
}

}  // namespace

absl::Status LinearDiscriminant::Import(ImportContext& context) {
  RETURN_IF_ERROR(classifier.TakeFitted(context));
  RETURN_IF_ERROR(context.ByName(this));
  classifier.n_features_in = n_features_in;
  if (const graph::Id names = context.Take("feature_names_in_"); names != graph::kNoId) {
    ASSIGN_OR_RETURN(Strings feature_names, context.StringArray(names, "feature_names_in_"));
    classifier.feature_names = feature_names;
  }
  ASSIGN_OR_RETURN(std::string_view solver, context.String(context.Take("solver"), "solver"));
  if (solver == "svd" || solver == "eigen") return TakeProjection(context, *this, solver == "svd");
  context.Ignore({"_max_components", "scalings_", "xbar_"});
  projection = context.arena().New<double>(0);
  if (solver == "lsqr") return absl::OkStatus();
  return context.Unsupported("solver", solver, "scikit-learn knows svd, lsqr, eigen.");
}

}  // namespace pratique
