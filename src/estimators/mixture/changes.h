// What releases changed in mixtures and discriminants.
#pragma once

#include "type/change.h"

namespace pratique {

namespace release_1_6 {
inline constexpr Change kLogProbaOfScores{
    {1, 6, 0},
    "QuadraticDiscriminantAnalysis",
    "predict_log_proba follows the scores, no longer the probabilities, of which some are 0"};
}  // namespace release_1_6

namespace release_1_7 {
inline constexpr Change kDistancesOfDTypeOfX{
    {1, 7, 0},
    "GaussianMixture BayesianGaussianMixture",
    "with a covariance `full` or `tied` distances are cast to X's dtype: of integers to integers"};
// Of 1.7 alone.
inline constexpr Change kConstantOfDTypeOfX{{1, 7, 0},
                                            "GaussianMixture BayesianGaussianMixture",
                                            "the logarithm of 2 pi is cast to X's dtype: of integers to 1"};
}  // namespace release_1_7

namespace release_1_8 {
inline constexpr Change kConstantIsExact{
    {1, 8, 0}, "GaussianMixture BayesianGaussianMixture", "the logarithm of 2 pi is no longer cast to X's dtype"};
}  // namespace release_1_8

inline constexpr const Change* kMixtureChanges[] = {&release_1_6::kLogProbaOfScores, &release_1_7::kDistancesOfDTypeOfX,
                                                    &release_1_7::kConstantOfDTypeOfX, &release_1_8::kConstantIsExact};

}  // namespace pratique
