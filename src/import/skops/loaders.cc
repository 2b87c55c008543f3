#include "import/skops/loaders.h"

#include <algorithm>

#include "import/npy/npy_array.h"
#include "import/skops/scalar.h"
#include "import/value/calls.h"
#include "import/value/names.h"
#include "import/value/numpy.h"

namespace pratique::skops {

using graph::Made;
using pickle::Kind;
using pickle::NewNode;
using pickle::Node;

namespace {
using VKind = Value::Kind;
}  // namespace

// skops/io/_general.py, _numpy.py, _scipy.py, _sklearn.py, old/: the same rows for protocols 0, 1 and 2, so that no
// older protocol is laxer.
const Loaders::Row* Loaders::Find(std::string_view name) {
  static constexpr Row kRows[] = {
      {"JsonNode", "builtins.str", "content ?is_json", &Reader::OnJson},
      {"DictNode", "", "content key_types", &Reader::OnDict},
      {"DefaultDictNode", "collections.defaultdict", "content", &Reader::OnDefaultDict},
      {"_DictWithDeprecatedKeysNode", "", "content", &Reader::OnOldDict},
      {"ListNode", "builtins.list pandas.core.indexes.frozen.FrozenList", "content", &Reader::OnSequence},
      {"SetNode", "builtins.set", "content", &Reader::OnSequence},
      {"TupleNode", "", "content", &Reader::OnSequence},
      {"BytesNode", "builtins.bytes numpy.bytes_", "file", &Reader::OnBytes},
      {"BytearrayNode", "builtins.bytearray", "file", &Reader::OnBytes},
      {"SliceNode", "builtins.slice", "content", &Reader::OnSlice},
      {"FunctionNode", "", "?content", &Reader::OnName},
      {"TypeNode", "", "", &Reader::OnName},
      {"PartialNode", "functools.partial", "content", &Reader::OnPartial},
      {"MethodNode", "", "content", &Reader::OnMethod},
      {"OperatorFuncNode", "", "attrs", &Reader::OnOperator},
      {"ConstructorFromReduceNode", "", "content", &Reader::OnCall},
      {"ObjectNode", "", "?content", &Reader::OnObject},
      {"NdArrayNode", "", "type ?file ?content ?shape", &Reader::OnArray},
      {"MaskedArrayNode", "numpy.ma.MaskedArray numpy.ma.core.MaskedArray", "content", &Reader::OnMaskedArray},
      {"DTypeNode", "numpy.dtype", "content", &Reader::OnDType},
      {"RandomStateNode", "numpy.random.mtrand.RandomState", "content", &Reader::OnRandomState},
      {"RandomGeneratorNode", "numpy.random._generator.Generator", "content", &Reader::OnGenerator},
      {"SparseMatrixNode", "", "type file", &Reader::OnSparse},
      {"TreeNode", "sklearn.tree._tree.Tree", "__reduce__ content", &Reader::OnReduce},
      {"LossNode", "", "__reduce__ content", &Reader::OnReduce},
      {"SGDNode", "", "__reduce__ content", &Reader::OnReduce},  // skops before 0.11
  };
  const auto* at = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& row) { return row.name == name; });
  return at == std::end(kRows) ? nullptr : at;
}

// ---- Values and containers ----

Id Reader::OnJson(const Record& record) {
  const Value* content = Get(At(record.value), "content");
  if (content->kind != VKind::kString)
    return Refuse("skops.value", record.offset, "the content of a JsonNode is no text");
  return ReadScalar(context_, content->text, record.offset);
}

std::optional<std::vector<Id>> Reader::ConvertAll(uint32_t object, std::string_view key) {
  const Value* array = Get(At(object), key);
  if (array->kind != VKind::kArray) {
    Refuse("skops.node", array->offset, "'" + std::string(key) + "' is no array");
    return std::nullopt;
  }
  std::vector<Id> items;
  items.reserve(array->items.size());
  for (size_t i = 0; i < array->items.size(); ++i) {
    items.push_back(Convert(array->items[i], std::string(key) + "[" + std::to_string(i) + "]"));
    if (items.back() == kNoId) return std::nullopt;
  }
  return items;
}

// Keys stand as text in `content`, their types in `key_types`, in the same order.
std::optional<std::vector<Id>> Reader::ReadPairs(const Record& record) {
  const Value& object = At(record.value);
  const Value* content = Get(object, "content");
  quiet_ = true;
  const Id types = ConvertKey(record.value, "key_types");
  quiet_ = false;
  if (types == kNoId) return std::nullopt;
  const std::vector<Id>& names = context_.graph[types].items;
  if (content->kind != VKind::kObject || context_.graph[types].kind != Kind::kList ||
      names.size() != content->items.size()) {
    Refuse("skops.node", record.offset, "a dict has not as many keys as types of keys");
    return std::nullopt;
  }
  std::vector<Id> pairs;
  pairs.reserve(2 * names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    const Node& type = context_.graph[names[i]];
    if (type.kind != Kind::kGlobal) {
      Refuse("skops.node", record.offset, "the type of a key is " + pickle::Describe(type));
      return std::nullopt;
    }
    pairs.push_back(ReadKey(context_, content->keys[i], type.module, type.name, content->offset));
    if (pairs.back() != kNoId) pairs.push_back(Convert(content->items[i], content->keys[i]));
    if (pairs.back() == kNoId) return std::nullopt;
  }
  return pairs;
}

