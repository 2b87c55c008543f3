#include "estimators/ensemble/stacking.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/compose/delegate.h"
#include "estimators/compose/side_by_side.h"
#include "estimators/ensemble/members.h"
#include "model/check_array.h"
#include "model/output.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr char kLast[] = "final_estimator_";

Method MethodOf(fb::StackMethod method) {
  switch (method) {
    case fb::StackMethod::PredictProba:
      return Method::kPredictProba;
    case fb::StackMethod::DecisionFunction:
      return Method::kDecisionFunction;
    case fb::StackMethod::Predict:
      return Method::kPredict;
  }
  return Method::kPredict;
}

absl::StatusOr<Array<fb::StackMethod>> TakeMethods(ImportContext& context, uint32_t n_members) {
  constexpr std::string_view kAttribute = "stack_method_";
  ASSIGN_OR_RETURN(std::span<const graph::Id> names, ItemsOf(context, context.Take(kAttribute), kAttribute));
  if (names.size() != n_members)
    return context.Unsupported(kAttribute, absl::StrCat(names.size(), " for ", n_members, " estimators"),
                               "There is one for each.");
  std::span<fb::StackMethod> methods = context.arena().New<fb::StackMethod>(n_members);
  for (size_t i = 0; i < n_members; ++i) {
    ASSIGN_OR_RETURN(std::string_view name, context.String(names[i], kAttribute));
    const std::optional<Method> method = MethodByName(name);
    if (method == Method::kPredictProba)
      methods[i] = fb::StackMethod::PredictProba;
    else if (method == Method::kDecisionFunction)
      methods[i] = fb::StackMethod::DecisionFunction;
    else if (method == Method::kPredict)
      methods[i] = fb::StackMethod::Predict;
    else
      return context.Unsupported(kAttribute, name, "It is predict_proba, decision_function or predict.");
  }
  return Array<fb::StackMethod>(methods);
}

// The labels of the encoders, one an output; predict decodes by them, and others read classes_ of the same.
absl::StatusOr<Array<Values>> TakeLabels(ImportContext& context, bool& multilabel) {
  const std::string_view attribute = context.Has("_label_encoder") ? "_label_encoder" : "_le";  // until 1.1
  const graph::Id encoder = context.Take(attribute), own = context.Take("classes_");
  if (context.IsNone(encoder)) return context.Absent(attribute, "a LabelEncoder");
  std::span<const graph::Id> encoders(&encoder, 1), lists(&own, 1);
  multilabel = context.graph()[encoder].kind == graph::Kind::kList;
  if (multilabel) {
    ASSIGN_OR_RETURN(encoders, ItemsOf(context, encoder, attribute));
    ASSIGN_OR_RETURN(lists, ItemsOf(context, own, "classes_"));
  }
  if (lists.size() != encoders.size())
    return context.Unsupported("classes_", "another number of lists than encoders", "fit makes them the same.");
  std::span<Values> classes = context.arena().New<Values>(encoders.size());
  for (size_t k = 0; k < classes.size(); ++k) {
    if (context.IsNone(encoders[k]) || context.graph()[encoders[k]].name != "LabelEncoder")
      return context.Unsupported(attribute, "no LabelEncoder", "fit makes it one.");
    ASSIGN_OR_RETURN(classes[k], context.ValuesOf(context.graph().Find(encoders[k], "classes_"), attribute));
    ASSIGN_OR_RETURN(Values same, context.ValuesOf(lists[k], "classes_"));
    if (!(same == classes[k]))
      return context.Unsupported("classes_", "other labels than the encoder has", "fit makes them the same.");
  }
  return Array<Values>(classes);
}

}  // namespace

std::optional<Violation> Stacking::Invariant() const {
  for (size_t k = 0; k < classes.size(); ++k) {
    if (auto v = CheckLabels(classes[k], absl::StrCat("classes[", k, "]"), 1)) return v;
    if (classes[k].dtype != classes[0].dtype)
      return Violation{absl::StrCat("classes[", k, "].dtype"), "labels", fb::EnumNameDType(classes[k].dtype),
                       fb::EnumNameDType(classes[0].dtype)};
  }
  if (classes.size() == 1 || multilabel == !classes.empty()) return std::nullopt;
  return Violation{"multilabel", "labels", absl::StrCat(classes.size(), " lists of labels"),
                   "several or one if multilabel, else one or none"};
}

