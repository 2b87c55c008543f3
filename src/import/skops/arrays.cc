// The nodes of numpy and scipy.
#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "import/npy/npy_array.h"
#include "import/skops/reader.h"
#include "import/skops/scalar.h"
#include "import/value/numpy.h"

namespace pratique::skops {

using graph::Made;
using pickle::Kind;
using pickle::NewNode;
using pickle::Node;

namespace {

using VKind = Value::Kind;

struct SparseFormat {
  std::string_view name;
  std::array<std::string_view, 3> arrays;  // beside shape
};
constexpr SparseFormat kSparseFormats[] = {
    {"csr", {"data", "indices", "indptr"}}, {"csc", {"data", "indices", "indptr"}},
    {"bsr", {"data", "indices", "indptr"}}, {"coo", {"data", "row", "col"}},
    {"dia", {"data", "offsets", ""}},
};

// numpy's own that are no plain arrays or scalars. Of memmap skops itself makes none: an array is no file's name.
bool IsClassOfArrays(std::string_view module, std::string_view name) {
  constexpr std::string_view kClasses[] = {"chararray", "clongdouble", "longdouble", "matrix",
                                           "memmap",    "recarray",    "record"};
  return (module == "numpy" || module.starts_with("numpy.")) && std::ranges::find(kClasses, name) != std::end(kClasses);
}

std::string_view Bytes(const Node& array) {
  return {reinterpret_cast<const char*>(array.bytes.data()), array.bytes.size()};
}

}  // namespace

Id Reader::OnArray(const Record& record) {
  const Value& object = At(record.value);
  const Value* type = Get(object, "type");
  const bool of_file =
      Get(object, "file") != nullptr && Get(object, "content") == nullptr && Get(object, "shape") == nullptr;
  const bool of_items =
      Get(object, "file") == nullptr && Get(object, "content") != nullptr && Get(object, "shape") != nullptr;
  if (of_file && type->text == "numpy") return ArrayOfFile(record);
  if (of_items && type->text == "json") return ArrayOfItems(record);
  return Refuse("skops.node", record.offset, "an array is neither in a file nor a list of objects");
}

// skops calls the class with the array.
Id Reader::RefuseArray(const Record& record) {
  if (!IsClassOfArrays(record.module, record.cls)) return RefuseCall(record);
  context_.Fail(Reason::kUnsupported, "numpy.array", record.offset,
                "an array of " + Escape(record.module, 40) + "." + Escape(record.cls, 40) + ", not numpy.ndarray",
                "Save the model again with plain numpy arrays.");
  return kNoId;
}

Id Reader::ArrayOfFile(const Record& record) {
  const std::string_view name = Get(At(record.value), "file")->text;
  const bool is_scalar = record.module == "numpy" && IsScalarType(record.cls);
  if (record.module != "numpy" || (record.cls != "ndarray" && !is_scalar)) return RefuseArray(record);
  const auto bytes = ReadMember(name, ".npy", record.offset);
  const Id id = bytes ? npy::ReadArray(context_, *bytes, name, record.offset) : kNoId;
  if (id == kNoId || !is_scalar) return id;
  const Node& node = context_.graph[id];
  if (!node.shape.empty() || !IsScalarType(record.cls, *node.dtype)) {
    return Refuse("numpy.scalar", record.offset,
                  "a numpy." + std::string(record.cls) + " is stored as an array of " + node.dtype->ToString());
  }
  context_.graph.At(id).is_scalar = true;
  return id;
}

// An object array: ndarray.tolist(), nested lists for its dimensions.
Id Reader::ArrayOfItems(const Record& record) {
  if (record.module != "numpy" || record.cls != "ndarray") return RefuseArray(record);
  const Id shape_id = ConvertKey(record.value, "shape");
  auto shape = shape_id == kNoId ? std::nullopt : pickle::ShapeOf(context_, shape_id, record.offset);
  if (!shape) return kNoId;
  if (shape->empty()) {
    context_.Fail(Reason::kUnsupported, "numpy.array", record.offset, "an object array without dimensions",
                  "Save the model again without it.");
    return kNoId;
  }
  std::vector<Id> items;
  if (!Flatten(Index(At(record.value), "content"), *shape, record, items)) return kNoId;
  NewNode node = Make(Kind::kArray, record);
  graph::DType dtype;
  dtype.kind = 'O';
  node.dtype = std::make_shared<const graph::DType>(std::move(dtype));
  node.shape = *std::move(shape);
  node.items = std::move(items);
  return context_.Add(std::move(node));
}

bool Reader::Flatten(uint32_t array, std::span<const uint64_t> shape, const Record& record, std::vector<Id>& items) {
  const Value& level = At(array);
  if (level.kind != VKind::kArray || level.items.size() != shape[0]) {
    return context_.Malformed("numpy.array", record.offset, "the items of an object array do not have its shape");
  }
  for (size_t i = 0; i < level.items.size(); ++i) {
    if (shape.size() == 1) {
      items.push_back(Convert(level.items[i], "content[" + std::to_string(i) + "]"));
      if (items.back() == kNoId) return false;
      continue;
    }
    const Value& row = At(level.items[i]);
    const Value* loader = row.kind == VKind::kObject ? Get(row, "__loader__") : nullptr;
    if (loader == nullptr || loader->text != "ListNode" || !CheckKeys(row, "content", false)) {
      return context_.Malformed("numpy.array", record.offset, "the items of an object array do not have its shape");
    }
    if (!Flatten(Index(row, "content"), shape.subspan(1), record, items)) return false;
  }
  return true;
}

Id Reader::OnMaskedArray(const Record& record) {
  const uint32_t content = Index(At(record.value), "content");
  if (At(content).kind != VKind::kObject || !CheckKeys(At(content), "data mask", false))
    return Refuse("skops.node", record.offset, "a masked array has no data and mask");
  const Id data = ConvertKey(content, "data");
  const Id mask = data == kNoId ? kNoId : ConvertKey(content, "mask");
  const Id state = mask == kNoId ? kNoId : AddItems(Kind::kTuple, record, {data, mask});
  return state == kNoId ? kNoId : AddCalled(record, "numpy.ma.core", "_mareconstruct", {}, state);
}

// The dtype of an empty array.
Id Reader::OnDType(const Record& record) {
  const Id array = ConvertKey(record.value, "content");
  if (array == kNoId) return kNoId;
  if (context_.graph[array].kind != Kind::kArray)
    return Refuse("numpy.dtype", record.offset, "a dtype is that of " + pickle::Describe(context_.graph[array]));
  NewNode node = Make(Kind::kDType, record);
  node.dtype = context_.graph[array].dtype;
  node.state = array;  // complete, as after a BUILD
  return context_.Add(std::move(node));
}

Id Reader::OnRandomState(const Record& record) {
  const Id state = ConvertKey(record.value, "content");
  return state == kNoId ? kNoId : AddCalled(record, "numpy.random._pickle", "__randomstate_ctor", {}, state);
}

// Protocol 2 has two nodes, 1 had one, 0 a plain dict; nothing of it is used: the bit generator, which skops makes from
// its name, is only noted.
Id Reader::OnGenerator(const Record& record) {
  const uint32_t content = Index(At(record.value), "content");
  if (At(content).kind != VKind::kObject) return Refuse("skops.node", record.offset, "a random generator has no state");
  if (protocol_ > 0) {
    if (!CheckKeys(At(content), protocol_ == 1 ? "bit_generator ?seed_seq" : "bit_generator seed_seq", false))
      return kNoId;
    for (const std::string_view key : {"bit_generator", "seed_seq"}) {
      if (Get(At(content), key) == nullptr) continue;
      const Id part = ConvertKey(content, key);
      if (part == kNoId) return kNoId;
      const Id name = context_.graph.Find(part, "bit_generator");
      if (name != kNoId && context_.graph[name].kind == Kind::kStr)
        NoteTrust(record.loader, "numpy.random", context_.graph[name].text);
    }
  }
  return AddCalled(record, "numpy.random._pickle", "__generator_ctor", {}, kNoId);
}

// scipy.sparse.save_npz: an archive in the archive. The object is what pickle makes of such a matrix.
Id Reader::OnSparse(const Record& record) {
  const Value& object = At(record.value);
  const auto bytes = ReadMember(Get(object, "file")->text, ".npz", record.offset);
  if (!bytes) return kNoId;
  const auto archive = zip::Archive::Open(*bytes, context_.limits, zip::Rules::kStrict, spent_);
  if (!archive.ok()) {
    const auto why = GetRejection(archive.status());
    context_.Fail(why->reason, why->code, why->offset.value_or(0),
                  Escape(Get(object, "file")->text, 80) + ": " + why->message, why->help);
    return kNoId;
  }
  context_.AddStream(archive->spent().inflated - spent_.inflated);
  spent_ = archive->spent();
  std::vector<Id> state;
  const auto format = SparseState(*archive, record, state);
  if (!format) return kNoId;
  const bool named = record.module.starts_with("scipy.sparse.") &&
                     (record.cls == *format + "_matrix" || record.cls == *format + "_array");
  if (!named || Get(object, "type")->text != "scipy")
    return Refuse(
        "skops.sparse", record.offset,
        "a " + Escape(record.module) + "." + Escape(record.cls) + " holds the format '" + Escape(*format, 20) + "'");
  const Id dict = AddItems(Kind::kDict, record, std::move(state));
  const Id made = dict == kNoId ? kNoId : AddMade(record, Made::kNew, {}, {});
  if (made != kNoId) context_.graph.At(made).state = dict;
  return made;
}

std::optional<std::string> Reader::SparseState(const zip::Archive& archive, const Record& record,
                                               std::vector<Id>& state) {
  size_t read = 0;
  auto array = [&](std::string_view name) {
    const std::string file = std::string(name) + ".npy";
    const zip::Member* member = archive.Find(file);
    if (member == nullptr) return Refuse("skops.sparse", record.offset, "a sparse matrix lacks " + file);
    ++read;
    const auto bytes = archive.Read(*member, storage_.inflated);
    if (bytes.ok()) return npy::ReadArray(context_, *bytes, file, record.offset);
    const auto why = GetRejection(bytes.status());
    context_.Fail(why->reason, why->code, why->offset.value_or(0), why->message, why->help);
    return kNoId;
  };
  const Id name = array("format");
  if (name == kNoId) return std::nullopt;
  std::string text(Bytes(context_.graph[name]));
  text.resize(text.find_last_not_of('\0') + 1);
  const auto* format = std::find_if(std::begin(kSparseFormats), std::end(kSparseFormats),
                                    [&](const SparseFormat& f) { return f.name == text; });
  const Id shape = format == std::end(kSparseFormats)
                       ? Refuse("skops.sparse", record.offset, "the sparse format '" + Escape(text, 20) + "'")
                       : array("shape");
  if (shape == kNoId) return std::nullopt;
  state = {AddStr("_shape", record), shape};
  for (const std::string_view one : format->arrays) {
    if (one.empty()) continue;
    const Id value = array(one);
    if (value == kNoId) return std::nullopt;
    state.insert(state.end(), {AddStr(one, record), value});
  }
  if (archive.Find("_is_array.npy") != nullptr && array("_is_array") == kNoId) return std::nullopt;
  if (read != archive.members().size()) {
    Refuse("skops.sparse", record.offset, "a sparse matrix has members that scipy does not write");
    return std::nullopt;
  }
  return std::find(state.begin(), state.end(), kNoId) == state.end() ? std::optional(text) : std::nullopt;
}

}  // namespace pratique::skops
