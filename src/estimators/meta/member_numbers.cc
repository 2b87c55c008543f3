#include "estimators/meta/member_numbers.h"

#include "estimators/ensemble/members.h"
#include "status_macros.h"

namespace pratique {

bool PredictsNumbers(const Signature& member) {
  return member.Has(Method::kPredict) && member.one_dimensional && member.n_outputs == 1 &&
         member.classes.size() <= 1 && (member.classes.empty() || member.classes[0].dtype != fb::DType::String);
}

absl::Status CopyPredicted(const Data& predicted, const Signature& member, std::span<double> to, size_t stride) {
  RETURN_IF_ERROR(CopyColumn(predicted, 0, to, stride));
  if (member.classes.empty()) return absl::OkStatus();
  const Values& labels = member.classes[0];
  for (size_t i = 0; i < Rows(predicted); ++i) {
    double& x = to[i * stride];
    const size_t index = static_cast<size_t>(x);  // one of the member's own classes: predict gave it
    x = labels.IsFloat() ? labels.floats[index] : static_cast<double>(labels.ints[index]);
  }
  return absl::OkStatus();
}

}  // namespace pratique
