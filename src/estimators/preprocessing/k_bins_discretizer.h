// KBinsDiscretizer.
#pragma once

#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

// Keeps X's dtype if it is float32 or float64, unless another was asked for.
struct KBinsDiscretizer {
  using Schema = fb::KBinsDiscretizer;
  BOOST_HANA_DEFINE_STRUCT(KBinsDiscretizer, (uint32_t, n_features_in), (uint32_t, n_bins_total), (fb::BinCode, code),
                           (fb::BinDType, dtype), (Array<uint32_t>, offsets), (Array<double>, edges),
                           (Array<double>, centers), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;

 private:
  absl::Status CheckEncoder(const Children& children) const;
  template <class T>
  absl::StatusOr<Data> TransformAs(const Data& X, Run& run) const;
  absl::StatusOr<Data> InverseOfOneHot(const Data& X, Run& run) const;
  template <class T>
  absl::StatusOr<Data> InverseOfBins(const MatrixView<T>& x, Run& run) const;
};

}  // namespace pratique
