// One state without a file around it: what its rules and its invariant say, and what its methods give.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/run.h"
#include "pratique/rejection.h"
#include "state/arena.h"
#include "state/check.h"
#include "type/class.h"

namespace pratique::testing {

// BinarySchema is that of the family of S.
template <class S, class BinarySchema>
class DirectState {
 public:
  explicit DirectState(S state)
      : state_(state), form_(FormOf<S, BinarySchema>()), type_{.name = "sklearn.test.Direct", .form = form_} {
    if (!Problem().empty()) return;
    absl::StatusOr<Signature> inferred = state_.Infer(Children{});
    if (inferred.ok()) signature_ = *inferred;
  }
  // The field and the rule that fail, "" when the state is sound.
  std::string Problem() const {
    std::optional<Violation> violation = CheckRules(form_->plan(), &state_, 0);
    if (!violation && form_->invariant) violation = form_->invariant(&state_);
    return violation ? violation->field + " " + violation->rule : "";
  }
  const Signature& signature() const { return signature_; }
  // The result lives as long as this.
  absl::StatusOr<Data> Call(Method method, const Data& X) {
    Estimator self{&type_, &state_, &signature_, {}};
    Run run{arena_, limits_, &self, 0, Rows(X)};
    return self.Call(method, X, run);
  }

 private:
  S state_;
  const Form* form_;
  Class type_;
  Signature signature_;
  Arena arena_;
  Limits limits_;
};

// The elements of a dense result, row by row; empty for anything else.
template <class T>
std::vector<T> Flat(const absl::StatusOr<Data>& data) {
  std::vector<T> flat;
  if (!data.ok()) return flat;
  if (const auto* m = std::get_if<MatrixView<T>>(&*data)) {
    for (size_t i = 0; i < m->rows; ++i) flat.insert(flat.end(), m->row(i), m->row(i) + m->cols);
  }
  return flat;
}
inline std::string CodeOf(const absl::StatusOr<Data>& result) {
  return result.ok() ? "" : GetRejection(result.status())->code;
}

}  // namespace pratique::testing
