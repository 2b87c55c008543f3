#include "import/value/made.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "import/value/calls.h"
#include "import/value/names.h"
#include "import/value/numpy.h"

namespace pratique::pickle {
namespace {

bool IsContainer(const Node& node) {
  return node.kind == Kind::kList || node.kind == Kind::kDict || node.kind == Kind::kSet;
}

// `written`: the module as the stream has it, or what took the name from there.
NewNode GlobalNode(const Name& name, uint64_t offset, std::string_view written) {
  NewNode node;
  node.kind = Kind::kGlobal;
  node.offset = offset;
  node.text = written;
  node.module = name.module;
  node.name = name.name;
  return node;
}

// Whose methods do nothing but with their own arguments.
bool IsPlainType(std::string_view name) {
  for (const char* type :
       {"bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"}) {
    if (name == type) return true;
  }
  return false;
}

constexpr size_t kLongestMethod = 128;

// What can be a class with methods: no known means of attack, no attribute itself, and no module of those by the name
// that another module has for it (joblib.parallel.os, random._os).
bool IsPlainClass(const Node& global) {
  const std::string_view name = global.name.substr(std::min(global.name.find_first_not_of('_'), global.name.size()));
  return name.find('.') == name.npos && !IsDangerousToCall(global.module, global.name) && !IsDangerous(name, "");
}

// What an honest pickler takes of a value, beside names that begin otherwise: {...}.__getitem__ as a function.
bool IsPlainDunder(std::string_view name) {
  return name == "__call__" || name == "__contains__" || name == "__getitem__";
}

// Objects whose methods do what their class says: not what holds a function of the file's choosing, or took one.
bool HasOwnMethods(const Node& object) {
  if (object.kind != Kind::kObject) return false;
  if (object.made == graph::Made::kNew || IsUnread(object)) return true;
  const Call* call = FindCall(object.module, object.name);
  const bool of_function = object.module == "builtins" || object.module == "functools" || object.module == "operator";
  return call != nullptr && call->MayBeHeld() && !of_function;
}

constexpr int kDeepestType = 3;  // typing.Callable[[int], str] | None

// int, numpy.ndarray, typing.Any, None, list[int], and lists and tuples of them: what annotations are made of.
bool IsOfTypes(const Context& context, const Node& node, int depth = 0) {
  if (node.kind == Kind::kNone) return true;
  if (node.kind == Kind::kTuple || node.kind == Kind::kList) {
    return depth < kDeepestType &&
           std::ranges::all_of(node.items, [&](Id item) { return IsOfTypes(context, context.graph[item], depth + 1); });
  }
  if (node.kind == Kind::kObject) {
    const Call* call = FindCall(node.module, node.name);
    return call != nullptr && (call->make == MakeUnion || call->make == MakeOfTypes);
  }
  if (node.kind != Kind::kGlobal || node.text == kTaken || !IsPlainClass(node)) return false;
  const std::string_view package = node.module.substr(0, node.module.find('.'));
  for (const std::string_view of_types : {"builtins", "collections", "datetime", "numpy", "pandas", "typing"}) {
    if (package == of_types) return true;
  }
  return false;
}

// None, numbers and text: what typing.Literal is of.
bool IsPlainValue(const Node& node) {
  for (const Kind kind :
       {Kind::kNone, Kind::kBool, Kind::kInt, Kind::kBigInt, Kind::kFloat, Kind::kStr, Kind::kBytes}) {
    if (node.kind == kind) return true;
  }
  return false;
}

constexpr Name kLoadType = {"dill._dill", "_load_type"}, kBuiltinType = {"cloudpickle.cloudpickle", "_builtin_type"};

// Types that dill has under names of its own.
constexpr std::pair<std::string_view, Name> kDillTypes[] = {{"AttrGetterType", {"operator", "attrgetter"}},
                                                            {"ItemGetterType", {"operator", "itemgetter"}},
                                                            {"NoneType", {"builtins", "NoneType"}},
                                                            {"PartialType", {"functools", "partial"}},
                                                            {"SuperType", {"builtins", "super"}}};

// A name that a call gives, where the stream could have written it; kNoId for what is none.
Id TakeName(Context& context, const Name& name, uint64_t offset) {
  for (const std::string_view part : {name.module, name.name}) {
    if (part.empty() || part.size() > kLongestMethod) return RefuseMade(context, name, offset);
  }
  context.CountGlobal(name.module, name.name, offset, /*called=*/false);
  return context.Add(GlobalNode(name, offset, name.module));
}

// What a subclass of a plain type is built from.
bool IsPlainBase(std::string_view base, const Node& state) {
  return (base == "tuple" && state.kind == Kind::kTuple) || (base == "str" && state.kind == Kind::kStr) ||
         (base == "int" && (state.kind == Kind::kInt || state.kind == Kind::kBigInt)) ||
         (base == "float" && state.kind == Kind::kFloat) || (base == "bytes" && state.kind == Kind::kBytes);
}

}  // namespace

void Settle(graph::Graph& graph, Id id) {
  const Node node = graph[id];
  if (node.settled || (!IsContainer(node) && node.kind != Kind::kArray && node.kind != Kind::kDType)) return;
  graph.At(id).settled = true;
  if (node.kind != Kind::kList) return;
  for (const Id item : node.items) {
    if (IsContainer(graph[item])) graph.At(item).settled = true;
  }
}

Id MakeObject(Context& context, const Name& callee, graph::Made made, std::span<const Id> args, uint64_t offset) {
  if (!context.ChargeUnfolded(args.size(), offset)) return kNoId;
  if (made == graph::Made::kCall) {
    for (const Id arg : args) Settle(context.graph, arg);
  }
  NewNode node;
  node.kind = Kind::kObject;
  node.made = made;
  node.offset = offset;
  node.module = callee.module;
  node.name = callee.name;
  node.items.assign(args.begin(), args.end());
  return context.Add(std::move(node));
}

Id RefuseMade(Context& context, const Name& callee, uint64_t offset) {
  RefuseCall(context, GlobalNode(callee, offset, callee.module).Seen(), "REDUCE", offset);
  return kNoId;
}

Id MakeBytes(Context& context, std::span<const Id> args, uint64_t offset) {
  NewNode node;
  node.kind = Kind::kBytes;
  node.offset = offset;
  node.hashable = false;  // a bytearray
  if (!args.empty()) {
    const auto bytes = BytesOf(context, args[0], offset, "the argument of bytearray");
    if (!bytes) return kNoId;
    node.text = *bytes;
  }
  return context.Add(std::move(node));
}

Id MakeEncoded(Context& context, std::span<const Id> args, uint64_t offset) {
  const std::string_view codec = context.graph[args[1]].text;
  if (codec != "latin1") {
    context.Malformed("type.arguments", offset, "_codecs.encode to '" + Escape(codec, 40) + "', not latin1");
    return kNoId;
  }
  const Id id = MakeBytes(context, args.first(1), offset);
  if (id != kNoId) context.graph.At(id).hashable = true;
  return id;
}

Id MakeEmptyBytes(Context& context, std::span<const Id>, uint64_t offset) {
  NewNode node;
  node.kind = Kind::kBytes;
  node.offset = offset;
  return context.Add(std::move(node));
}

Id MakeFrozenSet(Context& context, std::span<const Id> args, uint64_t offset) {
  NewNode node;
  node.kind = Kind::kSet;
  node.offset = offset;
  if (!args.empty()) {
    const Node& list = context.graph[args[0]];
    if (!context.ChargeUnfolded(list.items.size(), offset)) return kNoId;
    for (const Id item : list.items) {
      if (IsHashable(context.graph[item])) continue;
      context.Malformed("pickle.key", offset, "a set holds " + Describe(context.graph[item]));
      return kNoId;
    }
    node.items = list.items;
  }
  return context.Add(std::move(node));
}

Id MakeSet(Context& context, std::span<const Id> args, uint64_t offset) {
  const Id id = MakeFrozenSet(context, args, offset);
  if (id != kNoId) context.graph.At(id).hashable = false;
  return id;
}

Id MakeTuple(Context&, std::span<const Id> args, uint64_t) { return args[0]; }

Id MakeOrderedDict(Context& context, std::span<const Id> args, uint64_t offset) {
  const Id id = MakeObject(context, {"collections", "OrderedDict"}, graph::Made::kCall, {}, offset);
  if (id == kNoId || args.empty()) return id;
  const std::vector<Id> pairs = context.graph[args[0]].items;
  if (!context.ChargeUnfolded(2 * pairs.size(), offset)) return kNoId;
  for (const Id item : pairs) {
    const Node& pair = context.graph[item];
    const bool is_pair = (pair.kind == Kind::kList || pair.kind == Kind::kTuple) && pair.items.size() == 2;
    if (!is_pair || !IsHashable(context.graph[pair.items[0]])) {
      context.Malformed("type.arguments", offset, "an OrderedDict of " + Describe(pair) + ", not of pairs");
      return kNoId;
    }
    std::vector<Id>& made = context.graph.At(id).Widen().dict_items;
    made.insert(made.end(), pair.items.begin(), pair.items.end());
  }
  return id;
}

Id MakeDefaultDict(Context& context, std::span<const Id> args, uint64_t offset) {
  if (!args.empty() && context.graph[args[0]].kind == Kind::kObject) {
    const Node& factory = context.graph[args[0]];
    const Id function = FunctionOf(context, factory);
    const bool is_settled = function != kNoId && factory.state != kNoId;
    if (!is_settled || context.graph[function].kind != Kind::kGlobal) {
      return context.Unread("type.arguments", offset, "a defaultdict whose default is made by " + Describe(factory),
                            "Save it as a plain dict.");
    }
  }
  return MakeObject(context, {"collections", "defaultdict"}, graph::Made::kCall, args, offset);
}

Id MakeNewObject(Context& context, std::span<const Id> args, uint64_t offset) {
  return MakeInstance(context, args[0], args.subspan(1), offset);
}

Id MakeReconstructor(Context& context, std::span<const Id> args, uint64_t offset) {
  const Node& base = context.graph[args[1]];
  const Node& state = context.graph[args[2]];
  const bool of_object = base.name == "object" && state.kind == Kind::kNone;
  const bool of_dict = base.name == "dict" && state.kind == Kind::kDict;
  const bool of_list = base.name == "list" && state.kind == Kind::kList;
  if (base.module != "builtins" || (!of_object && !of_dict && !of_list && !IsPlainBase(base.name, state))) {
    return context.Unread("type.arguments", offset, "an object built on " + Describe(base) + " from " + Describe(state),
                          "Save the model again with pickle protocol 2 or later.");
  }
  const bool of_items = of_dict || of_list;
  const Id id =
      MakeInstance(context, args[0], of_object || of_items ? std::span<const Id>() : args.subspan(2, 1), offset);
  if (id == kNoId || !of_items) return id;
  if (!context.ChargeUnfolded(state.items.size(), offset)) return kNoId;
  graph::Rare& made = context.graph.At(id).Widen();
  (of_dict ? made.dict_items : made.list_items) = state.items;
  return id;
}

Id MakeAttribute(Context& context, std::span<const Id> args, uint64_t offset) {
  const Node& object = context.graph[args[0]];
  const std::string_view method = context.graph[args[1]].text;
  const bool is_global = object.kind == Kind::kGlobal;
  const bool of_type = is_global && object.module == "builtins" && IsPlainType(object.name);
  const bool of_value = (!is_global && object.kind != Kind::kObject) || HasOwnMethods(object);
  const bool is_plain_name = !method.empty() && method.size() <= kLongestMethod && !method.starts_with("__") &&
                             method.find('.') == method.npos;
  if ((is_plain_name && (of_value || of_type)) || (of_value && IsPlainDunder(method)))
    return MakeObject(context, {"builtins", "getattr"}, graph::Made::kCall, args, offset);
  // A name with a dot, as protocols below 4 have to write it.
  if (is_global && (is_plain_name || method == "__new__")) {
    std::string dotted = std::string(object.name) + "." + std::string(method);
    const bool listed = FindCall(object.module, dotted) != nullptr;
    if (listed || IsPlainClass(object)) {
      if (!context.ChargeUnfolded(dotted.size(), offset)) return kNoId;
      const Name name{object.module, context.graph.Keep(std::move(dotted))};
      if (!listed) context.CountGlobal(name.module, name.name, offset, /*called=*/false);
      return context.Add(GlobalNode(name, offset, listed ? name.module : kTaken));
    }
  }
  return RefuseMade(context, {"builtins", "getattr"}, offset);
}

Id MakeUnion(Context& context, std::span<const Id> args, uint64_t offset) {
  const Node& function = context.graph[args[0]];
  const bool is_or = (function.module == "operator" || function.module == "_operator") && function.name == "or_";
  if (!is_or || !IsOfTypes(context, context.graph[args[1]]))
    return RefuseMade(context, {"functools", "reduce"}, offset);
  return MakeObject(context, {"functools", "reduce"}, graph::Made::kCall, args, offset);
}

Id MakeTyping(Context& context, std::span<const Id> args, uint64_t offset) {
  const Node& of = context.graph[args[0]];
  if (of.module != "typing") return RefuseMade(context, {"_operator", "getitem"}, offset);
  if (of.name != "Literal" && of.name != "Annotated") return MakeOfTypes(context, args, offset);
  const bool is_one = context.graph[args[1]].kind != Kind::kTuple;
  std::span<const Id> values = is_one ? args.subspan(1) : std::span<const Id>(context.graph[args[1]].items);
  if (of.name == "Annotated") {
    if (values.empty() || !IsOfTypes(context, context.graph[values[0]])) return MakeOfTypes(context, args, offset);
    values = values.subspan(1);
  }
  if (!std::ranges::all_of(values, [&](Id value) { return IsPlainValue(context.graph[value]); }))
    return RefuseMade(context, {"_operator", "getitem"}, offset);
  return MakeObject(context, {"_operator", "getitem"}, graph::Made::kCall, args, offset);
}

Id MakeOfTypes(Context& context, std::span<const Id> args, uint64_t offset) {
  const bool of_types = std::ranges::all_of(args, [&](Id arg) { return IsOfTypes(context, context.graph[arg]); });
  if (!of_types) return RefuseMade(context, {"types", "GenericAlias"}, offset);
  return MakeObject(context, {"types", "GenericAlias"}, graph::Made::kCall, args, offset);
}

Id MakeDillArray(Context& context, std::span<const Id> args, uint64_t offset) {
  const Node& made_by = context.graph[args[0]];
  const Node& made_of = context.graph[args[1]];
  if (made_by.name != "_reconstruct" || made_by.module != "numpy._core.multiarray") {
    return context.Unread("type.arguments", offset, "an array that dill makes by " + Describe(made_by),
                          "Save the model again with pickle.dump or joblib.dump.");
  }
  if (args.size() > 3 && context.graph[args[3]].kind != Kind::kNone) {
    return context.Unread("type.arguments", offset, "an array with attributes, which dill makes",
                          "Save the model again with pickle.dump or joblib.dump.");
  }
  const Id callee = args[0], of = args[1];
  if (made_of.items.empty() || !IsNdarray(context.graph[made_of.items[0]])) {
    return context.Unread("type.arguments", offset, "a subclass of an array, which dill makes",
                          "Save the model again with pickle.dump or joblib.dump.");
  }
  const Id array = MakeCall(context, callee, of, offset);
  return array != kNoId && BuildArray(context, array, args[2], offset) ? array : kNoId;
}

std::optional<Name> NamedType(const Name& callee, std::string_view text) {
  const bool of_dill = callee.module == kLoadType.module && callee.name == kLoadType.name;
  if (!of_dill && (callee.module != kBuiltinType.module || callee.name != kBuiltinType.name)) return std::nullopt;
  if (of_dill) {
    for (const auto& [own, type] : kDillTypes) {
      if (text == own) return type;
    }
  }
  return Name{of_dill && !text.ends_with("Type") ? "builtins" : "types", text};
}

Id MakeDillType(Context& context, std::span<const Id> args, uint64_t offset) {
  return TakeName(context, *NamedType(kLoadType, context.graph[args[0]].text), offset);
}

Id MakeCloudType(Context& context, std::span<const Id> args, uint64_t offset) {
  return TakeName(context, *NamedType(kBuiltinType, context.graph[args[0]].text), offset);
}

Id MakeDillNamedTuple(Context& context, std::span<const Id> args, uint64_t offset) {
  return TakeName(context, Canonical(context.graph[args[2]].text, context.graph[args[0]].text, 4), offset);
}

Id MakeTypeOf(Context& context, std::span<const Id> args, uint64_t offset) {
  if (context.graph[args[0]].kind != Kind::kNone) return RefuseMade(context, {"builtins", "type"}, offset);
  return context.Add(GlobalNode({"builtins", "NoneType"}, offset, "builtins"));
}

Id MakeUfunc(Context& context, std::span<const Id> args, uint64_t offset) {
  const Name name = Canonical(context.graph[args[0]].text, context.graph[args[1]].text, 4);
  if (name.module != "numpy._core._multiarray_umath" && name.module != "numpy._core.umath")
    return RefuseMade(context, name, offset);
  context.CountGlobal(name.module, name.name, offset, /*called=*/false);
  return context.Add(GlobalNode(name, offset, name.module));
}

}  // namespace pratique::pickle
