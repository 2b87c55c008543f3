#include "tests/estimators/tree/sklearn_fixture.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include "container/writer.h"
#include "import/sklearn/importer.h"
#include "tests/import/objects.h"

namespace pratique::testing {
namespace {

using graph::Graph;
using graph::Id;
using graph::Kind;
using graph::NewNode;

std::shared_ptr<const graph::DType> DTypeOf(char kind, uint32_t itemsize) {
  auto dtype = std::make_shared<graph::DType>();
  dtype->kind = kind;
  dtype->itemsize = itemsize;
  return dtype;
}

class GraphWriter {
 public:
  Graph graph;

  Id Int(int64_t value) { return graph.Add({.kind = Kind::kInt, .integer = value}); }
  Id Text(const std::string& text) { return graph.Add({.kind = Kind::kStr, .text = graph.Keep(text)}); }
  Id None() { return graph.Add({.kind = Kind::kNone}); }
  Id List(std::vector<Id> items) { return graph.Add({.kind = Kind::kList, .items = std::move(items)}); }
  Id Dict(std::vector<std::pair<std::string, Id>> entries) {
    NewNode dict{.kind = Kind::kDict};
    for (const auto& [key, value] : entries) {
      dict.items.push_back(Text(key));
      dict.items.push_back(value);
    }
    return graph.Add(std::move(dict));
  }
  Id Object(const char* module, const std::string& name, graph::Made made, std::vector<Id> arguments, Id state) {
    return graph.Add({.kind = Kind::kObject,
                      .made = made,
                      .module = module,
                      .name = graph.Keep(name),
                      .items = std::move(arguments),
                      .state = state});
  }
  template <class T>
  Id Array(const std::vector<T>& values, std::vector<uint64_t> shape, std::shared_ptr<const graph::DType> dtype) {
    const std::string_view bytes =
        graph.Keep(std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)));
    return graph.Add({.kind = Kind::kArray,
                      .dtype = std::move(dtype),
                      .shape = std::move(shape),
                      .bytes = std::as_bytes(std::span(bytes))});
  }
  Id Doubles(const std::vector<double>& v, std::vector<uint64_t> shape) {
    return Array(v, std::move(shape), DTypeOf('f', 8));
  }
  Id Ints(const std::vector<int64_t>& v) { return Array(v, {v.size()}, DTypeOf('i', 8)); }
};

// The 56 or 64 bytes of a node.
Id NodesOf(GraphWriter& w, const SklearnTree& tree, bool has_missing, const std::string& extra) {
  auto dtype = std::make_shared<graph::DType>();
  dtype->kind = 'V';
  uint32_t end = 0;
  const auto field = [&](const std::string& name, char kind, uint32_t size) {
    dtype->fields.push_back({name, end, DTypeOf(kind, size)});
    end += size;
  };
  for (const char* name : {"left_child", "right_child", "feature"}) field(name, 'i', 8);
  for (const char* name : {"threshold", "impurity"}) field(name, 'f', 8);
  field("n_node_samples", 'i', 8);
  field("weighted_n_node_samples", 'f', 8);
  if (has_missing) field("missing_go_to_left", 'u', 1);
  if (!extra.empty()) field(extra, 'u', 1);
  dtype->itemsize = (end + 7) / 8 * 8;
  std::vector<char> bytes(tree.nodes.size() * dtype->itemsize, 0);
  for (size_t i = 0; i < tree.nodes.size(); ++i) {
    char* record = bytes.data() + i * dtype->itemsize;
    const SklearnTree::Node& node = tree.nodes[i];
    std::memcpy(record, &node.left, 8);
    std::memcpy(record + 8, &node.right, 8);
    std::memcpy(record + 16, &node.feature, 8);
    std::memcpy(record + 24, &node.threshold, 8);
    if (has_missing) record[56] = static_cast<char>(node.missing_go_to_left);
  }
  return w.Array(bytes, {tree.nodes.size()}, dtype);
}

