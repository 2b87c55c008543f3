#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/kernel/kernel_maps.h"
#include "estimators/kernel/kernel_rows.h"
#include "estimators/linear/dot.h"
#include "import/sklearn/import_context.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "model/views.h"
#include "model/wide_floats.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {

std::optional<Violation> RandomCosines::Invariant() const {
  if (!skewed && skewedness != 0)
    return Violation{"skewedness", "of_skewed", absl::StrCat(skewedness), "0 unless skewed"};
  if (auto v = invariant::IsFloatDType("dtype", dtype)) return v;
  if (auto v = invariant::FitsFloatDType("weights", dtype, weights)) return v;
  return invariant::FitsFloatDType("offset", dtype, offset);
}

absl::StatusOr<Signature> RandomCosines::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_components, feature_names, children);
}

absl::Status RandomCosines::Import(ImportContext& context) {
  const graph::Id weights_id = context.Take("random_weights_"), offset_id = context.Take("random_offset_");
  ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(weights_id, "random_weights_"));
  if (array.shape.size() != 2 || array.shape[0] > UINT32_MAX || array.shape[1] > UINT32_MAX)
    return context.Invalid("random_weights_", "an array of another shape", "two dimensions");
  if (context.graph()[weights_id].dtype->kind != 'f')
    return context.Unsupported("random_weights_", "an array of integers", "transform adds floats to their products.");
  n_features_in = static_cast<uint32_t>(array.shape[0]);
  n_components = static_cast<uint32_t>(array.shape[1]);
  weights = Transposed(array.values, n_features_in, n_components, context.arena());
  dtype = context.FloatDType(weights_id);
  if (context.FloatDType(offset_id) != dtype)
    return context.Unsupported("random_offset_", "another dtype than random_weights_", "Fit and save it with one.");
  ASSIGN_OR_RETURN(const int64_t asked, context.Int(context.Take("n_components"), "n_components"));
  if (asked != n_components) {
    return context.Unsupported("n_components", absl::StrCat(asked, ", fitted with ", n_components),
                               "transform reads it. Set it back, or fit the model anew.");
  }
  skewed = context.class_name() == "SkewedChi2Sampler";
  if (skewed) {
    ASSIGN_OR_RETURN(skewedness, context.Double(context.Take("skewedness"), "skewedness"));
  }
  return context.ByName(this);
}

absl::StatusOr<Data> RandomCosines::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, skewed ? CheckWideFloats(X, run)
                                       : CheckFloats(X, run, Finite::kRequired, static_cast<DType>(dtype)));
  if (skewed) {
    if (IsSparse(AsData(x))) return TakesDenseOnly();
    const bool above = VisitDense(AsData(x), [&]<class T>(const MatrixView<T>& view) {
      std::span<T> out = NewMatrix<T>(run, view.rows, view.cols);
      for (size_t i = 0; i < view.rows; ++i) {
        for (size_t j = 0; j < view.cols; ++j) {
          if (view(i, j) <= static_cast<T>(-skewedness)) return false;
          out[i * view.cols + j] = std::log(view(i, j) + static_cast<T>(skewedness));
        }
      }
      x = MatrixView<T>{out, view.rows, view.cols, view.cols};
      return true;
    });
    if (!above)
      return BadInput("input.negative", "X may not contain entries smaller than -skewedness.", "",
                      absl::StrCat("above ", -skewedness));
  }
  const Data projection = LinearScores(x, weights, offset, dtype, run);
  const double factor = std::sqrt(2.0 / n_components);
  return VisitDense(projection, [&]<class T>(const MatrixView<T>& view) -> Data {
    std::span<T> out = NewMatrix<T>(run, view.rows, view.cols);
    for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<T>(std::cos(view.data[i]) * factor);
    return MatrixView<T>{out, view.rows, view.cols, view.cols};
  });
}

}  // namespace pratique
