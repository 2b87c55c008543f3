// Opcodes of the pickle machine that make plain values and containers.
#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "import/pickle/machine.h"
#include "import/value/calls.h"
#include "import/value/text_values.h"

namespace pratique::pickle {
namespace {

std::string_view Text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

NewNode Machine::Make(Kind kind) const {
  NewNode node;
  node.kind = kind;
  node.hashable = kind != Kind::kList && kind != Kind::kDict;
  return node;
}

bool Machine::PushText(Kind kind, std::string_view text) {
  if (kind == Kind::kStr && !IsUtf8(text)) {
    return PushUnread("pickle.text", "a str that is no UTF-8, such as a lone surrogate",
                      "Rename what holds it, and save again.");
  }
  NewNode node = Make(kind);
  node.text = text;
  return Push(std::move(node));
}

// Little-endian and unsigned. nullopt: cut short.
std::optional<uint64_t> Machine::Length(int width) {
  const auto bytes = reader_.Take(static_cast<uint64_t>(width));
  if (!bytes) return std::nullopt;
  uint64_t value = 0;
  std::memcpy(&value, bytes->data(), bytes->size());
  return value;
}

bool Machine::OnNone(int) { return Push(Make(Kind::kNone)); }

bool Machine::OnBool(int value) {
  NewNode node = Make(Kind::kBool);
  node.integer = value;
  return Push(std::move(node));
}

bool Machine::OnInt(int width) {
  const auto value = Length(width);
  if (!value) return CutShort();
  NewNode node = Make(Kind::kInt);
  node.integer = width == 4 ? static_cast<int32_t>(*value) : static_cast<int64_t>(*value);
  return Push(std::move(node));
}

bool Machine::PushDecimal(std::string_view text) {
  auto value = ParseDecimal(text);
  if (!value && IsDecimal(text)) {
    return PushUnread("pickle.value",
                      Here("is a number of " + std::to_string(text.size()) + " digits, more than Python itself reads"),
                      "Save the model again with pickle protocol 2 or later.");
  }
  if (!value) return Stop("pickle.value", Here("is no number: ") + Escape(text, 40));
  NewNode node = Make(value->big.empty() ? Kind::kInt : Kind::kBigInt);
  node.integer = value->small;
  if (!value->big.empty()) {
    if (!context_.ChargeUnfolded(value->big.size(), start_)) return false;
    node.text = context_.graph.Keep(std::move(value->big));
  }
  return Push(std::move(node));
}

bool Machine::OnIntLine(int) {
  const auto line = reader_.Line();
  if (!line) return CutShort();
  // Protocols 0 and 1 have no bool of their own.
  if (*line == "00" || *line == "01") return OnBool(*line == "01");
  return PushDecimal(*line);
}

bool Machine::OnLongLine(int) {
  auto line = reader_.Line();
  if (!line) return CutShort();
  if (line->ends_with('L')) line->remove_suffix(1);
  return PushDecimal(*line);
}

bool Machine::OnLong(int width) {
  const auto length = Length(width);
  if (!length) return CutShort();
  if (*length > INT32_MAX) return Stop("pickle.value", Here("has a negative length"));
  const auto bytes = reader_.Take(*length);
  if (!bytes) return CutShort();
  if (bytes->size() > 8) return PushText(Kind::kBigInt, Text(*bytes));
  uint64_t value = 0;
  std::memcpy(&value, bytes->data(), bytes->size());
  const auto unused = 64 - 8 * static_cast<int>(bytes->size());
  NewNode node = Make(Kind::kInt);
  if (!bytes->empty()) node.integer = static_cast<int64_t>(value << unused) >> unused;
  return Push(std::move(node));
}

bool Machine::OnFloat(int) {
  const auto bits = reader_.Number<uint64_t>();
  if (!bits) return CutShort();
  NewNode node = Make(Kind::kFloat);
  node.real = std::bit_cast<double>(__builtin_bswap64(*bits));
  return Push(std::move(node));
}

bool Machine::OnFloatLine(int) {
  const auto line = reader_.Line();
  if (!line) return CutShort();
  const auto value = ParseFloat(*line);
  if (!value) return Stop("pickle.value", Here("is no number: ") + Escape(*line, 40));
  NewNode node = Make(Kind::kFloat);
  node.real = *value;
  return Push(std::move(node));
}

bool Machine::OnUnicode(int width) {
  const auto length = Length(width);
  const auto bytes = length ? reader_.Take(*length) : std::nullopt;
  return bytes ? PushText(Kind::kStr, Text(*bytes)) : CutShort();
}

bool Machine::OnUnicodeLine(int) {
  const auto line = reader_.Line();
  if (!line) return CutShort();
  auto text = ParseRawUnicode(*line);
  if (!text) return Stop("pickle.value", Here("has a broken escape"));
  // Of a surrogate there is no UTF-8, and PushText says so.
  return context_.ChargeUnfolded(text->size(), start_) && PushText(Kind::kStr, context_.graph.Keep(*std::move(text)));
}

// A Python 2 str is text when it is ASCII, as Python 3 reads it by default, and else bytes.
bool Machine::OnString(int width) {
  const auto length = Length(width);
  const auto bytes = length ? reader_.Take(*length) : std::nullopt;
  if (!bytes) return CutShort();
  const bool ascii = std::all_of(bytes->begin(), bytes->end(), [](std::byte b) { return b < std::byte{0x80}; });
  return PushText(ascii ? Kind::kStr : Kind::kBytes, Text(*bytes));
}

bool Machine::OnStringLine(int) {
  const auto line = reader_.Line();
  if (!line) return CutShort();
  auto bytes = ParseQuoted(*line);
  if (!bytes) return Stop("pickle.value", Here("is not quoted, or has a broken escape"));
  if (!context_.ChargeUnfolded(bytes->size(), start_)) return false;
  const bool ascii = std::all_of(bytes->begin(), bytes->end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
  return PushText(ascii ? Kind::kStr : Kind::kBytes, context_.graph.Keep(*std::move(bytes)));
}

bool Machine::OnBytes(int width) {
  const auto length = Length(width);
  const auto bytes = length ? reader_.Take(*length) : std::nullopt;
  return bytes ? PushText(Kind::kBytes, Text(*bytes)) : CutShort();
}

bool Machine::OnByteArray(int width) {
  if (!OnBytes(width)) return false;
  context_.graph.At(stack_.back()).hashable = false;
  return true;
}

// ---- Containers ----

bool Machine::OnEmpty(int kind) {
  NewNode node = Make(static_cast<Kind>(kind));
  node.hashable = node.kind == Kind::kTuple;
  return Push(std::move(node));
}

bool Machine::PushSequence(Kind kind, std::vector<Id> items) {
  if (kind == Kind::kDict) {
    return Push(Make(kind)) && SetItems(stack_.back(), items);
  }
  if (kind == Kind::kSet && !Hash(items)) return false;
  NewNode node = Make(kind);
  if (kind == Kind::kTuple) {
    node.hashable = std::ranges::all_of(items, [&](Id item) { return IsHashable(context_.graph[item]); });
  }
  node.items = std::move(items);
  return Push(std::move(node));
}

bool Machine::OnTuple(int count) {
  if (!Reach(static_cast<size_t>(count))) return false;
  std::vector<Id> items(stack_.end() - count, stack_.end());
  stack_.resize(stack_.size() - static_cast<size_t>(count));
  return PushSequence(Kind::kTuple, std::move(items));
}

bool Machine::OnFromMark(int kind) {
  std::vector<Id> items;
  return PopToMark(items) && PushSequence(static_cast<Kind>(kind), std::move(items));
}

bool Machine::Hash(std::span<const Id> items) {
  for (const Id item : items) {
    if (!IsHashable(context_.graph[item])) return Stop("pickle.key", "a set holds " + Describe(context_.graph[item]));
  }
  return true;
}

// Python copied what is settled, or shares it: a change that comes later would be seen here and not there.
bool Machine::CanChange(const Node& node) {
  return !node.settled ||
         Stop("pickle.changed", Here("changes ") + Describe(node) + " after another value was made of it");
}

// Picklers give an object its items before its state, and items of a list to none that has keys. Behind these, Python
// would call what the state, or a Bunch, has under the name of append or extend.
bool Machine::HasNoOwn(const Node& node, bool or_keys) {
  const bool has = node.kind == Kind::kObject && (node.state != kNoId || (or_keys && !node.dict_items.empty()));
  return !has || context_.Fail(Reason::kUnknownCall, "type.unknown_call", start_,
                               Here("calls what the content of ") + Describe(node) + " put there",
                               "Do not load this file in Python.");
}

bool Machine::Append(Id target, std::span<const Id> items) {
  if (!CanChange(context_.graph[target]) || !HasNoOwn(context_.graph[target], /*or_keys=*/true)) return false;
  graph::Stored& node = context_.graph.At(target);
  if (node.kind != Kind::kList && node.kind != Kind::kObject) {
    return Stop("pickle.container", Here("to ") + Describe(context_.graph[target]));
  }
  std::vector<Id>& list = node.kind == Kind::kList ? node.items : node.Widen().list_items;
  list.insert(list.end(), items.begin(), items.end());
  return true;
}

bool Machine::OnAppend(int) {
  if (!Reach(2)) return false;
  const Id item = Pop();
  return Append(stack_.back(), {&item, 1});
}

bool Machine::OnAppends(int) {
  std::vector<Id> items;
  return PopToMark(items) && Reach(1) && Append(stack_.back(), items);
}

bool Machine::OnAddItems(int) {
  std::vector<Id> items;
  if (!PopToMark(items) || !Reach(1)) return false;
  const Node seen = context_.graph[stack_.back()];
  if (seen.kind != Kind::kSet || seen.hashable) return Stop("pickle.container", Here("to ") + Describe(seen));
  if (!CanChange(seen) || !Hash(items)) return false;
  graph::Stored& set = context_.graph.At(stack_.back());
  set.items.insert(set.items.end(), items.begin(), items.end());
  return true;
}

bool Machine::SetItems(Id target, std::span<const Id> pairs) {
  if (!CanChange(context_.graph[target]) || !HasNoOwn(context_.graph[target], /*or_keys=*/false)) return false;
  graph::Stored& node = context_.graph.At(target);
  if (node.kind != Kind::kDict && node.kind != Kind::kObject) {
    return Stop("pickle.container", Here("to ") + Describe(context_.graph[target]));
  }
  if (pairs.size() % 2 != 0) return Stop("pickle.container", Here("has a key without a value"));
  for (size_t i = 0; i < pairs.size(); i += 2) {
    const Node& key = context_.graph[pairs[i]];
    if (!IsHashable(key)) return Stop("pickle.key", "a key is " + Describe(key));
    if (node.kind == Kind::kObject && !IsNoArray(context_.graph[target], pairs[i])) return false;  // a Bunch's
  }
  std::vector<Id>& items = node.kind == Kind::kDict ? node.items : node.Widen().dict_items;
  items.insert(items.end(), pairs.begin(), pairs.end());
  return true;
}

bool Machine::OnSetItem(int) {
  if (!Reach(3)) return false;
  const Id value = Pop();
  const Id pair[] = {Pop(), value};
  return SetItems(stack_.back(), pair);
}

bool Machine::OnSetItems(int) {
  std::vector<Id> pairs;
  return PopToMark(pairs) && Reach(1) && SetItems(stack_.back(), pairs);
}

}  // namespace pratique::pickle
