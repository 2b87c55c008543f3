// numpy's dtypes: numpy.dtype("f8", False, True) and its BUILD.
#include <algorithm>
#include <charconv>
#include <map>
#include <memory>

#include "import/value/numpy.h"

namespace pratique::pickle {
namespace {

using graph::DType;

constexpr size_t kMaxTypeText = 32;
constexpr uint32_t kMaxItemsize = 1u << 26;

bool IsText(const Node& node) { return node.kind == Kind::kStr || node.kind == Kind::kBytes; }

// Why a record dtype is not read, though numpy has such; "" while it is.
using NotRead = std::string;

// One field: (dtype, offset). It must follow the one before without overlap, be plain, and end inside the record.
bool AddField(Context& context, DType& record, const Node& name, Id value, uint64_t offset, NotRead& not_read) {
  const Node& spec = context.graph[value];
  if (spec.kind != Kind::kTuple || spec.items.size() != 2 || context.graph[spec.items[1]].kind != Kind::kInt) {
    return context.Malformed("numpy.dtype", offset, "field " + Escape(name.text) + " is not (dtype, offset)");
  }
  const auto refuse = [&](const char* what) {
    not_read = "a record dtype whose field " + Escape(name.text) + " " + what;
    return true;
  };
  if (IsUnread(context.graph[spec.items[0]])) return refuse("has a dtype that is not read");
  const std::shared_ptr<const DType> dtype = DTypeOf(context, spec.items[0], offset);
  if (!dtype) return false;
  if (!dtype->fields.empty()) return refuse("is a record itself");
  if (dtype->kind == 'O') return refuse("holds objects");
  const int64_t at = context.graph[spec.items[1]].integer;
  const uint64_t end_before =
      record.fields.empty() ? 0 : record.fields.back().offset + record.fields.back().dtype->itemsize;
  if (at < 0 || static_cast<uint64_t>(at) < end_before || static_cast<uint64_t>(at) > record.itemsize ||
      dtype->itemsize > record.itemsize - static_cast<uint64_t>(at)) {
    return context.Malformed("numpy.dtype", offset,
                             "field " + Escape(name.text) + " at " + std::to_string(at) + " of " +
                                 std::to_string(dtype->itemsize) + " bytes does not fit after byte " +
                                 std::to_string(end_before) + " of a record of " + std::to_string(record.itemsize));
  }
  record.fields.push_back({std::string(name.text), static_cast<uint64_t>(at), dtype});
  return true;
}

bool AddFields(Context& context, DType& record, const Node& names, Id fields_id, uint64_t offset, NotRead& not_read) {
  const Node fields = context.graph[fields_id];
  if (names.kind == Kind::kNone && fields.kind == Kind::kNone) return true;
  if (record.kind != 'V' || names.kind != Kind::kTuple || fields.kind != Kind::kDict || names.items.empty() ||
      fields.items.size() < 2 * names.items.size()) {
    return context.Malformed("numpy.dtype", offset, "the fields of a record dtype do not match its names");
  }
  if (fields.items.size() > 2 * names.items.size()) {  // by its title a field stands there once more
    not_read = "a record dtype whose fields have titles";
    return true;
  }
  // numpy keeps this very dict.
  context.graph.At(fields_id).settled = true;
  // A dict that many dtypes share is walked once for each.
  if (!context.ChargeUnfolded(names.items.size(), offset)) return false;
  std::map<std::string_view, Id> by_name;
  for (size_t i = 0; i < fields.items.size(); i += 2) {
    const Node& key = context.graph[fields.items[i]];
    if (!IsText(key) || !by_name.emplace(key.text, fields.items[i + 1]).second) {
      return context.Malformed("numpy.dtype", offset, "a field of a record dtype has no name of its own");
    }
  }
  for (const Id id : names.items) {
    const Node& name = context.graph[id];
    const auto field = IsText(name) ? by_name.extract(name.text) : decltype(by_name)::node_type();
    if (field.empty()) {
      return context.Malformed("numpy.dtype", offset, "a record dtype names a field twice or does not have it");
    }
    if (!AddField(context, record, name, field.mapped(), offset, not_read)) return false;
    if (!not_read.empty()) return true;
  }
  return true;
}

// (None, (b"ns", 1, 1, 1)) of a datetime64: the unit and how many of it.
bool SetUnit(Context& context, DType& dtype, Id metadata, uint64_t offset) {
  const Node& pair = context.graph[metadata];
  const bool is_pair = pair.kind == Kind::kTuple && pair.items.size() == 2;
  const Node& spec = context.graph[is_pair ? pair.items[1] : metadata];
  if (!is_pair || spec.kind != Kind::kTuple || spec.items.size() < 2 || spec.items.size() > 4 ||
      !IsText(context.graph[spec.items[0]]) || context.graph[spec.items[0]].text.size() > 8 ||
      context.graph[spec.items[1]].kind != Kind::kInt) {
    return context.Malformed("numpy.dtype", offset, "the unit of a datetime dtype is not (unit, count, ...)");
  }
  const std::string_view unit = context.graph[spec.items[0]].text;
  const int64_t count = context.graph[spec.items[1]].integer;
  if (unit != "generic") dtype.unit = (count == 1 ? "" : std::to_string(count)) + std::string(unit);
  return true;
}

// Whether numpy has one object of this dtype for all: then its BUILD does nothing.
bool IsOne(const DType& dtype, bool record) {
  const bool has_unit = dtype.kind == 'M' || dtype.kind == 'm';
  const bool has_size = dtype.kind == 'S' || dtype.kind == 'U' || dtype.kind == 'V';
  return !has_unit && !record && (!has_size || dtype.itemsize == 0);
}

}  // namespace

std::optional<DType> ParseType(std::string_view text) {
  if (text.empty() || text.size() > kMaxTypeText) return std::nullopt;
  const char kind = text[0];
  uint32_t size = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  const auto one_of = [size](std::initializer_list<uint32_t> sizes) {
    return std::find(sizes.begin(), sizes.end(), size) != sizes.end();
  };
  bool ok = false;
  switch (kind) {
    case 'b':
      ok = size == 1;
      break;
    case 'i':
    case 'u':
      ok = one_of({1, 2, 4, 8});
      break;
    case 'f':
      ok = one_of({2, 4, 8, 12, 16});
      break;
    case 'c':
      ok = one_of({8, 16, 24, 32});
      break;
    case 'O':
      ok = one_of({4, 8});
      break;
    case 'M':
    case 'm':
      ok = size == 8;
      break;
    case 'S':
    case 'V':
      ok = size <= kMaxItemsize;
      break;
    case 'U':
      ok = size <= kMaxItemsize / 4;
      size *= 4;
      break;
    default:
      break;
  }
  if (!ok) return std::nullopt;
  DType dtype;
  dtype.kind = kind;
  dtype.itemsize = size;
  return dtype;
}

Id MakeDType(Context& context, std::span<const Id> args, uint64_t offset) {
  const Node& text = context.graph[args[0]];
  const auto align = args.size() > 1 ? Truth(context.graph[args[1]]) : false;
  const auto copy = args.size() > 2 ? Truth(context.graph[args[2]]) : false;
  // numpy.record: records with attributes for fields, otherwise as any; its size comes with its state.
  const bool record = text.kind == Kind::kGlobal && text.module == "numpy" && text.name == "record";
  const auto parsed = record ? ParseType("V0") : IsText(text) ? ParseType(text.text) : std::nullopt;
  if (!parsed || !align || !copy) {
    return UnreadNumpy(context, "numpy.dtype", offset,
                       "numpy.dtype of " + (IsText(text) ? "'" + Escape(text.text, 40) + "'" : Describe(text)));
  }
  NewNode node;
  node.kind = Kind::kDType;
  node.offset = offset;
  node.dtype = std::make_shared<const DType>(*parsed);
  node.settled = !*copy && IsOne(*parsed, record);
  return context.Add(std::move(node));
}

bool BuildDType(Context& context, Id id, Id state_id, uint64_t offset) {
  if (context.graph[id].settled) {
    context.graph.At(id).state = state_id;
    return true;
  }
  const Node& state = context.graph[state_id];
  const auto at = [&](size_t i) { return context.graph[state.items[i]]; };
  if (state.kind != Kind::kTuple || (state.items.size() != 8 && state.items.size() != 9) || at(0).kind != Kind::kInt ||
      (at(0).integer != 3 && at(0).integer != 4)) {
    return context.Discard(
        id, "numpy.dtype", offset,
        "the state of a dtype is " + Describe(state) + ", not the 8 or 9 values of numpy 1.7 and later",
        kSaveNumpyPlain);
  }
  DType dtype = *context.graph[id].dtype;
  const std::string_view order = at(1).text;
  if (!IsText(at(1)) || (order != "<" && order != ">" && order != "|")) {
    return context.Malformed("numpy.dtype", offset, "the byte order of a dtype is '" + Escape(order, 20) + "'");
  }
  dtype.big_endian = order == ">";
  if (at(2).kind != Kind::kNone) return context.Discard(id, "numpy.dtype", offset, "a subarray dtype", kSaveNumpyPlain);
  if (dtype.kind == 'V' && dtype.itemsize == 0 && at(5).kind == Kind::kInt && at(5).integer > 0 &&
      at(5).integer <= kMaxItemsize) {
    dtype.itemsize = static_cast<uint32_t>(at(5).integer);
  }
  // Where numpy takes the size from the state, it has to be there.
  const bool has_size = dtype.kind == 'S' || dtype.kind == 'U' || dtype.kind == 'V';
  if (at(5).kind != Kind::kInt || (at(5).integer != dtype.itemsize && (has_size || at(5).integer != -1))) {
    return context.Malformed(
        "numpy.dtype", offset,
        "a dtype of " + std::to_string(dtype.itemsize) + " bytes says it has " + std::to_string(at(5).integer));
  }
  NotRead not_read;
  if (!AddFields(context, dtype, at(3), state.items[4], offset, not_read)) return false;
  if (!not_read.empty()) return context.Discard(id, "numpy.dtype", offset, std::move(not_read), kSaveNumpyPlain);
  if (dtype.kind == 'M' || dtype.kind == 'm') {
    if (state.items.size() != 9) return context.Malformed("numpy.dtype", offset, "a datetime dtype without a unit");
    if (!SetUnit(context, dtype, state.items[8], offset)) return false;
  }
  context.graph.At(id).Widen().dtype = std::make_shared<const DType>(std::move(dtype));
  context.graph.At(id).state = state_id;
  return true;
}

std::shared_ptr<const DType> DTypeOf(Context& context, Id id, uint64_t offset) {
  const Node& node = context.graph[id];
  // Without its BUILD a dtype lacks its byte order; numpy would change it under the array.
  if (node.kind == Kind::kDType && node.state != kNoId) return node.dtype;
  context.Malformed("numpy.dtype", offset,
                    "the dtype of an array is " + (node.kind == Kind::kDType ? "incomplete" : Describe(node)));
  return nullptr;
}

Id MakeStringDType(Context& context, std::span<const Id>, uint64_t offset) {
  return UnreadNumpy(context, "numpy.dtype", offset, "an array of numpy's StringDType");
}

}  // namespace pratique::pickle