Id Reader::OnDict(const Record& record) {
  auto pairs = ReadPairs(record);
  if (!pairs) return kNoId;
  if (record.module == "builtins" && record.cls == "dict") return AddItems(Kind::kDict, record, *std::move(pairs));
  if (record.module == "collections" && record.cls == "OrderedDict")
    return AddMade(record, Made::kCall, {}, *std::move(pairs));
  // skops calls the class without arguments; pickle makes a subclass of dict by __new__.
  if (pickle::IsDangerous(record.module, record.cls)) return RefuseCall(record);
  return AddMade(record, Made::kNew, {}, *std::move(pairs));
}

Id Reader::OnDefaultDict(const Record& record) {
  const uint32_t content = Index(At(record.value), "content");
  if (!CheckKeys(At(content), "main default_factory", false)) return kNoId;
  const Id main = ConvertKey(content, "main");
  const Id factory = main == kNoId ? kNoId : ConvertKey(content, "default_factory");
  if (factory == kNoId) return kNoId;
  if (context_.graph[main].kind != Kind::kDict)
    return Refuse("skops.node", record.offset, "a defaultdict holds " + pickle::Describe(context_.graph[main]));
  std::vector<Id> arguments;
  if (context_.graph[factory].kind != Kind::kNone) arguments.push_back(factory);
  return AddMade(record, Made::kCall, std::move(arguments), context_.graph[main].items);
}

// Of scikit-learn before 1.2.
Id Reader::OnOldDict(const Record& record) {
  const uint32_t content = Index(At(record.value), "content");
  if (record.cls != "_DictWithDeprecatedKeys") return RefuseCall(record);
  if (!CheckKeys(At(content), "main _deprecated_key_to_new_key", false)) return kNoId;
  const Id main = ConvertKey(content, "main");
  const Id keys = main == kNoId ? kNoId : ConvertKey(content, "_deprecated_key_to_new_key");
  if (keys == kNoId) return kNoId;
  if (context_.graph[main].kind != Kind::kDict)
    return Refuse("skops.node", record.offset, "a dict holds " + pickle::Describe(context_.graph[main]));
  return AddMade(record, Made::kNew, {}, context_.graph[main].items);
}

Id Reader::OnSequence(const Record& record) {
  auto items = ConvertAll(record.value, "content");
  if (!items) return kNoId;
  if (record.loader == "ListNode") return AddItems(Kind::kList, record, *std::move(items));
  if (record.loader == "SetNode") {
    for (const Id item : *items) {
      if (!pickle::IsHashable(context_.graph[item]))
        return Refuse("skops.key", record.offset, "a set holds " + pickle::Describe(context_.graph[item]));
    }
    return AddItems(Kind::kSet, record, *std::move(items));
  }
  if (record.module == "builtins" && record.cls == "tuple") return AddItems(Kind::kTuple, record, *std::move(items));
  // A namedtuple; skops calls the class with the items.
  if (pickle::IsDangerous(record.module, record.cls)) return RefuseCall(record);
  return AddMade(record, Made::kNew, *std::move(items), {});
}

