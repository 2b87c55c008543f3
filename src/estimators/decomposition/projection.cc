#include "estimators/decomposition/projection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <variant>

#include "absl/strings/str_cat.h"
#include "estimators/decomposition/changes.h"
#include "estimators/linear/dot.h"
#include "import/sklearn/import_context.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/views.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

Array<double> Zeros(size_t n, Run& run) { return run.arena.New<double>(n); }

// f(element, its column), rounded to the element's dtype; in place of the fresh result of a product.
template <class F>
Data EachColumn(const Data& product, Run& run, F f) {
  return VisitDense(product, [&]<class T>(const MatrixView<T>& x) -> Data {
    std::span<T> out = NewMatrix<T>(run, x.rows, x.cols);
    for (size_t i = 0; i < x.rows; ++i) {
      for (size_t j = 0; j < x.cols; ++j) out[i * x.cols + j] = static_cast<T>(f(double{x(i, j)}, j));
    }
    return MatrixView<T>{out, x.rows, x.cols, x.cols};
  });
}

// numpy's X - mean: float64 unless both are float32.
Data Centered(const Data& X, Array<double> mean, fb::DType fitted, Run& run) {
  return VisitDense(X, [&]<class T>(const MatrixView<T>& x) -> Data {
    const auto centered = [&]<class Out>(Out) -> Data {
      std::span<Out> out = NewMatrix<Out>(run, x.rows, x.cols);
      for (size_t i = 0; i < x.rows; ++i) {
        for (size_t j = 0; j < x.cols; ++j) out[i * x.cols + j] = static_cast<Out>(double{x(i, j)} - mean[j]);
      }
      return MatrixView<Out>{out, x.rows, x.cols, x.cols};
    };
    return std::is_same_v<T, float> && fitted == fb::DType::Float32 ? centered(float{}) : centered(double{});
  });
}

}  // namespace

std::optional<Violation> Projection::Invariant() const {
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("components", fitted_dtype, components)) return v;
  if (auto v = invariant::FitsFloatDType("mean", fitted_dtype, mean)) return v;
  return invariant::FitsFloatDType("scale", fitted_dtype, scale);
}

absl::StatusOr<Signature> Projection::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_components, feature_names, children);
}

absl::Status Projection::Import(ImportContext& context) {
  const graph::Id components_id = context.Take("components_");
  ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(components_id, "components_"));
  if (array.shape.size() != 2)
    return context.Invalid("components_", absl::StrCat(array.shape.size(), " dimensions"), "two dimensions");
  components = array.values;
  n_components = static_cast<uint32_t>(std::min<uint64_t>(array.shape[0], UINT32_MAX));
  n_features_in = static_cast<uint32_t>(std::min<uint64_t>(array.shape[1], UINT32_MAX));
  fitted_dtype = context.FloatDType(components_id);
  sparse = fb::SparseInput::Offset;
  if (context.class_name() == "TruncatedSVD") return context.ByName(this);

  if (const graph::Id id = context.Take("mean_"); !context.IsNone(id)) {
    ASSIGN_OR_RETURN(NdArray<double> means, context.Doubles(id, "mean_"));
    mean = means.values;
  }
  centers_first = context.Predates(release_1_5::kCentersTheProduct);
  if (context.class_name() == "IncrementalPCA")
    sparse = fb::SparseInput::Densified;
  else if (context.Predates(release_1_4::kTakesSparse))
    sparse = fb::SparseInput::Refused;
  ASSIGN_OR_RETURN(const bool whiten, context.Bool(context.Take("whiten"), "whiten"));
  const graph::Id variance_id = context.Take("explained_variance_");
  if (!whiten) return context.ByName(this);
  ASSIGN_OR_RETURN(NdArray<double> variance, context.Doubles(variance_id, "explained_variance_"));
  const bool is_float = context.FloatDType(variance_id) == fb::DType::Float32;
  std::span<double> roots = context.arena().NewUninitialized<double>(variance.values.size());
  for (size_t k = 0; k < roots.size(); ++k) {
    roots[k] = std::sqrt(variance.values[k]);
    if (is_float) roots[k] = static_cast<float>(roots[k]);
  }
  scale = roots;
  if (!centers_first)
    min_scale = is_float ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon();
  return context.ByName(this);
}

absl::StatusOr<Data> Projection::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckFloats(X, run, Finite::kRequired, static_cast<DType>(fitted_dtype)));
  if (IsSparse(AsData(x))) {
    if (sparse == fb::SparseInput::Refused) return TakesDenseOnly();
    if (sparse == fb::SparseInput::Densified) {
      if (std::holds_alternative<CsrView<float>>(x)) {
        ASSIGN_OR_RETURN(x, CheckDense<float>(X, run, Finite::kRequired, /*densify=*/true));
      } else {
        ASSIGN_OR_RETURN(x, CheckDense<double>(X, run, Finite::kRequired, /*densify=*/true));
      }
    }
  }
  const bool centered = mean.data() != nullptr;
  const bool before = centers_first && !IsSparse(AsData(x));
  if (centered && before) x = Floats(Centered(AsData(x), mean, fitted_dtype, run));
  Data product = LinearScores(x, components, Zeros(n_components, run), fitted_dtype, run);
  if (centered && !before) {
    const Data offset = LinearScores(MatrixView<double>{mean, 1, mean.size(), mean.size()}, components,
                                     Zeros(n_components, run), fb::DType::Float64, run);
    std::span<double> off = run.arena.NewUninitialized<double>(n_components);
    for (size_t k = 0; k < off.size(); ++k) {  // the product of both fitted arrays has their dtype
      const double product_of_mean = std::get<MatrixView<double>>(offset)(0, k);
      off[k] = fitted_dtype == fb::DType::Float32 ? static_cast<float>(product_of_mean) : product_of_mean;
    }
    product = EachColumn(product, run, [&](double v, size_t k) { return v - off[k]; });
  }
  if (scale.data() == nullptr) return product;
  return EachColumn(product, run, [&](double v, size_t k) { return v / std::max(scale[k], min_scale); });
}

absl::StatusOr<Data> Projection::InverseTransform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckFloatsOfWidth(X, n_components, run, static_cast<DType>(fitted_dtype)));
  if (IsSparse(AsData(x))) return TakesDenseOnly();
  std::span<double> back = run.arena.NewUninitialized<double>(components.size());
  const bool is_float = fitted_dtype == fb::DType::Float32;
  for (size_t k = 0; k < n_components; ++k) {
    for (size_t j = 0; j < n_features_in; ++j) {
      double v = components[k * n_features_in + j];
      if (scale.data() != nullptr) v = is_float ? static_cast<float>(scale[k] * v) : scale[k] * v;
      back[j * n_components + k] = v;
    }
  }
  return LinearScores(x, back, mean.data() != nullptr ? mean : Zeros(n_features_in, run), fitted_dtype, run);
}

}  // namespace pratique
