// What a call on the list becomes (calls.h): plain values, and inert objects. Arguments have passed the call's schema;
// kNoId, with a failure recorded, when they are refused all the same.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "import/value/context.h"
#include "import/value/names.h"

namespace pratique::pickle {

// What a call or a state takes is copied, or may be: a list of pairs with its pairs.
void Settle(graph::Graph& graph, Id id);

// An inert object that `callee` made.
Id MakeObject(Context& context, const Name& callee, graph::Made made, std::span<const Id> args, uint64_t offset);

// Refuses the call of `callee`. Always kNoId.
Id RefuseMade(Context& context, const Name& callee, uint64_t offset);

Id MakeBytes(Context& context, std::span<const Id> args, uint64_t offset);

// _codecs.encode(str, "latin1"): how protocols 0 to 2 spell bytes.
Id MakeEncoded(Context& context, std::span<const Id> args, uint64_t offset);
Id MakeEmptyBytes(Context& context, std::span<const Id> args, uint64_t offset);
Id MakeFrozenSet(Context& context, std::span<const Id> args, uint64_t offset);
Id MakeSet(Context& context, std::span<const Id> args, uint64_t offset);

// tuple((1, 2)): what a named one of C's is pickled as.
Id MakeTuple(Context& context, std::span<const Id> args, uint64_t offset);

// OrderedDict([[key, value], ...]), as Python 2 writes it: the pairs are copied.
Id MakeOrderedDict(Context& context, std::span<const Id> args, uint64_t offset);

// defaultdict(list), and of a partial of a name: what the file chose otherwise would be called by whoever looks up a
// key that is absent, so that it is not read.
Id MakeDefaultDict(Context& context, std::span<const Id> args, uint64_t offset);
Id MakeNewObject(Context& context, std::span<const Id> args, uint64_t offset);

// copyreg._reconstructor(cls, base, state): how protocols 0 and 1 spell NEWOBJ. The base's own state is the content of
// a dict or list subclass.
Id MakeReconstructor(Context& context, std::span<const Id> args, uint64_t offset);

// getattr(object, "method"): how Python pickles a bound method, such as the scorer of a HistGradientBoostingClassifier,
// the tokenizers str.split and re.compile(pattern).findall, or RandomState(0).normal. Of a plain value or type, of an
// object that stands in the file or that a listed call has made of data; it stays inert, and no importer takes it for
// anything. getattr(Class, "method") is the name Class.method, as protocol 4 writes it, which is judged as any name is
// (so that a class's own method beside a model is unsupported). Calling it is a means of attack, and so is any other
// use of getattr: most dunders, a path, an attribute of an attribute, of what holds a function, or of a known means of
// attack.
Id MakeAttribute(Context& context, std::span<const Id> args, uint64_t offset);

// functools.reduce(operator.or_, (int, str)): how Python 3.10 to 3.13 pickle int | str. With any other function, or of
// anything but types, it is a means of attack.
Id MakeUnion(Context& context, std::span<const Id> args, uint64_t offset);

// types.GenericAlias(list, (int,)), operator.getitem(typing.Union, (int, str)) and operator.getitem(typing.Literal,
// 'a'): how Python pickles annotations.
Id MakeOfTypes(Context& context, std::span<const Id> args, uint64_t offset);
Id MakeTyping(Context& context, std::span<const Id> args, uint64_t offset);

// dill's _create_array(_reconstruct, its arguments, the state, the array's own dict or None).
Id MakeDillArray(Context& context, std::span<const Id> args, uint64_t offset);

// The type of builtins or types that `callee` gives for a text: dill's _load_type("slice"), cloudpickle's
// _builtin_type("MethodType"). nullopt: another callee.
std::optional<Name> NamedType(const Name& callee, std::string_view text);

// Such a type, which is judged as any name of the stream is.
Id MakeDillType(Context& context, std::span<const Id> args, uint64_t offset);
Id MakeCloudType(Context& context, std::span<const Id> args, uint64_t offset);

// dill's _create_namedtuple("NT", ("x", "y"), "acme"): the class acme.NT, or one that is made like it.
Id MakeDillNamedTuple(Context& context, std::span<const Id> args, uint64_t offset);

// type(None): how Python pickles the class of None.
Id MakeTypeOf(Context& context, std::span<const Id> args, uint64_t offset);

// _ufunc_reconstruct("numpy.core._multiarray_umath", "log1p"): how numpy before 1.20 pickles a ufunc. It imports what
// it is told to, so that any other module is an attack.
Id MakeUfunc(Context& context, std::span<const Id> args, uint64_t offset);

}  // namespace pratique::pickle