Id Reader::OnBytes(const Record& record) {
  const auto bytes = ReadMember(Get(At(record.value), "file")->text, ".bin", record.offset);
  if (!bytes) return kNoId;
  NewNode node = Make(Kind::kBytes, record);
  node.text = {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
  return context_.Add(std::move(node));
}

Id Reader::OnSlice(const Record& record) {
  const Value& content = *Get(At(record.value), "content");
  std::vector<Id> items;
  for (const std::string_view key : {"start", "stop", "step"}) {
    const Value* value = content.kind == VKind::kObject && content.items.size() == 3 ? Get(content, key) : nullptr;
    if (value == nullptr) return Refuse("skops.node", record.offset, "a slice has not start, stop and step");
    switch (value->kind) {
      case VKind::kNull:
        items.push_back(ReadScalar(context_, "null", value->offset));
        break;
      case VKind::kNumber:
        items.push_back(ReadScalar(context_, value->text, value->offset));
        break;
      case VKind::kString:
        items.push_back(AddStr(value->text, record));
        break;
      default:
        return Refuse("skops.node", record.offset, "a slice holds neither numbers nor text");
    }
    if (items.back() == kNoId) return kNoId;
  }
  return AddMade(record, Made::kCall, std::move(items), {});
}

// ---- Names, and what skops would call ----

Id Reader::OnName(const Record& record) {
  const Value* content = Get(At(record.value), "content");
  if (content == nullptr) return AddGlobal(record);
  // Protocol 0 gives the function's place in its content; the class is the type of the function then.
  const Value* module = content->kind == VKind::kObject ? Get(*content, "module_path") : nullptr;
  const Value* function = module != nullptr ? Get(*content, "function") : nullptr;
  if (protocol_ != 0 || function == nullptr || content->items.size() != 2 || module->kind != VKind::kString ||
      function->kind != VKind::kString) {
    return Refuse("skops.node", record.offset, "a function has a content that its protocol does not have");
  }
  Record named = record;
  const pickle::Name name = pickle::Canonical(module->text, function->text, 4);
  named.written_module = module->text;
  named.module = name.module;
  named.cls = name.name;
  NoteTrust(record.loader, module->text, function->text);
  return AddGlobal(named);
}

Id Reader::OnPartial(const Record& record) {
  const uint32_t content = Index(At(record.value), "content");
  if (!CheckKeys(At(content), "func args kwds namespace", false)) return kNoId;
  std::vector<Id> state;
  for (const std::string_view key : {"func", "args", "kwds", "namespace"}) {
    state.push_back(ConvertKey(content, key));
    if (state.back() == kNoId) return kNoId;
  }
  const Id function = state[0];
  Count(record, /*called=*/true);
  const Id built = AddItems(Kind::kTuple, record, std::move(state));
  return built == kNoId ? kNoId : AddCalled(record, record.module, record.cls, {function}, built);
}

// getattr(object, name): any property would run.
Id Reader::OnMethod(const Record& record) {
  Count(record);
  const Value& content = *Get(At(record.value), "content");
  const Value* name = content.kind == VKind::kObject ? Get(content, "func") : nullptr;
  context_.Fail(Reason::kUnknownCall, "type.unknown_call", record.offset,
                "takes the attribute '" + Escape(name == nullptr ? "" : name->text, 80) + "' of a " +
                    Escape(record.module) + "." + Escape(record.cls) + ", which no scikit-learn model needs to do",
                "Save the model with a function in the place of the method.");
  return kNoId;
}

Id Reader::OnOperator(const Record& record) {
  if (record.module != "operator")
    return Refuse("skops.node", record.offset, "an operator is of the module " + Escape(record.module, 80));
  return CallWith(record, "attrs");
}

Id Reader::OnCall(const Record& record) { return CallWith(record, "content"); }

Id Reader::CallWith(const Record& record, std::string_view key) {
  const pickle::Call* call = pickle::FindCall(record.module, record.cls);
  // numpy's own reconstruction is pickle's; skops has other nodes for it.
  if (call == nullptr || (call->make != nullptr && record.module != "builtins")) return RefuseCall(record);
  const Id arguments = ConvertKey(record.value, key);
  const Id callee = arguments == kNoId ? kNoId : AddGlobal(record);
  return callee == kNoId ? kNoId : pickle::MakeCall(context_, callee, arguments, record.offset);
}

// Tree(*args), loss(*args), then __setstate__.
Id Reader::OnReduce(const Record& record) {
  const uint32_t reduce = Index(At(record.value), "__reduce__");
  if (At(reduce).kind != VKind::kObject || !CheckKeys(At(reduce), "args", false)) {
    return Refuse("skops.node", record.offset, "__reduce__ has no arguments");
  }
  if (pickle::FindCall(record.module, record.cls) == nullptr) return RefuseCall(record);
  const Id state = ConvertKey(record.value, "content");
  const Id arguments = state == kNoId ? kNoId : ConvertKey(reduce, "args");
  const Id callee = arguments == kNoId ? kNoId : AddGlobal(record);
  const Id made = callee == kNoId ? kNoId : pickle::MakeCall(context_, callee, arguments, record.offset);
  if (made == kNoId || context_.graph[made].kind != Kind::kObject) {
    return made == kNoId ? kNoId
                         : Refuse("skops.node", record.offset, "a " + std::string(record.loader) + " makes no object");
  }
  if (!context_.graph[state].items.empty()) context_.graph.At(made).state = state;
  return made;
}

Id Reader::OnObject(const Record& record) {
  Id state = kNoId;
  if (Get(At(record.value), "content") != nullptr) {
    state = ConvertKey(record.value, "content");
    if (state == kNoId) return kNoId;
    if (context_.graph[state].kind == Kind::kNone) state = kNoId;  // pickle writes no BUILD of None
  }
  const Id made = AddMade(record, Made::kNew, {}, {});
  if (made != kNoId) context_.graph.At(made).state = state;
  return made;
}

}  // namespace pratique::skops
