// What releases changed in nearest neighbours.
#pragma once

#include "type/change.h"

namespace pratique {

#define PRATIQUE_NEIGHBORS                                                                              \
  "KNeighborsClassifier KNeighborsRegressor KNeighborsTransformer LocalOutlierFactor NearestNeighbors " \
  "RadiusNeighborsClassifier RadiusNeighborsRegressor RadiusNeighborsTransformer"

namespace release_1_1 {
inline constexpr Change kHeapsTakeFloat64{
    {1, 1, 0},
    "KNeighborsClassifier KNeighborsRegressor LocalOutlierFactor NearestNeighbors",
    "brute force searches dense float64 rows with heaps: of equal distances others are kept"};
}  // namespace release_1_1

namespace release_1_2 {
inline constexpr Change kHeapsTakeFloat32AndSparse{
    {1, 2, 0},
    PRATIQUE_NEIGHBORS,
    "brute force searches float32 rows, sparse rows and sqeuclidean with heaps: of equal distances others are kept"};
inline constexpr Change kOutliersRound{
    {1, 2, 0}, "LocalOutlierFactor", "distances to float32 rows are rounded to float32, and so are the scores"};
inline constexpr Change kIsomapKeepsFloat32{
    {1, 2, 0}, "Isomap", "what was fitted on float32 is kept in it, and so is the kernel of float32 rows"};
}  // namespace release_1_2

namespace release_1_3 {
inline constexpr Change kHeapsTakeMixedPairs{
    {1, 3, 0}, PRATIQUE_NEIGHBORS, "brute force searches sparse beside dense rows with heaps, for euclidean, too"};
}  // namespace release_1_3

namespace release_1_4 {
inline constexpr Change kCountsByMode{{1, 4, 0},
                                      "RadiusNeighborsClassifier",
                                      "brute force counts votes of one output by other metrics than euclidean itself: "
                                      "`most_frequent` gives outliers no probability of any class"};
inline constexpr Change kNoHeapsOfSparsePairs{
    {1, 4, 0}, PRATIQUE_NEIGHBORS, "brute force searches sparse rows beside sparse ones without heaps, for euclidean"};
inline constexpr Change kNarrowDistances{
    {1, 4, 0}, PRATIQUE_NEIGHBORS, "distances of float32 rows are rounded to float32"};
}  // namespace release_1_4

namespace release_1_6 {
inline constexpr Change kTakesGaps{{1, 6, 0}, PRATIQUE_NEIGHBORS, "takes NaN beside the metric nan_euclidean"};
}  // namespace release_1_6

namespace release_1_9 {
inline constexpr Change kModeCountsIndexes{
    {1, 9, 0},
    "RadiusNeighborsClassifier",
    "where brute force counts votes itself, outlier_label is compared with the numbers of the classes, not with them"};
inline constexpr Change kIntroSort{
    {1, 9, 0}, PRATIQUE_NEIGHBORS, "neighbours are sorted otherwise: equal distances stand in another order"};
}  // namespace release_1_9

#undef PRATIQUE_NEIGHBORS

inline constexpr const Change* kNeighborsChanges[] = {
    &release_1_1::kHeapsTakeFloat64,    &release_1_2::kHeapsTakeFloat32AndSparse,
    &release_1_3::kHeapsTakeMixedPairs, &release_1_4::kNoHeapsOfSparsePairs,
    &release_1_4::kNarrowDistances,     &release_1_6::kTakesGaps,
    &release_1_9::kIntroSort,           &release_1_2::kOutliersRound,
    &release_1_4::kCountsByMode,        &release_1_9::kModeCountsIndexes,
    &release_1_2::kIsomapKeepsFloat32};

}  // namespace pratique
