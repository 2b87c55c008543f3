#include "model/feature_names.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "pratique/rejection.h"

namespace pratique {
namespace {

absl::Status None(const Estimator& of, const std::string& why) {
  return absl::NotFoundError(absl::StrCat(std::string(of.type->short_name()), " ", why));
}

}  // namespace

absl::StatusOr<Strings> FeatureNames::Of(const Estimator& part, std::optional<Strings> in) {
  const auto names_of = part.type->form->feature_names_out;
  if (names_of == nullptr) return None(part, "has no get_feature_names_out");
  const Estimator* const owner = std::exchange(self_, &part);
  const std::optional<Strings> owners = std::exchange(given_, in);
  absl::StatusOr<Strings> names = names_of(part.state, *this);
  self_ = owner;
  given_ = owners;
  const std::optional<uint64_t> columns = part.signature->n_features_out;
  if (names.ok() && columns && names->size() != *columns)
    return None(part, absl::StrCat("names ", names->size(), " columns of ", *columns));
  return names;
}

absl::Status FeatureNames::CheckGiven() const {
  if (!given_) return absl::OkStatus();
  const Signature& s = *self_->signature;
  if (!s.feature_names.empty() && !std::ranges::equal(*given_, s.feature_names))
    return None(*self_, "was fitted on other names than it is given");
  if (s.n_features_in && given_->size() != *s.n_features_in)
    return None(*self_, absl::StrCat("is given ", given_->size(), " names for ", *s.n_features_in, " columns"));
  return absl::OkStatus();
}

absl::StatusOr<Strings> FeatureNames::In() {
  if (absl::Status status = CheckGiven(); !status.ok()) return status;
  if (given_) return *given_;
  const Signature& s = *self_->signature;
  if (!s.feature_names.empty()) return s.feature_names;
  if (!s.n_features_in) return None(*self_, "takes any number of columns");
  std::span<std::string_view> names = New(*s.n_features_in);
  for (size_t j = 0; j < names.size(); ++j) names[j] = Join("x", absl::StrCat(j));
  return Strings(names);
}

absl::StatusOr<Strings> FeatureNames::ClassNamePrefix() {
  if (absl::Status status = CheckGiven(); !status.ok()) return status;
  if (!self_->signature->n_features_out) return None(*self_, "does not say how many columns it gives");
  std::span<std::string_view> names = New(*self_->signature->n_features_out);
  const std::string prefix = ClassName();
  for (size_t j = 0; j < names.size(); ++j) names[j] = Join(prefix, absl::StrCat(j));
  return Strings(names);
}

std::string FeatureNames::ClassName() const { return absl::AsciiStrToLower(std::string(self_->type->short_name())); }

std::string_view FeatureNames::Join(Strings parts) {
  size_t size = 0;
  for (std::string_view part : parts) size += part.size();
  if (free_.size() < size) free_ = arena_.NewUninitialized<char>(std::max(size, size_t{4096}));
  char* const text = free_.data();
  free_ = free_.subspan(size);
  size = 0;
  for (std::string_view part : parts) size += part.copy(text + size, part.size());
  return {text, size};
}

}  // namespace pratique
