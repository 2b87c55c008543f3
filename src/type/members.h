// Which members a struct has, found by their names: what makes a Form of it.
#pragma once

#include <concepts>
#include <optional>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pratique/data.h"
#include "pratique/model.h"
#include "state/bind.h"
#include "state/violation.h"

namespace pratique {

class Arena;          // state/arena.h
struct Run;           // model/run.h
struct Estimator;     // model/run.h
class ImportContext;  // import/sklearn/import_context.h
class FeatureNames;   // model/feature_names.h

// X and the result borrow: from the caller, from the state, or from run.arena. A predictor's `predict` gives class
// indexes (as doubles) for classifiers, values for regressors; {rows, n_outputs}. Multi-output probabilities stand side
// by side, one group of columns an output; so do kneighbors, distances and then indexes, of which the view's dtype is
// the distances'.
using MethodFn = absl::StatusOr<Data> (*)(const void* state, const Data& X, Run& run);

namespace form {

// PRATIQUE_FINDS(Name, Args, call, Result): whether struct S has a member called Name. If it has, then `call` must be
// possible and give Result: what was written with another signature (a forgotten const) would be left out in silence.
// That S has the name at all, however declared, shows by its clash with another base's.
#define PRATIQUE_FINDS(Name, Args, call, Result)                            \
  struct Named##Name {                                                      \
    int Name;                                                               \
  };                                                                        \
  template <class S>                                                        \
  struct Both##Name : S, Named##Name {};                                    \
  template <class S>                                                        \
  concept Has##Name = !requires { &Both##Name<S>::Name; };                  \
  template <class S>                                                        \
  consteval bool Finds##Name() {                                            \
    if constexpr (Has##Name<S>) {                                           \
      static_assert(                                                        \
          requires Args { requires std::same_as<decltype(call), Result>; }, \
          #Name " must be: " #Result " by " #call " for " #Args);           \
    }                                                                       \
    return Has##Name<S>;                                                    \
  }
PRATIQUE_FINDS(Invariant, (const S& s), s.Invariant(), std::optional<Violation>)
PRATIQUE_FINDS(Import, (S & s, ImportContext& context), s.Import(context), absl::Status)
// What each column of X holds, for people.
PRATIQUE_FINDS(Columns, (const S& s, const Estimator& self, std::span<Takes> columns), s.Columns(self, columns), void)
// What the columns of Transform are called: scikit-learn's get_feature_names_out.
PRATIQUE_FINDS(FeatureNamesOut, (const S& s, FeatureNames& names), s.FeatureNamesOut(names), absl::StatusOr<Strings>)

// What calls need and the state alone decides, made by Build once: nullptr, or what lives in `arena`; the methods get
// it by run.Prepared<T>(). Its work and memory are O(state): at most twice as many bytes as the state.
PRATIQUE_FINDS(Prepare, (const S& s, Arena& arena), s.Prepare(arena), const void*)

// Each method is found by its name on the struct: absl::StatusOr<Data> Name(const Data& X, Run& run) const.
#define PRATIQUE_METHOD(Name)                                                                                       \
  PRATIQUE_FINDS(Name, (const S& s, const Data& X, Run& run), s.Name(X, run), absl::StatusOr<Data>)                 \
  template <class S>                                                                                                \
  constexpr MethodFn Name##Of() {                                                                                   \
    if constexpr (Finds##Name<S>()) {                                                                               \
      return [](const void* state, const Data& X, Run& run) { return static_cast<const S*>(state)->Name(X, run); }; \
    }                                                                                                               \
    return nullptr;                                                                                                 \
  }
PRATIQUE_METHOD(Predict)
PRATIQUE_METHOD(PredictProba)
PRATIQUE_METHOD(PredictLogProba)
PRATIQUE_METHOD(DecisionFunction)
PRATIQUE_METHOD(Transform)
PRATIQUE_METHOD(InverseTransform)
PRATIQUE_METHOD(Apply)
PRATIQUE_METHOD(DecisionPath)
PRATIQUE_METHOD(ScoreSamples)
PRATIQUE_METHOD(KNeighbors)
PRATIQUE_METHOD(PredictStd)
PRATIQUE_METHOD(Mahalanobis)
PRATIQUE_METHOD(StagedPredict)
PRATIQUE_METHOD(StagedPredictProba)
PRATIQUE_METHOD(StagedDecisionFunction)
PRATIQUE_METHOD(PredictCov)
#undef PRATIQUE_METHOD
#undef PRATIQUE_FINDS

}  // namespace form
}  // namespace pratique
