#include "estimators/ensemble/binary_members.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace pratique {

absl::Status ScoresTwoClasses(const Signature& member) {
  if (!member.Has(Method::kPredict)) return Mismatch("one of its estimators has no predict");
  const BinaryScore score(member);
  const bool fits = score.method == Method::kDecisionFunction ? member.decision_columns == 1
                    : score.method == Method::kPredictProba   ? IsClassifier(member) && member.classes[0].size() == 2
                                                              : member.classes.empty() && member.one_dimensional;
  return fits ? absl::OkStatus() : NotReproduced("one of its estimators does not give one score");
}

std::optional<Violation> CheckBinaryParts(Array<fb::BinaryPart> parts, uint32_t n_features_in, int64_t least) {
  const bool constant = std::ranges::any_of(parts, [](fb::BinaryPart p) { return p != fb::BinaryPart::Estimator; });
  if (constant != (n_features_in != 0))
    return Violation{"n_features_in", "width", absl::StrCat(n_features_in), constant ? "at least 1" : "0"};
  for (size_t e = 0; least == 0 && e < parts.size(); ++e) {
    if (parts[e] == fb::BinaryPart::MinusOne)
      return Violation{absl::StrCat("parts[", e, "]"), "scores", "MinusOne", "Estimator, Zero or One"};
  }
  return std::nullopt;
}

absl::StatusOr<Signature> SignatureOfBinaryParts(const Children& children, Array<fb::BinaryPart> parts,
                                                 uint32_t n_features_in) {
  std::vector<std::string> roles;
  for (size_t e = 0; e < parts.size(); ++e) {
    if (parts[e] == fb::BinaryPart::Estimator) roles.push_back(RoleOfMember(e));
  }
  RETURN_IF_ERROR(CheckRoles(children, roles));
  ASSIGN_OR_RETURN(Signature s, SignatureOfX(children.signatures));
  if (n_features_in != 0) {
    if (s.n_features_in.value_or(n_features_in) != n_features_in)
      return Mismatch(absl::StrCat("its estimators expect ", *s.n_features_in, " features, not ", n_features_in));
    s.n_features_in = n_features_in;
  }
  for (const Signature& member : children.signatures) RETURN_IF_ERROR(ScoresTwoClasses(member));
  return s;
}

absl::StatusOr<BinaryParts> TakeBinaryParts(ImportContext& context, int64_t least) {
  const graph::Graph& graph = context.graph();
  BinaryParts taken;
  ASSIGN_OR_RETURN(std::span<const graph::Id> members, ItemsOf(context, context.Take("estimators_"), "estimators_"));
  if (members.empty()) return context.Unsupported("estimators_", "an empty list", "fit makes at least one estimator.");
  std::span<fb::BinaryPart> found = context.arena().New<fb::BinaryPart>(members.size());
  for (size_t e = 0; e < members.size(); ++e) {
    const graph::Node& node = graph[members[e]];
    if (node.kind != graph::Kind::kObject || node.module != "sklearn.multiclass" || node.name != "_ConstantPredictor") {
      context.Child(members[e], RoleOfMember(e));
      if (e > 0) context.SharesRows();
      continue;
    }
    ASSIGN_OR_RETURN(Array<int64_t> y, context.IntVector(graph.Find(members[e], "y_"), "estimators_.y_"));
    if (y.size() != 1 || y[0] < least || y[0] > 1)
      return context.Unsupported("estimators_.y_", "another value", "fit makes it one score.");
    found[e] = y[0] == 1 ? fb::BinaryPart::One : y[0] == 0 ? fb::BinaryPart::Zero : fb::BinaryPart::MinusOne;
    ASSIGN_OR_RETURN(const int64_t width,
                     context.Int(graph.Find(members[e], "n_features_in_"), "estimators_.n_features_in_"));
    if (width < 1 || width > UINT32_MAX || (taken.n_features_in != 0 && taken.n_features_in != width))
      return context.Unsupported("estimators_.n_features_in_", absl::StrCat(width), "fit makes it the width of X.");
    taken.n_features_in = static_cast<uint32_t>(width);
    const graph::Id own = graph.Find(context.id(), "feature_names_in_"),
                    its = graph.Find(members[e], "feature_names_in_");
    if (own == graph::kNoId || its == graph::kNoId) continue;
    const absl::StatusOr<Strings> names = context.StringArray(own, "feature_names_in_"),
                                  same = context.StringArray(its, "estimators_.feature_names_in_");
    if (!names.ok() || !same.ok() || !std::ranges::equal(*names, *same))
      return context.Unsupported("estimators_.feature_names_in_", "other names", "They are those of the whole.");
  }
  taken.parts = found;
  return taken;
}

}  // namespace pratique
