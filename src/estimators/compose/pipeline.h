// sklearn.pipeline.Pipeline: each step transforms what the one before it gave; the last one answers.
#pragma once

#include "compose_generated.h"
#include "model/feature_names.h"
#include "type/class.h"

namespace pratique {

struct Pipeline {
  using Schema = fb::Pipeline;
  BOOST_HANA_DEFINE_STRUCT(Pipeline, (uint32_t, n_steps), (Strings, names), (Array<fb::Part>, parts));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const;
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const { return Last(Method::kPredict, X, run); }
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const { return Last(Method::kPredictProba, X, run); }
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const { return Last(Method::kPredictLogProba, X, run); }
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const {
    return Last(Method::kDecisionFunction, X, run);
  }
  absl::StatusOr<Data> PredictStd(const Data& X, Run& run) const { return Last(Method::kPredictStd, X, run); }
  absl::StatusOr<Data> PredictCov(const Data& X, Run& run) const { return Last(Method::kPredictCov, X, run); }
  absl::StatusOr<Data> ScoreSamples(const Data& X, Run& run) const { return Last(Method::kScoreSamples, X, run); }
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;

 private:
  absl::StatusOr<Data> Last(Method method, const Data& X, Run& run) const;
};

}  // namespace pratique
