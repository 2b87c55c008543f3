// Projections of centered and scaled columns: FastICA, FactorAnalysis, NeighborhoodComponentsAnalysis, PLSSVD,
// GaussianRandomProjection, SparsePCA; and what PLS models transform by.
#pragma once

#include "decomposition_generated.h"
#include "model/feature_names.h"
#include "type/class.h"

namespace pratique {

// Law of dtype: promotes with components_; `float64` makes X float64, `narrows` what is centered of the fitted dtype.
struct AffineProjection {
  using Schema = fb::AffineProjection;
  BOOST_HANA_DEFINE_STRUCT(AffineProjection, (uint32_t, n_features_in), (uint32_t, n_components),
                           (fb::DType, fitted_dtype), (bool, float64), (bool, in_place), (fb::SparseInput, sparse),
                           (Array<double>, components), (Array<double>, mean), (Array<double>, scale),
                           (Array<double>, rotation), (Array<double>, back), (Strings, feature_names), (bool, narrows),
                           (bool, unnamed), (Array<double>, noise), (double, log_determinant));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;
  absl::StatusOr<Data> ScoreSamples(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;

  // components (one row a component) and their dtype from an attribute of two dimensions; `transposed`: the attribute
  // has a column a component.
  absl::Status TakeComponents(ImportContext& context, std::string_view attribute, bool transposed);
  // X - mean, over the scale where `scaled`; what Transform multiplies.
  Data Normalized(const Data& X, bool scaled, Run& run) const;

 private:
  absl::Status ImportFastICA(ImportContext& context);
  absl::Status ImportFactorAnalysis(ImportContext& context);
  absl::Status ImportSparsePCA(ImportContext& context);
};

}  // namespace pratique
