// What releases changed in linear projections.
#pragma once

#include "type/change.h"

namespace pratique {

namespace release_1_1 {
inline constexpr Change kKeepsIntercept{{1, 1, 0},
                                        "CCA PLSCanonical PLSRegression",
                                        "intercept_ is kept; coefficients are a row a target, no longer a column"};
inline constexpr Change kInvertsProjections{{1, 1, 0},
                                            "GaussianRandomProjection SparseRandomProjection",
                                            "compute_inverse_components keeps what inverse_transform multiplies by"};
}  // namespace release_1_1

namespace release_1_2 {
inline constexpr Change kRegularizesByWeight{
    {1, 2, 0}, "MiniBatchNMF NMF", "alpha and regularization are gone; alpha_W regularizes, times the features"};
inline constexpr Change kTakesAlphaOfFit{{1, 2, 0},
                                         "DictionaryLearning MiniBatchDictionaryLearning",
                                         "transform takes alpha where transform_alpha is not given, no longer 1"};
}  // namespace release_1_2

namespace release_1_3 {
inline constexpr Change kKeepsDimensions{{1, 3, 0},
                                         "CCA PLSCanonical PLSRegression",
                                         "predict has one dimension where y of the fit had; coef_ is an attribute"};
}  // namespace release_1_3

namespace release_1_4 {
inline constexpr Change kTakesSparse{{1, 4, 0}, "PCA", "takes sparse input"};
}  // namespace release_1_4

namespace release_1_5 {
inline constexpr Change kCentersTheProduct{
    {1, 5, 0},
    "PCA IncrementalPCA",
    "the mean is taken off the product, no longer off X; scales below the smallest step of 1 divide as that"};
inline constexpr Change kScalesCoefficients{
    {1, 5, 0},
    "CCA PLSCanonical PLSRegression",
    "coef_ is of X that is not scaled, so that predict does not divide by the scale"};
inline constexpr Change kNamesComponents{
    {1, 5, 0}, "NeighborhoodComponentsAnalysis", "the columns of transform have names, no longer those of X"};
}  // namespace release_1_5

namespace release_1_8 {
inline constexpr Change kScreensCodes{
    {1, 8, 0},
    "DictionaryLearning MiniBatchDictionaryLearning SparseCoder",
    "lasso_cd leaves out atoms by gap safe rules, and ends at 1e-8, no longer at 1e-4; omp keeps the dtype of X"};
}  // namespace release_1_8

inline constexpr const Change* kDecompositionChanges[] = {
    &release_1_1::kKeepsIntercept,    &release_1_1::kInvertsProjections, &release_1_2::kRegularizesByWeight,
    &release_1_2::kTakesAlphaOfFit,   &release_1_3::kKeepsDimensions,    &release_1_4::kTakesSparse,
    &release_1_5::kCentersTheProduct, &release_1_5::kScalesCoefficients, &release_1_5::kNamesComponents,
    &release_1_8::kScreensCodes};

}  // namespace pratique
