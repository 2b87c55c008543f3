#include "estimators/compose/pipeline.h"

#include <gmock/gmock.h>

#include "tests/estimators/compose/assembly.h"

namespace pratique {
namespace {

using fb::Part;
using testing::Assembly;
using ::testing::ElementsAre;
using testing::Fake;
using testing::Flat;
using testing::Predictor;
using testing::Transformer;

constexpr std::string_view kNames[] = {"a", "b", "c"}, kSameNames[] = {"a", "a"};
constexpr Part kAll[] = {Part::Estimator, Part::Estimator, Part::Estimator};
constexpr Part kFirstPasses[] = {Part::Passthrough, Part::Estimator},
               kLastPasses[] = {Part::Estimator, Part::Passthrough};

Pipeline Steps(Array<Part> parts) {
  return {static_cast<uint32_t>(parts.size()), Strings(kNames).first(parts.size()), parts};
}
Pipeline Steps(size_t n) { return Steps(Array<Part>(kAll).first(n)); }

TEST(Pipeline, RunsTheStepsInOrder) {
  Assembly model(Steps(3), {Transformer(2, 2, 10), Transformer(2, 4, 3), Predictor(4)});
  EXPECT_EQ(model.Problem(), "");
  const std::vector<double> x = {1, 2, 5, 6};
  EXPECT_THAT(Flat<double>(model.Call(Method::kPredict, Dense(x, 2, 2))), ElementsAre(30, 150));
  absl::StatusOr<Signature> s = model.Infer();
  EXPECT_EQ(s->n_features_in, 2u);
  EXPECT_THAT(s->methods, ElementsAre(Method::kPredict)) << "its last step has no transform";
  EXPECT_EQ(s->widest, 4u);
}

TEST(Pipeline, TransformsForwardsAndBack) {
  Assembly model(Steps(2), {Transformer(1, 1, 2), Transformer(1, 1, 4)});
  const std::vector<double> x = {3};
  EXPECT_THAT(Flat<double>(model.Call(Method::kTransform, Dense(x, 1, 1))), ElementsAre(24));
  EXPECT_THAT(Flat<double>(model.Call(Method::kInverseTransform, Dense(x, 1, 1))), ElementsAre(3.0 / 8));
}

TEST(Pipeline, PassesThrough) {
  const std::vector<double> x = {3};
  Assembly first(Steps(kFirstPasses), {Predictor(1)}), last(Steps(kLastPasses), {Transformer(1, 1, 5)});
  EXPECT_THAT(Flat<double>(first.Call(Method::kPredict, Dense(x, 1, 1))), ElementsAre(3));
  EXPECT_THAT(Flat<double>(last.Call(Method::kTransform, Dense(x, 1, 1))), ElementsAre(15));
  EXPECT_EQ(last.Infer()->n_features_out, 1u);
  constexpr Part kNothing[] = {Part::Passthrough};
  Assembly nothing(Steps(kNothing), {});
  EXPECT_EQ(nothing.Problem(), "");
  EXPECT_THAT(Flat<double>(nothing.Call(Method::kTransform, Dense(x, 1, 1))), ElementsAre(3));
}

TEST(Pipeline, RefusesStepsThatDoNotFit) {
  EXPECT_EQ(Assembly(Steps(2), {Transformer(7, 7), Predictor(8)}).Problem(),
            "steps[1] expects 8 features, steps[0] gives 7");
  EXPECT_EQ(Assembly(Steps(3), {Transformer(7, 7), Transformer(7, 14), Predictor(7)}).Problem(),
            "steps[2] expects 7 features, steps[1] gives 14");
  EXPECT_EQ(Assembly(Steps(2), {Predictor(7), Predictor(7)}).Problem(), "steps[0] has no transform");
  EXPECT_EQ(Assembly(Steps(kLastPasses), {Predictor(7)}).Problem(), "steps[0] has no transform");
  Fake words = Transformer(2, 2);
  words.signature.text_output = true;
  EXPECT_EQ(Assembly(Steps(2), {words, Predictor(2)}).Problem(), "steps[1] takes numbers, steps[0] gives text");
  Fake flat = Transformer(1, 1);
  flat.signature.one_dimensional_transform = true;
  EXPECT_EQ(Assembly(Steps(2), {flat, Predictor(1)}).Problem(), "steps[0] gives one dimension, not two");
  EXPECT_TRUE(Assembly(Steps(1), {flat}).Infer()->one_dimensional_transform);
  Fake block;
  block.signature.tree_block = true;
  EXPECT_EQ(Assembly(Steps(1), {block}).Problem(), "steps[0] is not an estimator");
}

TEST(Pipeline, RefusesCountsThatDoNotFit) {
  EXPECT_EQ(Assembly(Steps(2), {Predictor(2)}).Problem(), "has 2 parts that are estimators, but owns 1 objects");
  EXPECT_EQ(Assembly(Steps(1), {Transformer(2, 2), Predictor(2)}).Problem(),
            "has 1 parts that are estimators, but owns 2 objects");
  Pipeline state = Steps(2);
  state.names = Strings(kNames).first(1);
  EXPECT_EQ(Assembly(state, {Transformer(1, 1), Predictor(1)}).Problem(), "names shape");
  state.names = kSameNames;
  EXPECT_EQ(Assembly(state, {Transformer(1, 1), Predictor(1)}).Problem(), "names[1] unique");
  EXPECT_EQ(Assembly(Steps(0), {}).Problem(), "n_steps min");
  constexpr Part kUnknown[] = {Part::Estimator, static_cast<Part>(2)};
  EXPECT_EQ(Assembly(Steps(kUnknown), {Predictor(1)}).Problem(), "parts[1] enum");
  state = Steps(2);
  state.n_steps = 1;
  EXPECT_EQ(Assembly(state, {Transformer(1, 1), Predictor(1)}).Problem(), "names shape");
}

}  // namespace
}  // namespace pratique
