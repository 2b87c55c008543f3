// What releases changed in kernels.
#pragma once

#include "type/change.h"

namespace pratique {

namespace release_1_3 {
inline constexpr Change kOneGammaBothWays{
    {1, 3, 0}, "KernelPCA", "gamma=None is 1 / n_features for inverse_transform, too, no longer 1 / n_components"};
}  // namespace release_1_3

namespace release_1_5 {
inline constexpr Change kRootOfGammaIsFloat64{
    {1, 5, 0}, "PolynomialCountSketch", "float32 input meets gamma as a float64 (numpy 2)"};
}  // namespace release_1_5

inline constexpr const Change* kKernelChanges[] = {&release_1_3::kOneGammaBothWays,
                                                   &release_1_5::kRootOfGammaIsFloat64};

}  // namespace pratique
