// SVC and NuSVC; SVR, NuSVR and OneClassSVM. Law of dtype: float64.
#pragma once

#include "estimators/svm/support_vectors.h"
#include "model/run.h"
#include "svm_generated.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct SvmClassifier {
  using Schema = fb::SvmClassifier;
  BOOST_HANA_DEFINE_STRUCT(SvmClassifier, (uint32_t, n_features_in), (uint32_t, n_classes), (Values, classes),
                           (SupportVectors, vectors), (Array<uint32_t>, n_support), (Array<double>, dual_coef),
                           (Array<double>, intercept), (Array<double>, prob_a), (Array<double>, prob_b), (bool, ovr),
                           (bool, break_ties), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  const void* Prepare(Arena& arena) const { return vectors.Prepare(arena); }
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;

  size_t n_pairs() const { return size_t{n_classes} * (n_classes - 1) / 2; }

 private:
  // f(row, libsvm's decision values of all pairs) for each row of X.
  template <class F>
  absl::Status EachRow(const Data& X, Run& run, F f) const;
};

struct SvmRegressor {
  using Schema = fb::SvmRegressor;
  BOOST_HANA_DEFINE_STRUCT(SvmRegressor, (uint32_t, n_features_in), (SupportVectors, vectors),
                           (Array<double>, dual_coef), (double, intercept), (bool, outliers), (double, offset),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  const void* Prepare(Arena& arena) const { return vectors.Prepare(arena); }
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;
  absl::StatusOr<Data> ScoreSamples(const Data& X, Run& run) const;
};

}  // namespace pratique
