#include "import/value/numpy.h"

#include <algorithm>
#include <memory>

#include "import/value/calls.h"

namespace pratique::pickle {
namespace {

using graph::DType;

constexpr size_t kMaxDims = 64;  // numpy 2

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

std::optional<bool> Truth(const Node& node) {
  if (node.kind != Kind::kBool && node.kind != Kind::kInt) return std::nullopt;
  if (node.integer != 0 && node.integer != 1) return std::nullopt;
  return node.integer == 1;
}

Id UnreadNumpy(Context& context, std::string code, uint64_t offset, std::string message) {
  return context.Unread(std::move(code), offset, std::move(message), kSaveNumpyPlain);
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
    context.Fail(Reason::kUnsupported, "numpy.dtype", offset, "elements of no bytes", kSaveNumpyPlain);
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
    return context.Discard(id, "numpy.array", offset, "an array of a dtype that is not read", kSaveNumpyPlain);
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
    return UnreadNumpy(
        context, "numpy.array", offset,
        dtype->kind == 'O' ? "an object array in a buffer" : "an array in order '" + Escape(order, 20) + "'");
  }
  const Id id = AddArray(context, dtype, *std::move(shape), *bytes, offset);
  if (id == kNoId || (permuted && !PermuteAxes(context, id, args[4], offset))) return kNoId;
  graph::Stored& array = context.graph.At(id);
  array.fortran = order == "F";
  const Node& buffer = context.graph[args[0]];
  array.read_only = buffer.kind == Kind::kBytes && buffer.hashable;  // bytes, and no bytearray
  return id;
}

Id MakeScalar(Context& context, std::span<const Id> args, uint64_t offset) {
  const auto dtype = DTypeOf(context, args[0], offset);
  if (!dtype) return kNoId;
  if (dtype->kind == 'O') return UnreadNumpy(context, "numpy.scalar", offset, "a numpy scalar that is an object");
  const auto bytes = BytesOf(context, args[1], offset, "the value of a numpy scalar");
  if (!bytes) return kNoId;
  const Id id = AddArray(context, dtype, {}, *bytes, offset);
  if (id != kNoId) context.graph.At(id).is_scalar = true;
  return id;
}

}  // namespace pratique::pickle
