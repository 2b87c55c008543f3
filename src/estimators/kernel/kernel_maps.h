// Kernels by way of features: RBFSampler, SkewedChi2Sampler, AdditiveChi2Sampler, PolynomialCountSketch.
#pragma once

#include "kernel_generated.h"
#include "model/feature_names.h"
#include "model/run.h"
#include "type/class.h"

namespace pratique {

// RBFSampler, SkewedChi2Sampler. Law of dtype: promotes X's with the fitted one.
struct RandomCosines {
  using Schema = fb::RandomCosines;
  BOOST_HANA_DEFINE_STRUCT(RandomCosines, (uint32_t, n_features_in), (uint32_t, n_components), (bool, skewed),
                           (double, skewedness), (fb::DType, dtype), (Array<double>, weights), (Array<double>, offset),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }
};

// Law of dtype: keeps X's.
struct AdditiveChi2Sampler {
  using Schema = fb::AdditiveChi2Sampler;
  BOOST_HANA_DEFINE_STRUCT(AdditiveChi2Sampler, (uint32_t, n_features_in), (uint32_t, sample_steps),
                           (double, sample_interval), (Strings, feature_names));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
};

// Law of dtype: float64.
struct PolynomialCountSketch {
  using Schema = fb::PolynomialCountSketch;
  BOOST_HANA_DEFINE_STRUCT(PolynomialCountSketch, (uint32_t, n_features_in), (uint32_t, n_components),
                           (uint32_t, degree), (uint32_t, n_hashed), (double, gamma), (double, coef0), (bool, narrow),
                           (Array<uint32_t>, indexes), (Array<int8_t>, bits), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }
};

}  // namespace pratique
