#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <unordered_map>
#include <vector>

#include "tests/import/canonical_text.h"

namespace pratique::testing {
namespace {

using graph::DType;
using graph::Graph;
using graph::Id;
using graph::Kind;
using graph::kNoId;
using graph::Node;

std::string Hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) text += {kDigits[static_cast<uint8_t>(c) >> 4], kDigits[static_cast<uint8_t>(c) & 15]};
  return text;
}

std::string Escaped(std::string_view bytes) {
  std::string text;
  for (const char c : bytes)
    text += c < 32 || c == 127 || c == '\\' || c == '\'' ? "\\x" + Hex({&c, 1}) : std::string(1, c);
  return text;
}

// Without leading zeros, most significant digit first; `bytes` least first.
std::string HexNumber(std::string bytes, bool negative) {
  std::reverse(bytes.begin(), bytes.end());
  const std::string digits = Hex(bytes);
  const size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  return (negative ? "i-" : "i") + digits.substr(first);
}

std::string BigInt(std::string bytes) {
  const bool negative = static_cast<int8_t>(bytes.back()) < 0;
  unsigned carry = 1;
  for (char& byte : bytes) {
    if (!negative) break;
    carry += static_cast<uint8_t>(~byte);
    byte = static_cast<char>(carry & 0xFF);
    carry >>= 8;
  }
  return HexNumber(bytes, negative);
}

std::string Int(int64_t value) {
  const uint64_t size = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  return HexNumber({reinterpret_cast<const char*>(&size), 8}, value < 0);
}

std::string Describe(const DType& dtype) {
  if (dtype.fields.empty()) {
    DType little = dtype;
    little.big_endian = false;
    const std::string text = little.ToString();
    return text.starts_with('|') ? text.substr(1) : text;
  }
  std::string text = "[";
  for (const DType::Field& field : dtype.fields) {
    if (text.size() > 1) text += ",";
    text += "('" + Escaped(field.name) + "'," + std::to_string(field.offset) + "," + Describe(*field.dtype) + ")";
  }
  return text + "]" + std::to_string(dtype.itemsize);
}

// One element of `dtype` at `at`, least byte first.
std::string Element(const DType& dtype, std::string_view at) {
  std::string bytes(at.substr(0, dtype.itemsize));
  if (!dtype.big_endian) return bytes;
  const size_t width = dtype.kind == 'U' ? 4 : dtype.kind == 'c' ? dtype.itemsize / 2 : dtype.itemsize;
  for (auto at_part = bytes.begin(); at_part != bytes.end(); at_part += static_cast<ptrdiff_t>(width)) {
    std::reverse(at_part, at_part + static_cast<ptrdiff_t>(width));
  }
  return bytes;
}

class Text {
 public:
  explicit Text(const Graph& graph) : g_(graph) {}

  std::string Of(Id id) {
    const Node& n = g_[id];
    switch (n.kind) {
      case Kind::kNone:
        return "N";
      case Kind::kBool:
        return n.integer ? "T" : "F";
      case Kind::kInt:
        return Int(n.integer);
      case Kind::kBigInt:
        return BigInt(std::string(n.text));
      case Kind::kFloat:
        return Real(n.real);
      case Kind::kStr:
        return "'" + Escaped(n.text) + "'";
      case Kind::kBytes:
        return "b'" + Escaped(n.text) + "'";
      case Kind::kTuple:
        return "(" + List(n.items) + ")";
      case Kind::kGlobal:
        return Name(n);
      case Kind::kDType:
        return "dtype(" + Describe(*n.dtype) + ")";
      case Kind::kArray:
        if (n.is_scalar) return "scalar(" + Describe(*n.dtype) + " " + Data(n) + ")";
        break;
      default:
        break;
    }
    const auto [at, added] = seen_.try_emplace(id, next_);
    if (!added) return "#" + std::to_string(at->second);
    return Numbered(n);
  }

 private:
  static std::string Real(double real) {
    std::string bytes(8, '\0');
    const uint64_t bits = std::bit_cast<uint64_t>(real);
    for (int i = 0; i < 8; ++i) bytes[static_cast<size_t>(i)] = static_cast<char>(bits >> (56 - 8 * i));
    return "f" + Hex(bytes);
  }
  static std::string Name(const Node& n) { return "@" + std::string(n.module) + "." + std::string(n.name); }

