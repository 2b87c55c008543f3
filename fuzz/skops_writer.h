// A graph as skops would have saved the same object: for comparing the readers of the two formats.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "import/graph.h"
#include "tests/import/zip_writer.h"

namespace pratique::fuzz {

class SkopsWriter {
 public:
  explicit SkopsWriter(const graph::Graph& graph) : graph_(graph) {}

  // nullopt when skops has no node for something in it, or when it is large, deep or contains itself.
  std::optional<std::string> Write() {
    Json root = Node(graph_.root, 0);
    if (!possible_) return std::nullopt;
    root["protocol"] = 2;
    root["_skops_version"] = "0.16.0";
    members_.push_back({"schema.json", root.dump()});
    return testing::WriteZip(members_).bytes;
  }

 private:
  using Json = nlohmann::ordered_json;
  using Kind = graph::Kind;

  static constexpr int kDeepest = 60;
  static constexpr size_t kMostNodes = 20000;

  Json Impossible() {
    possible_ = false;
    return {};
  }

  static Json Of(std::string_view loader, std::string_view module, std::string_view name) {
    return {{"__loader__", loader}, {"__module__", module}, {"__class__", name}};
  }
  static Json Of(std::string_view loader, std::string_view module, std::string_view name, std::string_view key,
                 Json content) {
    Json node = Of(loader, module, name);
    node[std::string(key)] = std::move(content);
    return node;
  }
  static Json Scalar(const Json& value) { return Of("JsonNode", "builtins", "str", "content", value.dump()); }

  Json Node(graph::Id id, int depth) {
    if (!possible_ || depth > kDeepest || ++written_ > kMostNodes) return Impossible();
    const graph::Node& node = graph_[id];
    switch (node.kind) {
      case Kind::kNone:
        return Scalar(nullptr);
      case Kind::kBool:
        return Scalar(node.integer != 0);
      case Kind::kInt:
        return Scalar(node.integer);
      case Kind::kFloat:
        return Of("JsonNode", "builtins", "str", "content", FloatText(node.real));
      case Kind::kStr:
        return Scalar(node.text);
      case Kind::kList:
        return Of("ListNode", "builtins", "list", "content", Items(node.items, depth));
      case Kind::kTuple:
        return Of("TupleNode", "builtins", "tuple", "content", Items(node.items, depth));
      case Kind::kDict:
        return Dict(node.items, depth);
      case Kind::kGlobal:
        return Of("TypeNode", node.module, node.name);
      case Kind::kArray:
        return Array(node, depth);
      case Kind::kObject:
        return Object(node, depth);
      default:
        return Impossible();
    }
  }

  static std::string FloatText(double value) {  // json.dumps; 1e400 would be no number
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
    return Json(value).dump();
  }

  Json Items(std::span<const graph::Id> ids, int depth) {
    Json items = Json::array();
    for (const graph::Id id : ids) items.push_back(Node(id, depth + 1));
    return items;
  }

  // Keys that are text.
  Json Dict(std::span<const graph::Id> pairs, int depth) {
    Json content = Json::object(), types = Json::array();
    for (size_t i = 0; i + 1 < pairs.size(); i += 2) {
      const graph::Node& key = graph_[pairs[i]];
      if (key.kind != Kind::kStr || content.contains(std::string(key.text))) return Impossible();
      content[std::string(key.text)] = Node(pairs[i + 1], depth + 1);
      types.push_back(Of("TypeNode", "builtins", "str"));
    }
    Json dict = Of("DictNode", "builtins", "dict", "content", std::move(content));
    dict["key_types"] = Of("ListNode", "builtins", "list", "content", std::move(types));
    return dict;
  }

  Json Array(const graph::Node& node, int depth) {
    if (node.dtype->kind == 'O') {
      if (node.shape.size() != 1 || node.is_scalar) return Impossible();
      Json array = Of("NdArrayNode", "numpy", "ndarray", "type", "json");
      array["content"] = Items(node.items, depth);
      array["shape"] = Of("TupleNode", "builtins", "tuple", "content", Json::array({Scalar(node.shape[0])}));
      return array;
    }
    const std::string descr = Descr(*node.dtype), name = ScalarName(*node.dtype);
    if (descr.empty() || (node.is_scalar && name.empty())) return Impossible();
    std::string shape = "(";
    for (const uint64_t n : node.shape) shape += std::to_string(n) + ",";
    const std::string_view bytes(reinterpret_cast<const char*>(node.bytes.data()), node.bytes.size());
    const std::string file = std::to_string(members_.size() + 1) + ".npy";
    members_.push_back({file, testing::Npy(descr, shape + ")", bytes, node.fortran ? "True" : "False")});
    Json array = Of("NdArrayNode", "numpy", node.is_scalar ? name : "ndarray", "type", "numpy");
    array["file"] = file;
    return array;
  }

  static std::string Descr(const graph::DType& dtype) {
    if (dtype.fields.empty())
      return std::string_view("biufcSU").find(dtype.kind) == std::string_view::npos ? "" : "'" + dtype.ToString() + "'";
    std::string record = "[";
    uint64_t end = 0;
    for (const graph::DType::Field& field : dtype.fields) {
      const std::string type = Descr(*field.dtype);
      if (type.empty() || field.offset < end || field.name.find_first_of("'\\") != std::string::npos) return "";
      if (field.offset > end) record += "('', '|V" + std::to_string(field.offset - end) + "'), ";
      record += "('" + field.name + "', " + type + "), ";
      end = field.offset + field.dtype->itemsize;
    }
    if (dtype.itemsize > end) record += "('', '|V" + std::to_string(dtype.itemsize - end) + "')";
    return record + "]";
  }

  static std::string ScalarName(const graph::DType& dtype) {
    const std::string bits = std::to_string(8 * dtype.itemsize);
    switch (dtype.kind) {
      case 'b':
        return "bool";
      case 'i':
        return "int" + bits;
      case 'u':
        return "uint" + bits;
      case 'f':
        return dtype.itemsize <= 8 ? "float" + bits : "";
      case 'U':
        return "str_";
      default:
        return "";
    }
  }

  Json Object(const graph::Node& node, int depth) {
    if (!node.list_items.empty() || !node.dict_items.empty()) return Impossible();
    const bool is_tree = node.made == graph::Made::kCall && node.module == "sklearn.tree._tree" && node.name == "Tree";
    if (is_tree && node.state != graph::kNoId) {
      Json tree = Of("TreeNode", node.module, node.name, "content", Node(node.state, depth + 1));
      tree["__reduce__"] = {{"args", Of("TupleNode", "builtins", "tuple", "content", Items(node.items, depth))}};
      return tree;
    }
    if (node.made != graph::Made::kNew || !node.items.empty()) return Impossible();
    Json object = Of("ObjectNode", node.module, node.name);
    if (node.state != graph::kNoId) object["content"] = Node(node.state, depth + 1);
    return object;
  }

  const graph::Graph& graph_;
  std::vector<testing::ZipEntry> members_;
  size_t written_ = 0;
  bool possible_ = true;
};

}  // namespace pratique::fuzz
