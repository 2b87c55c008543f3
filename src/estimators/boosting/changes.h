// What releases changed in boosted trees.
#pragma once

#include "estimators/tree/changes.h"
#include "type/change.h"

namespace pratique {

namespace release_1_1 {
inline constexpr Change kLossIsPrivate{
    {1, 1, 0}, "GradientBoostingClassifier GradientBoostingRegressor", "the loss is called _loss, no longer loss_"};
inline constexpr Change kHistLossesAreShared{
    {1, 1, 0},
    "HistGradientBoostingClassifier HistGradientBoostingRegressor",
    "losses are those of sklearn._loss: probabilities of many classes are no longer exp(raw - logsumexp(raw))"};
}  // namespace release_1_1

namespace release_1_4 {
inline constexpr Change kCategoriesAreEncoded{
    {1, 4, 0},
    "HistGradientBoostingClassifier HistGradientBoostingRegressor",
    "categories of any kind are encoded first; before, they were integers below 255 to which cells were cut"};
inline constexpr Change kLossesAreShared{{1, 4, 0},
                                         "GradientBoostingClassifier GradientBoostingRegressor",
                                         "losses are those of sklearn._loss: labels follow the raw scores, no longer "
                                         "probabilities, and first scores of many "
                                         "classes are relative to their mean"};
}  // namespace release_1_4

namespace release_1_5 {
inline constexpr Change kLabelsOfRawScores{
    {1, 5, 0},
    "HistGradientBoostingClassifier",
    "labels follow the raw scores, no longer the probabilities, of which more are equal"};
}  // namespace release_1_5

namespace release_1_8 {
inline constexpr Change kFirstProbabilitiesNearZero{
    {1, 8, 0},
    "GradientBoostingClassifier",
    "first probabilities are clipped to the smallest step of float64, no longer of float32"};
}  // namespace release_1_8

inline constexpr const Change* kBoostingChanges[] = {&release_1_1::kLossIsPrivate,
                                                     &release_1_1::kHistLossesAreShared,
                                                     &release_1_3::kNodesKnowMissing,
                                                     &release_1_4::kCategoriesAreEncoded,
                                                     &release_1_4::kLossesAreShared,
                                                     &release_1_5::kLabelsOfRawScores,
                                                     &release_1_8::kFirstProbabilitiesNearZero};

}  // namespace pratique
