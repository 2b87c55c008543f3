// What releases changed in ensembles.
#pragma once

#include "type/change.h"

namespace pratique {

namespace release_1_1 {
inline constexpr Change kThresholdOfProbabilities{
    {1, 1, 0}, "OneVsOneClassifier", "of two classes probabilities choose the second above 0.5, no longer above 0"};
}  // namespace release_1_1

namespace release_1_3 {
inline constexpr Change kOthersLose{{1, 3, 0},
                                    "AdaBoostClassifier",
                                    "the classes that an estimator does not predict get -weight / (n_classes - 1) of "
                                    "algorithm `SAMME`, no longer nothing"};
}  // namespace release_1_3

namespace release_1_6 {
inline constexpr Change kOnlySamme{
    {1, 6, 0}, "AdaBoostClassifier", "the algorithm is SAMME; there is no `SAMME.R` any more"};
}  // namespace release_1_6

namespace release_1_7 {
inline constexpr Change kZerosStay{
    {1, 7, 0}, "OneVsRestClassifier", "probabilities that are all 0 stay so, where 0 / 0 made them NaN"};
}  // namespace release_1_7

namespace release_1_8 {
inline constexpr Change kFirstOfEquals{
    {1, 8, 0}, "OneVsRestClassifier", "of classes with the same score the first is predicted, no longer the last"};
}  // namespace release_1_8

inline constexpr const Change* kEnsembleChanges[] = {&release_1_1::kThresholdOfProbabilities, &release_1_3::kOthersLose,
                                                     &release_1_6::kOnlySamme, &release_1_7::kZerosStay,
                                                     &release_1_8::kFirstOfEquals};

}  // namespace pratique
