#include "estimators/boosting/loss.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "import/sklearn/shown.h"
#include "pratique/rejection.h"
#include "status_macros.h"

namespace pratique {

using graph::Id;
using graph::kNoId;

absl::StatusOr<fb::Link> LinkOfLoss(ImportContext& context, std::string_view attribute, bool is_classifier,
                                    uint32_t n_scores) {
  struct Known {
    std::string_view loss, link;
    fb::Link is;
    bool of_classes;
  };
  static constexpr Known kKnown[] = {
      {"HalfSquaredError", "IdentityLink", fb::Link::Identity, false},
      {"AbsoluteError", "IdentityLink", fb::Link::Identity, false},
      {"PinballLoss", "IdentityLink", fb::Link::Identity, false},
      {"HuberLoss", "IdentityLink", fb::Link::Identity, false},
      {"HalfPoissonLoss", "LogLink", fb::Link::Log, false},
      {"HalfGammaLoss", "LogLink", fb::Link::Log, false},
      {"HalfTweedieLoss", "LogLink", fb::Link::Log, false},
      {"HalfTweedieLossIdentity", "IdentityLink", fb::Link::Identity, false},
      {"HalfBinomialLoss", "LogitLink", fb::Link::Logit, true},
      {"ExponentialLoss", "HalfLogitLink", fb::Link::HalfLogit, true},
      {"HalfMultinomialLoss", "MultinomialLogit", fb::Link::Softmax, true},
  };
  const graph::Graph& graph = context.graph();
  const Id loss = context.Take(attribute);
  if (loss == kNoId) return context.Absent(attribute, "a loss");
  const std::string name = TypeName(graph[loss]);
  const auto known = std::ranges::find_if(
      kKnown, [&](const Known& k) { return name == absl::StrCat("sklearn._loss.loss.", std::string(k.loss)); });
  if (known == std::end(kKnown) || known->of_classes != is_classifier || graph[loss].state == kNoId)
    return context.Unsupported(attribute, absl::StrCat("a ", name), "A loss of this class's own is expected.");
  const Id link = graph.Find(loss, "link");
  const std::string got = link == kNoId ? "nothing" : TypeName(graph[link]);
  if (got != absl::StrCat("sklearn._loss.link.", std::string(known->link)))
    return context.Unsupported(absl::StrCat(std::string(attribute), ".link"), absl::StrCat("a ", got),
                               absl::StrCat("of this loss it is a ", std::string(known->link), "."));
  if (is_classifier && (known->is == fb::Link::Softmax) != (n_scores > 1))
    return context.Unsupported(attribute, absl::StrCat("a ", name, " of ", n_scores, " scores"),
                               "It is HalfMultinomialLoss of three and more classes.");
  return known->is;
}

namespace {

struct OldName {
  std::string_view loss;
  fb::Link is;
  bool of_classes;
};

// The one of `all` whose object the attribute is.
absl::StatusOr<fb::Link> LinkOfOld(ImportContext& context, std::string_view attribute, graph::Id loss,
                                   std::string_view module, std::span<const OldName> all, bool is_classifier) {
  const graph::Graph& graph = context.graph();
  if (loss == kNoId) return context.Absent(attribute, "a loss");
  const std::string name = TypeName(graph[loss]);
  const auto known = std::ranges::find_if(
      all, [&](const OldName& k) { return name == absl::StrCat(std::string(module), ".", std::string(k.loss)); });
  if (known == all.end() || known->of_classes != is_classifier || graph[loss].state == kNoId)
    return context.Unsupported(attribute, absl::StrCat("a ", name), "A loss of this class's own is expected.");
  return known->is;
}

}  // namespace

absl::StatusOr<fb::Link> LinkOfHistLoss(ImportContext& context, std::string_view attribute, bool is_classifier,
                                        uint32_t n_scores) {
  static constexpr OldName kKnown[] = {
      {"LeastSquares", fb::Link::Identity, false},
      {"LeastAbsoluteDeviation", fb::Link::Identity, false},
      {"Poisson", fb::Link::Log, false},
      {"BinaryCrossEntropy", fb::Link::Logit, true},
      {"CategoricalCrossEntropy", fb::Link::LogSumExp, true},
  };
  ASSIGN_OR_RETURN(const fb::Link link,
                   LinkOfOld(context, attribute, context.Take(attribute),
                             "sklearn.ensemble._hist_gradient_boosting.loss", kKnown, is_classifier));
  if (is_classifier && (link == fb::Link::LogSumExp) != (n_scores > 1))
    return context.Unsupported(attribute, absl::StrCat("that of ", n_scores, " scores"),
                               "It is CategoricalCrossEntropy of three and more classes.");
  return link;
}

absl::StatusOr<OldLoss> TakeOldLoss(ImportContext& context, std::string_view attribute, bool is_classifier) {
  static constexpr OldName kKnown[] = {
      {"LeastSquaresError", fb::Link::Identity, false},   {"LeastAbsoluteError", fb::Link::Identity, false},
      {"HuberLossFunction", fb::Link::Identity, false},   {"QuantileLossFunction", fb::Link::Identity, false},
      {"BinomialDeviance", fb::Link::Logit, true},        {"ExponentialLoss", fb::Link::HalfLogit, true},
      {"MultinomialDeviance", fb::Link::LogSumExp, true},
  };
  const Id loss = context.Take(attribute);
  ASSIGN_OR_RETURN(const fb::Link link,
                   LinkOfOld(context, attribute, loss, "sklearn.ensemble._gb_losses", kKnown, is_classifier));
  const std::string at = absl::StrCat(std::string(attribute), ".K");
  ASSIGN_OR_RETURN(int64_t n, context.Int(context.graph().Find(loss, "K"), at));
  if (n < 1 || n > 65536) return context.Unsupported(at, absl::StrCat(n), "It is the number of scores.");
  return OldLoss{link, static_cast<uint32_t>(n)};
}

absl::StatusOr<Array<Values>> ClassesOfScores(ImportContext& context, uint32_t n_scores) {
  const std::span<Values> classes = context.arena().New<Values>(1);
  ASSIGN_OR_RETURN(classes[0], context.ValuesOf(context.Take("classes_"), "classes_"));
  const size_t n = classes[0].size();
  if (n == 1)
    return context.Unsupported("classes_", "one class", "predict_proba gives it two columns; use a DummyClassifier.");
  if (n_scores == (n == 2 ? 1 : n)) return Array<Values>(classes);
  return context.Unsupported("classes_", absl::StrCat(n, " classes for ", n_scores, " scores"),
                             "There is a score a class, or one for two classes.");
}

}  // namespace pratique