Id TreeOf(GraphWriter& w, const SklearnModel& model, const SklearnTree& tree) {
  const bool has_missing = !model.version.starts_with("1.1") && !model.version.starts_with("1.2");
  const Id state = w.Dict({{"max_depth", w.Int(tree.max_depth)},
                           {"node_count", w.Int(tree.node_count)},
                           {"nodes", NodesOf(w, tree, has_missing, model.node_dtype_extra)},
                           {"values", w.Doubles(tree.values, tree.values_shape)}});
  return w.Object("sklearn.tree._tree", "Tree", graph::Made::kCall,
                  {w.Int(tree.n_features), w.Ints(tree.n_classes), w.Int(tree.n_outputs)}, state);
}

using Attributes = std::vector<std::pair<std::string, Id>>;

void AddClasses(GraphWriter& w, const SklearnModel& model, bool of_forest, Attributes& attributes) {
  if (!model.is_classifier()) return;
  std::vector<Id> classes;
  std::vector<int64_t> n_classes;
  for (const auto& labels : model.classes) {
    std::vector<double> indexes(labels.size());
    for (size_t c = 0; c < indexes.size(); ++c) indexes[c] = static_cast<double>(c);
    if (of_forest && !model.tree_classes.empty()) indexes = model.tree_classes;
    classes.push_back(of_forest ? w.Doubles(indexes, {indexes.size()}) : w.Ints(labels));
    n_classes.push_back(of_forest ? model.tree_n_classes.value_or(static_cast<int64_t>(labels.size()))
                                  : static_cast<int64_t>(labels.size()));
  }
  attributes.emplace_back("classes_", classes.size() == 1 ? classes[0] : w.List(classes));
  attributes.emplace_back("n_classes_", classes.size() == 1 ? w.Int(n_classes[0]) : w.Ints(n_classes));
}

void AddUnread(GraphWriter& w, std::string_view module, const std::string& name, Attributes& attributes) {
  for (const std::string_view parameter : testing::UnreadParameters(module, name)) {
    const bool said = std::ranges::any_of(attributes, [&](const auto& a) { return a.first == parameter; });
    if (!said) attributes.emplace_back(std::string(parameter), w.Int(1));
  }
}

Id SingleOf(GraphWriter& w, const SklearnModel& model, const SklearnTree& tree, const std::string& name,
            bool of_forest) {
  Attributes attributes = {{"criterion", w.Text(model.criterion)},
                           {"splitter", w.Text(model.splitter)},
                           {"n_features_in_", w.Int(model.n_features)},
                           {"n_outputs_", w.Int(model.n_outputs)},
                           {"tree_", TreeOf(w, model, tree)}};
  if (!of_forest) AddUnread(w, "sklearn.tree._classes", name, attributes);
  if (model.version >= "1.4") attributes.emplace_back("monotonic_cst", w.None());
  AddClasses(w, model, of_forest, attributes);
  if (of_forest && !model.extra_attribute.empty()) attributes.emplace_back(model.extra_attribute, w.None());
  attributes.emplace_back("_sklearn_version",
                          w.Text(of_forest && !model.tree_version.empty() ? model.tree_version : model.version));
  return w.Object("sklearn.tree._classes", name, graph::Made::kNew, {}, w.Dict(attributes));
}

}  // namespace

bool SklearnModel::is_forest() const {
  return class_name.starts_with("RandomForest") || class_name.starts_with("ExtraTrees");
}

std::vector<size_t> SklearnTree::Path(const float* row) const {
  std::vector<size_t> path = {0};
  while (nodes[path.back()].left != -1) {
    const size_t i = path.back();
    const float x = row[nodes[i].feature];
    const bool left = std::isnan(x) ? nodes[i].missing_go_to_left : static_cast<double>(x) <= nodes[i].threshold;
    path.push_back(static_cast<size_t>(left ? nodes[i].left : nodes[i].right));
  }
  return path;
}