  std::string List(const std::vector<Id>& items) {
    std::string text;
    for (size_t i = 0; i < items.size(); ++i) text += (i == 0 ? "" : ",") + Of(items[i]);
    return text;
  }
  std::string Pairs(const std::vector<Id>& items) {
    std::string text;
    for (size_t i = 0; i < items.size(); i += 2) {
      text += (i == 0 ? "" : ",") + Of(items[i]) + ":";
      text += Of(items[i + 1]);
    }
    return text;
  }

  std::string Numbered(const Node& n) {
    const std::string number = "#" + std::to_string(next_++);
    return number + New(n);
  }
  std::string New(const Node& n) {
    switch (n.kind) {
      case Kind::kList:
        return "[" + List(n.items) + "]";
      case Kind::kDict:
        return "{" + Pairs(n.items) + "}";
      case Kind::kSet:
        return Set(n);
      case Kind::kArray:
        return Array(n);
      default:
        return Object(n);
    }
  }
  std::string Set(const Node& n) const {
    std::vector<std::string> texts;
    for (const Id item : n.items) texts.push_back(Text(g_).Of(item));
    std::sort(texts.begin(), texts.end());
    std::string text = "<";
    for (const std::string& item : texts) text += (text.size() > 1 ? "," : "") + item;
    return text + ">";
  }
  std::string Array(const Node& n) {
    std::string shape;
    for (const uint64_t size : n.shape) shape += (shape.empty() ? "" : ",") + std::to_string(size);
    if (n.dtype->kind == 'O') return "array(O (" + shape + ") [" + List(n.items) + "])";
    return "array(" + Describe(*n.dtype) + " (" + shape + ") " + Data(n) + ")";
  }
  std::string Object(const Node& n) {
    std::string text = (n.made == graph::Made::kNew ? "new " : "call ") + Name(n) + "(" + List(n.items) + ")";
    // Python fills the object's own dict from it.
    const bool own = n.state != kNoId && g_[n.state].kind == Kind::kDict;
    if (n.state != kNoId) text += "state=" + (own ? Numbered(g_[n.state]) : Of(n.state));
    if (!n.list_items.empty()) text += "list=[" + List(n.list_items) + "]";
    if (!n.dict_items.empty()) text += "dict={" + Pairs(n.dict_items) + "}";
    return text;
  }

  std::string Data(const Node& n) const { return Data(n, *n.dtype, 0); }
  std::string Data(const Node& n, const DType& dtype, size_t offset) const {
    std::string text;
    for (const DType::Field& field : dtype.fields) text += "[" + Data(n, *field.dtype, offset + field.offset) + "]";
    if (!dtype.fields.empty()) return text;
    const std::string_view bytes(reinterpret_cast<const char*>(n.bytes.data()), n.bytes.size());
    std::string data;
    for (const uint64_t at : Order(n)) data += Element(dtype, bytes.substr(at * n.dtype->itemsize + offset));
    if (data.size() <= 32) return Hex(data);
    char crc[9];
    std::snprintf(crc, sizeof crc, "%08lx", crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size()));
    return std::to_string(data.size()) + ":" + crc;
  }
  // Where the elements are stored, in C order.
  static std::vector<uint64_t> Order(const Node& n) {
    std::vector<uint64_t> order = {0};
    uint64_t stride = 1;
    for (const uint64_t size : n.shape) stride *= size;
    const uint64_t elements = stride;
    for (size_t d = 0, before = 1; d < n.shape.size() && elements > 0; before *= n.shape[d++]) {
      stride /= n.shape[d];
      std::vector<uint64_t> longer;
      for (const uint64_t at : order) {
        for (uint64_t i = 0; i < n.shape[d]; ++i) longer.push_back(at + i * (n.fortran ? before : stride));
      }
      order = std::move(longer);
    }
    return elements == 0 ? std::vector<uint64_t>() : order;
  }

  const Graph& g_;
  std::unordered_map<Id, size_t> seen_;
  size_t next_ = 0;
};

}  // namespace

std::string CanonicalText(const Graph& graph, Id id) { return Text(graph).Of(id); }

}  // namespace pratique::testing
