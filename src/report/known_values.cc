#include "report/known_values.h"

#include <numeric>
#include <optional>

#include "estimators/boosting/hist_boosting.h"
#include "estimators/compose/column_transformer.h"
#include "estimators/compose/delegate.h"
#include "estimators/compose/feature_union.h"
#include "estimators/compose/pipeline.h"
#include "estimators/compose/threshold_classifier.h"
#include "estimators/compose/transformed_target_regressor.h"
#include "estimators/preprocessing/one_hot_encoder.h"
#include "estimators/preprocessing/ordinal_encoder.h"
#include "estimators/preprocessing/simple_imputer.h"
#include "estimators/preprocessing/target_encoder.h"
#include "validate/states.h"

namespace pratique {
namespace {

class Search {
 public:
  explicit Search(const Model& model)
      : states_(model.validated().states()),
        classes_(model.validated().audited().classes()),
        found_(model.n_features(), nullptr) {}

  std::vector<const Values*> Run() {
    if (classes_.empty()) return found_;
    todo_.push_back({classes_.size() - 1, std::vector<uint32_t>(found_.size())});
    std::iota(todo_[0].columns.begin(), todo_[0].columns.end(), 0u);
    // Owners stand behind what they own: each object is visited once.
    while (!todo_.empty()) {
      const Taken taken = std::move(todo_.back());
      todo_.pop_back();
      Visit(taken);
    }
    return found_;
  }

 private:
  // An object, and which columns of the model its own are.
  struct Taken {
    size_t object;
    std::vector<uint32_t> columns;
  };

  template <class S>
  const S* As(size_t object) const {
    return classes_[object]->form->info == &InfoOf<S>() ? static_cast<const S*>(states_.states[object]) : nullptr;
  }

  void Visit(const Taken& taken) {
    const size_t object = taken.object;
    const std::vector<uint32_t>& owned = states_.children[object];
    if (const auto* s = As<OneHotEncoder>(object)) return Take(taken, s->categories);
    if (const auto* s = As<OrdinalEncoder>(object)) return Take(taken, s->categories);
    if (const auto* s = As<TargetEncoder>(object)) return Take(taken, s->categories);
    if (const auto* s = As<HistBoosting>(object)) {
      for (size_t k = 0; k < s->categorical.size() && k < s->categories.size(); ++k)
        Found(taken, s->categorical[k], s->categories[k]);
      return;
    }
    if (const auto* s = As<ColumnTransformer>(object)) return VisitColumns(taken, *s, owned);
    if (As<Pipeline>(object) != nullptr) {
      for (const uint32_t child : owned) {
        todo_.push_back({child, taken.columns});
        if (!KeepsColumns(child)) return;
      }
      return;
    }
    if (As<FeatureUnion>(object) != nullptr) {
      for (const uint32_t child : owned) todo_.push_back({child, taken.columns});
      return;
    }
    const bool first = As<Delegate>(object) != nullptr || As<ThresholdClassifier>(object) != nullptr ||
                       As<TransformedTargetRegressor>(object) != nullptr;
    if (first && !owned.empty()) todo_.push_back({owned[0], taken.columns});
  }

  void VisitColumns(const Taken& taken, const ColumnTransformer& s, const std::vector<uint32_t>& owned) {
    for (size_t t = 0, child = 0; t < s.parts.size(); ++t) {
      if (s.parts[t] != fb::Part::Estimator) continue;
      Taken part{owned[child++], {}};
      for (uint32_t k = s.column_offsets[t]; k < s.column_offsets[t + 1]; ++k) {
        if (s.columns[k] < taken.columns.size()) part.columns.push_back(taken.columns[s.columns[k]]);
      }
      todo_.push_back(std::move(part));
    }
  }

  // Whether a step hands each column on in its place, with nothing but gaps filled.
  bool KeepsColumns(size_t object) const {
    const auto* s = As<SimpleImputer>(object);
    return s != nullptr && s->indicator.empty() && states_.signatures[object].n_features_out == s->n_features_in;
  }

  void Take(const Taken& taken, Array<Values> categories) {
    for (size_t j = 0; j < categories.size(); ++j) Found(taken, j, categories[j]);
  }
  void Found(const Taken& taken, size_t j, const Values& values) {
    if (j >= taken.columns.size()) return;
    const Values*& found = found_[taken.columns[j]];
    if (found == nullptr) found = &values;
  }

  const States& states_;
  std::span<const Class* const> classes_;
  std::vector<const Values*> found_;
  std::vector<Taken> todo_;
};

}  // namespace

std::vector<const Values*> KnownValues(const Model& model) { return Search(model).Run(); }

}  // namespace pratique
