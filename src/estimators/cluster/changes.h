// What releases changed in clusterings by centers.
#pragma once

#include "type/change.h"

namespace pratique {

namespace release_1_2 {
inline constexpr Change kComparesSquares{
    {1, 2, 0},
    "AffinityPropagation Birch MeanShift NearestCentroid",
    "the nearest center of float32 rows (NearestCentroid: of all rows) is found by squared distances, no longer by "
    "rounded roots, of which more are equal"};
}  // namespace release_1_2

namespace release_1_4 {
inline constexpr Change kComparesSparseRoots{
    {1, 4, 0},
    "AffinityPropagation",
    "the nearest of sparse centers is found for sparse rows by rounded distances, no longer by their squares"};
}  // namespace release_1_4

inline constexpr const Change* kClusterChanges[] = {&release_1_2::kComparesSquares, &release_1_4::kComparesSparseRoots};

}  // namespace pratique
