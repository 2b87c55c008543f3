// What chains and imputers by estimators rely on, beyond the rules of their tables: each near miss is refused.
#include <gmock/gmock.h>

#include <limits>

#include "estimators/ensemble/multiclass.h"
#include "estimators/meta/chain.h"
#include "estimators/meta/checked_delegate.h"
#include "estimators/meta/iterative_imputer.h"
#include "pratique/load.h"
#include "pratique/rejection.h"

namespace pratique {
namespace {

constexpr int64_t kTwo[] = {0, 1};
constexpr double kLabels[] = {0, 1}, kCodes[] = {1, 0, -1, 1}, kLeast[] = {0, 1}, kGreatest[] = {1, 2},
                 kNaNs[] = {std::numeric_limits<double>::quiet_NaN(), 2};
constexpr uint32_t kOrder[] = {1, 0}, kOffsets[] = {0, 1}, kOne[] = {1};

Values Labels(Array<double> floats) { return {fb::DType::Float64, fb::Missing::No, {}, floats, {}}; }
Values Integers(Array<int64_t> ints) { return {fb::DType::Int64, fb::Missing::No, ints, {}, {}}; }

template <class S>
std::string Broken(const S& state) {
  const std::optional<Violation> v = state.Invariant();
  return v ? v->field : "";
}

TEST(MetaInvariants, LabelsOfAChainAreFloats) {
  Values classes[] = {Labels(kLabels), Labels(kLabels)};
  Chain state{.n_features_in = 2, .n_outputs = 2, .order = kOrder, .classes = {classes, 2}};
  EXPECT_EQ(Broken(state), "");
  classes[1] = Integers(kTwo);
  EXPECT_EQ(Broken(state), "classes[1].dtype");
  classes[1] = Labels({kLabels, size_t{0}});
  EXPECT_EQ(Broken(state), "classes[1]");
  state.n_outputs = 1;
  EXPECT_EQ(Broken(state), "n_outputs");
  state.classes = {};  // of a regressor one is enough
  EXPECT_EQ(Broken(state), "");
}

TEST(MetaInvariants, ADelegateHasOneListOfLabelsAtMost) {
  const Values two[] = {Integers(kTwo), Integers(kTwo)};
  EXPECT_EQ(Broken(CheckedDelegate{.n_features_in = 1, .classes = {two, 2}}), "classes");
  EXPECT_EQ(Broken(CheckedDelegate{.n_features_in = 1, .classes = {two, 1}}), "");
  EXPECT_EQ(Broken(CheckedDelegate{.n_features_in = 1}), "");
}

TEST(MetaInvariants, EachClassHasACode) {
  const fb::BinaryPart parts[] = {fb::BinaryPart::Estimator, fb::BinaryPart::Estimator};
  OutputCode state{.n_estimators = 2, .parts = parts, .classes = Integers(kTwo), .code_book = kCodes};
  EXPECT_EQ(Broken(state), "");
  state.code_book = {kCodes, 2};
  EXPECT_EQ(Broken(state), "code_book");
  state.n_features_in = 3;
  EXPECT_EQ(Broken(state), "n_features_in");
}

TEST(MetaInvariants, AScoreBelowZeroIsOfOutputCodesOnly) {
  const fb::BinaryPart parts[] = {fb::BinaryPart::MinusOne, fb::BinaryPart::Estimator};
  EXPECT_EQ(Broken(OutputCode{
                .n_estimators = 2, .parts = parts, .n_features_in = 3, .classes = Integers(kTwo), .code_book = kCodes}),
            "");
  EXPECT_EQ(Broken(OneVsRest{.n_estimators = 2, .parts = parts, .n_features_in = 3}), "parts[0]");
}

TEST(MetaInvariants, StepsOfAnImputerHaveLimits) {
  IterativeImputer state{.n_features_in = 2,
                         .kept = kOrder,
                         .n_steps = 1,
                         .features = {kOrder + 1, 1},
                         .offsets = kOffsets,
                         .neighbors = kOne,
                         .least = kLeast,
                         .greatest = kGreatest};
  EXPECT_EQ(Broken(state), "");
  state.greatest = kNaNs;
  EXPECT_EQ(Broken(state), "greatest[0]");
  state.greatest = kLeast;
  EXPECT_EQ(Broken(state), "greatest[0]");
  state.greatest = {};
  EXPECT_EQ(Broken(state), "greatest");
  state.least = {};
  EXPECT_EQ(Broken(state), "least");
  state.n_steps = 2;
  EXPECT_EQ(Broken(state), "offsets");
  state = {
      .n_features_in = 2, .missing = {.kind = fb::PlaceholderKind::None}, .kept = kOrder, .offsets = {kOffsets, 1}};
  EXPECT_EQ(Broken(state), "missing.kind");
}

// Where all of X is gaps scikit-learn leaves them as they were filled first; a block of gaps could be of an X that has
// values.
TEST(IterativeImputer, BlocksOfGapsAreNotTakenForAllOfX) {
  const auto model = Load(std::string(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/impute_by/model.joblib"));
  ASSERT_TRUE(model.ok()) << model.status();
  const size_t cols = model->n_features();
  std::vector<double> X(64 * cols, kNaNs[0]);
  const auto code = [&](size_t rows, PredictOptions options) {
    const auto result = model->Run(Method::kTransform, Dense(std::span(X).first(rows * cols), rows, cols), options);
    return result.ok() ? "" : GetRejection(result.status())->code;
  };
  EXPECT_EQ(code(63, {}), "");
  EXPECT_EQ(code(64, {}), "input.batch");
  EXPECT_EQ(code(1, {.first_row = 7}), "input.batch");
  X[5] = 0.5;
  EXPECT_EQ(code(64, {}), "");
  EXPECT_EQ(code(2, {.first_row = 7}), "");
}

}  // namespace
}  // namespace pratique
