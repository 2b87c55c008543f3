// What predict of an ensemble relies on, beyond the rules of its table: each near miss is refused.
#include <gmock/gmock.h>

#include "estimators/ensemble/ada_boost.h"
#include "estimators/ensemble/bagging.h"
#include "estimators/ensemble/calibrated.h"
#include "estimators/ensemble/multiclass.h"
#include "estimators/ensemble/stacking.h"
#include "estimators/ensemble/voting.h"

namespace pratique {
namespace {

constexpr int64_t kTwo[] = {0, 1}, kThree[] = {0, 1, 2}, kOthers[] = {0, 3};
constexpr double kNumbers[] = {0.5, -0.5, 2, 3};
constexpr double kFalling[] = {1, 3, 2, 4};
constexpr uint32_t kOffsets[] = {0, 2, 4}, kEmpty[] = {0, 0, 4};

Values Labels(Array<int64_t> ints) { return {fb::DType::Int64, fb::Missing::No, ints, {}, {}}; }

template <class S>
std::string Broken(const S& state) {
  const std::optional<Violation> v = state.Invariant();
  return v ? v->field : "";
}

TEST(EnsembleInvariants, WeightsThatDivideHaveASum) {
  VotingClassifier state{.n_estimators = 2, .soft = true, .classes = Labels(kTwo), .weights = {kNumbers, 2}};
  EXPECT_EQ(Broken(state), "weights");
  state.soft = false;  // votes are not divided
  EXPECT_EQ(Broken(state), "");
  EXPECT_EQ(Broken(VotingRegressor{.n_estimators = 2, .weights = {kNumbers, 2}}), "weights");
  EXPECT_EQ(Broken(VotingRegressor{.n_estimators = 2, .weights = {kNumbers + 1, 2}}), "");
  EXPECT_EQ(Broken(VotingRegressor{.n_estimators = 2}), "");
}

TEST(EnsembleInvariants, EachBoostedEstimatorHasAWeight) {
  AdaBoostRegressor state{.n_features_in = 1, .n_estimators = 4, .weights = kNumbers};
  EXPECT_EQ(Broken(state), "");
  state.n_estimators = 5;
  EXPECT_EQ(Broken(state), "weights");
  EXPECT_EQ(
      Broken(AdaBoostClassifier{.n_features_in = 1, .n_estimators = 5, .classes = Labels(kTwo), .weights = kNumbers}),
      "weights");
}

TEST(EnsembleInvariants, StacksHaveLabelsOfTheirKind) {
  const Values two[] = {Labels(kTwo), Labels(kTwo)};
  EXPECT_EQ(Broken(Stacking{.n_estimators = 1, .classes = {two, 2}, .multilabel = true}), "");
  EXPECT_EQ(Broken(Stacking{.n_estimators = 1, .classes = {two, 2}}), "multilabel");
  EXPECT_EQ(Broken(Stacking{.n_estimators = 1, .multilabel = true}), "multilabel");
  Values mixed[] = {Labels(kTwo), Labels(kTwo)};
  mixed[1].dtype = fb::DType::Int32;
  EXPECT_EQ(Broken(Stacking{.n_estimators = 1, .classes = {mixed, 2}, .multilabel = true}), "classes[1].dtype");
}

TEST(EnsembleInvariants, CalibratorsFitTheClasses) {
  CalibratedClassifier state{.n_estimators = 2,
                             .n_calibrators = 1,
                             .calibration = fb::Calibration::Sigmoid,
                             .classes = Labels(kTwo),
                             .slopes = {kNumbers, 2},
                             .intercepts = {kNumbers, 2}};
  EXPECT_EQ(Broken(state), "");
  state.intercepts = {};
  EXPECT_EQ(Broken(state), "intercepts");
  state.calibration = fb::Calibration::Temperature;
  EXPECT_EQ(Broken(state), "");
  state.classes = Labels(kThree);
  EXPECT_EQ(Broken(state), "");  // one temperature for all classes
  state.calibration = fb::Calibration::Sigmoid;
  EXPECT_EQ(Broken(state), "n_calibrators");
  state.classes = Labels({kTwo, 1});
  EXPECT_EQ(Broken(state), "classes");
}

TEST(EnsembleInvariants, ThresholdsAscend) {
  CalibratedClassifier state{.n_estimators = 2,
                             .n_calibrators = 1,
                             .calibration = fb::Calibration::Isotonic,
                             .classes = Labels(kTwo),
                             .threshold_offsets = kOffsets,
                             .x_thresholds = kFalling,
                             .y_thresholds = kNumbers};
  EXPECT_EQ(Broken(state), "");  // two lists: 1 3, 2 4
  state.threshold_offsets = kEmpty;
  EXPECT_EQ(Broken(state), "threshold_offsets[0]");
  state.threshold_offsets = {kOffsets, 2};
  EXPECT_EQ(Broken(state), "threshold_offsets");
  state.n_estimators = 1;
  constexpr uint32_t kAll[] = {0, 4};
  state.threshold_offsets = kAll;
  EXPECT_EQ(Broken(state), "x_thresholds[2]");
  state.slopes = {kNumbers, 1};
  EXPECT_EQ(Broken(state), "slopes");
}

TEST(EnsembleInvariants, OneEstimatorAClassOrAPair) {
  const fb::BinaryPart parts[] = {fb::BinaryPart::Estimator, fb::BinaryPart::Estimator, fb::BinaryPart::One};
  const Values three[] = {Labels(kThree)}, indicators[] = {Labels(kTwo), Labels(kTwo), Labels(kOthers)};
  OneVsRest state{.n_estimators = 2, .parts = {parts, 2}, .classes = three};
  EXPECT_EQ(Broken(state), "classes[0]");
  state.n_estimators = 3;
  state.parts = parts;
  EXPECT_EQ(Broken(state), "n_features_in");
  state.n_features_in = 4;
  EXPECT_EQ(Broken(state), "");
  state.sparse_output = true;
  EXPECT_EQ(Broken(state), "sparse_output");
  state.multilabel = true;
  EXPECT_EQ(Broken(state), "classes");
  state.classes = indicators;
  EXPECT_EQ(Broken(state), "classes[2]");
  EXPECT_EQ(Broken(OneVsOne{.n_features_in = 1, .n_estimators = 3, .classes = Labels(kThree)}), "");
  EXPECT_EQ(Broken(OneVsOne{.n_features_in = 1, .n_estimators = 2, .classes = Labels(kThree)}), "classes");
}

// Members answer with numbers that index the ensemble's classes.
TEST(EnsembleInvariants, LabelsOfMembersAreInRange) {
  const Values two = Labels(kTwo), others = Labels(kOthers);
  for (const Values* labels : {&two, &others}) {
    Signature member;
    member.classes = {labels, 1};
    member.methods = {Method::kPredict, Method::kPredictProba};
    constexpr std::string_view kRole[] = {"estimators_[0]"}, kType[] = {"a.B"};
    const void* const state[] = {nullptr};
    const StructInfo* const info[] = {nullptr};
    const Children children{{&member, 1}, state, info, kRole, kType};
    const bool good = labels == &two;
    const VotingClassifier voting{.n_estimators = 1, .classes = two};
    EXPECT_EQ(voting.Infer(children).ok(), good);
    const BaggingClassifier bagging{.n_features_in = 1, .n_estimators = 1, .n_jobs = 1, .classes = two};
    EXPECT_EQ(bagging.Infer(children).ok(), good);
    const AdaBoostClassifier boosting{.n_features_in = 1, .n_estimators = 1, .classes = two, .weights = {kNumbers, 1}};
    EXPECT_EQ(boosting.Infer(children).ok(), good);
    EXPECT_EQ(VotingRegressor{.n_estimators = 1}.Infer(children).ok(), false);
  }
}

}  // namespace
}  // namespace pratique
