// Estimators that answer with the methods of one that they own.
#pragma once

#include <span>

#include "compose_generated.h"
#include "model/feature_names.h"
#include "type/class.h"

namespace pratique {

// All methods of S, each by S::Answer(method, X, run); Infer says which of them there are.
template <class S>
struct Answers {
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const { return self().Answer(Method::kPredict, X, run); }
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const {
    return self().Answer(Method::kPredictProba, X, run);
  }
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const {
    return self().Answer(Method::kPredictLogProba, X, run);
  }
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const {
    return self().Answer(Method::kDecisionFunction, X, run);
  }

 private:
  const S& self() const { return static_cast<const S&>(*this); }
};

// The signature of an owner whose columns, classes and shapes are those of the only object it owns, and whose methods
// are those among `passed` that this one has. The object has the role `role`.
absl::StatusOr<Signature> SignatureOfOwned(const Children& children, std::string_view role,
                                           std::span<const Method> passed);

// What the columns of X hold is what the owned estimator says; of several that take the same X, what all of them say.
void ColumnsOfOwned(std::span<const Estimator* const> owned, std::span<Takes> columns);

struct Delegate : Answers<Delegate> {
  using Schema = fb::Delegate;
  BOOST_HANA_DEFINE_STRUCT(Delegate, (fb::Held, held));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const { ColumnsOfOwned(self.children, columns); }
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const { return Answer(Method::kTransform, X, run); }
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const {
    return Answer(Method::kInverseTransform, X, run);
  }
  absl::StatusOr<Data> Apply(const Data& X, Run& run) const { return Answer(Method::kApply, X, run); }
  absl::StatusOr<Data> DecisionPath(const Data& X, Run& run) const { return Answer(Method::kDecisionPath, X, run); }
  absl::StatusOr<Data> ScoreSamples(const Data& X, Run& run) const { return Answer(Method::kScoreSamples, X, run); }
  absl::StatusOr<Data> PredictStd(const Data& X, Run& run) const { return Answer(Method::kPredictStd, X, run); }
  absl::StatusOr<Data> PredictCov(const Data& X, Run& run) const { return Answer(Method::kPredictCov, X, run); }

  absl::StatusOr<Data> Answer(Method method, const Data& X, Run& run) const {
    return run.children().front()->Call(method, X, run);
  }
};

}  // namespace pratique
