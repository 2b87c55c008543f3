#include "import/joblib/side_file.h"

#include <algorithm>
#include <string>

#include "archive/inflate.h"
#include "import/npy/npy_array.h"
#include "import/value/calls.h"
#include "import/value/numpy.h"

namespace pratique::joblib {
namespace {

using pickle::Context;
using pickle::Describe;
using pickle::Id;
using pickle::Kind;
using pickle::kNoId;
using pickle::NewNode;
using pickle::Node;

constexpr size_t kLongestName = 255;  // of a file, in any file system of today

Id Malformed(Context& context, uint64_t offset, std::string message) {
  context.Malformed("joblib.side_files", offset, std::move(message));
  return kNoId;
}

// The name of one file, wherever it is: no folder, no device, nothing hidden.
bool IsPlainName(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && name[0] != '.' &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return c == '/' || c == '\\' || c == ':' || static_cast<uint8_t>(c) < 0x20; });
}

// An .npy; `subclass` is the class that joblib gives the array.
Id ReadNpy(Context& context, std::string_view name, std::string_view file, Id subclass, uint64_t offset) {
  const Node& cls = context.graph[subclass];
  const bool plain = pickle::IsNdarray(cls);
  if (!plain && !pickle::IsMatrix(cls))
    return Malformed(context, offset, "an array wrapper has " + Describe(cls) + " as subclass");
  const Id array = npy::ReadArray(context, std::as_bytes(std::span(file)), name, offset);
  if (array == kNoId || plain) return array;
  const Id object = pickle::MakeNew(context, subclass, {}, offset);
  if (object != kNoId) context.graph.At(object).state = array;
  return object;
}

// _reconstruct(*init_args), then its state with the inflated bytes behind.
Id ReadBytes(Context& context, std::string_view file, Id init_args, Id state, uint64_t offset) {
  const std::span<const std::byte> stored = std::as_bytes(std::span(file));
  const Node& args = context.graph[init_args];
  const Node& head = context.graph[state];
  const bool array =
      args.kind == Kind::kTuple && args.items.size() == 3 && context.graph[args.items[0]].kind == Kind::kGlobal &&
      context.graph[args.items[1]].kind == Kind::kTuple && head.kind == Kind::kTuple && head.items.size() == 4;
  if (!array) return Malformed(context, offset, "an array wrapper does not say how its array is made");
  if (codec::Detect(stored) != codec::Codec::kZFile)
    return Malformed(context, offset, "the side file of an array is no z-file of joblib");
  Limits limits = context.limits;
  limits.inflated_bytes -= std::min(context.side_bytes, limits.inflated_bytes);
  const auto inflated = codec::Inflate(codec::Codec::kZFile, stored, limits);
  if (!inflated.ok()) {
    Rejection why = *GetRejection(inflated.status());
    context.Fail(why.reason, why.code, offset, why.message, why.help);
    return kNoId;
  }
  context.side_bytes += inflated->size;
  context.AddStream(inflated->size);
  if (!context.ChargeMemory(inflated->size, offset)) return kNoId;
  NewNode bytes{.kind = Kind::kBytes, .offset = offset};
  bytes.text = context.graph.Keep(std::string(reinterpret_cast<const char*>(inflated->data.get()), inflated->size));
  NewNode tuple{.kind = Kind::kTuple, .offset = offset, .items = head.items};
  tuple.items.push_back(context.Add(std::move(bytes)));
  const Id made = tuple.items.back() == kNoId ? kNoId : pickle::MakeReconstructed(context, args.items, offset);
  const Id whole = made == kNoId ? kNoId : context.Add(std::move(tuple));
  if (whole == kNoId) return kNoId;
  if (context.graph[made].kind == Kind::kArray) return pickle::BuildArray(context, made, whole, offset) ? made : kNoId;
  context.graph.At(made).state = whole;
  return made;
}

}  // namespace

Id ReadSideFile(Context& context, Id state_id, uint64_t offset) {
  const Node& state = context.graph[state_id];
  if (state.kind != Kind::kDict)
    return Malformed(context, offset, "the state of an array wrapper is " + Describe(state));
  const auto find = [&](std::string_view key) { return context.graph.Find(state_id, key); };
  const Id name_id = find("filename"), subclass = find("subclass"), init_args = find("init_args"),
           array_state = find("state");
  const std::string_view name =
      name_id != kNoId && context.graph[name_id].kind == Kind::kStr ? context.graph[name_id].text : "";
  if (!IsPlainName(name)) {
    return Malformed(context, offset,
                     "the side file '" + Escape(name, 80) + "' of an array is no plain name of a file beside this one");
  }
  const bool zipped = init_args != kNoId && array_state != kNoId;
  if (!zipped && subclass == kNoId) return Malformed(context, offset, "an array wrapper lacks subclass");
  const auto file =
      context.side_files == nullptr ? joblib::SideFiles::const_iterator() : context.side_files->find(name);
  if (context.side_files == nullptr || file == context.side_files->end()) {
    return context.Unread(
        "joblib.side_files", offset,
        "an array is kept in the file '" + Escape(name, 80) + "' beside this one, which was not given",
        "If it is there and you trust its folder, give --side-files; or save the model with joblib 0.10 or later.");
  }
  // joblib writes each for one array.
  if (!context.side_used.emplace(name).second)
    return Malformed(context, offset, "two arrays are in the side file '" + Escape(name, 80) + "'");
  context.AddStream(file->second.size());
  context.graph.written_by["joblib"] = "<0.10";
  return zipped ? ReadBytes(context, file->second, init_args, array_state, offset)
                : ReadNpy(context, name, file->second, subclass, offset);
}

}  // namespace pratique::joblib
