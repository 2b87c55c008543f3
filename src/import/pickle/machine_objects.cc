// Opcodes of the pickle machine that name globals and make objects.
#include <algorithm>
#include <utility>

#include "import/joblib/array_wrapper.h"
#include "import/joblib/side_file.h"
#include "import/pickle/machine.h"
#include "import/value/calls.h"
#include "import/value/names.h"
#include "import/value/numpy.h"

namespace pratique::pickle {
namespace {

// Longer than any honest name; a long one recalled again and again would be compared each time.
constexpr size_t kMaxName = 512;

bool IsNameText(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName && text.find('\0') == text.npos && IsUtf8(text);
}

}  // namespace

bool Machine::PushGlobal(std::string_view module, std::string_view name) {
  if (!IsNameText(module) || !IsNameText(name)) {
    return Stop("pickle.global", Here("with the name ") + Escape(module, 60) + "." + Escape(name, 60));
  }
  const Name canonical = Canonical(module, name, protocol_);
  context_.CountGlobal(canonical.module, canonical.name, start_, /*called=*/false);
  if (module.starts_with("numpy.core.")) context_.graph.written_by["numpy"] = "1.x";
  if (module.starts_with("numpy._core.")) context_.graph.written_by["numpy"] = "2.x";
  NewNode node = Make(Kind::kGlobal);
  node.text = module;
  node.module = canonical.module;
  node.name = canonical.name;
  return Push(std::move(node));
}

bool Machine::OnGlobal(int) {
  const auto module = reader_.Line();
  const auto name = module ? reader_.Line() : std::nullopt;
  return name ? PushGlobal(*module, *name) : CutShort();
}

// Only text opcodes make kStr in protocol 4 and later; what a call gives is never one, so that no name can be computed.
bool Machine::OnStackGlobal(int) {
  if (!Reach(2)) return false;
  const Node& name = context_.graph[Pop()];
  const Node& module = context_.graph[Pop()];
  if (name.kind != Kind::kStr || module.kind != Kind::kStr) {
    return Stop("pickle.global", "STACK_GLOBAL of " + Describe(module) + " and " + Describe(name) + ", not two str");
  }
  return PushGlobal(module.text, name.text);
}

// INST and OBJ call what they name with the values above the mark. No pickler of Python 3 writes them.
bool Machine::OnInst(int) {
  if (!OnGlobal(0)) return false;
  const Node& node = context_.graph[Pop()];
  std::vector<Id> items;
  if (!PopToMark(items)) return false;
  context_.CountGlobal(node.module, node.name, start_, /*called=*/true);
  return RefuseCall(context_, node, "INST", start_);
}

bool Machine::OnObj(int) {
  std::vector<Id> items;
  if (!PopToMark(items)) return false;
  if (items.empty()) return Stop("pickle.stack", "OBJ finds no class");
  const Node& node = context_.graph[items[0]];
  if (node.kind == Kind::kGlobal) context_.CountGlobal(node.module, node.name, start_, /*called=*/true);
  return RefuseCall(context_, node, "OBJ", start_);
}

bool Machine::OnReduce(int) {
  if (!Reach(2)) return false;
  const Id args = Pop();
  return PushMade(MakeCall(context_, Pop(), args, start_));
}

// Looks out for joblib's wrappers, whichever way they are made.
bool Machine::PushMade(Id made) {
  if (made == kNoId) return false;
  const Node& node = context_.graph[made];
  if (node.made != graph::Made::kNew) return PushId(made);
  if (joblib::IsArrayWrapper(node.module, node.name)) {
    if (role_ == Role::kNested) return Stop("joblib.array", "an array wrapper inside an object array");
    saw_wrapper_ = true;
  }
  return PushId(made);
}

bool Machine::OnNewObj(int) {
  if (!Reach(2)) return false;
  const Node& args = context_.graph[Pop()];
  const Id cls_id = Pop();
  const Node& cls = context_.graph[cls_id];
  if (IsUnread(cls) || IsUnread(args)) return PushMade(context_.AddUnread(start_));
  if (cls.kind != Kind::kGlobal) return RefuseCall(context_, cls, "NEWOBJ", start_);
  if (args.kind != Kind::kTuple) return Stop("pickle.container", "NEWOBJ with " + Describe(args) + " as arguments");
  return PushMade(MakeInstance(context_, cls_id, args.items, start_));
}

bool Machine::OnNewObjEx(int) {
  if (!Reach(3)) return false;
  const Node& keywords = context_.graph[Pop()];
  const Id args = Pop();
  const Id cls_id = Pop();
  const Node& cls = context_.graph[cls_id];
  const bool listed = cls.kind == Kind::kGlobal && FindCall(cls.module, cls.name) != nullptr;
  if (!listed || keywords.kind != Kind::kDict || !keywords.items.empty()) {
    if (cls.kind == Kind::kGlobal) context_.CountGlobal(cls.module, cls.name, start_, /*called=*/true);
    return RefuseCall(context_, cls, "NEWOBJ_EX", start_);
  }
  return PushMade(MakeCall(context_, cls_id, args, start_));
}

// numpy takes any object for an array that has one of these, also from the object's own attributes: it calls the first,
// and believes the address in the others.
bool Machine::IsNoArray(const Node& owner, Id key_id) {
  const Node& key = context_.graph[key_id];
  const bool hides = key.kind == Kind::kStr &&
                     (key.text == "__array__" || key.text == "__array_interface__" || key.text == "__array_struct__");
  return !hides || context_.Fail(Reason::kUnknownCall, "type.unknown_call", start_,
                                 Here("gives ") + Describe(owner) + " an " + Escape(key.text) +
                                     " of its own, which numpy would call or read",
                                 "Do not load this file in Python.");
}

// Keys of attributes are text. Others can equal text, as numpy.str_ and UserString do.
bool Machine::HidesNothing(const Node& object, Id state_id) {
  const Node& state = context_.graph[state_id];
  if (!context_.ChargeUnfolded(state.items.size(), start_)) return false;  // one state can be given to many
  for (const Id part : state.kind == Kind::kTuple ? std::span<const Id>(state.items) : std::span(&state_id, 1)) {
    const Node& attributes = context_.graph[part];
    if (attributes.kind != Kind::kDict) continue;
    if (!context_.ChargeUnfolded(attributes.items.size(), start_)) return false;
    for (size_t i = 0; i < attributes.items.size(); i += 2) {
      const Node& key = context_.graph[attributes.items[i]];
      if (!IsNoArray(object, attributes.items[i])) return false;
      if (key.kind != Kind::kObject && key.kind != Kind::kArray) continue;
      if (context_.Unread("pickle.key", start_, "the state of " + Describe(object) + " has a key that is no plain text",
                          "Save it with attributes that are named by str.") == kNoId)
        return false;
    }
  }
  return true;
}

bool Machine::OnBuild(int) {
  if (!Reach(2)) return false;
  const Id state = Pop();
  const Id target = stack_.back();
  const Node& node = context_.graph[target];
  // Python would merge a second state into the first; no pickler writes one.
  if (node.state != kNoId) return Stop("pickle.build", "a second BUILD of " + Describe(node));
  if (node.kind != Kind::kDType && !CanChange(node)) return false;
  if (const Call* call = node.kind == Kind::kObject ? FindCall(node.module, node.name) : nullptr;
      call != nullptr && call->result != Call::Result::kOwn && call->result != Call::Result::kIterates)
    return Stop("pickle.build", "BUILD of " + Describe(node) + ", which is not the file's alone");
  switch (node.kind) {
    case Kind::kDType:
      return BuildDType(context_, target, state, start_);
    case Kind::kArray:
      // Only _reconstruct leaves an array open: everything else has its bytes or is a scalar.
      if (node.is_scalar || !node.bytes.empty() || node.shape.size() != 1 || node.shape[0] != 0) break;
      return BuildArray(context_, target, state, start_);
    case Kind::kObject:
      if (joblib::IsArrayWrapper(node.module, node.name)) return BuildWrapper(target, state);
      if (joblib::IsSideFileWrapper(node.module, node.name)) {
        // As the wrapper of joblib 0.10: the array takes its place.
        stack_.back() = joblib::ReadSideFile(context_, state, start_);
        saw_wrapper_ = true;
        return stack_.back() != kNoId;
      }
      if (IsArraySubclass(node)) {
        const Id array = BuildSubclass(context_, state, start_);
        context_.graph.At(target).state = array;
        return array != kNoId;
      }
      if (!HidesNothing(node, state)) return false;
      context_.graph.At(target).state = state;
      SettleState(context_, context_.graph[target]);
      return true;
    default:
      break;
  }
  return Stop("pickle.build", "BUILD of " + Describe(node));
}

// The wrapper gives its place on the stack to the array whose bytes follow.
bool Machine::BuildWrapper(Id wrapper_id, Id state) {
  context_.graph.At(wrapper_id).state = state;
  reader_.LeaveFrame();
  // joblib reads the bytes behind the frame, then goes on inside it: other readers would see another stream.
  if (reader_.in_frame()) return Stop("pickle.frame", "an array begins before its frame ends");
  const auto wrapper = joblib::ParseWrapper(context_, state, start_);
  if (!wrapper) return false;
  context_.graph.written_by["joblib"] = wrapper->padded ? ">=1.2" : ">=0.10";
  Id array = kNoId;
  if (wrapper->dtype->kind != 'O') {
    if (first_array_ == 0) first_array_ = reader_.position();
    array = joblib::ReadPayload(context_, reader_, *wrapper, start_);
  } else if ((array = ReadNestedPickle()) != kNoId) {
    const Node& node = context_.graph[array];
    if (node.kind != Kind::kArray || node.is_scalar || node.dtype->kind != 'O' || node.shape != wrapper->shape) {
      return Stop("joblib.array", "an object array holds " + Describe(node) + ", not what its wrapper says");
    }
  }
  if (array != kNoId && wrapper->subclass != kNoId) {
    const Id object = MakeNew(context_, wrapper->subclass, {}, start_);
    if (object != kNoId) context_.graph.At(object).state = array;
    array = object;
  }
  if (array == kNoId) return false;
  stack_.back() = array;
  return true;
}

Id Machine::ReadNestedPickle() {
  Machine nested(context_, reader_, Role::kNested);
  return nested.Run();
}

}  // namespace pratique::pickle
