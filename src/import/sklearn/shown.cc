#include "import/sklearn/shown.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "pratique/rejection.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;
using graph::Node;

// A value as JSON for people; arrays and objects by their type only. A list can hold the same list many times over, so
// that what is shown is counted, not what the file holds.
class Shown {
 public:
  nlohmann::ordered_json ToJson(const graph::Graph& graph, Id id, int depth = 0) {
    if (id == kNoId) return nullptr;
    if (depth > 4 || left_ == 0) return "...";
    --left_;
    const Node& n = graph[id];
    switch (n.kind) {
      case Kind::kNone:
        return nullptr;
      case Kind::kBool:
        return n.integer != 0;
      case Kind::kInt:
        return n.integer;
      case Kind::kFloat:
        if (n.real - n.real == 0) return n.real;
        return n.real != n.real ? "nan" : n.real > 0 ? "inf" : "-inf";
      case Kind::kStr:
        return Escape(n.text, kMaxText);
      case Kind::kList:
      case Kind::kTuple: {
        auto list = nlohmann::ordered_json::array();
        for (size_t i = 0; i < n.items.size() && i < 32; ++i) list.push_back(ToJson(graph, n.items[i], depth + 1));
        if (n.items.size() > 32) list.push_back("...");
        return list;
      }
      case Kind::kDict: {
        auto object = nlohmann::ordered_json::object();
        for (size_t i = 0; i + 1 < n.items.size() && i < 64 && left_ > 0; i += 2) {
          const Node& key = graph[n.items[i]];
          object[key.kind == Kind::kStr ? Escape(key.text, kMaxText) : TypeName(key)] =
              ToJson(graph, n.items[i + 1], depth + 1);
        }
        return object;
      }
      default:
        return absl::StrCat("<", Escape(TypeName(n)), ">");
    }
  }

 private:
  static constexpr size_t kMaxText = 200;
  size_t left_ = 1000;  // values of one object's parameters
};

std::string Text(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string DTypeName(const graph::DType& dtype) {
  switch (dtype.kind) {
    case 'b':
      return "bool";
    case 'i':
      return absl::StrCat("int", 8 * dtype.itemsize);
    case 'u':
      return absl::StrCat("uint", 8 * dtype.itemsize);
    case 'f':
      return absl::StrCat("float", 8 * dtype.itemsize);
    case 'c':
      return absl::StrCat("complex", 8 * dtype.itemsize);
    case 'U':
      return "texts";
    case 'S':
      return "bytes";
    case 'O':
      return "Python values";
    case 'M':
      return "times";
    case 'm':
      return "durations";
    default:
      return dtype.fields.empty() ? "raw bytes" : absl::StrCat("records of ", dtype.fields.size(), " fields");
  }
}

std::string ArrayText(const Node& node) {
  const std::string dtype = node.dtype ? DTypeName(*node.dtype) : "unknown values";
  if (node.is_scalar) return absl::StrCat("a numpy scalar (", dtype, ")");
  if (node.shape.empty()) return absl::StrCat("a zero-dimensional array of ", dtype);
  return absl::StrCat("an array of ", absl::StrJoin(node.shape, " x "), " ", dtype);
}

// One and many of a kind.
std::pair<const char*, const char*> Nouns(Kind kind) {
  switch (kind) {
    case Kind::kBool:
      return {"a bool", "bools"};
    case Kind::kInt:
    case Kind::kBigInt:
      return {"an integer", "integers"};
    case Kind::kFloat:
      return {"a number", "numbers"};
    case Kind::kStr:
      return {"a text", "texts"};
    case Kind::kBytes:
      return {"bytes", "bytes"};
    case Kind::kList:
      return {"a list", "lists"};
    case Kind::kTuple:
      return {"a tuple", "tuples"};
    case Kind::kSet:
      return {"a set", "sets"};
    case Kind::kDict:
      return {"a dict", "dicts"};
    case Kind::kArray:
      return {"an array", "arrays"};
    default:
      return {"a value", "values"};
  }
}

std::string SequenceText(const graph::Graph& graph, const Node& node) {
  const char* one = Nouns(node.kind).first;
  if (node.items.empty()) return absl::StrCat(one, " of nothing");
  const Kind kind = graph[node.items[0]].kind;
  const bool same = std::ranges::all_of(node.items, [&](Id item) { return graph[item].kind == kind; });
  return absl::StrCat(one, " of ", node.items.size(), " ",
                      node.items.size() == 1 ? "value"
                      : same                 ? Nouns(kind).second
                                             : "values",
                      node.items.size() == 1 ? absl::StrCat(" (", Nouns(kind).first, ")") : "");
}

std::string DictText(const graph::Graph& graph, const std::vector<Id>& items, std::string_view what) {
  constexpr size_t kShown = 8;
  std::string keys;
  for (size_t i = 0; i + 1 < items.size() && i < 2 * kShown; i += 2) {
    const Node& key = graph[items[i]];
    absl::StrAppend(&keys, keys.empty() ? "" : ", ",
                    key.kind == Kind::kStr   ? absl::StrCat("'", Escape(key.text, 40), "'")
                    : key.kind == Kind::kInt ? absl::StrCat(key.integer)
                                             : Nouns(key.kind).first);
  }
  const size_t n = items.size() / 2;
  return absl::StrCat(std::string(what), " of ", n, n == 1 ? " entry" : " entries", n == 0 ? "" : " (", keys,
                      n > kShown ? ", ..." : "", n == 0 ? "" : ")");
}

// The two numbers of a shape.
std::string ShapeText(const graph::Graph& graph, Id shape) {
  if (shape == kNoId || graph[shape].kind != Kind::kTuple || graph[shape].items.size() != 2) return "";
  const Node &rows = graph[graph[shape].items[0]], &cols = graph[graph[shape].items[1]];
  if (rows.kind != Kind::kInt || cols.kind != Kind::kInt) return "";
  return absl::StrCat(" of ", rows.integer, " x ", cols.integer);
}

std::string ObjectText(const graph::Graph& graph, Id id) {
  const Node& node = graph[id];
  if (node.module.starts_with("scipy.sparse")) {
    const Id shape = graph.Find(id, "_shape");
    return absl::StrCat("a scipy sparse matrix (", Escape(node.name, 40), ")",
                        ShapeText(graph, shape != kNoId ? shape : graph.Find(id, "shape")));
  }
  if (node.module == "pandas" || node.module.starts_with("pandas."))
    return absl::StrCat("a pandas ", Escape(node.name, 40));
  if (!node.dict_items.empty()) return DictText(graph, node.dict_items, "a " + Escape(node.name, 40));
  return absl::StrCat("a ", Escape(TypeName(node), 80));
}

}  // namespace

