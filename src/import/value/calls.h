// The closed list of callables a stream may call, and what each call becomes: plain data. Nothing is ever called.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "import/value/context.h"

namespace pratique::pickle {

struct Call {
  std::string_view module;  // canonical (names.h)
  std::string_view name;
  // One character for each argument:
  //   g a name        i int               f float, int or numpy scalar   s str       b bytes or str   t tuple
  //   l list          d dict              v None, bool, number or text   N None or tuple
  //   r str, name or object            R str, object or a name of numpy.random
  //   h None, name or object: a function, which nothing calls yet
  //   K a list, tuple, dict, set, text, bytes, array or range            k the same, or an iterator
  //   c a name on this list that makes a value of the file's: the function calls it in turn
  //   . anything      ? the rest can be absent            * any more of the letter behind it
  std::string_view schema;
  // Null: an inert object of kind kCall. Arguments have passed the schema.
  Id (*make)(Context&, std::span<const Id> args, uint64_t offset) = nullptr;
  enum class Result : uint8_t {
    kOwn,      // a value of the file's
    kShared,   // one for the whole process, such as a logger or a method: no file gives it a state, or holds what takes
               // it
    kReaches,  // would itself call or look up something: no model that holds it is accepted
    kIterates,  // an iterator: no model that holds it is accepted, and nothing but other iterators is made of it
  } result = Result::kOwn;
  bool MayBeHeld() const { return result == Result::kOwn || result == Result::kShared; }  // beside a model
};

std::span<const Call> Calls();

// Exact match of both names; null when the callable is not on the list.
const Call* FindCall(std::string_view module, std::string_view name);

// What calling `callee` with the tuple `args` stands for. kNoId, with a failure recorded: not a name on the list
// (unknown_call, or dangerous where the name is known from attacks), or arguments that its schema does not have.
Id MakeCall(Context& context, Id callee, Id args, uint64_t offset);

// `text` of a global that getattr took from another: Python runs whatever it is when that is called.
inline constexpr std::string_view kTaken = "builtins.getattr";

// Refuses a call of `node`, naming it. Always false.
bool RefuseCall(Context& context, const Node& node, std::string_view opcode, uint64_t offset);

// cls.__new__(cls, *args) of any class: an inert object of kind kNew.
Id MakeNew(Context& context, Id cls, std::span<const Id> args, uint64_t offset);

// As MakeNew, for a class that the stream chose. kNoId, with a failure recorded, for a plain type of Python or numpy:
// its __new__ would make a plain value, which a pickler writes as such.
Id MakeInstance(Context& context, Id cls, std::span<const Id> args, uint64_t offset);

// BUILD gave `object` its state: what Python copies of it cannot be changed any more.
void SettleState(Context& context, const Node& object);

// The function that a partial calls, which BUILD may have put there; kNoId for any other value.
Id FunctionOf(const Context& context, const Node& node);

// Values that Python can hash, as far as their kind tells.
bool IsHashable(const Node& node);

}  // namespace pratique::pickle
