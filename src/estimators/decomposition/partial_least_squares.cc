#include "estimators/decomposition/partial_least_squares.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/decomposition/changes.h"
#include "estimators/kernel/kernel_rows.h"
#include "estimators/linear/dot.h"
#include "import/sklearn/import_context.h"
#include "model/views.h"
#include "status_macros.h"

namespace pratique {

std::optional<Violation> PartialLeastSquares::Invariant() const {
  if (auto v = projection.Invariant()) {
    v->field = absl::StrCat("projection.", v->field);
    return v;
  }
  const auto wrong = [](std::string field, std::string got, std::string expected) {
    return Violation{absl::StrCat("projection.", field), "of_pls", std::move(got), std::move(expected)};
  };
  if (projection.n_features_in != n_features_in)
    return wrong("n_features_in", absl::StrCat(projection.n_features_in), absl::StrCat(n_features_in));
  if (projection.fitted_dtype != fb::DType::Float64) return wrong("fitted_dtype", "Float32", "Float64");
  if (projection.sparse != fb::SparseInput::Refused) return wrong("sparse", "taken", "Refused");
  if (projection.float64) return wrong("float64", "true", "false");
  if (!projection.in_place) return wrong("in_place", "false", "true");
  if (projection.unnamed) return wrong("unnamed", "true", "false");
  if (projection.narrows) return wrong("narrows", "true", "false");
  if (projection.scale.data() == nullptr) return wrong("scale", "nothing", "a scale");
  if (projection.rotation.data() != nullptr) return wrong("rotation", "a rotation", "nothing");
  if (projection.back.data() == nullptr) return wrong("back", "nothing", "a way back");
  if (one_dimensional && n_targets != 1)
    return Violation{"one_dimensional", "of_one_target", "true", absl::StrCat("false, of ", n_targets, " targets")};
  return std::nullopt;
}

absl::StatusOr<Signature> PartialLeastSquares::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature s, projection.Infer(children));
  s.methods = {Method::kPredict, Method::kTransform, Method::kInverseTransform};
  s.n_outputs = n_targets;
  s.one_dimensional = one_dimensional;
  return s;
}

absl::Status PartialLeastSquares::Import(ImportContext& context) {
  projection.in_place = true;
  projection.sparse = fb::SparseInput::Refused;
  RETURN_IF_ERROR(projection.TakeComponents(context, "x_rotations_", /*transposed=*/true));
  const graph::Id loadings_id = context.Take("x_loadings_");
  ASSIGN_OR_RETURN(const NdArray<double> loadings, context.Doubles(loadings_id, "x_loadings_"));
  projection.back = loadings.values;
  ASSIGN_OR_RETURN(projection.mean, context.Vector(context.Take("_x_mean"), "_x_mean"));
  ASSIGN_OR_RETURN(projection.scale, context.Vector(context.Take("_x_std"), "_x_std"));
  scales_first = context.Predates(release_1_5::kScalesCoefficients);
  const bool hidden = context.Predates(release_1_3::kKeepsDimensions);
  const bool in_columns = context.Predates(release_1_1::kKeepsIntercept);
  const std::string_view attribute = hidden && !in_columns ? "_coef_" : "coef_";
  const graph::Id coef_id = context.Take(attribute);
  ASSIGN_OR_RETURN(const NdArray<double> array, context.Doubles(coef_id, attribute));
  if (array.shape.size() != 2)
    return context.Invalid(attribute, absl::StrCat(array.shape.size(), " dimensions"), "two dimensions");
  coef = array.values;
  n_targets = static_cast<uint32_t>(std::min<uint64_t>(array.shape[in_columns ? 1 : 0], UINT32_MAX));
  if (in_columns) {
    coef = Transposed(coef, array.shape[0], array.shape[1], context.arena());
    ASSIGN_OR_RETURN(intercept, context.Vector(context.Take("_y_mean"), "_y_mean"));
  }
  if (!hidden) {
    ASSIGN_OR_RETURN(one_dimensional, context.Bool(context.Take("_predict_1d"), "_predict_1d"));
  }
  RETURN_IF_ERROR(context.ByName(this));
  projection.n_features_in = n_features_in;
  if (const graph::Id names = context.Take("feature_names_in_"); names != graph::kNoId) {
    ASSIGN_OR_RETURN(projection.feature_names, context.StringArray(names, "feature_names_in_"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Data> PartialLeastSquares::Predict(const Data& X, Run& run) const {
  if (IsSparse(X)) return TakesDenseOnly();
  ASSIGN_OR_RETURN(FloatData x, CheckFloats(X, run));
  const Data normalized = projection.Normalized(AsData(x), scales_first, run);
  return LinearScores(Floats(normalized), coef, intercept, fb::DType::Float64, run);
}

}  // namespace pratique
