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
    {1, 2, 0}, "SimpleImputer", "keep_empty_features keeps columns without any value"};
inline constexpr Change kLabelsAreCast{
    {1, 2, 0}, "LabelEncoder", "transform casts labels to the dtype of classes_, text is cut to its width"};
}  // namespace release_1_2

namespace release_1_3 {
inline constexpr Change kOrdinalGroups{
    {1, 3, 0}, "OrdinalEncoder", "max_categories and min_frequency group infrequent categories"};
}  // namespace release_1_3

namespace release_1_4 {
inline constexpr Change kConstantChecksRows{
    {1, 4, 0}, "SimpleImputer", "the strategy `constant` refuses rows of a dtype that fill_value is not cast to"};
}  // namespace release_1_4

namespace release_1_8 {
inline constexpr Change kConstantDropsEmpty{
    {1, 8, 0}, "SimpleImputer", "the strategy `constant` drops columns without any value, too"};
inline constexpr Change kFloat32Statistics{
    {1, 8, 0}, "StandardScaler", "statistics are rounded to float32 before float32 input meets them"};
inline constexpr Change kKeepsLabelDType{
    {1, 8, 0}, "LabelBinarizer", "a dense result has the dtype of labels that are signed integers"};
inline constexpr Change kWarnGroupsUnknown{
    {1, 8, 0},
    "OneHotEncoder",
    "handle_unknown=`warn` takes an unknown category for an infrequent one, as it always said"};
}  // namespace release_1_8

inline constexpr const Change* kPreprocessingChanges[] = {
    &release_1_2::kSparseIsSparseOutput, &release_1_2::kDropsAfterGrouping, &release_1_2::kKeepsEmptyFeatures,
    &release_1_2::kLabelsAreCast,        &release_1_3::kOrdinalGroups,      &release_1_4::kConstantChecksRows,
    &release_1_8::kConstantDropsEmpty,   &release_1_8::kFloat32Statistics,  &release_1_8::kKeepsLabelDType,
    &release_1_8::kWarnGroupsUnknown};

}  // namespace pratique
