#include "import/skops/scalar.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "import/value/numpy.h"
#include "import/value/text_values.h"
#include "utf8.h"

namespace pratique::skops {
namespace {

using pickle::Context;
using pickle::Id;
using pickle::Kind;
using pickle::kNoId;
using pickle::NewNode;
using pickle::Node;

struct ScalarType {
  std::string_view name;  // of numpy 2, and of numpy 1 where it had another
  char kind;
  uint32_t itemsize;  // 0: any
};
constexpr ScalarType kScalarTypes[] = {
    {"bool", 'b', 1},      {"bool_", 'b', 1},       {"int8", 'i', 1},       {"int16", 'i', 2},
    {"int32", 'i', 4},     {"int64", 'i', 8},       {"longlong", 'i', 8},   {"uint8", 'u', 1},
    {"uint16", 'u', 2},    {"uint32", 'u', 4},      {"uint64", 'u', 8},     {"ulonglong", 'u', 8},
    {"float16", 'f', 2},   {"float32", 'f', 4},     {"float64", 'f', 8},    {"longdouble", 'f', 0},
    {"complex64", 'c', 8}, {"complex128", 'c', 16}, {"str_", 'U', 0},       {"bytes_", 'S', 0},
    {"intc", 'i', 4},      {"uintc", 'u', 4},       {"datetime64", 'M', 8}, {"timedelta64", 'm', 8},
    {"void", 'V', 0},
};

const ScalarType* FindType(std::string_view name) {
  const auto* at = std::find_if(std::begin(kScalarTypes), std::end(kScalarTypes),
                                [&](const ScalarType& t) { return t.name == name; });
  return at == std::end(kScalarTypes) ? nullptr : at;
}

Id Bad(Context& context, std::string_view text, std::string_view expected, uint64_t offset) {
  context.Malformed("skops.value", offset, "'" + Escape(text, 60) + "' is not " + std::string(expected));
  return kNoId;
}

Id Add(Context& context, Kind kind, uint64_t offset, int64_t integer = 0) {
  NewNode node;
  node.kind = kind;
  node.offset = offset;
  node.integer = integer;
  return context.Add(std::move(node));
}
Id AddFloat(Context& context, double value, uint64_t offset) {
  NewNode node;
  node.kind = Kind::kFloat;
  node.offset = offset;
  node.real = value;
  return context.Add(std::move(node));
}
Id AddText(Context& context, std::string_view text, uint64_t offset) {
  NewNode node;
  node.kind = Kind::kStr;
  node.offset = offset;
  node.text = text;
  return context.Add(std::move(node));
}

Id AddInt(Context& context, std::string_view digits, uint64_t offset) {
  auto value = pickle::ParseDecimal(digits);
  if (!value) return Bad(context, digits, "a number of at most 400 digits", offset);
  if (value->big.empty()) return Add(context, Kind::kInt, offset, value->small);
  NewNode node;
  node.kind = Kind::kBigInt;
  node.offset = offset;
  node.text = context.graph.Keep(std::move(value->big));
  return context.Add(std::move(node));
}

// RFC 8259: no plus, no leading zero, digits on both sides of the point.
enum class Number { kNone, kInt, kFloat };
Number NumberKind(std::string_view text) {
  auto digits = [&] {
    size_t n = 0;
    while (n < text.size() && text[n] >= '0' && text[n] <= '9') ++n;
    text.remove_prefix(n);
    return n;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool zero = text.starts_with('0');
  const size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return Number::kNone;
  if (text.empty()) return Number::kInt;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0) return Number::kNone;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (digits() == 0) return Number::kNone;
  }
  return text.empty() ? Number::kFloat : Number::kNone;
}

// NaN and the infinities are what Python's json adds to JSON.
std::optional<double> ParseFloat(std::string_view text) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return kInfinity;
  if (text == "-Infinity") return -kInfinity;
  double value = 0;
  if (NumberKind(text) == Number::kNone) return std::nullopt;  // from_chars reads "inf" as well
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// numpy 2 raises where an integer does not fit.
bool Fits(int64_t value, bool is_unsigned, unsigned bits) {
  if (is_unsigned && value < 0) return false;
  const int64_t rest = bits == 64 ? 0 : value >> (is_unsigned ? bits : bits - 1);
  return rest == 0 || (!is_unsigned && rest == -1);
}

// A key of type numpy.float64 or the like: dict.items() had the scalar, JSON has its value.
Id AddScalar(Context& context, const ScalarType& type, std::string_view key, uint64_t offset) {
  std::string bytes;
  auto store = [&](auto value) {
    const auto* p = reinterpret_cast<const char*>(&value);
    const size_t size = type.itemsize < sizeof value ? type.itemsize : sizeof value;
    bytes.assign(p, size);  // little-endian: the low bytes
  };
  graph::DType dtype{type.kind, type.itemsize, false, "", {}};
  if (type.kind == 'b') {
    if (key != "true" && key != "false") return Bad(context, key, "true or false", offset);
    store(static_cast<uint8_t>(key == "true"));
  } else if (type.kind == 'i' || type.kind == 'u') {
    const bool is_int = NumberKind(key) == Number::kInt;
    const auto value = is_int ? pickle::ParseDecimal(key) : std::nullopt;
    const unsigned bits = 8 * type.itemsize;
    uint64_t natural = 0;
    if (value && value->big.empty() && Fits(value->small, type.kind == 'u', bits))
      store(value->small);
    else if (is_int && type.kind == 'u' && bits == 64 &&
             std::from_chars(key.data(), key.data() + key.size(), natural).ec == std::errc())
      store(natural);
    else
      return Bad(context, key, "an int of " + std::to_string(bits) + " bits", offset);
  } else if (type.kind == 'f' && (type.itemsize == 4 || type.itemsize == 8)) {
    const auto value = ParseFloat(key);
    if (!value) return Bad(context, key, "a float", offset);
    if (type.itemsize == 4)
      store(static_cast<float>(*value));
    else
      store(*value);
  } else if (type.kind == 'U') {
    for (std::string_view rest = key; !rest.empty();) {
      const size_t length = Utf8Length(rest);
      if (length == 0) return Bad(context, key, "valid UTF-8", offset);
      auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(rest[i])); };
      uint32_t c = length == 1 ? byte(0) : byte(0) & (0x7F >> length);
      for (size_t i = 1; i < length; ++i) c = c << 6 | (byte(i) & 0x3F);
      bytes.append(reinterpret_cast<const char*>(&c), 4);
      rest.remove_prefix(length);
    }
    dtype.itemsize = static_cast<uint32_t>(bytes.size());
  } else {
    context.Fail(Reason::kUnsupported, "skops.key", offset, "a dict has keys of type numpy." + std::string(type.name));
    return kNoId;
  }
  NewNode node;
  node.kind = Kind::kArray;
  node.offset = offset;
  node.is_scalar = true;
  node.dtype = std::make_shared<const graph::DType>(std::move(dtype));
  node.bytes = std::as_bytes(std::span(context.graph.Keep(std::move(bytes))));
  return context.Add(std::move(node));
}

