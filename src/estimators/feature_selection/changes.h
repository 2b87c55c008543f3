// What releases changed in selectors.
#pragma once

#include "type/change.h"

namespace pratique {

namespace release_1_1 {
inline constexpr Change kThresholdOfElasticNet{
    {1, 1, 0}, "SelectFromModel", "without a threshold it is 1e-5 for elastic nets of l1_ratio=1, too"};
}  // namespace release_1_1

namespace release_1_8 {
inline constexpr Change kThresholdOfL1Ratio{
    {1, 8, 0}, "SelectFromModel", "without a threshold it is 1e-5 for logistic regressions of l1_ratio=1, too"};
}  // namespace release_1_8

inline constexpr const Change* kFeatureSelectionChanges[] = {&release_1_1::kThresholdOfElasticNet,
                                                             &release_1_8::kThresholdOfL1Ratio};

}  // namespace pratique
