// What releases changed in linear models.
#pragma once

#include "type/change.h"

namespace pratique {

namespace release_1_1 {
inline constexpr Change kLossHoldsLink{
    {1, 1, 0}, "GammaRegressor PoissonRegressor TweedieRegressor", "a loss holds the link, no longer the regressor"};
}  // namespace release_1_1

namespace release_1_5 {
inline constexpr Change kNewtonCholeskyGivesSoftmax{
    {1, 5, 0},
    "LogisticRegression LogisticRegressionCV",
    "predict_proba of the solver newton-cholesky is the softmax for three and more classes, though fit is one-vs-rest"};
}  // namespace release_1_5

namespace release_1_6 {
inline constexpr Change kNewtonCholeskyFitsMultinomial{
    {1, 6, 0},
    "LogisticRegression LogisticRegressionCV",
    "the solver newton-cholesky fits three and more classes as multinomial"};
}  // namespace release_1_6

namespace release_1_8 {
inline constexpr Change kNoMultiClass{{1, 8, 0},
                                      "LogisticRegression LogisticRegressionCV",
                                      "multi_class is gone: the sigmoid for two classes, the softmax for more"};
}  // namespace release_1_8

namespace release_1_9 {
inline constexpr Change kStdCentersX{{1, 9, 0},
                                     "ARDRegression BayesianRidge",
                                     "predict(return_std=True) takes X_offset_ off X before it asks for the deviation"};
inline constexpr Change kUniformWhereNoClassIsLikely{
    {1, 9, 0},
    "SGDClassifier",
    "predict_proba of the loss log_loss is uniform where the sigmoids of all classes are 0, no longer NaN"};
}  // namespace release_1_9

inline constexpr const Change* kLinearChanges[] = {&release_1_1::kLossHoldsLink,
                                                   &release_1_5::kNewtonCholeskyGivesSoftmax,
                                                   &release_1_6::kNewtonCholeskyFitsMultinomial,
                                                   &release_1_8::kNoMultiClass,
                                                   &release_1_9::kStdCentersX,
                                                   &release_1_9::kUniformWhereNoClassIsLikely};

}  // namespace pratique
