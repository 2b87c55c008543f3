// What the library knows of a fitted form and of an estimator class: plain data and function pointers.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "flatbuffers/flatbuffers.h"
#include "pratique/limits.h"
#include "pratique/model.h"
#include "state/bind.h"
#include "state/plan.h"
#include "state/violation.h"
#include "type/members.h"
#include "type/signature.h"
#include "type/words.h"

namespace pratique {

struct Change;  // type/change.h

// One fitted form: a table, a struct, what no attribute can say, and kernels. Several classes can share it.
struct Form {
  const StructInfo* info;
  std::span<const uint8_t> bfbs;
  const Plan& (*plan)();                                     // compiled when first met, then shared
  bool (*verify)(flatbuffers::Verifier&);                    // flatc's, for the table
  std::optional<Violation> (*invariant)(const void* state);  // nullptr: the rules say it all
  absl::StatusOr<Signature> (*infer)(const void* state, const Children& children);
  absl::Status (*import)(ImportContext& context, void* state);  // nullptr: by attribute name only
  std::array<MethodFn, kMethods> methods;                       // nullptr: has no such method
  // What each column of X holds, as the state tells it; nullptr: the signature says it of all of them.
  void (*takes)(const void* state, const Estimator& self, std::span<Takes> columns);
  // nullptr: the class has no get_feature_names_out.
  absl::StatusOr<Strings> (*feature_names_out)(const void* state, FeatureNames& names);
  // What the methods find prepared; nullptr: they need nothing.
  const void* (*prepare)(const void* state, Arena& arena);
};

// One estimator class under its canonical (public) name.
struct Class {
  std::string_view name;  // "sklearn.preprocessing.MaxAbsScaler"
  const Form* form;
  std::span<const std::string_view> modules;  // where files say it lives: "sklearn.preprocessing._data", old ones too
  std::span<const std::string_view> inputs;   // "dense", "csr", "frame": what X may be
  std::string_view agreement = "1e-12";       // "exact" or a relative bound
  std::string_view refuses = "";              // what it refuses, in one sentence
  // Methods that its form has for other classes, with a space between them: Infer gives them to no object of this one.
  std::string_view lacks = "";
  // Attributes of its fitted objects that predict does not read, with a space between them: parameters that only fit
  // reads, and what fit leaves behind. What is neither a field, nor taken by Import, nor here makes the import fail by
  // name; so does a parameter that the object's release does not have, or one of its release that is missing and not
  // named here (registry/parameters.h).
  std::string_view fit_parameters = "";
  std::string_view inert = "";
  bool IsInert(std::string_view attribute) const {
    return HasWord(fit_parameters, attribute) || HasWord(inert, attribute);
  }
  std::string_view short_name() const { return name.substr(name.rfind('.') + 1); }
};

// One family: its classes and what they share. Each family's .cc defines one; registry/registry.cc lists them.
struct Family {
  std::string_view name;  // "linear"
  std::span<const Class> classes;
  // What releases of scikit-learn changed in these classes, oldest first.
  std::span<const Change* const> changes;
};

// --- making a Form out of a struct ---------------------------------------------------------------------------------

namespace form {

template <class S>
bool Verify(flatbuffers::Verifier& verifier) {
  return verifier.VerifyBuffer<typename S::Schema>(nullptr);
}

}  // namespace form

// The Form of struct S; BinarySchema is flatc's embedded schema of S's family file.
template <class S, class BinarySchema>
const Form* FormOf() {
  static const Form form = [] {
    Form f{};
    f.info = &InfoOf<S>();
    f.bfbs = {BinarySchema::data(), BinarySchema::size()};
    f.plan = []() -> const Plan& {
      static const Plan plan = PlanOrNothing({BinarySchema::data(), BinarySchema::size()}, InfoOf<S>());
      return plan;
    };
    f.verify = &form::Verify<S>;
    if constexpr (form::FindsInvariant<S>()) {
      f.invariant = [](const void* s) { return static_cast<const S*>(s)->Invariant(); };
    }
    f.infer = [](const void* s, const Children& children) { return static_cast<const S*>(s)->Infer(children); };
    if constexpr (form::FindsImport<S>()) {
      f.import = [](ImportContext& context, void* s) { return static_cast<S*>(s)->Import(context); };
    }
    f.methods = {form::PredictOf<S>(),
                 form::PredictProbaOf<S>(),
                 form::PredictLogProbaOf<S>(),
                 form::DecisionFunctionOf<S>(),
                 form::TransformOf<S>(),
                 form::InverseTransformOf<S>(),
                 form::ApplyOf<S>(),
                 form::DecisionPathOf<S>(),
                 form::ScoreSamplesOf<S>(),
                 form::KNeighborsOf<S>(),
                 form::PredictStdOf<S>(),
                 form::MahalanobisOf<S>(),
                 form::StagedPredictOf<S>(),
                 form::StagedPredictProbaOf<S>(),
                 form::StagedDecisionFunctionOf<S>(),
                 form::PredictCovOf<S>()};
    if constexpr (form::FindsPrepare<S>()) {
      f.prepare = [](const void* s, Arena& arena) { return static_cast<const S*>(s)->Prepare(arena); };
    }
    if constexpr (form::FindsColumns<S>()) {
      f.takes = [](const void* s, const Estimator& self, std::span<Takes> columns) {
        static_cast<const S*>(s)->Columns(self, columns);
      };
    }
    if constexpr (form::FindsFeatureNamesOut<S>()) {
      f.feature_names_out = [](const void* s, FeatureNames& names) {
        return static_cast<const S*>(s)->FeatureNamesOut(names);
      };
    }
    return f;
  }();
  return &form;
}

}  // namespace pratique
