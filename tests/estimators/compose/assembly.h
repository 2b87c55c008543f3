// One owner over fake children, without a file around them: what its rules, its invariant and Infer say, and what its
// methods give.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compose_bfbs_generated.h"
#include "estimators/compose/column_transformer.h"
#include "estimators/compose/feature_union.h"
#include "estimators/compose/pipeline.h"
#include "model/run.h"
#include "tests/model/direct.h"
#include "type/class.h"

namespace pratique::testing {

// What a fake child promises, and does: transform multiplies every number by `factor` and repeats the columns `repeat`
// times; predict gives the first column.
struct Fake {
  Signature signature;
  double factor = 1;
  size_t repeat = 1;
};

inline absl::StatusOr<Data> FakeTransform(const void* state, const Data& X, Run& run) {
  const Fake& fake = *static_cast<const Fake*>(state);
  const auto* x = std::get_if<MatrixView<double>>(&X);
  if (x == nullptr) return X;
  const size_t cols = x->cols * fake.repeat;
  std::span<double> out = NewMatrix<double>(run, x->rows, cols);
  for (size_t i = 0; i < x->rows; ++i) {
    for (size_t j = 0; j < cols; ++j) out[i * cols + j] = (*x)(i, j % x->cols) * fake.factor;
  }
  return MatrixView<double>{out, x->rows, cols, cols};
}
inline absl::StatusOr<Data> FakeInverse(const void* state, const Data& X, Run& run) {
  Fake inverse = *static_cast<const Fake*>(state);
  inverse.factor = 1 / inverse.factor;
  return FakeTransform(&inverse, X, run);
}
inline absl::StatusOr<Data> FakePredict(const void*, const Data& X, Run& run) {
  const auto& x = std::get<MatrixView<double>>(X);
  std::span<double> out = NewMatrix<double>(run, x.rows, 1);
  for (size_t i = 0; i < x.rows; ++i) out[i] = x(i, 0);
  return MatrixView<double>{out, x.rows, 1, 1};
}

// A transformer of `in` columns into `out`.
inline Fake Transformer(uint64_t in, uint64_t out, double factor = 1) {
  Fake fake;
  fake.signature.n_features_in = in;
  fake.signature.n_features_out = out;
  fake.signature.methods = {Method::kTransform, Method::kInverseTransform};
  fake.factor = factor;
  fake.repeat = out / in;
  return fake;
}
inline Fake Predictor(uint64_t in) {
  Fake fake;
  fake.signature.n_features_in = in;
  fake.signature.methods = {Method::kPredict};
  return fake;
}

// What each owner calls its parts.
inline const char* RoleOf(const ColumnTransformer&) { return "transformers_"; }
inline const char* RoleOf(const FeatureUnion&) { return "transformer_list"; }
inline const char* RoleOf(const Pipeline&) { return "steps"; }

template <class S>
class Assembly {
 public:
  Assembly(S state, std::vector<Fake> fakes)
      : state_(state),
        form_(FormOf<S, fb::PipelineBinarySchema>()),
        type_{.name = "sklearn.test.Assembly", .form = form_},
        fakes_(std::move(fakes)) {
    fake_form_.methods[static_cast<size_t>(Method::kTransform)] = FakeTransform;
    fake_form_.methods[static_cast<size_t>(Method::kInverseTransform)] = FakeInverse;
    fake_form_.methods[static_cast<size_t>(Method::kPredict)] = FakePredict;
    for (Fake& fake : fakes_) estimators_.push_back({&fake_class_, &fake, &fake.signature, {}});
    for (Estimator& estimator : estimators_) children_.push_back(&estimator);
  }
  Assembly(const Assembly&) = delete;

  // The field and the rule that fail, or what Infer says; "" when all is well.
  std::string Problem() {
    std::optional<Violation> violation = CheckRules(form_->plan(), &state_, fakes_.size());
    if (!violation && form_->invariant) violation = form_->invariant(&state_);
    if (violation) return violation->field + " " + violation->rule;
    absl::StatusOr<Signature> inferred = Infer();
    return inferred.ok() ? "" : std::string(inferred.status().message());
  }
  absl::StatusOr<Signature> Infer() {
    std::vector<Signature> signatures;
    for (const Fake& fake : fakes_) signatures.push_back(fake.signature);
    std::vector<std::string> names;
    for (size_t part = 0; part < state_.parts.size(); ++part) {
      if (state_.parts[part] == fb::Part::Estimator) names.push_back(absl::StrCat(RoleOf(state_), "[", part, "]"));
    }
    names.resize(fakes_.size(), "child");
    const std::vector<std::string_view> roles(names.begin(), names.end());
    return state_.Infer(Children{.signatures = signatures, .roles = roles, .limits = &limits_});
  }
  // The result lives as long as this.
  absl::StatusOr<Data> Call(Method method, const Data& X) {
    signature_ = *Infer();
    Estimator self{&type_, &state_, &signature_, children_};
    Run run{arena_, limits_, &self, 0, Rows(X)};
    return self.Call(method, X, run);
  }
  Limits& limits() { return limits_; }

 private:
  S state_;
  const Form* form_;
  Class type_;
  std::vector<Fake> fakes_;
  Form fake_form_{};
  Class fake_class_{.name = "sklearn.test.Fake", .form = &fake_form_};
  std::deque<Estimator> estimators_;
  std::vector<const Estimator*> children_;
  Signature signature_;
  Arena arena_;
  Limits limits_;
};

}  // namespace pratique::testing
