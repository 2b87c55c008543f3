// LatentDirichletAllocation: the topics of documents.
#pragma once

#include "decomposition_generated.h"
#include "model/feature_names.h"
#include "type/class.h"

namespace pratique {

// Law of dtype: X becomes that of components_, and so is the result. Each row alone or in a batch gives the same.
struct LatentDirichlet {
  using Schema = fb::LatentDirichlet;
  BOOST_HANA_DEFINE_STRUCT(LatentDirichlet, (uint32_t, n_features_in), (uint32_t, n_components),
                           (fb::DType, fitted_dtype), (double, doc_topic_prior), (uint32_t, max_doc_update_iter),
                           (double, mean_change_tol), (Array<double>, exp_dirichlet_component),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }
};

}  // namespace pratique
