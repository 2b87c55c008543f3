// Estimators as an importer meets them, made by hand: what Import refuses of them.
#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "import/graph.h"
#include "import/sklearn/importer.h"
#include "pratique/registry.h"
#include "pratique/rejection.h"
#include "registry/parameters.h"

namespace pratique::testing {

using graph::Id;
using graph::Kind;
using graph::NewNode;

// Parameters of a class that objects of all releases have, and whose values predict does not read.
inline std::vector<std::string_view> UnreadParameters(std::string_view module, std::string_view name) {
  std::vector<std::string_view> names;
  const Class* type = Registry::Builtin().FindAlias(std::string(module) + "." + std::string(name));
  if (type == nullptr) return names;
  for (const Parameter& parameter : ParametersOf(type->name)) {
    if (parameter.first == 0 && parameter.IsIn(Version{1, 6, 1}) && type->IsInert(parameter.name))
      names.push_back(parameter.name);
  }
  return names;
}

class Objects {
 public:
  Id None() { return graph_.Add(NewNode{.kind = Kind::kNone}); }
  Id Bool(bool v) { return graph_.Add(NewNode{.kind = Kind::kBool, .integer = v}); }
  Id Int(int64_t v) { return graph_.Add(NewNode{.kind = Kind::kInt, .integer = v}); }
  Id Float(double v) { return graph_.Add(NewNode{.kind = Kind::kFloat, .real = v}); }
  Id Text(std::string_view v) { return graph_.Add(NewNode{.kind = Kind::kStr, .text = v}); }
  Id List(std::vector<Id> items) { return graph_.Add(NewNode{.kind = Kind::kList, .items = std::move(items)}); }
  Id Global(std::string_view module, std::string_view name) {
    return graph_.Add(NewNode{.kind = Kind::kGlobal, .module = module, .name = name});
  }
  Id ObjectArray(std::vector<Id> items) {
    NewNode n{.kind = Kind::kArray,
              .items = std::move(items),
              .dtype = std::make_shared<graph::DType>(graph::DType{.kind = 'O'})};
    n.shape = {n.items.size()};
    return graph_.Add(std::move(n));
  }
  Id Ints(std::initializer_list<int64_t> values, std::vector<uint64_t> shape = {}) {
    std::string_view bytes = graph_.Keep(std::string(reinterpret_cast<const char*>(values.begin()), values.size() * 8));
    NewNode n{.kind = Kind::kArray,
              .dtype = std::make_shared<graph::DType>(graph::DType{.kind = 'i'}),
              .shape = shape.empty() ? std::vector<uint64_t>{values.size()} : shape};
    n.bytes = std::as_bytes(std::span(bytes));
    return graph_.Add(std::move(n));
  }
  Id Scalar(double value) {
    std::string_view bytes = graph_.Keep(std::string(reinterpret_cast<const char*>(&value), sizeof value));
    NewNode n{.kind = Kind::kArray, .is_scalar = true, .dtype = std::make_shared<graph::DType>()};
    n.bytes = std::as_bytes(std::span(bytes));
    return graph_.Add(std::move(n));
  }
  Id Add(NewNode node) { return graph_.Add(std::move(node)); }
  Id DTypeOf(char kind) {
    return graph_.Add(
        NewNode{.kind = Kind::kDType, .dtype = std::make_shared<graph::DType>(graph::DType{.kind = kind})});
  }
  using Attributes = std::vector<std::pair<std::string_view, Id>>;

  Id Dict(const Attributes& items) {
    NewNode dict{.kind = Kind::kDict};
    for (const auto& [key, value] : items) {
      dict.items.push_back(Text(key));
      dict.items.push_back(value);
    }
    return graph_.Add(std::move(dict));
  }

  // With its UnreadParameters, where nothing is said of them.
  Id Object(std::string_view module, std::string_view name, Attributes attributes) {
    for (const std::string_view parameter : UnreadParameters(module, name)) {
      const bool said = std::ranges::any_of(attributes, [&](const auto& a) { return a.first == parameter; });
      if (!said) attributes.emplace_back(parameter, parameter == "copy" ? Bool(true) : Int(1));
    }
    const Id state = Dict(attributes);
    return graph_.Add(
        NewNode{.kind = Kind::kObject, .made = graph::Made::kNew, .module = module, .name = name, .state = state});
  }

  // "" when it is taken, else the code and the last attribute of the path.
  std::string Import(std::string_view module, std::string_view name, Attributes attributes,
                     std::string_view version = "1.6.1") {
    attributes.emplace_back("_sklearn_version", Text(version));
    const Id root = Object(module, name, attributes);
    const Limits limits;
    Importer importer(graph_, Registry::Builtin(), limits);
    const auto file = importer.Run(root);
    if (file.ok()) return "";
    const Rejection rejection = *GetRejection(file.status());
    return rejection.code + " " + rejection.path.substr(rejection.path.rfind(' ') + 1);
  }

  static Attributes Changed(Attributes attributes, const Attributes& changes) {
    for (const auto& [name, value] : changes) {
      std::erase_if(attributes, [&](const auto& a) { return a.first == name; });
      if (value != graph::kNoId) attributes.emplace_back(name, value);
    }
    return attributes;
  }

 private:
  graph::Graph graph_;
};

}  // namespace pratique::testing
