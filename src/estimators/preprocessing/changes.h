// What releases changed in scalers, imputers and encoders.
#pragma once

#include "type/change.h"

namespace pratique {

namespace release_1_1 {
inline constexpr Change kGroupsRareCategories{
    {1, 1, 0}, "OneHotEncoder", "max_categories and min_frequency group infrequent categories"};
inline constexpr Change kEncodesMissing{
    {1, 1, 0}, "OrdinalEncoder", "encoded_missing_value stands for what is missing; before, NaN did"};
inline constexpr Change kTakesDegreeZero{{1, 1, 0}, "PolynomialFeatures", "degree=0 gives ones alone"};
inline constexpr Change kKnowsFittedDType{
    {1, 1, 0}, "SimpleImputer", "the dtype that fit saw is kept, and rows become objects where it was that"};
inline constexpr Change kKnowsValidColumns{
    {1, 1, 0}, "KNNImputer", "which columns have values is kept, no longer worked out at each transform"};
}  // namespace release_1_1

namespace release_1_2 {
inline constexpr Change kSparseIsSparseOutput{{1, 2, 0}, "OneHotEncoder", "`sparse` is called sparse_output"};
inline constexpr Change kDropsAfterGrouping{{1, 2, 0},
                                            "OneHotEncoder",
                                            "drop_idx_ counts categories before infrequent ones are grouped; "
                                            "_drop_idx_after_grouping says what drop_idx_ said"};
inline constexpr Change kKeepsEmptyFeatures{
    {1, 2, 0}, "SimpleImputer KNNImputer", "keep_empty_features keeps columns without any value"};
inline constexpr Change kLabelsAreCast{
    {1, 2, 0}, "LabelEncoder", "transform casts labels to the dtype of classes_, text is cut to its width"};
}  // namespace release_1_2

namespace release_1_3 {
inline constexpr Change kOrdinalGroups{
    {1, 3, 0}, "OrdinalEncoder", "max_categories and min_frequency group infrequent categories"};
inline constexpr Change kMarksAlways{
    {1, 3, 0}, "KNNImputer", "add_indicator adds its columns also where no row of X has a gap"};
}  // namespace release_1_3

namespace release_1_4 {
inline constexpr Change kConstantChecksRows{
    {1, 4, 0}, "SimpleImputer", "the strategy `constant` refuses rows of a dtype that fill_value is not cast to"};
}  // namespace release_1_4

namespace release_1_5 {
inline constexpr Change kExactThreshold{
    {1, 5, 0}, "Binarizer", "a threshold that is a numpy float meets float32 as it is (numpy 2)"};
inline constexpr Change kExactBounds{{1, 5, 0},
                                     "PowerTransformer QuantileTransformer SplineTransformer",
                                     "what was fitted in float64 meets float32 as it is (numpy 2)"};
}  // namespace release_1_5

namespace release_1_6 {
inline constexpr Change kNumpy2{
    {1, 6, 0},
    "FunctionTransformer",
    "numpy 2: floor, ceil and trunc of integers are integers, clip keeps the sign of zeros"};
inline constexpr Change kStableBoxCox{
    {1, 6, 0}, "PowerTransformer", "the inverse of box-cox is exp(log1p(x lambda) / lambda), no longer a power"};
inline constexpr Change kFarDonorsHaveNoSay{
    {1, 6, 0}, "KNNImputer", "with uniform weights, too, rows that share no column with a gap's row have no say"};
}  // namespace release_1_6

namespace release_1_8 {
inline constexpr Change kConstantDropsEmpty{
    {1, 8, 0}, "SimpleImputer", "the strategy `constant` drops columns without any value, too"};
inline constexpr Change kConstantIsZero{
    {1, 8, 0}, "SplineTransformer", "a column that was constant in fit is 0 before its periodic splines"};
inline constexpr Change kFloat32Statistics{
    {1, 8, 0}, "StandardScaler", "statistics are rounded to float32 before float32 input meets them"};
inline constexpr Change kKeepsLabelDType{
    {1, 8, 0}, "LabelBinarizer", "a dense result has the dtype of labels that are signed integers"};
inline constexpr Change kWarnGroupsUnknown{
    {1, 8, 0},
    "OneHotEncoder",
    "handle_unknown=`warn` takes an unknown category for an infrequent one, as it always said"};
}  // namespace release_1_8

namespace release_1_9 {
inline constexpr Change kStableYeoJohnson{
    {1, 9, 0}, "PowerTransformer", "yeo-johnson is by expm1 and log1p, no longer a power"};
}  // namespace release_1_9

inline constexpr const Change* kPreprocessingChanges[] = {
    &release_1_1::kGroupsRareCategories, &release_1_1::kEncodesMissing,
    &release_1_1::kKnowsFittedDType,     &release_1_1::kTakesDegreeZero,
    &release_1_1::kKnowsValidColumns,    &release_1_2::kSparseIsSparseOutput,
    &release_1_2::kDropsAfterGrouping,   &release_1_2::kKeepsEmptyFeatures,
    &release_1_2::kLabelsAreCast,        &release_1_3::kMarksAlways,
    &release_1_3::kOrdinalGroups,        &release_1_4::kConstantChecksRows,
    &release_1_5::kExactThreshold,       &release_1_5::kExactBounds,
    &release_1_6::kFarDonorsHaveNoSay,   &release_1_6::kNumpy2,
    &release_1_6::kStableBoxCox,         &release_1_8::kConstantIsZero,
    &release_1_8::kConstantDropsEmpty,   &release_1_8::kFloat32Statistics,
    &release_1_8::kKeepsLabelDType,      &release_1_8::kWarnGroupsUnknown,
    &release_1_9::kStableYeoJohnson};

}  // namespace pratique