bool IsHyperparameter(std::string_view attribute) { return !attribute.starts_with('_') && !attribute.ends_with('_'); }

std::string ParamsJson(const graph::Graph& graph, Id object) {
  const Node& state = graph[graph[object].state];
  std::map<std::string, std::string> sorted;
  Shown shown;
  for (size_t i = 0; i + 1 < state.items.size(); i += 2) {
    const Node& key = graph[state.items[i]];
    if (key.kind == Kind::kStr && IsHyperparameter(key.text))
      sorted[Escape(key.text)] = Text(shown.ToJson(graph, state.items[i + 1]));
  }
  // As text, not as one object: that would look for each name among all before it, and takes memory to be destroyed.
  std::string json = "{";
  for (const auto& [name, value] : sorted) absl::StrAppend(&json, json.size() == 1 ? "" : ",", Text(name), ":", value);
  return json + "}";
}

std::string TypeName(const Node& node) {
  switch (node.kind) {
    case Kind::kNone:
      return "None";
    case Kind::kBool:
      return "bool";
    case Kind::kInt:
    case Kind::kBigInt:
      return "int";
    case Kind::kFloat:
      return "float";
    case Kind::kStr:
      return "str";
    case Kind::kBytes:
      return "bytes";
    case Kind::kList:
      return "list";
    case Kind::kTuple:
      return "tuple";
    case Kind::kSet:
      return "set";
    case Kind::kDict:
      return "dict";
    case Kind::kDType:
      return "numpy.dtype";
    case Kind::kArray:
      return node.is_scalar ? "numpy scalar" : "numpy.ndarray";
    case Kind::kGlobal:
    case Kind::kObject:
      return absl::StrCat(std::string(node.module), ".", std::string(node.name));
  }
  return "object";
}

std::string Received(const graph::Graph& graph, Id value) {
  if (value == kNoId) return "nothing";
  const Node& n = graph[value];
  if (n.kind == Kind::kArray) {
    std::string shape;
    for (uint64_t d : n.shape) absl::StrAppend(&shape, shape.empty() ? "" : ",", d);
    return absl::StrCat("an array of ", n.dtype ? n.dtype->ToString() : "?", " with shape (", shape, ")");
  }
  return absl::StrCat("a ", TypeName(n));
}

std::string Description(const graph::Graph& graph, Id value) {
  const Node& node = graph[value];
  switch (node.kind) {
    case Kind::kNone:
      return "None";
    case Kind::kDict:
      return DictText(graph, node.items, "a dict");
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kSet:
      return SequenceText(graph, node);
    case Kind::kArray:
      return ArrayText(node);
    case Kind::kGlobal:
      return absl::StrCat("the name ", Escape(TypeName(node), 80));
    case Kind::kObject:
      return ObjectText(graph, value);
    default:
      return Nouns(node.kind).first;
  }
}

}  // namespace pratique
