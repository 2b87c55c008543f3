// What Import refuses of pipelines, unions and column transformers: what transform would read otherwise.
#include <gmock/gmock.h>

#include "tests/import/objects.h"

namespace pratique {
namespace {

using graph::Id;
using testing::Objects;

class Composed : public Objects {
 public:
  Id Tuple(std::vector<Id> items) { return Add({.kind = graph::Kind::kTuple, .items = std::move(items)}); }
  Id Dict(std::vector<Id> items) { return Add({.kind = graph::Kind::kDict, .items = std::move(items)}); }
  Id Slice(Id start, Id stop, Id step) {
    return Add({.kind = graph::Kind::kObject,
                .made = graph::Made::kCall,
                .module = "builtins",
                .name = "slice",
                .items = {start, stop, step}});
  }
  Id Scaler(bool copy) {
    return Object("sklearn.preprocessing._data", "StandardScaler",
                  {{"with_mean", Bool(false)},
                   {"with_std", Bool(false)},
                   {"copy", Bool(copy)},
                   {"n_features_in_", Int(3)},
                   {"_sklearn_version", Text("1.6.1")}});
  }
  Id Numbered(std::vector<int64_t> numbers) {
    std::vector<Id> items;
    for (int64_t n : numbers) items.push_back(Int(n));
    return List(items);
  }

