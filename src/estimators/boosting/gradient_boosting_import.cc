#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/boosting/changes.h"
#include "estimators/boosting/gradient_boosting.h"
#include "estimators/boosting/loss.h"
#include "estimators/tree/ensemble.h"
#include "estimators/tree/member_trees.h"
#include "import/sklearn/elements.h"
#include "import/sklearn/needed.h"
#include "status_macros.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

class GradientImporter {
 public:
  GradientImporter(ImportContext& context, GradientBoosting& model)
      : context_(context),
        graph_(context.graph()),
        model_(model),
        is_classifier_(context.class_name().ends_with("Classifier")) {}

  absl::Status Run() {
    RETURN_IF_ERROR(context_.ByName(&model_));
    RETURN_IF_ERROR(ReadLoss());
    if (is_classifier_) {
      ASSIGN_OR_RETURN(model_.classes, ClassesOfScores(context_, model_.n_scores));
      RETURN_IF_ERROR(CheckNumberOfClasses());
    }
    RETURN_IF_ERROR(ReadTrees());
    return ReadInit();
  }

 private:
  // By it predict tells two classes from more.
  absl::Status CheckNumberOfClasses() {
    RETURN_IF_ERROR(CheckNeeded(context_, {"n_classes_"}));
    const size_t n = model_.classes[0].size();
    const auto stated = ReadPlainNumber<int64_t>(graph_[context_.Take("n_classes_")]);
    if (stated == static_cast<int64_t>(n)) return absl::OkStatus();
    return context_.Unsupported("n_classes_", "another number", absl::StrCat("it is ", n));
  }

  absl::Status ReadLoss() {
    if (context_.Predates(release_1_4::kLossesAreShared)) {
      ASSIGN_OR_RETURN(
          OldLoss loss,
          TakeOldLoss(context_, context_.Predates(release_1_1::kLossIsPrivate) ? "loss_" : "_loss", is_classifier_));
      model_.link = loss.link;
      model_.n_scores = loss.n_scores;
      model_.labels_by_probability = is_classifier_ && loss.link != fb::Link::HalfLogit;
      model_.plain_log = is_classifier_;
    } else {
      ASSIGN_OR_RETURN(int64_t n, context_.Int(context_.Take("n_trees_per_iteration_"), "n_trees_per_iteration_"));
      if (n < 1 || n > 65536) return context_.Invalid("n_trees_per_iteration_", absl::StrCat(n), "1 to 65536");
      model_.n_scores = static_cast<uint32_t>(n);
      ASSIGN_OR_RETURN(model_.link, LinkOfLoss(context_, "_loss", is_classifier_, model_.n_scores));
    }
    return absl::OkStatus();
  }

  // {stages, scores}, in C order.
  absl::Status ReadTrees() {
    ASSIGN_OR_RETURN(const double learning_rate, context_.Double(context_.Take("learning_rate"), "learning_rate"));
    const Id id = context_.Take("estimators_");
    if (id == kNoId) return context_.Absent("estimators_", "an array of fitted trees");
    const graph::Node& array = graph_[id];
    const bool is_array = array.kind == Kind::kArray && array.dtype && array.dtype->kind == 'O' &&
                          array.shape.size() == 2 && array.shape[1] == model_.n_scores && !array.items.empty();
    if (!is_array)
      return context_.Unsupported(
          "estimators_", "another value",
          absl::StrCat("fit makes it an array of trees with shape (stages,", model_.n_scores, ")."));
    TreeExpectations expected = TreeExpectations::Of(context_, /*is_classifier=*/false);
    expected.n_features = model_.n_features_in;
    expected.n_classes = {1};
    const MemberTrees members(context_, expected, "DecisionTreeRegressor");
    model_.accepts_missing = AcceptsMissing(SettingsOf(context_, array.items[0], /*is_forest=*/false));
    BlockBuilder builder(model_.n_features_in, 1, model_.accepts_missing,
                         [&](const FittedTree& tree, uint32_t i, std::span<double> row) {
                           row[0] = learning_rate * tree.values(i, 0, 1)[0];
                         });
    for (size_t i = 0; i < array.items.size(); ++i) {
      const Place place(context_, absl::StrCat("estimators_[", i / model_.n_scores, ",", i % model_.n_scores, "]"));
      RETURN_IF_ERROR(members.Check(array.items[i], place));
      ASSIGN_OR_RETURN(FittedTree tree,
                       FittedTree::Read(context_, graph_.Find(array.items[i], "tree_"), place / "tree_", expected));
      context_.arena().Charge(tree.bytes());
      builder.Add(tree, context_.arena());
    }
    OwnBlocks(context_, builder);
    return absl::OkStatus();
  }

  absl::Status ReadInit() {
    const Id init = context_.Take("init_");
    if (init == kNoId) return context_.Absent("init_", "the estimator of the first predictions");
    const graph::Node& node = graph_[init];
    if (node.kind == Kind::kStr && node.text == "zero") return absl::OkStatus();
    if (node.kind != Kind::kObject)
      return context_.Unsupported("init_", "another value", "fit makes it an estimator or 'zero'.");
    // Up to 1.3 trees add to the first scores of many classes as if these lay in C order.
    constexpr std::string_view kInCOrder =
        "DummyClassifier LogisticRegression DecisionTreeClassifier ExtraTreeClassifier RandomForestClassifier "
        "ExtraTreesClassifier";
    if (model_.link == fb::Link::LogSumExp && !HasWord(kInCOrder, node.name)) {
      return context_.Unsupported("init_", absl::StrCat("a ", std::string(node.name)),
                                  "Its probabilities may lie in Fortran order, of which this release makes others with "
                                  "each number of rows. Fit it with scikit-learn 1.4 or later.");
    }
    if (is_classifier_) {
      model_.clip = context_.Predates(release_1_8::kFirstProbabilitiesNearZero)
                        ? static_cast<double>(std::numeric_limits<float>::epsilon())
                        : std::numeric_limits<double>::epsilon();
    }
    context_.Child(init, "init");
    return absl::OkStatus();
  }

  ImportContext& context_;
  const graph::Graph& graph_;
  GradientBoosting& model_;
  const bool is_classifier_;
};

}  // namespace

absl::Status GradientBoosting::Import(ImportContext& context) { return GradientImporter(context, *this).Run(); }

}  // namespace pratique
