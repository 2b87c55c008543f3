// One state without a file around it: what its rules and its invariant say, and what its methods give.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/arena.h"
#include "model/class.h"
#include "model/run.h"
#include "pratique/rejection.h"
#include "preprocessing_bfbs_generated.h"
#include "validate/check.h"

namespace pratique {

template <class S>
class Direct {
 public:
  explicit Direct(S state) : state_(state), form_(FormOf<S, fb::StandardScalerBinarySchema>()), type_{"sklearn.test.Direct", form_} {
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
  absl::StatusOr<Data> operator()(const Data& X, Method method = Method::kTransform) {
    Estimator self{&type_, &state_, &signature_, {}};
    Run run{arena_, limits_, &self};
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

template <class T>
std::vector<T> Flat(const absl::StatusOr<Data>& data) {
  std::vector<T> flat;
  if (!data.ok()) return flat;
  if (const auto* m = std::get_if<MatrixView<T>>(&*data)) {
    for (size_t i = 0; i < m->rows; ++i) flat.insert(flat.end(), m->row(i), m->row(i) + m->cols);
  }
  return flat;
}
inline std::string Code(const absl::StatusOr<Data>& result) { return result.ok() ? "" : GetRejection(result.status())->code; }

// Views of values that stay until the program ends; an empty list has an address, too.
template <class T>
Array<T> List(std::initializer_list<T> values) {
  static Arena arena;
  return arena.Copy(std::span<const T>(values.begin(), values.size()));
}
inline Strings Texts(std::initializer_list<std::string_view> values) { return List(values); }

inline Column TextColumn(std::initializer_list<std::string_view> strings, std::initializer_list<uint8_t> missing = {}, std::string_view name = "") {
  Column column;
  column.name = name;
  column.dtype = DType::kString;
  column.strings = List(strings);
  if (missing.size() != 0) column.missing = List(missing);
  return column;
}
inline Column NumberColumn(std::initializer_list<double> doubles, std::string_view name = "") {
  Column column;
  column.name = name;
  column.doubles = List(doubles);
  return column;
}
inline Data Frame(std::initializer_list<Column> columns) {
  const Column& first = *columns.begin();
  return FrameView{first.dtype == DType::kString ? first.strings.size() : first.doubles.size(), List(columns)};
}

}  // namespace pratique