size_t Stacking::LeftOut(size_t i, const Signature& member) const {
  if (stack_methods[i] != fb::StackMethod::PredictProba) return 0;
  if (member.proba_is_list) return 1;
  return (classes.size() == 1 && !multilabel ? classes[0].size() : classes.size()) == 2;  // len(self.classes_)
}

absl::StatusOr<uint64_t> Stacking::Width(std::span<const Signature> members) const {
  uint64_t width = 0;
  for (size_t i = 0; i < n_estimators; ++i) {
    const Method method = MethodOf(stack_methods[i]);
    const Signature& s = members[i];
    if (!s.Has(method)) return Mismatch(absl::StrCat("estimators_[", i, "] has no ", std::string(Name(method))));
    if (method == Method::kPredict && !HasNumbersAsLabels(s))
      return NotReproduced(absl::StrCat("estimators_[", i, "] predicts labels that are no plain numbers"));
    width += ColumnsOf(method, s) - LeftOut(i, s) * (s.proba_is_list ? s.classes.size() : 1);
  }
  return width;
}

absl::StatusOr<Signature> Stacking::Infer(const Children& children) const {
  RETURN_IF_ERROR(CheckMembers(children, n_estimators, {kLast}));
  ASSIGN_OR_RETURN(Signature whole, SignatureOfX(children.signatures.first(n_estimators)));
  ASSIGN_OR_RETURN(uint64_t width, Width(children.signatures));
  const Signature& last = children.signatures.back();
  if (passthrough && !whole.n_features_in) return NotReproduced("its estimators take X of any width");
  if (passthrough) width += *whole.n_features_in;
  if (last.n_features_in.value_or(width) != width)
    return Mismatch(absl::StrCat(kLast, " expects ", *last.n_features_in, " features, the others give ", width));
  if (last.classes.size() != classes.size())
    return NotReproduced(
        absl::StrCat(kLast, " predicts ", last.classes.size(), " outputs of labels, not ", classes.size()));
  for (size_t k = 0; k < classes.size(); ++k) {
    if (!AreEncoded(last.classes[k], classes[k].size()))
      return NotReproduced(absl::StrCat(kLast, " was fitted on other labels than the numbers of the classes"));
  }
  whole.n_features_out = width;
  whole.widest = std::max({whole.widest, width, last.widest});
  whole.classes = classes;
  whole.n_outputs = last.n_outputs;
  whole.one_dimensional = last.one_dimensional;
  whole.decision_columns = last.decision_columns;
  whole.has_methods = true;
  whole.methods = {Method::kTransform};
  if (last.Has(Method::kPredict)) whole.methods.push_back(Method::kPredict);
  if (!classes.empty()) {
    if (last.Has(Method::kPredictProba) && last.proba_is_list == multilabel)
      whole.methods.push_back(Method::kPredictProba);
    if (last.Has(Method::kDecisionFunction)) whole.methods.push_back(Method::kDecisionFunction);
  }
  return whole;
}

void Stacking::Columns(const Estimator& self, std::span<Takes> columns) const {
  ColumnsOfOwned(self.children.first(n_estimators), columns);
}

absl::Status Stacking::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(n_estimators, TakeMembers(context));
  context.Child(context.Take(kLast), kLast);
  ASSIGN_OR_RETURN(stack_methods, TakeMethods(context, n_estimators));
  if (context.class_name() == "StackingClassifier") {
    ASSIGN_OR_RETURN(classes, TakeLabels(context, multilabel));
  } else {
    classes = context.arena().New<Values>(0);
  }
  ASSIGN_OR_RETURN(const GivenMembers given, TakeGiven(context, n_estimators));
  names = given.names;
  return context.ByName(this);
}