  Id Identity() {
    return Object("sklearn.preprocessing._function_transformer", "FunctionTransformer",
                  {{"func", None()},
                   {"inverse_func", None()},
                   {"validate", Bool(false)},
                   {"accept_sparse", Bool(true)},
                   {"kw_args", None()},
                   {"inv_kw_args", None()},
                   {"feature_names_out", Text("one-to-one")}});
  }
  // A ColumnTransformer of one part that fit resolved to columns 0 and 2 of three.
  std::string Columns(Id columns, std::string_view version = "1.6.1", Attributes changes = {}) {
    const Id part = version < "1.4" ? Text("passthrough") : Identity();
    Attributes attributes = {{"transformers_", List({Tuple({Text("a"), part, columns})})},
                             {"transformers", List({Tuple({Text("a"), part, columns})})},
                             {"_columns", List({columns})},
                             {"_remainder", Tuple({Text("remainder"), Text("drop"), List({})})},
                             {"_transformer_to_input_indices", Dict({Text("a"), Numbered({0, 2})})},
                             {"transformer_weights", None()},
                             {"sparse_output_", Bool(false)},
                             {"n_jobs", None()},
                             {"n_features_in_", Int(3)}};
    return Import("sklearn.compose._column_transformer", "ColumnTransformer", Changed(attributes, changes), version);
  }
  std::string Union(std::vector<std::pair<std::string_view, Id>> parts, Id weights) {
    std::vector<Id> tuples;
    for (const auto& [name, part] : parts) tuples.push_back(Tuple({Text(name), part}));
    return Import("sklearn.pipeline", "FeatureUnion",
                  {{"transformer_list", List(tuples)}, {"transformer_weights", weights}, {"n_jobs", None()}});
  }
};

TEST(ComposeImport, ColumnsAreThoseThatFitWorkedOut) {
  Composed o;
  const std::string differ = "state.unsupported_value ColumnTransformer.transformers_";
  EXPECT_EQ(o.Columns(o.Numbered({0, 2})), "");
  EXPECT_EQ(o.Columns(o.Numbered({0, -1})), "");
  EXPECT_EQ(o.Columns(o.Numbered({0, 1})), differ);
  EXPECT_EQ(o.Columns(o.Numbered({2, 0})), differ);
  EXPECT_EQ(o.Columns(o.Ints({0, 2})), "");
  EXPECT_EQ(o.Columns(o.Ints({0, 2, 2})), differ);
  EXPECT_EQ(o.Columns(o.List({o.Bool(true), o.Bool(false), o.Bool(true)})), "");
  EXPECT_EQ(o.Columns(o.List({o.Bool(true), o.Bool(true), o.Bool(true)})), differ);
  EXPECT_EQ(o.Columns(o.List({o.Bool(true), o.Bool(true)})), differ);
  EXPECT_EQ(o.Columns(o.Slice(o.None(), o.None(), o.Int(2))), "");
  EXPECT_EQ(o.Columns(o.Slice(o.Int(0), o.Int(-1), o.None())), differ);
  EXPECT_EQ(o.Columns(o.Slice(o.Int(-1), o.None(), o.Int(-2))), differ);
  EXPECT_EQ(o.Columns(o.List({o.Text("x"), o.Text("z")})), "");  // of a frame, which the indices select from
  EXPECT_EQ(o.Columns(o.List({o.Text("x"), o.Int(2)})), differ);
  EXPECT_EQ(o.Columns(o.None()), differ);
}

TEST(ComposeImport, WhatStandsForPassthroughIsWhatRuns) {
  Composed o;
  const Id columns = o.Numbered({0, 2});
  EXPECT_EQ(o.Columns(columns, "1.2.2"), "state.unsupported_value ColumnTransformer._name_to_fitted_passthrough");
  EXPECT_EQ(o.Columns(columns, "1.2.2", {{"_name_to_fitted_passthrough", o.Dict({})}}), "");
  EXPECT_EQ(o.Columns(columns, "1.2.2", {{"_name_to_fitted_passthrough", o.Dict({o.Text("a"), o.Int(1)})}}),
            "type.not_an_estimator model.transformers_[0]");
  EXPECT_EQ(o.Columns(columns, "1.6.1", {{"_name_to_fitted_passthrough", o.Dict({})}}),
            "state.unknown_attribute ColumnTransformer._name_to_fitted_passthrough");
}

TEST(ComposeImport, WorkInPlaceIsSeenByTheNextPart) {
  Composed o;
  EXPECT_EQ(o.Union({{"a", o.Scaler(true)}, {"b", o.Identity()}}, o.None()), "");
  EXPECT_EQ(o.Union({{"a", o.Scaler(false)}}, o.None()), "");
  EXPECT_EQ(o.Union({{"a", o.Scaler(false)}, {"b", o.Text("drop")}}, o.None()), "");
  EXPECT_EQ(o.Union({{"a", o.Scaler(false)}, {"b", o.Identity()}}, o.None()),
            "state.unsupported_value StandardScaler.copy");
}

// Parallel raises for n_jobs=0, and without one there is none to read.
TEST(ComposeImport, ParametersOfManyClasses) {
  Composed o;
  EXPECT_EQ(o.Columns(o.Numbered({0, 2}), "1.6.1", {{"n_jobs", o.Int(0)}}),
            "state.unsupported_value ColumnTransformer.n_jobs");
  EXPECT_EQ(o.Columns(o.Numbered({0, 2}), "1.6.1", {{"n_jobs", o.Int(-1)}}), "");
  EXPECT_EQ(o.Columns(o.Numbered({0, 2}), "1.6.1", {{"n_jobs", graph::kNoId}}),
            "state.unsupported_value ColumnTransformer.n_jobs");
  EXPECT_EQ(
      o.Columns(o.Numbered({0, 2}), "1.6.1", {{"_sklearn_output_config", o.Dict({o.Text("transform"), o.Int(1)})}}),
      "state.unsupported_value ColumnTransformer._sklearn_output_config");
}

// Since 1.4 transform looks up each transformer's name among those that were asked for.
TEST(ComposeImport, WhatWasAskedForIsWhatWasFitted) {
  Composed o;
  const auto asked = [&](std::string_view attribute, Id value, std::string_view version = "1.6.1") {
    return o.Columns(o.Numbered({0, 2}), version, {{attribute, value}});
  };
  const auto named = [&](std::string_view name, std::string_view part) {
    return o.List({o.Tuple({o.Text(name), o.Text(part), o.Numbered({0, 2})})});
  };
  const std::string refused = "state.unsupported_value ColumnTransformer.transformers";
  EXPECT_EQ(asked("transformers", named("a", "passthrough")), "");
  EXPECT_EQ(asked("transformers", named("b", "passthrough")), refused);
  EXPECT_EQ(asked("transformers", named("a", "drop")), refused);
  EXPECT_EQ(asked("transformers", o.List({o.Tuple({o.Text("a")})})), refused);
  EXPECT_EQ(asked("transformers", o.Int(1)), refused);
  EXPECT_EQ(asked("_columns", o.List({})), refused);
  EXPECT_EQ(asked("_columns", o.None()), "state.unsupported_value ColumnTransformer._columns");
  EXPECT_EQ(asked("_remainder", o.List({})), "state.unsupported_value ColumnTransformer._remainder");
}

TEST(ComposeImport, PartsOfAUnion) {
  Composed o;
  EXPECT_EQ(o.Union({{"a", o.None()}}, o.None()), "type.not_an_estimator model.transformer_list[0]");
  EXPECT_EQ(o.Union({{"a", o.Text("passthrough")}}, o.None()), "type.not_an_estimator model.transformer_list[0]");
  const std::string weights = "state.unsupported_value FeatureUnion.transformer_weights";
  const auto weighed = [&](Id weight) { return o.Union({{"a", o.Scaler(true)}}, o.Dict({o.Text("a"), weight})); };
  EXPECT_EQ(weighed(o.Int(2)), "");
  EXPECT_EQ(weighed(o.Float(0.5)), "");
  EXPECT_EQ(weighed(o.Scalar(0.5)), weights);  // numpy 2 makes float64 of float32 with it, numpy 1 did not
  EXPECT_EQ(weighed(o.Float(1e300)), weights);
}

// Found by changing fitted objects (tests/mutation): scikit-learn 1.6 asks what was to be fitted for its tags.
TEST(ComposeImport, WhatWasToBeFittedIsAnEstimator) {
  Composed o;
  const auto search = [&](Id estimator) {
    return o.Import("sklearn.model_selection._search", "GridSearchCV",
                    {{"refit", o.Bool(true)}, {"estimator", estimator}, {"best_estimator_", o.Scaler(true)}});
  };
  EXPECT_EQ(search(o.Scaler(true)), "");
  EXPECT_EQ(search(o.Text("StandardScaler")), "state.unsupported_value GridSearchCV.estimator");
  EXPECT_EQ(search(graph::kNoId), "state.unsupported_value GridSearchCV.estimator");
  const auto target = [&](Id regressor) {
    return o.Import("sklearn.compose._target", "TransformedTargetRegressor",
                    {{"regressor", regressor}, {"regressor_", o.Int(1)}, {"_training_dim", o.Int(1)}});
  };
  EXPECT_EQ(target(o.Int(1)), "state.unsupported_value TransformedTargetRegressor.regressor");
  EXPECT_NE(target(o.None()), "state.unsupported_value TransformedTargetRegressor.regressor");
}

}  // namespace
}  // namespace pratique
