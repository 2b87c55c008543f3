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

#include "absl/container/btree_map.h"
#include "import/value/text_values.h"

namespace pratique::pickle {
namespace {

bool IsScalar(const Node& node, std::string_view kinds) {
  return node.kind == Kind::kArray && node.is_scalar && kinds.find(node.dtype->kind) != kinds.npos;
}

// Least byte first, two's complement, no longer than needed.
std::string_view Shortest(std::string_view bytes) {
  const auto is_redundant = [&] {
    const char fill = bytes.size() > 1 && static_cast<int8_t>(bytes[bytes.size() - 2]) < 0 ? '\xFF' : '\0';
    return bytes.empty() ? false : bytes.size() == 1 ? bytes[0] == '\0' : bytes.back() == fill;
  };
  while (is_redundant()) bytes.remove_suffix(1);
  return bytes;
}

std::string Integer(int64_t value) {
  return std::string(Shortest({reinterpret_cast<const char*>(&value), sizeof value}));
}

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
  uint32_t number;        // of a long text; 0: of a short one
  std::string_view text;  // a short one
  size_t at;              // where among the items
  auto operator<=>(const Key&) const = default;
};

// A stream names a text of any length by two bytes, as often as it likes: a long one is compared once, and then goes by
// its number.
constexpr size_t kShort = 64;

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
      if (!Same(keys[i], keys[first])) first = i;
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
    if (const auto found = strs_.find(id); found != strs_.end()) {
      id = found->second;
      return true;
    }
    auto text = DecodeUtf32(node.bytes, node.dtype->big_endian);
    if (!text) return strs_.emplace(id, id).second;
    if (!context_.ChargeUnfolded(text->size(), node.offset)) return false;
    graph::NewNode str;
    str.kind = Kind::kStr;
    str.offset = node.offset;
    str.text = graph_.Keep(*std::move(text));
    const Id made = context_.Add(std::move(str));
    strs_.emplace(id, made);
    id = made;
    return id != kNoId;
  }

  static bool Same(const Key& a, const Key& b) { return a.kind == b.kind && a.number == b.number && a.text == b.text; }

  // Of text that stays where it is.
  Key View(char kind, std::string_view text) {
    if (text.size() <= kShort) return {kind, 0, text, 0};
    const auto [at, added] = places_.try_emplace({text.data(), text.size()}, 0);
    if (added) at->second = long_.try_emplace(text, static_cast<uint32_t>(long_.size() + 1)).first->second;
    return {kind, at->second, "", 0};
  }
  Key Kept(char kind, std::string text) {
    if (text.size() <= kShort) return {kind, 0, texts_.emplace_back(std::move(text)), 0};
    const auto found = long_.find(text);
    return found != long_.end() ? Key{kind, found->second, "", 0} : View(kind, graph_.Keep(std::move(text)));
  }

  // As a part of another key's text.
  std::string Part(const Key& key) const {
    return key.number == 0 ? "." + std::string(key.text) : "#" + std::to_string(key.number);
  }

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
        return View(kText, node.text);
      case Kind::kBytes:
        return View(kBytes, node.text);
      case Kind::kBool:
      case Kind::kInt:
        return Kept(kNumber, Integer(node.integer));
      case Kind::kBigInt:
        return node.text.size() <= kShort ? View(kNumber, Shortest(node.text)) : OfLong(id);
      case Kind::kFloat:
        return OfReal(id, node.real);
      case Kind::kNone:
        return View(kName, "None");
      case Kind::kGlobal:
        return Kept(kName, Part(View(kName, node.module)) + '\0' + Part(View(kName, node.name)));
      case Kind::kTuple:
      case Kind::kSet:
        return Kept(kSequence, std::to_string(NumberOf(id)));
      case Kind::kArray:
        return node.bytes.size() <= kShort ? OfScalar(id) : OfLong(id);
      default:
        return Itself(id);
    }
  }

  // A number or scalar of many bytes, which need not be its text: each is looked at once.
  Key OfLong(Id id) {
    if (const auto found = long_keys_.find(id); found != long_keys_.end()) return found->second;
    const Node& node = graph_[id];
    Key key = node.kind == Kind::kBigInt ? View(kNumber, Shortest(node.text)) : OfScalar(id);
    if (key.number == 0) key.text = graph_.Keep(std::string(key.text));
    return long_keys_.emplace(id, key).first->second;
  }

  Key OfScalar(Id id) {
    const Node& node = graph_[id];
    const size_t size = node.bytes.size();
    if (IsScalar(node, "S")) {
      const std::string_view text(reinterpret_cast<const char*>(node.bytes.data()), size);
      return View(kBytes, text.substr(0, text.find_last_not_of('\0') + 1));
    }
    if (IsScalar(node, "U")) {
      if (auto text = DecodeUtf32(node.bytes, node.dtype->big_endian)) return Kept(kText, *std::move(text));
    }
    if (!IsScalar(node, "biuf")) return Itself(id);
    const std::string bytes = NativeBytes(node);
    if (IsScalar(node, "bi")) {
      std::string wide = bytes;
      wide.resize(8, node.dtype->kind == 'i' && static_cast<int8_t>(bytes.back()) < 0 ? '\xFF' : '\0');
      return Kept(kNumber, std::string(Shortest(wide)));
    }
    if (IsScalar(node, "u")) return Kept(kNumber, std::string(Shortest(bytes + '\0')));
    if (IsScalar(node, "f") && size == 2) return OfReal(id, Half(Element<uint16_t>(bytes)));
    if (IsScalar(node, "f") && size == 4) return OfReal(id, static_cast<double>(Element<float>(bytes)));
    if (IsScalar(node, "f") && size == 8) return OfReal(id, Element<double>(bytes));
    return Itself(id);
  }

  // Equal numbers: equal tuples or frozensets. What such a one holds was there before it, so that the lower ids are
  // done first, and each once.
  uint32_t NumberOf(Id id) {
    numbers_.resize(graph_.size(), kNoNumber);
    if (numbers_[id] != kNoNumber) return numbers_[id];
    std::vector<Id> todo{id}, all;
    while (!todo.empty()) {
      const Id next = todo.back();
      todo.pop_back();
      if (!IsSequence(next) || numbers_[next] != kNoNumber) continue;
      numbers_[next] = kMet;
      all.push_back(next);
      todo.insert(todo.end(), graph_[next].items.begin(), graph_[next].items.end());
    }
    std::ranges::sort(all);
    for (const Id next : all) numbers_[next] = Known(TextOfSequence(next));
    return numbers_[id];
  }

  bool IsSequence(Id id) const { return graph_[id].kind == Kind::kTuple || graph_[id].kind == Kind::kSet; }

  std::string TextOfSequence(Id id) {
    std::vector<uint32_t> parts;
    parts.reserve(graph_[id].items.size());
    for (const Id item : graph_[id].items) {
      if (IsSequence(item)) {
        parts.push_back(NumberOf(item));
      } else {
        const Key key = Of(item);
        parts.push_back(Known(key.kind + Part(key)));
      }
    }
    if (graph_[id].kind == Kind::kSet) {
      std::ranges::sort(parts);
      parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    }
    std::string text = graph_[id].kind == Kind::kSet ? "<" : "(";
    for (const uint32_t part : parts) text += std::to_string(part) + ",";
    return text;
  }

  // The number of this text among all; that of a sequence begins as no other's does.
  uint32_t Known(std::string text) {
    return known_.emplace(std::move(text), static_cast<uint32_t>(known_.size())).first->second;
  }

  static constexpr uint32_t kNoNumber = UINT32_MAX, kMet = UINT32_MAX - 1;

  Context& context_;
  graph::Graph& graph_;
  std::deque<std::string> texts_;  // of the keys of one dict, where the graph does not have them
  std::vector<uint32_t> numbers_;  // of tuples and frozensets, by id: there can be one a byte
  std::map<Id, Key> long_keys_;
  std::map<Id, Id> strs_;                                      // of numpy.str_
  std::map<std::pair<const char*, size_t>, uint32_t> places_;  // of long texts
  std::map<std::string_view, uint32_t> long_;
  absl::btree_map<std::string, uint32_t> known_;  // half the memory of std::map: there can be one a byte
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