// sklearn/ensemble/_stacking.py, 1.9: stackingclassifier_a, or stackingclassifier_a0, stackingclassifier_a1, ... of
// several columns. Where an answer is a list, scikit-learn's own names are fewer than the columns.
absl::StatusOr<Strings> Stacking::FeatureNamesOut(FeatureNames& feature_names) const {
  std::vector<size_t> numbers;
  for (size_t i = 0; i < n_estimators; ++i) {
    const Signature& member = *feature_names.children()[i]->signature;
    if (member.proba_is_list && stack_methods[i] == fb::StackMethod::PredictProba)
      return absl::NotFoundError("an estimator of the stack gives a list");
    const size_t columns = ColumnsOf(MethodOf(stack_methods[i]), member) - LeftOut(i, member);
    numbers.push_back(columns == 1 ? 0 : columns);
  }
  ASSIGN_OR_RETURN(const Strings answers, NamesOfMembers(names, numbers, feature_names));
  if (!passthrough) return answers;
  ASSIGN_OR_RETURN(const Strings in, feature_names.In());
  std::span<std::string_view> out = feature_names.New(answers.size() + in.size());
  std::ranges::copy(in, std::ranges::copy(answers, out.begin()).out);
  return Strings(out);
}

// sklearn/ensemble/_stacking.py _concatenate_predictions (1.9).
absl::StatusOr<Data> Stacking::Transform(const Data& X, Run& run) const {
  MemberCalls calls(run);
  std::vector<Block> blocks;
  for (size_t i = 0; i < n_estimators; ++i) {
    const Signature& member = calls.signature(i);
    const Method method = MethodOf(stack_methods[i]);
    ASSIGN_OR_RETURN(Data answer, calls.Ask(i, method, X));
    if (method == Method::kPredict) {
      ASSIGN_OR_RETURN(Data labels, WithLabels(answer, member, run));
      blocks.push_back({labels});
      continue;
    }
    size_t from = 0;
    const size_t parts = member.proba_is_list && method == Method::kPredictProba ? member.classes.size() : 1;
    for (size_t k = 0; k < parts; ++k) {
      const size_t to = parts > 1 ? from + member.classes[k].size() : Cols(answer);
      ASSIGN_OR_RETURN(Data kept, Kept(answer, from + LeftOut(i, member), to, run));
      blocks.push_back({kept});
      from = to;
    }
  }
  if (passthrough) blocks.push_back({X});
  return SideBySide(blocks, Rows(X), passthrough && IsSparse(X), run);
}

absl::StatusOr<Data> Stacking::AskLast(Method method, const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data answers, Transform(X, run));
  return run.children().back()->Call(method, answers, run);
}

absl::StatusOr<Data> Stacking::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data indexes, AskLast(Method::kPredict, X, run));
  if (classes.empty()) return indexes;
  // The last one's labels are the numbers of these classes, some of them perhaps missing.
  ASSIGN_OR_RETURN(Data numbers, WithLabels(indexes, *run.children().back()->signature, run));
  std::span<double> labels = NewMatrix<double>(run, Rows(numbers), Cols(numbers));
  for (size_t k = 0; k < Cols(numbers); ++k) RETURN_IF_ERROR(CopyColumn(numbers, k, labels.subspan(k), Cols(numbers)));
  return MatrixView<double>{labels, Rows(numbers), Cols(numbers), Cols(numbers)};
}

absl::StatusOr<Data> Stacking::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data probabilities, AskLast(Method::kPredictProba, X, run));
  if (!multilabel) return probabilities;
  // The first column of each output, as scikit-learn has it.
  const Signature& last = *run.children().back()->signature;
  std::vector<Block> blocks;
  for (size_t k = 0, from = 0; k < classes.size(); from += last.classes[k].size(), ++k) {
    ASSIGN_OR_RETURN(Data first, Kept(probabilities, from, from + 1, run));
    blocks.push_back({first});
  }
  return SideBySide(blocks, Rows(X), /*sparse=*/false, run);
}

absl::StatusOr<Data> Stacking::DecisionFunction(const Data& X, Run& run) const {
  return AskLast(Method::kDecisionFunction, X, run);
}

}  // namespace pratique
