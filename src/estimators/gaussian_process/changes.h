// What releases changed in Gaussian processes.
#pragma once

#include "type/change.h"

namespace pratique {

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

inline constexpr const Change* kGaussianProcessChanges[] = {&release_1_5::kRowsOverLengthScaleAreFloat64,
                                                            &release_1_8::kFirstOfEqualProbabilities};

}  // namespace pratique
