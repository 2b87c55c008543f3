#include "import/joblib/array_wrapper.h"

#include <algorithm>

#include "import/value/calls.h"
#include "import/value/names.h"
#include "import/value/numpy.h"

namespace pratique::joblib {
namespace {

using pickle::Context;
using pickle::Describe;
using pickle::Id;
using pickle::IsUnread;
using pickle::Kind;
using pickle::kNoId;
using pickle::NewNode;
using pickle::Node;

// The values of the keys that joblib writes, in this order.
enum Key { kSubclass, kShape, kOrder, kDType, kMmap, kAlignment, kKeys };
constexpr std::string_view kNames[kKeys] = {"subclass", "shape",      "order",
                                            "dtype",    "allow_mmap", "numpy_array_alignment_bytes"};

// 1 to 255, or None: no padding.
bool ParseAlignment(const Node& node, ArrayWrapper& wrapper) {
  if (node.kind == Kind::kNone) return true;
  if (node.kind != Kind::kInt || node.integer < 1 || node.integer > 255) return false;
  wrapper.padded = true;
  wrapper.alignment = static_cast<uint8_t>(node.integer);
  return true;
}

}  // namespace

bool IsArrayWrapper(std::string_view module, std::string_view name) {
  return module == "joblib.numpy_pickle" && name == "NumpyArrayWrapper";
}

bool IsSideFileWrapper(std::string_view module, std::string_view name) {
  return (module == "joblib.numpy_pickle" || module == "joblib.numpy_pickle_compat") &&
         (name == "NDArrayWrapper" || name == "ZNDArrayWrapper");
}

std::optional<ArrayWrapper> ParseWrapper(Context& context, Id state_id, uint64_t offset) {
  const auto refuse = [&](std::string message) {
    context.Malformed("joblib.array", offset, std::move(message));
    return std::nullopt;
  };
  const Node& state = context.graph[state_id];
  if (state.kind != Kind::kDict || state.items.size() > 2 * kKeys) {
    return refuse("the state of an array wrapper is " + Describe(state));
  }
  Id values[kKeys];
  std::fill(std::begin(values), std::end(values), kNoId);
  for (size_t i = 0; i < state.items.size(); i += 2) {
    const Node& key = context.graph[state.items[i]];
    const auto* const at = std::find(std::begin(kNames), std::end(kNames), key.text);
    if (key.kind != Kind::kStr || at == std::end(kNames) || values[at - kNames] != kNoId) {
      return refuse("an array wrapper has the key " + (key.text.empty() ? Describe(key) : Escape(key.text, 40)) +
                    " twice, or joblib has no such key");
    }
    values[at - kNames] = state.items[i + 1];
  }
  for (const Key key : {kSubclass, kShape, kOrder, kDType}) {
    if (values[key] == kNoId) return refuse("an array wrapper lacks " + std::string(kNames[key]));
  }
  ArrayWrapper wrapper;
  const Node& subclass = context.graph[values[kSubclass]];
  if (!pickle::IsNdarray(subclass)) wrapper.subclass = values[kSubclass];
  if (!pickle::IsNdarray(subclass) && !pickle::IsMatrix(subclass)) {
    if (pickle::IsDangerous(subclass.module, subclass.name)) {  // joblib makes an object of it
      pickle::RefuseCall(context, subclass, "joblib", offset);
      return std::nullopt;
    }
    context.Fail(Reason::kUnsupported, "joblib.array", offset,
                 "an array of " + Describe(subclass) + ", not numpy.ndarray",
                 "Save the model again with plain numpy arrays.");
    return std::nullopt;
  }
  const std::string_view order = context.graph[values[kOrder]].text;
  if (order != "C" && order != "F") return refuse("an array wrapper has the order '" + Escape(order, 20) + "'");
  wrapper.fortran = order == "F";
  if (values[kAlignment] != kNoId && !ParseAlignment(context.graph[values[kAlignment]], wrapper)) {
    return refuse("an array wrapper has " + Describe(context.graph[values[kAlignment]]) + " as alignment");
  }
  auto shape = pickle::ShapeOf(context, values[kShape], offset);
  if (!shape) return std::nullopt;
  wrapper.shape = *std::move(shape);
  if (IsUnread(context.graph[values[kDType]])) return refuse("an array wrapper has a dtype that is not read");
  wrapper.dtype = pickle::DTypeOf(context, values[kDType], offset);
  if (!wrapper.dtype) return std::nullopt;
  return wrapper;
}

Id ReadPayload(Context& context, pickle::Reader& reader, const ArrayWrapper& wrapper, uint64_t offset) {
  const auto cut = [&](uint64_t needed) {
    context.Malformed("joblib.truncated", offset,
                      "the stream is truncated: an array of " + std::to_string(needed) + " bytes begins, and " +
                          std::to_string(reader.left()) + " bytes are left");
    return kNoId;
  };
  const auto size = pickle::ByteSize(context, *wrapper.dtype, wrapper.shape, offset);
  if (!size) return kNoId;
  if (wrapper.padded) {
    // The stream can have begun in the middle of a file: any count up to the alignment, not a certain one.
    const auto count = reader.Number<uint8_t>();
    const auto padding = count ? reader.Take(*count) : std::nullopt;
    if (!padding) return cut(*size);
    if (*count > wrapper.alignment ||
        std::any_of(padding->begin(), padding->end(), [](std::byte b) { return b != std::byte{0xFF}; })) {
      context.Malformed(
          "joblib.array", reader.position(),
          "the padding before an array is not up to " + std::to_string(wrapper.alignment) + " bytes of FF");
      return kNoId;
    }
  }
  const auto bytes = reader.Take(*size);
  if (!bytes) return cut(*size);
  NewNode node;
  node.kind = Kind::kArray;
  node.offset = offset;
  node.fortran = wrapper.fortran;
  node.dtype = wrapper.dtype;
  node.shape = wrapper.shape;
  node.bytes = *bytes;
  return context.Add(std::move(node));
}

}  // namespace pratique::joblib
