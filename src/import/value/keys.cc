#include "import/value/keys.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <compare>
#include <cstring>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "import/value/text_values.h"

namespace pratique::pickle {
namespace {

bool IsScalar(const Node& node, std::string_view kinds) {
  return node.kind == Kind::kArray && node.is_scalar && kinds.find(node.dtype->kind) != kinds.npos;
}

// Least byte first, two's complement, no longer than needed.
std::string Shortest(std::string bytes) {
  const auto is_redundant = [&] {
    const char fill = bytes.size() > 1 && static_cast<int8_t>(bytes[bytes.size() - 2]) < 0 ? '\xFF' : '\0';
    return bytes.empty() ? false : bytes.size() == 1 ? bytes[0] == '\0' : bytes.back() == fill;
  };
  while (is_redundant()) bytes.pop_back();
  return bytes;
}

std::string Integer(int64_t value) { return Shortest(std::string(reinterpret_cast<const char*>(&value), 8)); }

// An integer when it is one, of any size.
std::string Real(double value) {
  if (std::isfinite(value) && value == std::trunc(value)) {
    int exponent = 0;
    const double mantissa = std::ldexp(std::frexp(value, &exponent), 53);  // below 2^53
    exponent -= 53;
    if (exponent <= 10) return Integer(static_cast<int64_t>(value));  // below 2^63
    std::string bytes = Integer(static_cast<int64_t>(mantissa) << exponent % 8);
    return std::string(static_cast<size_t>(exponent / 8), '\0') + bytes;
  }
  return "." + std::string(reinterpret_cast<const char*>(&value), 8);
}

double Half(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double size = exponent == 31  ? (fraction == 0 ? INFINITY : NAN)
                      : exponent == 0 ? std::ldexp(fraction, -24)
                                      : std::ldexp(1024 + fraction, exponent - 25);
  return bits >> 15 ? -size : size;
}

// The element of a numpy scalar, in the machine's order.
template <class T>
T Element(std::string bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

std::string NativeBytes(const Node& node) {
  std::string bytes(reinterpret_cast<const char*>(node.bytes.data()), node.bytes.size());
  if (node.dtype->big_endian) std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

// Kinds of keys; those of different kinds are never equal.
enum : char { kText = 's', kBytes = 'b', kNumber = 'n', kName = 'g', kSequence = 't', kItself = '@' };

struct Key {
  char kind;
  std::string_view text;
  size_t at;  // where among the items
  auto operator<=>(const Key&) const = default;
};

class Keys {
 public:
  explicit Keys(Context& context) : context_(context), graph_(context.graph) {}

  // Items of a dict (stride 2) or a set (1).
  bool Unify(std::vector<Id>& items, size_t stride) {
    if (items.empty()) return true;
    std::vector<Key> keys;
    keys.reserve(items.size() / stride);
    texts_.clear();
    for (size_t at = 0; at < items.size(); at += stride) {
      if (stride == 2 && !MakeStr(items[at])) return false;
      Key key = Of(items[at]);
      key.at = at;
      keys.push_back(key);
    }
    std::ranges::sort(keys);
    std::vector<bool> drop;
    for (size_t i = 0, first = 0; i < keys.size(); ++i) {
      if (keys[i].kind != keys[first].kind || keys[i].text != keys[first].text) first = i;
      if (i == first) continue;
      drop.resize(items.size());
      drop[keys[i].at] = true;
      if (stride == 2) items[keys[first].at + 1] = items[keys[i].at + 1];
    }
    if (!drop.empty()) Compact(items, drop, stride);
    return true;
  }

 private:
  static void Compact(std::vector<Id>& items, const std::vector<bool>& drop, size_t stride) {
    size_t to = 0;
    for (size_t at = 0; at < items.size(); at += stride) {
      if (drop[at]) continue;
      for (size_t i = 0; i < stride; ++i) items[to++] = items[at + i];
    }
    items.resize(to);
  }

  bool MakeStr(Id& id) {
    const Node& node = graph_[id];
    if (!IsScalar(node, "U")) return true;
    auto text = DecodeUtf32(node.bytes, node.dtype->big_endian);
    if (!text) return true;
    if (!context_.ChargeUnfolded(text->size(), node.offset)) return false;
    graph::NewNode str;
    str.kind = Kind::kStr;
    str.offset = node.offset;
    str.text = graph_.Keep(*std::move(text));
    id = context_.Add(std::move(str));
    return id != kNoId;
  }

  Key Kept(char kind, std::string text) { return {kind, texts_.emplace_back(std::move(text)), 0}; }

  // NaN equals nothing, and yet is found by being the same object.
  Key OfReal(Id id, double value) {
    if (std::isnan(value)) return Itself(id);
    return Kept(kNumber, Real(value));
  }
  Key Itself(Id id) { return Kept(kItself, std::string(reinterpret_cast<const char*>(&id), sizeof id)); }

  Key Of(Id id) {
    const Node& node = graph_[id];
    switch (node.kind) {
      case Kind::kStr:
        return {kText, node.text, 0};
      case Kind::kBytes:
        return {kBytes, node.text, 0};
      case Kind::kBool:
      case Kind::kInt:
        return Kept(kNumber, Integer(node.integer));
      case Kind::kBigInt:
        return Kept(kNumber, Shortest(std::string(node.text)));
      case Kind::kFloat:
        return OfReal(id, node.real);
      case Kind::kNone:
        return {kName, "None", 0};
      case Kind::kGlobal:
        return Kept(kName, std::string(node.module) + '\0' + std::string(node.name));
      case Kind::kTuple:
      case Kind::kSet:
        return Kept(kSequence, std::to_string(NumberOf(id)));
      case Kind::kArray:
        return OfScalar(id);
      default:
        return Itself(id);
    }
  }

  Key OfScalar(Id id) {
    const Node& node = graph_[id];
    const std::string bytes = NativeBytes(node);
    const size_t size = bytes.size();
    if (IsScalar(node, "bi")) {
      std::string wide = bytes;
      wide.resize(8, node.dtype->kind == 'i' && static_cast<int8_t>(bytes.back()) < 0 ? '\xFF' : '\0');
      return Kept(kNumber, Shortest(wide));
    }
    if (IsScalar(node, "u")) return Kept(kNumber, Shortest(bytes + '\0'));
    if (IsScalar(node, "f") && size == 2) return OfReal(id, Half(Element<uint16_t>(bytes)));
    if (IsScalar(node, "f") && size == 4) return OfReal(id, static_cast<double>(Element<float>(bytes)));
    if (IsScalar(node, "f") && size == 8) return OfReal(id, Element<double>(bytes));
    if (IsScalar(node, "S")) {
      const std::string_view text(reinterpret_cast<const char*>(node.bytes.data()), size);
      return {kBytes, text.substr(0, text.find_last_not_of('\0') + 1), 0};
    }
    if (IsScalar(node, "U")) {
      if (auto text = DecodeUtf32(node.bytes, node.dtype->big_endian)) return Kept(kText, *std::move(text));
    }
    return Itself(id);
  }

  // Equal numbers: equal tuples or frozensets. What such a one holds was there before it, so that the lower ids are
  // done first, and each once.
  size_t NumberOf(Id id) {
    if (const auto found = numbers_.find(id); found != numbers_.end()) return found->second;
    std::vector<Id> todo{id}, all;
    std::map<Id, bool> seen;
    while (!todo.empty()) {
      const Id next = todo.back();
      todo.pop_back();
      const Kind kind = graph_[next].kind;
      if ((kind != Kind::kTuple && kind != Kind::kSet) || numbers_.contains(next) || !seen.emplace(next, true).second)
        continue;
      all.push_back(next);
      todo.insert(todo.end(), graph_[next].items.begin(), graph_[next].items.end());
    }
    std::ranges::sort(all);
    for (const Id next : all) numbers_.emplace(next, Known(TextOfSequence(next)));
    return numbers_.at(id);
  }

  std::string TextOfSequence(Id id) {
    std::vector<std::string> parts;
    for (const Id item : graph_[id].items) {
      const auto number = numbers_.find(item);
      if (number != numbers_.end()) {
        parts.push_back("t" + std::to_string(number->second));
      } else {
        const Key key = Of(item);
        parts.push_back(std::to_string(Known(key.kind + std::string(key.text))));
      }
    }
    if (graph_[id].kind == Kind::kSet) {
      std::ranges::sort(parts);
      parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    }
    std::string text = graph_[id].kind == Kind::kSet ? "<" : "(";
    for (const std::string& part : parts) text += part + ",";
    return text;
  }

  size_t Known(const std::string& text) { return known_.emplace(text, known_.size()).first->second; }

  Context& context_;
  graph::Graph& graph_;
  std::deque<std::string> texts_;  // of the keys of one dict, where the graph does not have them
  std::map<Id, size_t> numbers_;   // of tuples and frozensets
  std::map<std::string, size_t> known_;
};

}  // namespace

bool UnifyKeys(Context& context) {
  Keys keys(context);
  const size_t size = context.graph.size();
  for (Id id = 0; id < size; ++id) {
    const Kind kind = context.graph[id].kind;
    graph::Stored& node = context.graph.At(id);
    const bool ok = kind == Kind::kDict    ? keys.Unify(node.items, 2)
                    : kind == Kind::kSet   ? keys.Unify(node.items, 1)
                    : node.rare == nullptr ? true
                                           : keys.Unify(node.rare->dict_items, 2);
    if (!ok) return false;
  }
  return true;
}

}  // namespace pratique::pickle
