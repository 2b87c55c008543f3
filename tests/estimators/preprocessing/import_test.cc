// What Import refuses: attributes that would change a prediction and are not reproduced, or that contradict each other.
#include <gmock/gmock.h>

#include <limits>

#include "import/graph.h"
#include "import/sklearn/importer.h"
#include "pratique/rejection.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::Node;

class Objects {
 public:
  Id None() { return graph_.Add(Node{.kind = Kind::kNone}); }
  Id Bool(bool v) { return graph_.Add(Node{.kind = Kind::kBool, .integer = v}); }
  Id Int(int64_t v) { return graph_.Add(Node{.kind = Kind::kInt, .integer = v}); }
  Id Float(double v) { return graph_.Add(Node{.kind = Kind::kFloat, .real = v}); }
  Id Text(std::string_view v) { return graph_.Add(Node{.kind = Kind::kStr, .text = v}); }
  Id List(std::vector<Id> items) { return graph_.Add(Node{.kind = Kind::kList, .items = std::move(items)}); }
  Id Global(std::string_view module, std::string_view name) {
    return graph_.Add(Node{.kind = Kind::kGlobal, .module = module, .name = name});
  }
  Id ObjectArray(std::vector<Id> items) {
    Node n{.kind = Kind::kArray,
           .items = std::move(items),
           .dtype = std::make_shared<graph::DType>(graph::DType{.kind = 'O'})};
    n.shape = {n.items.size()};
    return graph_.Add(std::move(n));
  }
  Id Ints(std::initializer_list<int64_t> values) {
    std::string_view bytes = graph_.Keep(std::string(reinterpret_cast<const char*>(values.begin()), values.size() * 8));
    Node n{.kind = Kind::kArray,
           .dtype = std::make_shared<graph::DType>(graph::DType{.kind = 'i'}),
           .shape = {values.size()}};
    n.bytes = std::as_bytes(std::span(bytes));
    return graph_.Add(std::move(n));
  }
  Id DTypeOf(char kind) {
    return graph_.Add(Node{.kind = Kind::kDType, .dtype = std::make_shared<graph::DType>(graph::DType{.kind = kind})});
  }
  using Attributes = std::vector<std::pair<std::string_view, Id>>;

  // "" when it is taken, else the code and the last attribute of the path.
  std::string Import(std::string_view module, std::string_view name, Attributes attributes,
                     std::string_view version = "1.6.1") {
    attributes.emplace_back("_sklearn_version", Text(version));
    Node dict{.kind = Kind::kDict};
    for (const auto& [key, value] : attributes) {
      dict.items.push_back(Text(key));
      dict.items.push_back(value);
    }
    const Id state = graph_.Add(std::move(dict));
    const Id root = graph_.Add(
        Node{.kind = Kind::kObject, .made = graph::Made::kNew, .module = module, .name = name, .state = state});
    const Limits limits;
    Importer importer(graph_, Registry::Builtin(), limits);
    const auto file = importer.Run(root);
    if (file.ok()) return "";
    const Rejection rejection = *GetRejection(file.status());
    return rejection.code + " " + rejection.path.substr(rejection.path.rfind(' ') + 1);
  }

  Attributes Encoder() {
    return {{"categories_", List({ObjectArray({Text("a"), Text("b"), Text("c")})})},
            {"handle_unknown", Text("error")},
            {"sparse_output", Bool(true)},
            {"n_features_in_", Int(1)},
            {"drop_idx_", None()},
            {"_drop_idx_after_grouping", None()},
            {"_infrequent_enabled", Bool(false)},
            {"_n_features_outs", List({Int(3)})}};
  }
  Attributes Imputer() {
    return {{"missing_values", Float(std::numeric_limits<double>::quiet_NaN())},
            {"strategy", Text("most_frequent")},
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

 private:
  static Attributes Changed(Attributes attributes, const Attributes& changes) {
    for (const auto& [name, value] : changes) {
      std::erase_if(attributes, [&](const auto& a) { return a.first == name; });
      if (value != graph::kNoId) attributes.emplace_back(name, value);
    }
    return attributes;
  }
  graph::Graph graph_;
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
  EXPECT_EQ(o.ImportEncoder({{"_n_features_outs", o.List({o.Int(2)})}}), "state.type OneHotEncoder._n_features_outs");
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
  EXPECT_EQ(o.ImportImputer({{"add_indicator", o.Bool(true)}}), "state.type SimpleImputer.indicator_");
}

TEST(PreprocessingImport, FunctionTransformer) {
  Objects o;
  const auto import = [&](Id func) {
    return o.Import(
        "sklearn.preprocessing._function_transformer", "FunctionTransformer",
        {{"func", func}, {"inverse_func", o.None()}, {"validate", o.Bool(false)}, {"accept_sparse", o.Bool(true)}});
  };
  EXPECT_EQ(import(o.None()), "");
  EXPECT_EQ(import(o.Global("numpy", "log1p")), "state.unsupported_value FunctionTransformer.func");
}

}  // namespace
}  // namespace pratique
