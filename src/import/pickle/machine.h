// The pickle virtual machine, without the execution: opcodes -> inert nodes.
//
// Guarantees: every opcode was one an honest pickler writes, wholly inside its frame; every value came from the stack
// or
//   from the memo, by value; only callables on the closed list (calls.h) were "called".
// Does NOT guarantee: what follows the STOP (Read, pickle.h, refuses it); that classes exist.
// Iterative: nesting costs no C++ stack.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "import/value/context.h"
#include "import/value/reader.h"

namespace pratique::pickle {

class Machine {
 public:
  // kNested: the pickle of an object array inside a joblib stream. joblib reads it with plain pickle, so that it holds
  // no array wrappers itself, and nesting ends here.
  enum class Role : uint8_t { kOuter, kNested };

  Machine(Context& context, Reader& reader, Role role) : context_(context), reader_(reader), role_(role) {}

  // Runs up to and with STOP; the value it stops with. kNoId when refused: context.failure() says why.
  Id Run();

  bool saw_wrapper() const { return saw_wrapper_; }
  // Where the bytes of the first of joblib's arrays that holds no objects begin; 0 without one.
  uint64_t first_array() const { return first_array_; }
  uint8_t protocol() const { return protocol_; }

 private:
  friend struct Opcodes;
  using Bytes = std::span<const std::byte>;

  // Errors. Always false.
  bool Stop(std::string code, std::string message) {
    return context_.Malformed(std::move(code), start_, std::move(message));
  }
  bool CutShort();  // the argument ends beyond the stream or the frame
  std::string Here(std::string_view what) const;

  // The stack. Values below the last mark are out of reach.
  bool Push(NewNode node);
  bool PushId(Id id) {
    stack_.push_back(id);
    return true;
  }
  bool Reach(size_t count);
  Id Pop() {
    const Id id = stack_.back();
    stack_.pop_back();
    return id;
  }
  bool PopToMark(std::vector<Id>& items);
  NewNode Make(Kind kind) const;
  bool PushText(Kind kind, std::string_view text);
  bool PushDecimal(std::string_view text);
  bool PushSequence(Kind kind, std::vector<Id> items);

  // Opcodes, by what they do; `arg` tells variants apart.
  bool OnProto(int);
  bool OnFrame(int);
  bool OnStop(int);
  bool OnMark(int);
  bool OnPop(int);
  bool OnPopMark(int);
  bool OnPersistent(int in_line);
  bool OnExtension(int width);
  bool OnNextBuffer(int);
  bool OnReadonlyBuffer(int);
  bool OnRefused(int);
  bool OnNone(int);
  bool OnBool(int value);
  bool OnInt(int width);
  bool OnIntLine(int);
  bool OnLongLine(int);
  bool OnLong(int width);
  bool OnFloat(int);
  bool OnFloatLine(int);
  bool OnUnicode(int width);
  bool OnUnicodeLine(int);
  bool OnString(int width);
  bool OnStringLine(int);
  bool OnBytes(int width);
  bool OnByteArray(int width);
  bool OnEmpty(int kind);
  bool OnTuple(int count);
  bool OnFromMark(int kind);
  bool OnAppend(int);
  bool OnAppends(int);
  bool OnAddItems(int);
  bool OnSetItem(int);
  bool OnSetItems(int);
  bool OnMemoize(int);
  bool OnPut(int width);
  bool OnPutLine(int);
  bool OnGet(int width);
  bool OnGetLine(int);
  bool OnGlobal(int);
  bool OnStackGlobal(int);
  bool OnInst(int);
  bool OnObj(int);
  bool OnReduce(int);
  bool OnNewObj(int);
  bool OnNewObjEx(int);
  bool OnBuild(int);

  std::optional<uint64_t> Length(int width);
  bool Hash(std::span<const Id> items);
  bool CanChange(const Node& node);
  bool IsNoArray(const Node& owner, Id key);
  bool HidesNothing(const Node& object, Id state);
  bool HasNoOwn(const Node& node, bool or_keys);
  bool Append(Id target, std::span<const Id> items);
  bool SetItems(Id target, std::span<const Id> pairs);
  bool Memoize(uint64_t index);
  bool Recall(uint64_t index);
  bool PushGlobal(std::string_view module, std::string_view name);
  bool PushMade(Id made);
  bool PushUnread(std::string code, std::string message, std::string help);
  bool BuildWrapper(Id wrapper, Id state);
  Id ReadNestedPickle();

  Context& context_;
  Reader& reader_;
  const Role role_;
  std::vector<Id> stack_;
  std::vector<size_t> marks_;  // stack heights
  std::vector<Id> memo_;       // kNoId: never put
  size_t memo_count_ = 0;
  uint64_t operations_ = 0;
  uint64_t start_ = 0;  // of the current opcode
  uint64_t first_array_ = 0;
  uint8_t opcode_ = 0;
  uint8_t protocol_ = 1;  // 0 and 1 are not told apart: neither announces itself
  bool stopped_ = false;
  bool saw_wrapper_ = false;
};

}  // namespace pratique::pickle
