// BernoulliRBM: the mean of its hidden units. (Its score_samples draws at random.)
#pragma once

#include "model/feature_names.h"
#include "neural_generated.h"
#include "type/class.h"

namespace pratique {

// Law of dtype: promotes with components_.
struct BernoulliRBM {
  using Schema = fb::BernoulliRBM;
  BOOST_HANA_DEFINE_STRUCT(BernoulliRBM, (uint32_t, n_features_in), (uint32_t, n_components), (fb::DType, fitted_dtype),
                           (Array<double>, components), (Array<double>, intercept_hidden), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }
};

}  // namespace pratique
