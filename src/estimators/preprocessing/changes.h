// What releases changed in scalers, imputers and encoders.
#pragma once

#include "type/change.h"

namespace pratique {

namespace release_1_2 {
inline constexpr Change kSparseIsSparseOutput{{1, 2, 0}, "OneHotEncoder", "`sparse` is called sparse_output"};
inline constexpr Change kDropsAfterGrouping{{1, 2, 0},
                                            "OneHotEncoder",
                                            "drop_idx_ counts categories before infrequent ones are grouped; "
                                            "_drop_idx_after_grouping says what drop_idx_ said"};
inline constexpr Change kKeepsEmptyFeatures{
    {1, 2, 0}, "SimpleImputer KNNImputer", "keep_empty_features keeps columns without any value"};
}  // namespace release_1_2

namespace release_1_3 {
inline constexpr Change kMarksAlways{
    {1, 3, 0}, "KNNImputer", "add_indicator adds its columns also where no row of X has a gap"};
}  // namespace release_1_3

namespace release_1_4 {
inline constexpr Change kConstantChecksRows{
    {1, 4, 0}, "SimpleImputer", "the strategy `constant` refuses rows of a dtype that fill_value is not cast to"};
}  // namespace release_1_4

namespace release_1_6 {
inline constexpr Change kFarDonorsHaveNoSay{
    {1, 6, 0}, "KNNImputer", "with uniform weights, too, rows that share no column with a gap's row have no say"};
}  // namespace release_1_6

namespace release_1_8 {
inline constexpr Change kConstantDropsEmpty{
    {1, 8, 0}, "SimpleImputer", "the strategy `constant` drops columns without any value, too"};
inline constexpr Change kFloat32Statistics{
    {1, 8, 0}, "StandardScaler", "statistics are rounded to float32 before float32 input meets them"};
inline constexpr Change kWarnGroupsUnknown{
    {1, 8, 0},
    "OneHotEncoder",
    "handle_unknown=`warn` takes an unknown category for an infrequent one, as it always said"};
}  // namespace release_1_8

inline constexpr const Change* kPreprocessingChanges[] = {
    &release_1_2::kSparseIsSparseOutput, &release_1_2::kDropsAfterGrouping, &release_1_2::kKeepsEmptyFeatures,
    &release_1_3::kMarksAlways,          &release_1_4::kConstantChecksRows, &release_1_6::kFarDonorsHaveNoSay,
    &release_1_8::kConstantDropsEmpty,   &release_1_8::kFloat32Statistics,  &release_1_8::kWarnGroupsUnknown};

}  // namespace pratique
