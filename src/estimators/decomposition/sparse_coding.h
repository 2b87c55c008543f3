// DictionaryLearning, MiniBatchDictionaryLearning and SparseCoder: rows as sparse sums of a dictionary's.
#pragma once

#include "decomposition_generated.h"
#include "model/feature_names.h"
#include "type/class.h"

namespace pratique {

// Law of dtype: Threshold promotes, Matching has X's and Descent the dictionary's (before scikit-learn 1.8 both have
// that); float64 where signs are split. Each row alone or in a batch gives the same.
struct SparseCoding {
  using Schema = fb::SparseCoding;
  BOOST_HANA_DEFINE_STRUCT(SparseCoding, (uint32_t, n_features_in), (uint32_t, n_components), (fb::DType, fitted_dtype),
                           (fb::CodeBy, code_by), (double, alpha), (uint32_t, n_nonzero), (uint32_t, max_iter),
                           (bool, positive), (bool, split_sign), (bool, before_screening), (Array<double>, dictionary),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
};

}  // namespace pratique
