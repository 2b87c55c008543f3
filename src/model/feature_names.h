// get_feature_names_out: what scikit-learn calls the columns that transform gives.
//
// A transformer says it in one member, `absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const`, which is
// found by its name (type/members.h). What many classes share is here: OneToOne and ClassNamePrefix are scikit-learn's
// mixins. An error says why there are no names; it refuses no model.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "model/run.h"
#include "state/arena.h"
#include "state/bind.h"

namespace pratique {

class FeatureNames {
 public:
  // Names and what they are made of, those of steps in between as well, take at most `bytes`: then Arena::OverLimit.
  FeatureNames(const Estimator& root, size_t bytes) : self_(&root) { arena_.SetLimit(bytes); }

  // Of the estimator at hand, by Of().
  absl::StatusOr<Strings> OfRoot() { return Of(*self_, std::nullopt); }
  // Of a part; `in`: what its columns are called, where the owner knows it (input_features).
  absl::StatusOr<Strings> Of(const Estimator& part, std::optional<Strings> in);

  const Estimator& self() const { return *self_; }
  std::span<const Estimator* const> children() const { return self_->children; }
  // input_features, as the owner gave them.
  std::optional<Strings> given() const { return given_; }
  // The names of X's columns: given, seen at fit, or x0, x1, ...
  // (sklearn/utils/validation.py _check_feature_names_in, 1.9).
  absl::StatusOr<Strings> In();
  // What is given is what fit saw (the same with generate_names=False).
  absl::Status CheckGiven() const;

  // OneToOneFeatureMixin: columns keep their names.
  absl::StatusOr<Strings> OneToOne() { return In(); }
  // ClassNamePrefixFeaturesOutMixin: pca0, pca1, ...
  absl::StatusOr<Strings> ClassNamePrefix();
  // "pca", the class's name in lower case.
  std::string ClassName() const;

  // A list to be filled, and text joined to a name: both live as long as this object.
  std::span<std::string_view> New(size_t n) { return arena_.New<std::string_view>(n); }
  template <std::convertible_to<std::string_view>... Parts>
  std::string_view Join(const Parts&... parts) {
    const std::string_view all[] = {std::string_view(parts)...};
    return Join(Strings(all));
  }
  std::string_view Join(Strings parts);

 private:
  const Estimator* self_;
  std::optional<Strings> given_;
  Arena arena_;
  std::span<char> free_;  // of a block of arena_, for the next names
};

}  // namespace pratique
