// What releases changed in trees and forests.
#pragma once

#include "type/change.h"

namespace pratique {

namespace release_1_3 {
inline constexpr Change kNodesKnowMissing{
    {1, 3, 0},
    "DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor RandomForestClassifier "
    "RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor GradientBoostingClassifier "
    "GradientBoostingRegressor "
    "IsolationForest RandomTreesEmbedding",
    "nodes say where missing values go, and a threshold of infinity parts them from numbers"};
inline constexpr Change kTreesTakeMissing{
    {1, 3, 0},
    "DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor",
    "predict takes NaN if the tree splits by the best split, a usual criterion and no monotonic constraints"};
inline constexpr Change kIsolationKeepsDepths{
    {1, 3, 0}, "IsolationForest", "depths of leaves are attributes, no longer counted in predict"};
}  // namespace release_1_3

namespace release_1_4 {
inline constexpr Change kLeavesHoldFractions{
    {1, 4, 0},
    "DecisionTreeClassifier ExtraTreeClassifier RandomForestClassifier ExtraTreesClassifier",
    "leaves hold fractions of the classes, no longer weights to be divided by their sum"};
inline constexpr Change kForestsTakeMissing{
    {1, 4, 0},
    "RandomForestClassifier RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor",
    "predict takes NaN if the trees do"};
}  // namespace release_1_4

namespace release_1_6 {
inline constexpr Change kRandomSplitsTakeMissing{
    {1, 6, 0},
    "DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor ExtraTreesClassifier "
    "ExtraTreesRegressor",
    "predict takes NaN with random splits too, and of extra trees only with those"};
inline constexpr Change kIsolationTakesMissing{{1, 6, 0}, "IsolationForest", "predict takes NaN and infinity"};
}  // namespace release_1_6

namespace release_1_8 {
inline constexpr Change kPathsFollowMissing{
    {1, 8, 0},
    "DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor RandomForestClassifier "
    "RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor RandomTreesEmbedding",
    "decision_path sends NaN where predict does; before, to the right, so that it takes none here"};
}  // namespace release_1_8

namespace release_1_9 {
inline constexpr Change kAnyCriterionTakesMissing{
    {1, 9, 0},
    "DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor RandomForestClassifier "
    "RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor",
    "predict takes NaN whatever the criterion and the constraints"};
}  // namespace release_1_9

inline constexpr const Change* kTreeChanges[] = {
    &release_1_3::kIsolationKeepsDepths,    &release_1_6::kIsolationTakesMissing,
    &release_1_3::kNodesKnowMissing,        &release_1_3::kTreesTakeMissing,
    &release_1_4::kLeavesHoldFractions,     &release_1_4::kForestsTakeMissing,
    &release_1_6::kRandomSplitsTakeMissing, &release_1_8::kPathsFollowMissing,
    &release_1_9::kAnyCriterionTakesMissing};

}  // namespace pratique
