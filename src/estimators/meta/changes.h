// What releases changed in chains.
#pragma once

#include "type/change.h"

namespace pratique {

namespace release_1_5 {
inline constexpr Change kChainsWiden{
    {1, 5, 0}, "ClassifierChain RegressorChain", "the first estimator gets sparse X as float64, as the others do"};
}  // namespace release_1_5

inline constexpr const Change* kMetaChanges[] = {&release_1_5::kChainsWiden};

}  // namespace pratique
