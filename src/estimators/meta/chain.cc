#include "estimators/meta/chain.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/compose/parts.h"
#include "estimators/compose/side_by_side.h"
#include "estimators/ensemble/members.h"
#include "estimators/meta/changes.h"
#include "estimators/meta/member_numbers.h"
#include "import/sklearn/import_context.h"
#include "model/views.h"
#include "status_macros.h"

namespace pratique {
namespace {

Method Of(fb::ChainMethod method) {
  switch (method) {
    case fb::ChainMethod::Predict:
      return Method::kPredict;
    case fb::ChainMethod::PredictProba:
      return Method::kPredictProba;
    case fb::ChainMethod::PredictLogProba:
      return Method::kPredictLogProba;
    case fb::ChainMethod::DecisionFunction:
      return Method::kDecisionFunction;
  }
  return Method::kPredict;
}

double LabelOf(const Values& values, size_t i) {
  return values.IsFloat() ? values.floats[i] : static_cast<double>(values.ints[i]);
}

// Whether the method gives the member one number a row (sklearn/utils/_response.py _get_response_values, 1.9): of
// probabilities that of the second of two classes, which are no fractions.
bool GivesOne(const Signature& member, Method method) {
  if (!member.Has(method)) return false;
  if (method == Method::kPredict) return PredictsNumbers(member);
  if (method == Method::kDecisionFunction) return IsClassifier(member) && member.decision_columns == 1;
  if (!IsClassifier(member) || member.classes[0].size() != 2) return false;
  return std::trunc(LabelOf(member.classes[0], 0)) == LabelOf(member.classes[0], 0) &&
         std::trunc(LabelOf(member.classes[0], 1)) == LabelOf(member.classes[0], 1);
}

absl::Status CopyAnswer(const Data& answer, Method method, const Signature& member, std::span<double> to,
                        size_t stride) {
  if (method == Method::kPredict) return CopyPredicted(answer, member, to, stride);
  return CopyColumn(answer, method == Method::kDecisionFunction ? 0 : 1, to, stride);
}

}  // namespace

std::optional<Violation> Chain::Invariant() const {
  if (classes.data() != nullptr && n_outputs == 1)
    return Violation{"n_outputs", "labels", "1", "at least 2 of a classifier"};
  for (size_t k = 0; k < classes.size(); ++k) {
    const std::string at = absl::StrCat("classes[", k, "]");
    if (auto v = CheckLabels(classes[k], at, 1)) return v;
    if (classes[k].dtype != fb::DType::Float64)
      return Violation{at + ".dtype", "labels", fb::EnumNameDType(classes[k].dtype), "Float64"};
  }
  return std::nullopt;
}

absl::StatusOr<Signature> Chain::Infer(const Children& children) const {
  RETURN_IF_ERROR(CheckMembers(children, n_outputs));
  bool proba = classes.data() != nullptr, decides = proba;
  uint64_t widest = n_features_in + uint64_t{n_outputs};
  for (size_t k = 0; k < n_outputs; ++k) {
    const Signature& s = children.signatures[k];
    if (s.n_features_in.value_or(n_features_in + k) != n_features_in + k)
      return Mismatch(
          absl::StrCat(RoleOfMember(k), " expects ", *s.n_features_in, " features, not ", n_features_in + k));
    if (!PredictsNumbers(s)) return NotReproduced("one of its estimators does not predict one number a row");
    if (!GivesOne(s, Of(method))) return NotReproduced("chain_method gives more than one number a row");
    proba = proba && GivesOne(s, Method::kPredictProba);
    decides = decides && GivesOne(s, Method::kDecisionFunction);
    widest = std::max(widest, s.widest);
    if (classes.data() == nullptr) continue;
    const Values& own = classes[order[k]];
    bool same = s.classes.size() == 1 && s.classes[0].size() == own.size();
    for (size_t i = 0; same && i < own.size(); ++i) same = LabelOf(s.classes[0], i) == own.floats[i];
    if (!same) return Mismatch(absl::StrCat(RoleOfMember(k), " has other classes"));
  }
  Signature whole;
  whole.n_features_in = n_features_in;
  whole.feature_names = feature_names;
  whole.n_outputs = n_outputs;
  whole.one_dimensional = false;
  whole.classes = classes;
  whole.widest = widest;
  whole.has_methods = true;
  whole.methods = {Method::kPredict};
  if (proba) whole.methods.insert(whole.methods.end(), {Method::kPredictProba, Method::kPredictLogProba});
  if (decides) {
    whole.methods.push_back(Method::kDecisionFunction);
    whole.decision_columns = n_outputs;
  }
  return whole;
}

// classes_ has the labels of estimator k, that is of output order[k].
absl::Status Chain::ImportClasses(ImportContext& context) {
  ASSIGN_OR_RETURN(std::span<const graph::Id> lists, ItemsOf(context, context.Take("classes_"), "classes_"));
  if (lists.size() != n_outputs)
    return context.Invalid("classes_", absl::StrCat(lists.size(), " lists"), "one an estimator");
  if (n_outputs == 1) return context.Unsupported("estimators_", "one", "A chain of one classifier is not reproduced.");
  std::span<Values> all = context.arena().New<Values>(n_outputs);
  for (size_t k = 0; k < lists.size(); ++k) {
    ASSIGN_OR_RETURN(const Values labels, context.ValuesOf(lists[k], "classes_"));
    if (labels.dtype == fb::DType::String)
      return context.Unsupported("classes_", "text", "scikit-learn's predict refuses it, too: use numbers.");
    std::span<double> numbers = context.arena().New<double>(labels.size());
    for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = LabelOf(labels, i);
    all[order[k]] = {.dtype = fb::DType::Float64, .floats = numbers};
  }
  classes = all;
  return absl::OkStatus();
}

absl::Status Chain::Import(ImportContext& context) {
  RETURN_IF_ERROR(CheckTemplate(context));
  if (context.IsNone(context.Take("estimator")) && context.IsNone(context.Take("base_estimator")))
    return context.Unsupported("estimator", "None", "Its methods are asked for, though those of estimators_ answer.");
  context.SharesRows();  // of two methods
  ASSIGN_OR_RETURN(n_outputs, TakeMembers(context));
  ASSIGN_OR_RETURN(const Array<int64_t> places,
                   context.IntVector(context.Take("order_"), "order_", ImportContext::Of::kSequence));
  if (context.graph()[context.Take("order_")].kind == graph::Kind::kTuple)
    return context.Unsupported("order_", "a tuple", "numpy takes it for one index of several axes: give a list.");
  std::vector<bool> seen(n_outputs);
  std::span<uint32_t> of_chain = context.arena().New<uint32_t>(n_outputs);
  for (size_t k = 0; k < places.size(); ++k) {
    if (places.size() != n_outputs || places[k] < 0 || places[k] >= n_outputs || seen[static_cast<size_t>(places[k])])
      return context.Invalid("order_", absl::StrCat(places[k]), "each output once");
    seen[static_cast<size_t>(places[k])] = true;
    of_chain[k] = static_cast<uint32_t>(places[k]);
  }
  if (places.size() != n_outputs) return context.Invalid("order_", absl::StrCat(places.size()), "each output once");
  order = of_chain;
  if (context.class_name() == "ClassifierChain") {
    RETURN_IF_ERROR(ImportClasses(context));
    if (const graph::Id id = context.Take("chain_method_"); !context.IsNone(id)) {
      ASSIGN_OR_RETURN(const std::string_view name, context.String(id, "chain_method_"));
      if (name == "predict_proba")
        method = fb::ChainMethod::PredictProba;
      else if (name == "predict_log_proba")
        method = fb::ChainMethod::PredictLogProba;
      else if (name == "decision_function")
        method = fb::ChainMethod::DecisionFunction;
      else if (name != "predict")
        return context.Unsupported("chain_method_", name, "scikit-learn knows no such method of a chain.");
    }
  }
  first_as_is = context.Predates(release_1_5::kChainsWiden);
  return context.ByName(this);
}

absl::StatusOr<Data> Chain::Extended(const Data& X, size_t k, std::span<const double> found, Run& run) const {
  const size_t rows = Rows(X), n = n_outputs;
  if (IsSparse(X)) {
    std::span<double> before = NewMatrix<double>(run, rows, k);
    for (size_t i = 0; i < rows; ++i) std::copy_n(found.data() + i * n, k, before.data() + i * k);
    const Block blocks[] = {{X}, {MatrixView<double>{before, rows, k, k}}};
    return SideBySide(std::span(blocks).first(k == 0 ? 1 : 2), rows, /*sparse=*/true, run);
  }
  const size_t cols = n_features_in + k;
  std::span<double> out = NewMatrix<double>(run, rows, cols);
  RETURN_IF_ERROR(WithDense(X, [&](const auto& view) {
    for (size_t i = 0; i < rows; ++i) {
      double* to = out.data() + i * cols;
      for (size_t j = 0; j < view.cols; ++j) to[j] = static_cast<double>(view(i, j));
      std::copy_n(found.data() + i * n, k, to + view.cols);
    }
  }));
  return MatrixView<double>{out, rows, cols, cols};
}

// _BaseChain._get_predictions (sklearn/multioutput.py, 1.9): in float64, since zeros are.
absl::StatusOr<Data> Chain::OfAll(Method asked, const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const NumericData numbers, CheckNumbers(X, run));
  const Data given = AsData(numbers);
  const Data wide = IsSparse(given) ? AsDoubles(given, run) : given;
  const size_t rows = Rows(X), n = n_outputs;
  const bool as_is = first_as_is && asked == Method::kPredict;
  std::span<double> found = NewMatrix<double>(run, rows, n), out = NewMatrix<double>(run, rows, n);
  MemberCalls calls(run);
  const Method handed_on = Of(method);
  for (size_t k = 0; k < n; ++k) {
    ASSIGN_OR_RETURN(const Data extended,
                     k == 0 && as_is && IsSparse(given) ? given : Extended(wide, k, found, calls.Next()));
    ASSIGN_OR_RETURN(const Data handed, calls.AskNext(k, handed_on, extended));
    RETURN_IF_ERROR(CopyAnswer(handed, handed_on, calls.signature(k), found.subspan(k), n));
    std::span<double> to = out.subspan(order[k]);
    if (asked == handed_on) {
      for (size_t i = 0; i < rows; ++i) to[i * n] = found[i * n + k];
    } else {
      ASSIGN_OR_RETURN(const Data answer, calls.AskNext(k, asked, extended));
      RETURN_IF_ERROR(CopyAnswer(answer, asked, calls.signature(k), to, n));
    }
  }
  return MatrixView<double>{out, rows, n, n};
}

absl::StatusOr<Data> Chain::Answer(Method asked, const Data& X, Run& run) const {
  if (asked == Method::kPredictLogProba) {
    ASSIGN_OR_RETURN(const Data probabilities, OfAll(Method::kPredictProba, X, run));
    return LogOf(probabilities, run);
  }
  ASSIGN_OR_RETURN(Data answer, OfAll(asked, X, run));
  if (asked != Method::kPredict || classes.data() == nullptr) return answer;
  // From labels to their places in classes, which Infer found there.
  const auto& labels = std::get<MatrixView<double>>(answer);
  std::span<double> indexes = NewMatrix<double>(run, labels.rows, n_outputs);
  for (size_t i = 0; i < indexes.size(); ++i) {
    const Array<double>& of_output = classes[i % n_outputs].floats;
    indexes[i] = static_cast<double>(std::ranges::find(of_output, labels.data[i]) - of_output.begin());
  }
  return MatrixView<double>{indexes, labels.rows, n_outputs, n_outputs};
}

}  // namespace pratique