// Python's json writes "\ud800", and reads it; the parser refuses `parsed` for nothing else.
bool IsOfLoneSurrogates(std::string_view json, const nlohmann::json& parsed) {
  if (!parsed.is_discarded()) return false;
  std::string without(json);
  for (size_t at = without.find("\\u"); at != without.npos; at = without.find("\\u", at + 2)) {
    if (at + 4 < without.size() && (without[at + 2] | 0x20) == 'd' && without[at + 3] >= '8')
      without.replace(at + 2, 2, "00");
  }
  return nlohmann::json::parse(without, nullptr, /*allow_exceptions=*/false).is_string();
}

}  // namespace

Id ReadScalar(Context& context, std::string_view json, uint64_t offset) {
  if (json == "null") return Add(context, Kind::kNone, offset);
  if (json == "true" || json == "false") return Add(context, Kind::kBool, offset, json == "true");
  if (json.starts_with('"')) {
    const auto text = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
    // The parser takes a NUL for the end, whatever follows.
    if (IsOfLoneSurrogates(json, text)) {
      return context.Unread("pickle.text", offset, "a str that is no UTF-8, such as a lone surrogate",
                            "Rename what holds it, and save again.");
    }
    if (!text.is_string() || json.find('\0') != json.npos) return Bad(context, json, "a string of JSON", offset);
    return AddText(context, context.graph.Keep(text.get<std::string>()), offset);
  }
  const Number kind = NumberKind(json);
  if (kind == Number::kInt) return AddInt(context, json, offset);
  const auto value = ParseFloat(json);
  return value ? AddFloat(context, *value, offset) : Bad(context, json, "a single JSON value", offset);
}

Id ReadKey(Context& context, std::string_view key, std::string_view module, std::string_view type, uint64_t offset) {
  if (module == "builtins") {
    if (type == "str") return AddText(context, key, offset);
    if (type == "bool")
      return key == "true" || key == "false" ? Add(context, Kind::kBool, offset, key == "true")
                                             : Bad(context, key, "true or false", offset);
    if (type == "int")
      return NumberKind(key) == Number::kInt ? AddInt(context, key, offset) : Bad(context, key, "an int", offset);
    if (type == "NoneType")
      return key == "null" ? Add(context, Kind::kNone, offset) : Bad(context, key, "null", offset);
    if (type == "float") {
      const auto value = ParseFloat(key);
      return value ? AddFloat(context, *value, offset) : Bad(context, key, "a float", offset);
    }
  }
  if (const ScalarType* scalar = module == "numpy" ? FindType(type) : nullptr)
    return AddScalar(context, *scalar, key, offset);
  context.Fail(Reason::kUnsupported, "skops.key", offset,
               "a dict has keys of type " + Escape(module, 80) + "." + Escape(type, 80));
  return kNoId;
}

bool IsScalarType(std::string_view type) { return FindType(type) != nullptr; }
bool IsScalarType(std::string_view type, const graph::DType& dtype) {
  const ScalarType* found = FindType(type);
  return found != nullptr && found->kind == dtype.kind && (found->itemsize == 0 || found->itemsize == dtype.itemsize);
}

}  // namespace pratique::skops
