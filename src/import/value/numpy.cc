#include "import/value/numpy.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>

#include "import/value/calls.h"

namespace pratique::pickle {
namespace {

using graph::DType;

constexpr size_t kMaxDims = 64;  // numpy 2
constexpr size_t kMaxTypeText = 32;
constexpr uint32_t kMaxItemsize = 1u << 26;

constexpr char kHelp[] = "Save the model again with plain numpy arrays.";

Id Unread(Context& context, std::string code, uint64_t offset, std::string message) {
  return context.Unread(std::move(code), offset, std::move(message), kHelp);
}

// A bool or an int that stands for one; nullopt for anything else.
std::optional<bool> Truth(const Node& node) {
  if (node.kind != Kind::kBool && node.kind != Kind::kInt) return std::nullopt;
  if (node.integer != 0 && node.integer != 1) return std::nullopt;
  return node.integer == 1;
}

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

// Elements of an object array: a list of as many as the shape says.
bool SetObjects(Context& context, Id array, const Node& data, uint64_t offset) {
  const uint64_t elements = Elements(context.graph[array].shape);
  if (data.kind != Kind::kList || data.items.size() != elements) {
    return context.Malformed("numpy.array", offset,
                             "an object array of " + std::to_string(elements) + " elements has " + Describe(data) +
                                 " of " + std::to_string(data.items.size()));
  }
  if (!context.ChargeUnfolded(data.items.size(), offset)) return false;
  context.graph.At(array).items = data.items;
  return true;
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

Id AddArray(Context& context, std::shared_ptr<const DType> dtype, std::vector<uint64_t> shape, std::string_view bytes,
            uint64_t offset) {
  const auto size = ByteSize(context, *dtype, shape, offset);
  if (!size) return kNoId;
  if (*size != bytes.size()) {
    context.Malformed("numpy.array", offset,
                      "an array of dtype " + Escape(dtype->ToString()) + " needs " + std::to_string(*size) +
                          " bytes and has " + std::to_string(bytes.size()));
    return kNoId;
  }
  if (!context.ChargeUnfolded(*size, offset)) return kNoId;
  NewNode node;
  node.kind = Kind::kArray;
  node.offset = offset;
  node.dtype = std::move(dtype);
  node.shape = std::move(shape);
  node.bytes = std::as_bytes(std::span(bytes));
  return context.Add(std::move(node));
}

namespace {

// Whether numpy has one object of this dtype for all: then its BUILD does nothing.
bool IsOne(const DType& dtype, bool record) {
  const bool has_unit = dtype.kind == 'M' || dtype.kind == 'm';
  const bool has_size = dtype.kind == 'S' || dtype.kind == 'U' || dtype.kind == 'V';
  return !has_unit && !record && (!has_size || dtype.itemsize == 0);
}

}  // namespace

Id MakeDType(Context& context, std::span<const Id> args, uint64_t offset) {
  const Node& text = context.graph[args[0]];
  const auto align = args.size() > 1 ? Truth(context.graph[args[1]]) : false;
  const auto copy = args.size() > 2 ? Truth(context.graph[args[2]]) : false;
  // numpy.record: records with attributes for fields, otherwise as any; its size comes with its state.
  const bool record = text.kind == Kind::kGlobal && text.module == "numpy" && text.name == "record";
  const auto parsed = record ? ParseType("V0") : IsText(text) ? ParseType(text.text) : std::nullopt;
  if (!parsed || !align || !copy) {
    return Unread(context, "numpy.dtype", offset,
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
        "the state of a dtype is " + Describe(state) + ", not the 8 or 9 values of numpy 1.7 and later", kHelp);
  }
  DType dtype = *context.graph[id].dtype;
  const std::string_view order = at(1).text;
  if (!IsText(at(1)) || (order != "<" && order != ">" && order != "|")) {
    return context.Malformed("numpy.dtype", offset, "the byte order of a dtype is '" + Escape(order, 20) + "'");
  }
  dtype.big_endian = order == ">";
  if (at(2).kind != Kind::kNone) return context.Discard(id, "numpy.dtype", offset, "a subarray dtype", kHelp);
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
  if (!not_read.empty()) return context.Discard(id, "numpy.dtype", offset, std::move(not_read), kHelp);
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

std::optional<std::vector<uint64_t>> ShapeOf(Context& context, Id id, uint64_t offset) {
  const Node& tuple = context.graph[id];
  if (tuple.kind != Kind::kTuple || tuple.items.size() > kMaxDims) {
    context.Malformed("numpy.shape", offset, "the shape of an array is " + Describe(tuple));
    return std::nullopt;
  }
  std::vector<uint64_t> shape;
  for (const Id item : tuple.items) {
    const Node& dim = context.graph[item];
    if (dim.kind != Kind::kInt || dim.integer < 0) {
      context.Malformed(
          "numpy.shape", offset,
          "a dimension of an array is " + (dim.kind == Kind::kInt ? std::to_string(dim.integer) : Describe(dim)));
      return std::nullopt;
    }
    shape.push_back(static_cast<uint64_t>(dim.integer));
  }
  if (!ShapeFits(context, shape, offset)) return std::nullopt;
  return shape;
}

bool ShapeFits(Context& context, std::span<const uint64_t> shape, uint64_t offset) {
  uint64_t product = 1;
  bool empty = false;
  for (const uint64_t size : shape) {
    empty |= size == 0;
    if (size != 0 && __builtin_mul_overflow(product, size, &product)) product = UINT64_MAX;
  }
  // An empty array has no bytes to pay for its other dimensions, which a reader may still loop over.
  if (product <= INT64_MAX && (!empty || product <= context.limits.values)) return true;
  return context.Malformed("numpy.shape", offset, "the shape of an array is too large");
}

uint64_t Elements(std::span<const uint64_t> shape) {
  uint64_t product = 1;
  for (const uint64_t size : shape) product *= size;
  return product;
}

std::optional<uint64_t> ByteSize(Context& context, const DType& dtype, std::span<const uint64_t> shape,
                                 uint64_t offset) {
  const uint64_t elements = Elements(shape);
  uint64_t bytes = 0;
  if (__builtin_mul_overflow(elements, uint64_t{dtype.itemsize}, &bytes)) {
    context.Malformed("numpy.shape", offset, "the bytes of an array overflow");
    return std::nullopt;
  }
  if (dtype.itemsize == 0 && elements > 1) {  // no bytes would pay for the elements
    context.Fail(Reason::kUnsupported, "numpy.dtype", offset, "elements of no bytes", kHelp);
    return std::nullopt;
  }
  return bytes;
}

std::optional<std::string_view> BytesOf(Context& context, Id id, uint64_t offset, std::string_view what) {
  const Node& node = context.graph[id];
  if (node.kind == Kind::kBytes) return node.text;
  if (node.kind == Kind::kStr) {
    if (!context.ChargeUnfolded(node.text.size(), offset)) return std::nullopt;
    if (auto bytes = EncodeLatin1(node.text)) return context.graph.Keep(*std::move(bytes));
  }
  context.Malformed("numpy.array", offset, std::string(what) + " is " + Describe(node) + ", not bytes");
  return std::nullopt;
}

Id MakeStringDType(Context& context, std::span<const Id>, uint64_t offset) {
  return Unread(context, "numpy.dtype", offset, "an array of numpy's StringDType");
}

Id MakeReconstructed(Context& context, std::span<const Id> args, uint64_t offset) {
  const Node& type = context.graph[args[0]];
  const Node& shape = context.graph[args[1]];
  const Node& letter = context.graph[args[2]];
  if (shape.items.size() != 1 || context.graph[shape.items[0]].kind != Kind::kInt ||
      context.graph[shape.items[0]].integer != 0 || letter.text != "b") {
    context.Malformed("numpy.array", offset, "_reconstruct of an array that is not empty");
    return kNoId;
  }
  return IsNdarray(type) ? AddEmpty(context, offset) : MakeNew(context, args[0], {}, offset);
}

Id AddEmpty(Context& context, uint64_t offset) {
  NewNode node;
  node.kind = Kind::kArray;
  node.offset = offset;
  node.dtype = std::make_shared<const DType>(*ParseType("i1"));
  node.shape = {0};
  return context.Add(std::move(node));
}

bool IsNdarray(const Node& node) {
  return node.kind == Kind::kGlobal && node.module == "numpy" && (node.name == "ndarray" || node.name == "memmap");
}

bool IsMemmap(const Node& node) {
  return node.kind == Kind::kGlobal && node.module == "numpy" && node.name == "memmap";
}

bool IsMatrix(const Node& node) {
  return node.kind == Kind::kGlobal && node.module == "numpy" && node.name == "matrix";
}

bool IsArraySubclass(const Node& node) {
  return node.kind == Kind::kObject && node.module == "numpy" && (node.name == "matrix" || node.name == "recarray");
}

Id BuildSubclass(Context& context, Id state, uint64_t offset) {
  const Id array = AddEmpty(context, offset);
  return array != kNoId && BuildArray(context, array, state, offset) ? array : kNoId;
}

bool BuildArray(Context& context, Id id, Id state_id, uint64_t offset) {
  const Node& state = context.graph[state_id];
  if (IsUnread(state) || (state.items.size() == 5 && IsUnread(context.graph[state.items[2]]))) {
    return context.Discard(id, "numpy.array", offset, "an array of a dtype that is not read", kHelp);
  }
  if (state.kind != Kind::kTuple || state.items.size() != 5 || context.graph[state.items[0]].kind != Kind::kInt ||
      context.graph[state.items[0]].integer != 1) {
    return context.Malformed(
        "numpy.array", offset,
        "the state of an array is " + Describe(state) + ", not (1, shape, dtype, is_fortran, data)");
  }
  auto shape = ShapeOf(context, state.items[1], offset);
  const auto dtype = shape ? DTypeOf(context, state.items[2], offset) : nullptr;
  if (!dtype) return false;
  const auto fortran = Truth(context.graph[state.items[3]]);
  if (!fortran) return context.Malformed("numpy.array", offset, "is_fortran of an array is no bool");
  graph::Stored& array = context.graph.At(id);
  array.state = state_id;
  array.fortran = *fortran;
  graph::Rare& rare = array.Widen();
  rare.dtype = dtype;
  rare.shape = *std::move(shape);
  if (dtype->kind == 'O') return SetObjects(context, id, context.graph[state.items[4]], offset);
  const auto size = ByteSize(context, *dtype, rare.shape, offset);
  const auto bytes = size ? BytesOf(context, state.items[4], offset, "the data of an array") : std::nullopt;
  if (!bytes) return false;
  if (bytes->size() != *size) {
    return context.Malformed("numpy.array", offset,
                             "an array of dtype " + Escape(dtype->ToString()) + " needs " + std::to_string(*size) +
                                 " bytes and has " + std::to_string(bytes->size()));
  }
  rare.bytes = std::as_bytes(std::span(*bytes));
  return context.ChargeUnfolded(*size, offset);
}

namespace {

// A permutation of 0 to n - 1; nullopt for anything else.
std::optional<std::vector<size_t>> AxesOf(const Context& context, Id id, size_t n) {
  const Node& tuple = context.graph[id];
  std::vector<size_t> axes;
  std::vector<bool> used(n);
  if (tuple.kind != Kind::kTuple || tuple.items.size() != n) return std::nullopt;
  for (const Id item : tuple.items) {
    const Node& axis = context.graph[item];
    const bool fits = axis.kind == Kind::kInt && axis.integer >= 0 && static_cast<uint64_t>(axis.integer) < n;
    if (!fits || used[static_cast<size_t>(axis.integer)]) return std::nullopt;
    axes.push_back(static_cast<size_t>(axis.integer));
    used[axes.back()] = true;
  }
  return axes;
}

// The elements of a C-ordered array of `shape`, in the C order of its transpose by `axes`.
std::string Transpose(std::span<const std::byte> bytes, size_t itemsize, std::span<const uint64_t> shape,
                      std::span<const size_t> axes) {
  const size_t n = shape.size();
  std::vector<uint64_t> strides(n, itemsize), steps(n), sizes(n), at(n);
  for (size_t i = n; i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  for (size_t i = 0; i < n; ++i) {
    steps[i] = strides[axes[i]];
    sizes[i] = shape[axes[i]];
  }
  std::string text;
  text.reserve(bytes.size());
  for (uint64_t from = 0; text.size() < bytes.size();) {
    text.append(reinterpret_cast<const char*>(bytes.data()) + from, itemsize);
    for (size_t i = n; i-- > 0;) {  // the next index, the last axis fastest
      from += steps[i];
      if (++at[i] < sizes[i]) break;
      from -= steps[i] * sizes[i];
      at[i] = 0;
    }
  }
  return text;
}

// Order "K": the bytes of an array whose axes were permuted, stored as the C-ordered array they came from.
bool PermuteAxes(Context& context, Id array, Id axes_id, uint64_t offset) {
  graph::Rare& node = context.graph.At(array).Widen();
  const auto axes = AxesOf(context, axes_id, node.shape.size());
  if (!axes) return context.Malformed("numpy.array", offset, "the order of an array's axes is no permutation of them");
  if (!context.ChargeUnfolded(node.bytes.size(), offset) || !context.ChargeMemory(node.bytes.size(), offset))
    return false;
  const std::string_view moved = context.graph.Keep(Transpose(node.bytes, node.dtype->itemsize, node.shape, *axes));
  node.bytes = std::as_bytes(std::span(moved));
  std::vector<uint64_t> shape;
  for (const size_t axis : *axes) shape.push_back(node.shape[axis]);
  node.shape = std::move(shape);
  return true;
}

}  // namespace

Id MakeFromBuffer(Context& context, std::span<const Id> args, uint64_t offset) {
  const auto bytes = BytesOf(context, args[0], offset, "the buffer of an array");
  const auto dtype = bytes ? DTypeOf(context, args[1], offset) : nullptr;
  auto shape = dtype ? ShapeOf(context, args[2], offset) : std::nullopt;
  if (!shape) return kNoId;
  const std::string_view order = context.graph[args[3]].text;
  const bool permuted = order == "K" && args.size() > 4 && context.graph[args[4]].kind != Kind::kNone;
  if (dtype->kind == 'O' || (order != "C" && order != "F" && !permuted)) {
    return Unread(context, "numpy.array", offset,
                  dtype->kind == 'O' ? "an object array in a buffer" : "an array in order '" + Escape(order, 20) + "'");
  }
  const Id id = AddArray(context, dtype, *std::move(shape), *bytes, offset);
  if (id == kNoId || (permuted && !PermuteAxes(context, id, args[4], offset))) return kNoId;
  context.graph.At(id).fortran = order == "F";
  return id;
}

Id MakeScalar(Context& context, std::span<const Id> args, uint64_t offset) {
  const auto dtype = DTypeOf(context, args[0], offset);
  if (!dtype) return kNoId;
  if (dtype->kind == 'O') return Unread(context, "numpy.scalar", offset, "a numpy scalar that is an object");
  const auto bytes = BytesOf(context, args[1], offset, "the value of a numpy scalar");
  if (!bytes) return kNoId;
  const Id id = AddArray(context, dtype, {}, *bytes, offset);
  if (id != kNoId) context.graph.At(id).is_scalar = true;
  return id;
}

}  // namespace pratique::pickle
