// What releases changed in boosted trees.
#pragma once

#include "type/change.h"

namespace pratique {

namespace release_1_4 {
inline constexpr Change kCategoriesAreEncoded{
    {1, 4, 0},
    "HistGradientBoostingClassifier HistGradientBoostingRegressor",
    "categories of any kind are encoded first; before, they were integers below 255 to which cells were cut"};
}  // namespace release_1_4

namespace release_1_5 {
inline constexpr Change kLabelsOfRawScores{
    {1, 5, 0},
    "HistGradientBoostingClassifier",
    "labels follow the raw scores, no longer the probabilities, of which more are equal"};
}  // namespace release_1_5

inline constexpr const Change* kBoostingChanges[] = {&release_1_4::kCategoriesAreEncoded,
                                                     &release_1_5::kLabelsOfRawScores};

}  // namespace pratique
