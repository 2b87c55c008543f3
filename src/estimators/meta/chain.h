// ClassifierChain and RegressorChain. Law of dtype: float64.
#pragma once

#include "estimators/compose/delegate.h"
#include "meta_generated.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct Chain : Answers<Chain> {
  using Schema = fb::Chain;
  BOOST_HANA_DEFINE_STRUCT(Chain, (uint32_t, n_features_in), (uint32_t, n_outputs), (Array<uint32_t>, order),
                           (fb::ChainMethod, method), (Array<Values>, classes), (bool, first_as_is),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Answer(Method method, const Data& X, Run& run) const;

 private:
  absl::Status ImportClasses(ImportContext& context);
  // Columns of X and what the first k estimators handed on, for estimator k.
  absl::StatusOr<Data> Extended(const Data& X, size_t k, std::span<const double> found, Run& run) const;
  absl::StatusOr<Data> OfAll(Method asked, const Data& X, Run& run) const;
};

}  // namespace pratique
