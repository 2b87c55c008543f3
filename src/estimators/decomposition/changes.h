// What releases changed in linear projections.
#pragma once

#include "type/change.h"

namespace pratique {

namespace release_1_4 {
inline constexpr Change kTakesSparse{{1, 4, 0}, "PCA", "takes sparse input"};
}  // namespace release_1_4

namespace release_1_5 {
inline constexpr Change kCentersTheProduct{
    {1, 5, 0},
    "PCA IncrementalPCA",
    "the mean is taken off the product, no longer off X; scales below the smallest step of 1 divide as that"};
}  // namespace release_1_5

inline constexpr const Change* kDecompositionChanges[] = {&release_1_4::kTakesSparse, &release_1_5::kCentersTheProduct};

}  // namespace pratique
