// What Import refuses: attributes that would change a prediction and are not reproduced, or that contradict each other.
#include <gmock/gmock.h>

#include <cmath>

#include "import/sklearn/numpy_functions.h"
#include "tests/import/objects.h"

namespace pratique {
namespace {

using graph::Id;

class Objects : public testing::Objects {
 public:
  Attributes Encoder() {
    return {{"categories_", List({ObjectArray({Text("a"), Text("b"), Text("c")})})},
            {"handle_unknown", Text("error")},
            {"sparse_output", Bool(true)},
            {"dtype", Global("numpy", "float64")},
            {"drop", None()},
            {"n_features_in_", Int(1)},
            {"drop_idx_", None()},
            {"_drop_idx_after_grouping", None()},
            {"_infrequent_enabled", Bool(false)},
            {"_n_features_outs", List({Int(3)})}};
  }
  Attributes Imputer() {
    return {{"missing_values", Float(std::numeric_limits<double>::quiet_NaN())},
            {"strategy", Text("most_frequent")},
            {"copy", Bool(true)},
            {"add_indicator", Bool(false)},
            {"keep_empty_features", Bool(false)},
            {"statistics_", ObjectArray({Text("a"), Int(3)})},
            {"_fit_dtype", DTypeOf('O')},
            {"indicator_", None()},
            {"n_features_in_", Int(2)},
            {"fill_value", None()}};
  }
  std::string ImportEncoder(Attributes changes, std::string_view version = "1.6.1") {
    return Import("sklearn.preprocessing._encoders", "OneHotEncoder", Changed(Encoder(), changes), version);
  }
  std::string ImportImputer(Attributes changes) {
    return Import("sklearn.impute._base", "SimpleImputer", Changed(Imputer(), changes));
  }
};

TEST(PreprocessingImport, OneHotEncoder) {
  Objects o;
  EXPECT_EQ(o.ImportEncoder({}), "");
  EXPECT_EQ(o.ImportEncoder({{"handle_unknown", o.Text("shrug")}}),
            "state.unsupported_value OneHotEncoder.handle_unknown");
  EXPECT_EQ(o.ImportEncoder({{"dtype", o.Global("numpy", "complex128")}}),
            "state.unsupported_value OneHotEncoder.dtype");
  EXPECT_EQ(o.ImportEncoder({{"dtype", o.Global("numpy", "float32")}}), "");
  EXPECT_EQ(o.ImportEncoder({{"_map_infrequent_categories", o.Int(1)}}),
            "state.unknown_attribute OneHotEncoder._map_infrequent_categories");
  EXPECT_EQ(o.ImportEncoder({{"__dict__", o.Int(1)}}), "state.unknown_attribute OneHotEncoder.__dict__");
  EXPECT_EQ(o.ImportEncoder({{"_mlflow_run_id", o.Int(1)}}), "");  // no code of scikit-learn asks for it
  EXPECT_EQ(o.ImportEncoder({{"_n_features_outs", o.List({o.Int(2)})}}),
            "state.type OneHotEncoder._n_features_outs[0]");
  EXPECT_EQ(o.ImportEncoder({{"categories_", o.List({o.ObjectArray({o.Text("a"), o.Int(1)})})}}),
            "state.unsupported_value OneHotEncoder.categories_[0]");
  EXPECT_EQ(o.ImportEncoder({{"categories_", graph::kNoId}}), "state.absent OneHotEncoder.categories_");
}

TEST(PreprocessingImport, DropAndInfrequentCategories) {
  Objects o;
  const auto drop = [&](int64_t index, int64_t width) {
    return o.ImportEncoder(
        {{"_drop_idx_after_grouping", o.ObjectArray({o.Int(index)})}, {"_n_features_outs", o.List({o.Int(width)})}});
  };
  EXPECT_EQ(drop(2, 2), "");
  EXPECT_EQ(drop(3, 2), "state.type OneHotEncoder._drop_idx_after_grouping[0]");
  EXPECT_EQ(drop(-1, 2), "state.type OneHotEncoder._drop_idx_after_grouping[0]");
  const auto group = [&](Id mapping, Id rare, int64_t width) {
    return o.ImportEncoder({{"_infrequent_enabled", o.Bool(true)},
                            {"_default_to_infrequent_mappings", o.List({mapping})},
                            {"_infrequent_indices", o.List({rare})},
                            {"_n_features_outs", o.List({o.Int(width)})}});
  };
  EXPECT_EQ(group(o.Ints({1, 0, 1}), o.Ints({0, 2}), 2), "");
  EXPECT_EQ(group(o.None(), o.None(), 3), "");
  EXPECT_EQ(group(o.Ints({0, 1, 1}), o.Ints({0, 2}), 2), "state.type OneHotEncoder._default_to_infrequent_mappings[0]");
  EXPECT_EQ(group(o.Ints({1, 0, 7}), o.Ints({0, 2}), 2), "state.type OneHotEncoder._default_to_infrequent_mappings[0]");
  EXPECT_EQ(group(o.Ints({1, 0}), o.Ints({0, 2}), 2), "state.type OneHotEncoder._default_to_infrequent_mappings[0]");
  EXPECT_EQ(group(o.None(), o.Ints({0, 2}), 2), "state.type OneHotEncoder._infrequent_indices[0]");
}

TEST(PreprocessingImport, SimpleImputer) {
  Objects o;
  EXPECT_EQ(o.ImportImputer({}), "");
  EXPECT_EQ(o.ImportImputer({{"missing_values", o.Global("pandas._libs.missing", "NA")}}), "");
  EXPECT_EQ(o.ImportImputer({{"missing_values", o.Float(std::numeric_limits<double>::infinity())}}),
            "state.unsupported_value SimpleImputer.missing_values");
  EXPECT_EQ(o.ImportImputer({{"statistics_", o.ObjectArray({o.Text("a"), o.None()})}}),
            "state.unsupported_value SimpleImputer.statistics_[1]");
  EXPECT_EQ(o.ImportImputer({{"statistics_", graph::kNoId}}), "state.absent SimpleImputer.statistics_");
  EXPECT_EQ(o.ImportImputer({{"_fit_dtype", graph::kNoId}}), "state.absent SimpleImputer._fit_dtype");
  EXPECT_EQ(o.ImportImputer({{"add_indicator", o.Bool(true)}}), "state.unsupported_value SimpleImputer.indicator_");
}

// Found by changing fitted objects (tests/mutation): each was taken for something else, or not looked at.
TEST(PreprocessingImport, WhatTransformReads) {
  Objects o;
  EXPECT_EQ(o.ImportEncoder({{"categories_", o.List({o.Ints({3, 1, 2})})}}),
            "state.unsupported_value OneHotEncoder.categories_[0]");
  EXPECT_EQ(o.ImportEncoder({{"dtype", graph::kNoId}}), "state.unsupported_value OneHotEncoder.dtype");
  EXPECT_EQ(o.ImportEncoder({{"drop", graph::kNoId}}), "state.unsupported_value OneHotEncoder.drop");
  EXPECT_EQ(o.ImportEncoder({{"_n_features_outs", o.ObjectArray({o.Int(3)})}}),
            "state.unsupported_value OneHotEncoder._n_features_outs");
  EXPECT_EQ(o.ImportEncoder({{"_n_features_outs", graph::kNoId}}),
            "state.unsupported_value OneHotEncoder._n_features_outs");
  EXPECT_EQ(o.ImportEncoder({{"scale_", o.Int(1)}}), "state.unknown_attribute OneHotEncoder.scale_");
  EXPECT_EQ(o.ImportEncoder({{"_estimator_type", o.Text("classifier")}}),
            "state.unknown_attribute OneHotEncoder._estimator_type");
  EXPECT_EQ(o.ImportEncoder({{"sparse", o.Bool(true)}}), "state.unsupported_value OneHotEncoder.sparse");
  EXPECT_EQ(o.ImportEncoder({{"feature_name_combiner", o.Text("concat")}}, "1.2.2"),
            "state.unsupported_value OneHotEncoder.feature_name_combiner");
  EXPECT_EQ(o.ImportImputer({{"strategy", o.Text("most_rare")}}), "state.unsupported_value SimpleImputer.strategy");
  EXPECT_EQ(o.ImportImputer({{"copy", o.None()}}), "state.type SimpleImputer.copy");
  EXPECT_EQ(o.ImportImputer({{"copy", o.Bool(false)}}), "");
}

TEST(PreprocessingImport, TheIndicatorIsTheOneThatFitMakes) {
  Objects o;
  const Objects::Attributes honest = {{"missing_values", o.None()},   {"features", o.Text("missing-only")},
                                      {"sparse", o.Text("auto")},     {"error_on_new", o.Bool(false)},
                                      {"_precomputed", o.Bool(true)}, {"_n_features", o.Int(2)},
                                      {"features_", o.Ints({0, 1})}};
  const auto import = [&](const Objects::Attributes& changes, std::string_view name = "MissingIndicator") {
    const Id indicator = o.Object("sklearn.impute._base", name, Objects::Changed(honest, changes));
    return o.ImportImputer({{"add_indicator", o.Bool(true)}, {"indicator_", indicator}});
  };
  EXPECT_EQ(import({}), "");
  EXPECT_EQ(import({}, "StandardScaler"), "state.unsupported_value SimpleImputer.indicator_");
  const std::pair<std::string_view, Id> others[] = {{"features", o.Text("all")},    {"sparse", o.Bool(true)},
                                                    {"error_on_new", o.Bool(true)}, {"_precomputed", o.Bool(false)},
                                                    {"_n_features", o.Int(3)},      {"clip", o.Bool(true)}};
  for (const auto& other : others)
    EXPECT_EQ(import({other}), "state.unsupported_value SimpleImputer.indicator_") << other.first;
  EXPECT_EQ(import({{"features_", o.Ints({1, 0})}}), "state.type SimpleImputer.indicator_.features_[1]");
  EXPECT_EQ(import({{"features_", o.Ints({0, 2})}}), "state.type SimpleImputer.indicator_.features_");
}

TEST(PreprocessingImport, MissingIndicator) {
  Objects o;
  const auto import = [&](Id features, std::string_view which, int64_t n) {
    return o.Import("sklearn.impute._base", "MissingIndicator",
                    {{"missing_values", o.Int(-1)},
                     {"features", o.Text(which)},
                     {"sparse", o.Text("auto")},
                     {"error_on_new", o.Bool(true)},
                     {"_precomputed", o.Bool(false)},
                     {"n_features_in_", o.Int(3)},
                     {"_n_features", o.Int(n)},
                     {"features_", features}});
  };
  EXPECT_EQ(import(o.Ints({0, 2}), "missing-only", 3), "");
  EXPECT_EQ(import(o.Ints({0, 1, 2}), "all", 3), "");
  EXPECT_EQ(import(o.Ints({0, 2}), "all", 3), "state.unsupported_value MissingIndicator.features_");
  EXPECT_EQ(import(o.Ints({0, 2}), "missing-only", 2), "state.unsupported_value MissingIndicator._n_features");
  EXPECT_EQ(import(o.Ints({0, 2}), "some", 3), "state.unsupported_value MissingIndicator.features");
  EXPECT_EQ(import(o.Ints({2, 0}), "missing-only", 3), "state.type MissingIndicator.features_[1]");
}

TEST(PreprocessingImport, LabelsAreOfOneKind) {
  Objects o;
  const auto import = [&](Id first, Id second) {
    return o.Import("sklearn.linear_model._logistic", "LogisticRegression",
                    {{"classes_", o.ObjectArray({first, second})},
                     {"coef_", o.Ints({1, 2}, {1, 2})},
                     {"intercept_", o.Ints({0})},
                     {"solver", o.Text("lbfgs")},
                     {"n_features_in_", o.Int(2)}},
                    "1.9.1");
  };
  EXPECT_EQ(import(o.Text("a"), o.Text("b")), "");
  EXPECT_EQ(import(o.Int(1), o.Int(2)), "");
  EXPECT_EQ(import(o.Float(1), o.Float(2)), "");
  const std::string mixed = "state.unsupported_value LogisticRegression.classes_";
  EXPECT_EQ(import(o.Bool(true), o.Int(2)), mixed);
  EXPECT_EQ(import(o.Int(1), o.Float(2)), mixed);
  EXPECT_EQ(import(o.Text("a"), o.Float(2)), mixed);
}

TEST(PreprocessingImport, StatisticsHaveOneDimensionAndAreArrays) {
  Objects o;
  const auto import = [&](Id mean, std::string_view more = "", std::string_view version = "1.9.1") {
    Objects::Attributes attributes = {{"with_mean", o.Bool(true)},
                                      {"with_std", o.Bool(false)},
                                      {"copy", o.Bool(true)},
                                      {"n_features_in_", o.Int(2)},
                                      {"mean_", mean}};
    if (!more.empty()) attributes.emplace_back(more, o.Bool(false));
    return o.Import("sklearn.preprocessing._data", "StandardScaler", attributes, version);
  };
  EXPECT_EQ(import(o.Ints({1, 2})), "");
  EXPECT_EQ(import(o.Ints({1, 2}, {2, 1})), "state.unsupported_value StandardScaler.mean_");
  EXPECT_EQ(import(o.List({o.Float(1), o.Float(2)})), "state.unsupported_value StandardScaler.mean_");
  EXPECT_EQ(import(o.Ints({1, 2}), "clip", "1.6.1"), "state.unknown_attribute StandardScaler.clip");
  EXPECT_EQ(import(o.Ints({1, 2}), "max_abs_"), "state.unknown_attribute StandardScaler.max_abs_");
}

TEST(PreprocessingImport, FunctionTransformer) {
  Objects o;
  const auto import = [&](Id func, Id arguments, Id names = graph::kNoId) {
    return o.Import("sklearn.preprocessing._function_transformer", "FunctionTransformer",
                    {{"func", func},
                     {"inverse_func", o.None()},
                     {"validate", o.Bool(false)},
                     {"accept_sparse", o.Bool(true)},
                     {"kw_args", arguments},
                     {"inv_kw_args", o.None()},
                     {"feature_names_out", names == graph::kNoId ? o.None() : names}},
                    "1.6.1");
  };
  EXPECT_EQ(import(o.None(), o.None()), "");
  EXPECT_EQ(import(o.None(), o.None(), o.Text("one-to-one")), "");
  const std::string names_out = "state.unsupported_value FunctionTransformer.feature_names_out";
  EXPECT_EQ(import(o.None(), o.None(), o.Global("__main__", "names")), names_out);
  EXPECT_EQ(import(o.None(), o.None(), o.Text("two-to-one")), names_out);
  EXPECT_EQ(import(o.None(), o.Int(1)), "state.unsupported_value FunctionTransformer.kw_args");
  for (const char* module : {"numpy", "numpy._core._multiarray_umath"})
    EXPECT_EQ(import(o.Global(module, "log1p"), o.None()), "");
  for (const char* name : {"abs", "around", "deg2rad", "nan_to_num", "round_"})
    EXPECT_EQ(import(o.Global("numpy", name), o.None()), "") << name;
  for (const std::string_view name : NumpyFunctions()) {
    if (name != "clip") EXPECT_EQ(import(o.Global("numpy", name), o.None()), "") << name;  // its bounds must be given
  }
  const std::string func = "state.unsupported_value FunctionTransformer.func",
                    kw_args = "state.unsupported_value FunctionTransformer.kw_args";
  EXPECT_EQ(import(o.Global("numpy", "load"), o.None()), func);
  EXPECT_EQ(import(o.Global("numpy", "power"), o.None()), func);
  EXPECT_EQ(import(o.Global("__main__", "log1p"), o.None()), func);
  EXPECT_EQ(import(o.Global("math", "log1p"), o.None()), func);
  EXPECT_EQ(import(o.Text("log1p"), o.None()), func);
  const auto dict = [&](const Objects::Attributes& items) { return o.Dict(items); };
  EXPECT_EQ(import(o.Global("numpy", "log1p"), dict({{"out", o.Int(1)}})), kw_args);
  const auto clip = [&](const Objects::Attributes& items) { return import(o.Global("numpy", "clip"), dict(items)); };
  EXPECT_EQ(clip({{"a_min", o.Int(0)}, {"a_max", o.Float(1.5)}}), "");
  EXPECT_EQ(clip({{"a_min", o.None()}, {"a_max", o.Float(1.5)}}), "");
  EXPECT_EQ(clip({{"min", o.Int(0)}}), "");
  EXPECT_EQ(clip({}), kw_args);
  EXPECT_EQ(clip({{"a_min", o.Float(std::nan(""))}}), kw_args);
  EXPECT_EQ(clip({{"a_min", o.Text("0")}}), kw_args);
  EXPECT_EQ(clip({{"a_min", o.Int(0)}, {"out", o.None()}}), kw_args);
  EXPECT_EQ(clip({{"a_min", o.Int((int64_t{1} << 53) + 1)}}), kw_args);
  EXPECT_EQ(import(o.Global("numpy", "round"), dict({{"decimals", o.Int(2)}})), "");
  EXPECT_EQ(import(o.Global("numpy", "round"), dict({{"decimals", o.Int(301)}})), kw_args);
  EXPECT_EQ(import(o.Global("numpy", "round"), dict({{"decimals", o.Float(2)}})), kw_args);
  EXPECT_EQ(import(o.Global("numpy", "nan_to_num"), dict({{"nan", o.Float(-1)}, {"copy", o.Bool(true)}})), "");
  EXPECT_EQ(import(o.Global("numpy", "nan_to_num"), dict({{"copy", o.Bool(false)}})), kw_args);
}

// Found by changing fitted objects (tests/mutation): scikit-learn raises.
TEST(PreprocessingImport, WhatScikitLearnChecks) {
  Objects o;
  const auto data = [&](std::string_view name, const Objects::Attributes& honest, const Objects::Attributes& changes) {
    return o.Import("sklearn.preprocessing._data", name, Objects::Changed(honest, changes));
  };
  const Objects::Attributes binarizer = {
      {"threshold", o.Float(1)}, {"copy", o.Bool(true)}, {"n_features_in_", o.Int(2)}};
  EXPECT_EQ(data("Binarizer", binarizer, {}), "");
  EXPECT_EQ(data("Binarizer", binarizer, {{"threshold", o.Scalar(1)}}), "");
  EXPECT_EQ(data("Binarizer", binarizer, {{"threshold", o.Ints({1})}}), "state.unsupported_value Binarizer.threshold");
  const Objects::Attributes normalizer = {{"norm", o.Text("l1")}, {"copy", o.Bool(true)}, {"n_features_in_", o.Int(2)}};
  EXPECT_EQ(data("Normalizer", normalizer, {}), "");
  EXPECT_EQ(data("Normalizer", normalizer, {{"norm", o.Text("l3")}}), "state.unsupported_value Normalizer.norm");
  const Objects::Attributes quantiles = {{"output_distribution", o.Text("uniform")},
                                         {"ignore_implicit_zeros", o.Bool(false)},
                                         {"copy", o.Bool(true)},
                                         {"quantiles_", o.Ints({1, 2}, {2, 1})},
                                         {"references_", o.Ints({0, 1})},
                                         {"n_quantiles_", o.Int(2)},
                                         {"n_features_in_", o.Int(1)}};
  EXPECT_EQ(data("QuantileTransformer", quantiles, {}), "");
  for (const Id none : {graph::kNoId, o.None()}) {
    EXPECT_EQ(data("QuantileTransformer", quantiles, {{"n_features_in_", none}}),
              "state.absent QuantileTransformer.n_features_in_");
  }
  EXPECT_EQ(data("Binarizer", binarizer, {{"n_features_in_", o.None()}}),
            "state.unsupported_value Binarizer.n_features_in_");
}

TEST(PreprocessingImport, OrderOfTheResultInMemory) {
  Objects o;
  const auto import = [&](Id order) {
    return o.Import("sklearn.preprocessing._polynomial", "PolynomialFeatures",
                    {{"degree", o.Int(2)},
                     {"interaction_only", o.Bool(false)},
                     {"include_bias", o.Bool(true)},
                     {"order", order},
                     {"_min_degree", o.Int(0)},
                     {"_max_degree", o.Int(2)},
                     {"_n_out_full", o.Int(6)},
                     {"n_output_features_", o.Int(6)},
                     {"n_features_in_", o.Int(2)}});
  };
  EXPECT_EQ(import(o.Text("C")), "");
  EXPECT_EQ(import(o.Text("F")), "");
  EXPECT_EQ(import(o.Text("A")), "state.unsupported_value PolynomialFeatures.order");
}

TEST(PreprocessingImport, BinsAreEncodedByTheirOwnEncoder) {
  Objects o;
  const auto numbers = [&](double first) {
    return o.List({o.ObjectArray({o.Float(first), o.Float(first + 1), o.Float(first + 2)})});
  };
  const auto encoder = [&](Objects::Attributes changes) {
    return o.Object("sklearn.preprocessing._encoders", "OneHotEncoder",
                    Objects::Changed(Objects::Changed(o.Encoder(), {{"categories_", numbers(0)}}), changes));
  };
  const auto import = [&](std::string_view encode, Id its) {
    const Objects::Attributes honest = {{"encode", o.Text(encode)},
                                        {"dtype", o.None()},
                                        {"n_bins_", o.Ints({3})},
                                        {"bin_edges_", o.ObjectArray({o.Ints({0, 1, 2, 3})})},
                                        {"n_features_in_", o.Int(1)}};
    return o.Import("sklearn.preprocessing._discretization", "KBinsDiscretizer",
                    Objects::Changed(honest, {{"_encoder", its}}));
  };
  EXPECT_EQ(import("ordinal", graph::kNoId), "");
  EXPECT_EQ(import("ordinal", encoder({})), "state.unsupported_value KBinsDiscretizer._encoder");
  EXPECT_EQ(import("onehot", encoder({})), "");
  EXPECT_EQ(import("onehot", graph::kNoId), "state.absent KBinsDiscretizer._encoder");
  EXPECT_EQ(import("onehot", o.Int(1)), "type.not_an_estimator model.encoder");
}

}  // namespace
}  // namespace pratique
