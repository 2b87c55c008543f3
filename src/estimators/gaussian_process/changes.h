// What releases changed in Gaussian processes.
#pragma once

#include "type/change.h"

namespace pratique {

namespace release_1_1 {
inline constexpr Change kOneDeviationAnOutput{
    {1, 1, 0}, "GaussianProcessRegressor", "of several outputs each has a deviation, with normalize_y=False, too"};
}  // namespace release_1_1

namespace release_1_5 {
inline constexpr Change kRowsOverLengthScaleAreFloat64{{1, 5, 0},
                                                       "GaussianProcessRegressor GaussianProcessClassifier",
                                                       "float32 rows over one length scale are float64 (numpy 2)"};
}  // namespace release_1_5

namespace release_1_8 {
inline constexpr Change kFirstOfEqualProbabilities{
    {1, 8, 0},
    "GaussianProcessClassifier",
    "of classes with the same probability the first is predicted, no longer the last"};
}  // namespace release_1_8

inline constexpr const Change* kGaussianProcessChanges[] = {&release_1_1::kOneDeviationAnOutput,
                                                            &release_1_5::kRowsOverLengthScaleAreFloat64,
                                                            &release_1_8::kFirstOfEqualProbabilities};

}  // namespace pratique