SklearnTree RandomTree(std::mt19937_64& random, const SklearnModel& model, size_t n_splits) {
  const auto below = [&](uint64_t n) { return static_cast<size_t>(random() % n); };
  SklearnTree tree;
  tree.n_features = model.n_features;
  tree.n_outputs = model.n_outputs;
  for (int64_t k = 0; k < model.n_outputs; ++k) {
    tree.n_classes.push_back(model.is_classifier() ? static_cast<int64_t>(model.classes[k].size()) : 1);
  }
  std::vector<int64_t> depth = {0};
  std::vector<size_t> leaves = {0};
  tree.nodes.emplace_back();
  for (size_t split = 0; split < n_splits; ++split) {
    const size_t pick = below(leaves.size()), i = leaves[pick];
    int64_t children[] = {static_cast<int64_t>(tree.nodes.size()), static_cast<int64_t>(tree.nodes.size() + 1)};
    if (below(2)) std::swap(children[0], children[1]);
    float threshold = static_cast<float>(static_cast<int64_t>(below(41)) - 20) / 8;
    if (below(3) == 0) threshold = std::nextafterf(threshold, below(2) ? INFINITY : -INFINITY);
    const double exact = below(2) ? threshold : std::nextafter(threshold, below(2) ? INFINITY : -INFINITY);
    tree.nodes[i] = {children[0], children[1], static_cast<int64_t>(below(model.n_features)), exact,
                     static_cast<uint8_t>(below(2))};
    tree.nodes.resize(tree.nodes.size() + 2);
    leaves[pick] = tree.nodes.size() - 2;
    leaves.push_back(tree.nodes.size() - 1);
    depth.resize(tree.nodes.size(), depth[i] + 1);
  }
  tree.max_depth = *std::ranges::max_element(depth);
  tree.node_count = static_cast<int64_t>(tree.nodes.size());
  const size_t width = static_cast<size_t>(*std::ranges::max_element(tree.n_classes));
  tree.values_shape = {tree.nodes.size(), static_cast<uint64_t>(model.n_outputs), width};
  tree.values.resize(tree.nodes.size() * model.n_outputs * width, 0.0);
  for (size_t row = 0; row < tree.nodes.size() * model.n_outputs; ++row) {
    const size_t n = static_cast<size_t>(tree.n_classes[row % model.n_outputs]);
    double sum = 0;
    for (size_t c = 0; c < n; ++c) sum += tree.values[row * width + c] = static_cast<double>(1 + below(9)) / 8;
    if (!model.is_classifier()) continue;
    for (size_t c = 0; c < n; ++c) tree.values[row * width + c] /= sum;
  }
  return tree;
}

Graph GraphOf(const SklearnModel& model) {
  GraphWriter w;
  if (!model.is_forest()) {
    w.graph.root = SingleOf(w, model, model.trees[0], model.class_name, false);
    return std::move(w.graph);
  }
  const std::string tree_class = (model.class_name.starts_with("Extra") ? "ExtraTree" : "DecisionTree") +
                                 std::string(model.is_classifier() ? "Classifier" : "Regressor");
  std::vector<Id> trees;
  for (const SklearnTree& tree : model.trees) trees.push_back(SingleOf(w, model, tree, tree_class, true));
  Attributes of_template = {{"criterion", w.Text(model.criterion)}, {"splitter", w.Text(model.splitter)}};
  AddUnread(w, "sklearn.tree._classes", tree_class, of_template);
  Attributes attributes = {
      {"n_features_in_", w.Int(model.n_features)},
      {"n_outputs_", w.Int(model.n_outputs)},
      {"n_estimators", w.Int(100)},
      {"n_jobs", w.None()},
      {"verbose", w.Int(0)},
      {"criterion", w.Text(model.criterion)},
      {"estimator", w.Object("sklearn.tree._classes", tree_class, graph::Made::kNew, {}, w.Dict(of_template))}};
  AddUnread(w, "sklearn.ensemble._forest", model.class_name, attributes);
  AddClasses(w, model, false, attributes);
  attributes.emplace_back("estimators_", w.List(trees));
  attributes.emplace_back("_sklearn_version", w.Text(model.version));
  w.graph.root = w.Object("sklearn.ensemble._forest", model.class_name, graph::Made::kNew, {}, w.Dict(attributes));
  return std::move(w.graph);
}

absl::StatusOr<std::string> ImportModel(const SklearnModel& model) {
  const Graph graph = GraphOf(model);
  const Limits limits;
  Importer importer(graph, Registry::Builtin(), limits);
  absl::StatusOr<FileToWrite> file = importer.Run(graph.root);
  if (!file.ok()) return file.status();
  return WriteFile(*file);
}

absl::StatusOr<Model> LoadFile(const std::string& prq) { return LoadBytes(std::as_bytes(std::span(prq))); }

}  // namespace pratique::testing
