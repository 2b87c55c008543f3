// PolynomialFeatures.
#pragma once

#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

// Keeps X's dtype.
struct PolynomialFeatures {
  using Schema = fb::PolynomialFeatures;
  BOOST_HANA_DEFINE_STRUCT(PolynomialFeatures, (uint32_t, n_features_in), (uint32_t, min_degree),
                           (uint32_t, max_degree), (bool, interaction_only), (bool, include_bias),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;

 private:
  // How many products of `degree` of n columns there are; kTooMany: more than a result can have.
  uint64_t Count(uint64_t n, uint64_t degree) const;
  // Of all degrees from `least` on, with the bias if it is included.
  uint64_t CountFrom(uint64_t least) const;
  template <class T>
  void ExpandRow(const T* x, std::span<T> full, DType dtype) const;
  template <class T>
  absl::StatusOr<Data> ExpandCsr(const CsrView<T>& x, Run& run) const;
};

}  // namespace pratique
