// The estimators that an ensemble owns, and their answers.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "import/sklearn/import_context.h"
#include "model/feature_names.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// The children are estimators of these roles, in order.
absl::Status CheckRoles(const Children& children, std::span<const std::string> roles);
std::string RoleOfMember(size_t i);  // "estimators_[1]"
// The children are n estimators, estimators_[0], estimators_[1], ..., and then those of the roles `others`.
absl::Status CheckMembers(const Children& children, size_t n, std::initializer_list<std::string_view> others = {});

// What members that take the same X say of it: width, names, text. Their widths are the same where they are known.
absl::StatusOr<Signature> SignatureOfX(std::span<const Signature> members);

// The items of a list or tuple; anything else is refused by name.
absl::StatusOr<std::span<const graph::Id>> ItemsOf(const ImportContext& context, graph::Id id,
                                                   std::string_view attribute);
// estimators_ as children, with the roles that CheckMembers asks for. Returns their number.
absl::StatusOr<uint32_t> TakeMembers(ImportContext& context);
// The parameter n_estimators, which predict divides by, is the number of estimators_.
absl::Status CheckNumber(ImportContext& context, uint32_t n_members);
// The parameter `estimator`, of which the members are copies: an estimator or None, since checks ask it for its tags.
absl::Status CheckTemplate(ImportContext& context);
// One list of labels, for the field `classes` of several outputs.
absl::StatusOr<Array<Values>> TakeClasses(ImportContext& context, graph::Id id, std::string_view attribute);

// Of labels of one output: nothing is missing, and there are at least so many.
std::optional<Violation> CheckLabels(const Values& values, std::string_view field, size_t least);
// A classifier of one output.
bool IsClassifier(const Signature& signature);
// The labels of this output are numbers below n: those of the ensemble's classes, on which its members were fitted.
bool AreEncoded(const Values& labels, size_t n);
// Infer's refusal of what scikit-learn can fit, but is not reproduced.
absl::Status NotReproduced(std::string message);

// Asks the members, one after the other. What an answer is made of lives until the next one is asked for, and its
// memory is used again: so hundreds of members take no more than the greediest of them.
class MemberCalls {
 public:
  explicit MemberCalls(Run& run) : run_(run), inner_{scratch_, run.limits, run.self, run.first_row, run.n_rows} {
    scratch_.SetLimit(run.limits.memory);
  }
  MemberCalls(const MemberCalls&) = delete;

  size_t size() const { return run_.children().size(); }
  const Signature& signature(size_t i) const { return *run_.children()[i]->signature; }
  absl::StatusOr<Data> Ask(size_t i, Method method, const Data& X) {
    Next();
    return AskNext(i, method, X);
  }
  // The same in two steps, for an X that is made for this member.
  Run& Next() {
    scratch_.Reset();
    charged_ = 0;
    return inner_;
  }
  absl::StatusOr<Data> AskNext(size_t i, Method method, const Data& X);

 private:
  Run& run_;
  Arena scratch_;
  Run inner_;
  size_t most_ = 0, charged_ = 0;
};

// f(view) of a dense matrix of any type; kInternal for other data.
template <class F>
absl::Status WithDense(const Data& data, F f) {
  return std::visit(
      [&](const auto& view) -> absl::Status {
        if constexpr (requires { view.row_stride; }) {
          f(view);
          return absl::OkStatus();
        } else {
          return absl::InternalError("an answer that is not dense");
        }
      },
      data);
}

bool IsFloat32(const Data& data);
// A column of a dense answer as doubles: row i at to[i * stride].
absl::Status CopyColumn(const Data& answer, size_t column, std::span<double> to, size_t stride);
// Columns [from, to) of a dense answer, as they are, in the arena of `run`.
absl::StatusOr<Data> Kept(const Data& answer, size_t from, size_t to, Run& run);
// Labels that are int64 or float64.
bool HasNumbersAsLabels(const Signature& signature);
// What predict of the member gives in scikit-learn, in the arena of `run`: of a classifier the labels, which are
// numbers.
absl::StatusOr<Data> WithLabels(const Data& predicted, const Signature& signature, Run& run);

// numpy's a + b + c + ..., beginning with 0: float32 as long as all summands are.
class RunningSum {
 public:
  // `wide`: it begins with float64 zeros.
  RunningSum(size_t rows, size_t cols, bool wide, Run& run);
  // of the same shape, or, for `positions`, the columns of the sum that those of the answer belong to.
  absl::Status Add(const Data& answer, std::span<const int64_t> positions = {});
  void AddOne(size_t row, size_t column) { wide_sum_[row * cols_ + column] += 1; }  // of a wide one
  Data DividedBy(double divisor, Run& run) const;
  Data data() const;

 private:
  size_t rows_, cols_;
  bool wide_;
  std::span<double> wide_sum_;
  std::span<float> narrow_sum_;
};

// What `estimators`, a list of pairs of a name and an estimator, says of those that were fitted.
struct GivenMembers {
  std::vector<bool> kept;  // of each pair; else it is "drop"
  Strings names;           // of the kept ones; absent if they are not as many as there are members
};
absl::StatusOr<GivenMembers> TakeGiven(ImportContext& context, uint32_t n_members);

// CLASS_NAME for each, or CLASS_NAME0, CLASS_NAME1, ... : as many as its number, if that is not 0.
absl::StatusOr<Strings> NamesOfMembers(Strings members, std::span<const size_t> numbers, FeatureNames& names);

}  // namespace pratique
