// One row for each way a pickle can lie: what is wrong, the stream, and how it is refused.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "import/pickle/pickle.h"
#include "import/value/calls.h"
#include "import/value/names.h"
#include "pratique/rejection.h"
#include "tests/import/assembler.h"

namespace pratique {
namespace {

using namespace testing;
using namespace std::string_literals;

struct Row {
  const char* wrong;
  std::string stream;
  Reason reason;
  const char* code;
  std::optional<uint64_t> offset = std::nullopt;
};

void Check(const Row& row) {
  SCOPED_TRACE(row.wrong);
  const auto graph = pickle::Read(View(row.stream), Limits{});
  ASSERT_FALSE(graph.ok());
  const auto rejection = GetRejection(graph.status());
  ASSERT_TRUE(rejection.has_value());
  EXPECT_EQ(rejection->stage, Stage::kContainer);
  EXPECT_EQ(Name(rejection->reason), Name(row.reason)) << rejection->message;
  EXPECT_EQ(rejection->code, row.code) << rejection->message;
  if (row.offset) {
    EXPECT_EQ(rejection->offset, row.offset) << rejection->message;
  }
  EXPECT_FALSE(rejection->message.empty());
}

const std::string kEight(8, '\0');

TEST(PickleRefusals, Calls) {
  const Row rows[] = {
      {"os.system is called", Proto(4) + testing::Name("os", "system") + Str("id") + kTuple1 + kReduce + ".",
       Reason::kDangerous, "type.dangerous", 20},
      {"posix.system in protocol 0", "cposix\nsystem\n(S'id'\ntR.", Reason::kDangerous, "type.dangerous"},
      {"eval under its Python 2 name", Proto(2) + OldName("__builtin__", "eval") + OldStr("1") + kTuple1 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"a dotted name reaches eval", Proto(4) + testing::Name("builtins", "eval.__call__") + Str("1") + kTuple1 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"a submodule of a listed package", Proto(4) + testing::Name("os.path", "join") + ")R.", Reason::kDangerous,
       "type.dangerous"},
      {"a function nobody knows", Proto(4) + testing::Name("acme", "f") + ")R.", Reason::kUnknownCall,
       "type.unknown_call"},
      {"a registered class is called, not instantiated",
       Proto(4) + testing::Name("sklearn.svm._classes", "SVC") + ")R.", Reason::kUnknownCall, "type.unknown_call"},
      {"a prefix of a listed module", Proto(4) + testing::Name("numpy._core", "scalar") + ")R.", Reason::kUnknownCall,
       "type.unknown_call"},
      {"Python 2 names do not hold from protocol 3 on", Proto(3) + OldName("__builtin__", "bytes") + ")R.",
       Reason::kUnknownCall, "type.unknown_call"},
      {"a listed function calls one that is not",
       Proto(4) + testing::Name("numpy.random._pickle", "__generator_ctor") + Str("id") + testing::Name("acme", "run") +
           kTuple2 + "R.",
       Reason::kUnknownCall, "type.unknown_call"},
      {"a listed function calls a known means of attack",
       Proto(4) + testing::Name("numpy.random._pickle", "__randomstate_ctor") + Str("id") +
           testing::Name("os", "system") + kTuple2 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"a bit generator of another class",
       Proto(4) + testing::Name("numpy.random._pickle", "__bit_generator_ctor") + testing::Name("acme", "C") + kTuple1 +
           "R.",
       Reason::kMalformed, "type.arguments"},
      {"an object is called", Proto(4) + testing::Name("acme", "C") + ")" + kNewObj + ")R.", Reason::kUnknownCall,
       "type.unknown_call"},
      {"INST calls", "(S'id'\nios\nsystem\n.", Reason::kDangerous, "type.dangerous"},
      {"OBJ calls", Proto(2) + "(" + OldName("acme", "C") + "o.", Reason::kUnknownCall, "type.unknown_call"},
      {"NEWOBJ_EX calls", Proto(4) + testing::Name("acme", "C") + ")}\x92.", Reason::kUnknownCall, "type.unknown_call"},
      {"NEWOBJ of a value", Proto(4) + "N)" + kNewObj + ".", Reason::kUnknownCall, "type.unknown_call"},
      {"a listed callable with arguments it never has", Proto(4) + testing::Name("sklearn.tree._tree", "Tree") + ")R.",
       Reason::kMalformed, "type.arguments"},
      {"_codecs.encode with another codec",
       Proto(2) + OldName("_codecs", "encode") + OldStr("x") + OldStr("rot13") + kTuple2 + "R.", Reason::kMalformed,
       "type.arguments"},
      {"getattr reaches anything",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("os", "environ") + Str("x") + kTuple2 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"getattr of what a call gave",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("functools", "partial") +
           testing::Name("os", "system") + kTuple1 + "R" + Str("func") + kTuple2 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"getattr of a dunder",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("acme", "C") + ")" + kNewObj + Str("__class__") +
           kTuple2 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"getattr along a path",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("acme", "C") + ")" + kNewObj + Str("a.b") +
           kTuple2 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"what getattr took from a class is called",
       Proto(2) + OldName("__builtin__", "getattr") + OldName("acme", "C") + OldStr("f") + kTuple2 + "R)R.",
       Reason::kDangerous, "type.dangerous"},
      {"what getattr took is called by OBJ",
       Proto(2) + "(" + OldName("__builtin__", "getattr") + OldName("acme", "C") + OldStr("f") + kTuple2 + "Ro.",
       Reason::kDangerous, "type.dangerous"},
      {"what getattr took is called by NEWOBJ_EX",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("acme", "C") + Str("f") + kTuple2 + "R)}\x92.",
       Reason::kDangerous, "type.dangerous"},
      {"what getattr took is called and popped",
       Proto(2) + OldName("__builtin__", "getattr") + OldName("acme", "C") + OldStr("f") + kTuple2 + "R)R0N.",
       Reason::kDangerous, "type.dangerous"},
      {"what getattr took is called out of the memo",
       Proto(2) + OldName("__builtin__", "getattr") + OldName("acme", "C") + OldStr("f") + kTuple2 + "Rq\x01" +
           "0h\x01)R.",
       Reason::kDangerous, "type.dangerous"},
      {"getattr of what getattr took",
       Proto(2) + OldName("__builtin__", "getattr") + OldName("__builtin__", "getattr") + OldName("acme", "C") +
           OldStr("f") + kTuple2 + "R" + OldStr("g") + kTuple2 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"getattr of a name with a dot",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("acme", "C.f") + Str("g") + kTuple2 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"getattr of a dunder of a class",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("acme", "C") + Str("__subclasses__") + kTuple2 +
           "R.",
       Reason::kDangerous, "type.dangerous"},
      {"getattr of a path from a class",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("acme", "C") + Str("f.__globals__") + kTuple2 +
           "R.",
       Reason::kDangerous, "type.dangerous"},
      {"getattr of an empty name",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("acme", "C") + Str("") + kTuple2 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"getattr of a module by another's name for it",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("joblib.parallel", "os") + Str("system") +
           kTuple2 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"getattr of the same below an underscore",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("random", "_os") + Str("system") + kTuple2 +
           "R.",
       Reason::kDangerous, "type.dangerous"},
      {"getattr of a name that is dangerous itself",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("builtins", "eval") + Str("f") + kTuple2 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"getattr of a memmap",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("numpy", "memmap") + Str("f") + kTuple2 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"getattr of a class, with a default",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("acme", "C") + Str("f") + "N" + kTuple3 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"what itemgetter gave is called",
       Proto(4) + testing::Name("operator", "itemgetter") + Str("a") + kTuple1 + "R}" + kTuple1 + "R.",
       Reason::kUnknownCall, "type.unknown_call"},
      {"a ufunc of os",
       Proto(4) + testing::Name("numpy.core", "_ufunc_reconstruct") + Str("os") + Str("system") + kTuple2 + "R.",
       Reason::kDangerous, "type.dangerous"},
      {"a ufunc of a module that is none of numpy's",
       Proto(4) + testing::Name("numpy._core", "_ufunc_reconstruct") + Str("acme") + Str("log1p") + kTuple2 + "R.",
       Reason::kUnknownCall, "type.unknown_call"},
      {"a bound method is called",
       Proto(4) + testing::Name("builtins", "getattr") + testing::Name("acme", "C") + ")" + kNewObj + Str("a") +
           kTuple2 + "R)R.",
       Reason::kDangerous, "type.dangerous"},
  };
  for (const Row& row : rows) Check(row);
}

// Whatever is on the list of dangerous names is refused without it.
TEST(PickleRefusals, DangerousNamesOnlyWordTheMessage) {
  for (const pickle::Call& call : pickle::Calls()) {
    // A bound method is getattr(object, name), the class of None is type(None), int | str a reduce: listed, for just
    // that.
    EXPECT_EQ(pickle::IsDangerous(call.module, call.name),
              call.name == "getattr" || call.name == "type" || (call.module == "functools" && call.name == "reduce"))
        << call.name;
  }
  for (const auto module : pickle::DangerousModules()) {
    for (const char* name : {"system", "load", "_reconstruct", "dtype", "scalar"}) {
      Check({"dangerous", Proto(4) + testing::Name(module, name) + ")R.", Reason::kDangerous, "type.dangerous"});
      EXPECT_EQ(pickle::FindCall(module, name), nullptr);
    }
  }
  for (const pickle::Name& bad : pickle::DangerousNames()) {
    Check({"dangerous", Proto(4) + testing::Name(bad.module, bad.name) + ")R.", Reason::kDangerous, "type.dangerous"});
    // Named or instantiated it is data here; Import judges every name (tests/attacks).
    const std::string data = Proto(4) + testing::Name(bad.module, bad.name) + ".";
    EXPECT_TRUE(pickle::Read(View(data), {}).ok());
  }
}

TEST(PickleRefusals, Names) {
  const Row rows[] = {
      {"STACK_GLOBAL takes its name from a call",
       Proto(4) + Str("os") + testing::Name("_codecs", "encode") + Str("system") + Str("latin1") + kTuple2 + "R\x93.",
       Reason::kUnknownCall, "type.unknown_call"},
      {"STACK_GLOBAL of bytes", Proto(4) + Bytes("os") + Bytes("system") + "\x93.", Reason::kMalformed,
       "pickle.global"},
      {"an empty name", Proto(4) + testing::Name("os", "") + ".", Reason::kDangerous, "type.dangerous"},
      {"a name with a NUL", Proto(4) + testing::Name("os", std::string("a\0b", 3)) + ".", Reason::kDangerous,
       "type.dangerous"},
      {"a name of 600 characters", Proto(4) + "X" + Little(600, 4) + std::string(600, 'a') + Str("f") + "\x93.",
       Reason::kMalformed, "pickle.global"},
      {"a Python 2 string in protocol 4", Proto(4) + "U\x02os" + Str("system") + "\x93.", Reason::kDangerous,
       "type.dangerous"},
      {"STACK_GLOBAL without PROTO", Str("os") + Str("system") + "\x93.", Reason::kDangerous, "type.dangerous"},
      {"text that is no UTF-8", Proto(4) + Str("\xff") + ".", Reason::kUnsupported, "pickle.text", 2},
      {"text with a lone surrogate", Proto(4) + Str("\xed\xa0\x80") + ".", Reason::kUnsupported, "pickle.text", 2},
      {"overlong UTF-8", Proto(4) + Str("\xc0\xaf") + ".", Reason::kUnsupported, "pickle.text", 2},
  };
  for (const Row& row : rows) Check(row);
}

TEST(PickleRefusals, Opcodes) {
  const Row rows[] = {
      {"PERSID", "Pid\n.", Reason::kUnsupported, "pickle.persistent_id", 0},
      {"BINPERSID", Proto(2) + "NQ.", Reason::kUnsupported, "pickle.persistent_id", 3},
      {"EXT1", Proto(2) + "\x82\x01.", Reason::kUnsupported, "pickle.opcode", 2},
      {"EXT2", Proto(2) + std::string("\x83\x01\x00.", 4), Reason::kUnsupported, "pickle.opcode", 2},
      {"EXT4", Proto(2) + std::string("\x84\x01\x00\x00\x00.", 6), Reason::kUnsupported, "pickle.opcode", 2},
      {"NEXT_BUFFER", Proto(5) + "\x97.", Reason::kUnsupported, "pickle.opcode", 2},
      {"READONLY_BUFFER", Proto(5) + "N\x98.", Reason::kMalformed, "pickle.opcode", 3},
      {"DUP", Proto(2) + "N2.", Reason::kMalformed, "pickle.opcode", 3},
      {"no such opcode", Proto(4) + "\xff", Reason::kMalformed, "pickle.opcode", 2},
      {"protocol 6", Proto(6) + "N.", Reason::kUnsupported, "pickle.protocol", 0},
      {"PROTO twice", Proto(2) + Proto(4) + "N.", Reason::kMalformed, "pickle.protocol", 2},
      {"MEMOIZE in protocol 2", Proto(2) + "N\x94.", Reason::kMalformed, "pickle.protocol", 3},
      {"a LONG4 of 2 GiB", Proto(2) + "\x8b" + Little(0x7fffffff, 4) + ".", Reason::kMalformed, "pickle.truncated", 2},
      {"a LONG4 of negative length", Proto(2) + "\x8b" + Little(0xffffffff, 4) + ".", Reason::kMalformed,
       "pickle.value"},
      {"a decimal of 5000 digits", "L" + std::string(5000, '9') + "L\n.", Reason::kUnsupported, "pickle.value", 0},
      {"a decimal of 5000 digits and a letter", "L" + std::string(5000, '9') + "x\n.", Reason::kMalformed,
       "pickle.value", 0},
      {"an int that is none", "I1x\n.", Reason::kMalformed, "pickle.value", 0},
      {"a string without quotes", "Sid\n.", Reason::kMalformed, "pickle.value", 0},
      {"a string whose quote is escaped", "S'id\\'\n.", Reason::kMalformed, "pickle.value", 0},
      {"a broken \\u escape", "V\\u12\n.", Reason::kMalformed, "pickle.value", 0},
  };
  for (const Row& row : rows) Check(row);
}

// What is not read does not hide what stands behind it, and does not make the rest look broken.
TEST(PickleRefusals, BehindWhatIsNotRead) {
  const std::string attack = testing::Name("os", "system") + Str("id") + kTuple1 + kReduce;
  const std::string persistent = "NQ";
  const std::string broken_text = Str("\xff");
  const std::string object_scalar =
      testing::Name("numpy._core.multiarray", "scalar") + DType("O8", "|") + Bytes(kEight) + kTuple2 + "R";
  const std::string odd_dtype = testing::Name("numpy", "dtype") + Str("x8") + kFalse + kTrue + kTuple3 + "R}b";
  const std::string odd_array =
      testing::Name("numpy._core.multiarray", "scalar") + odd_dtype + Bytes(kEight) + kTuple2 + "R";
  const std::string called = persistent + ")R}b" + persistent + ")" + kNewObj + "}b\x86";
  for (const std::string& unread :
       {persistent, "\x82\x01"s, "\x97\x98"s, broken_text, object_scalar, odd_dtype, odd_array, called}) {
    SCOPED_TRACE(Escape(unread));
    Check({"an attack behind it", Proto(5) + unread + attack + "\x86.", Reason::kDangerous, "type.dangerous"});
    Check({"an attack with it", Proto(5) + testing::Name("acme", "f") + "](" + unread + "e\x85R.", Reason::kUnknownCall,
           "type.unknown_call"});
    for (const char* rest : {".", "]Na}b.", "\xff"}) {
      const std::string file = Proto(5) + unread + rest;
      EXPECT_EQ(GetRejection(pickle::Read(View(file), {}).status())->reason, Reason::kUnsupported);
    }
  }
}

TEST(PickleRefusals, StackAndMemo) {
  const Row rows[] = {
      {"nothing at all", "", Reason::kMalformed, "pickle.truncated", 0},
      {"no STOP", Proto(4) + "N", Reason::kMalformed, "pickle.truncated", 3},
      {"an argument is cut", Proto(4) + "X\xff", Reason::kMalformed, "pickle.truncated", 2},
      {"BINBYTES8 of 2^63 bytes", Proto(4) + "\x8e" + Little(uint64_t{1} << 63, 8) + ".", Reason::kMalformed,
       "pickle.truncated", 2},
      {"STOP on an empty stack", Proto(4) + ".", Reason::kMalformed, "pickle.stack", 2},
      {"STOP with two values", Proto(4) + "NN.", Reason::kMalformed, "pickle.stack", 4},
      {"STOP with a mark", Proto(4) + "N(.", Reason::kMalformed, "pickle.stack"},
      {"POP of nothing", Proto(4) + "0", Reason::kMalformed, "pickle.stack"},
      {"TUPLE2 reaches through a mark", Proto(4) + "N(N\x86.", Reason::kMalformed, "pickle.stack"},
      {"APPENDS without a mark", Proto(4) + "]Ne.", Reason::kMalformed, "pickle.stack"},
      {"a get of what was never put", Proto(4) + Get(3) + ".", Reason::kMalformed, "pickle.memo", 2},
      {"a put far beyond", Proto(2) + "Nr" + Little(0xfffffff0, 4) + ".", Reason::kMalformed, "pickle.memo", 3},
      {"a put that replaces", Proto(2) + "Nq" + std::string(1, '\0') + "0Nq" + std::string(1, '\0') + ".",
       Reason::kMalformed, "pickle.memo"},
      {"a put that MEMOIZE replaces", Proto(4) + "Nq\x01" + "0N\x94.", Reason::kMalformed, "pickle.memo"},
      {"a put with a negative index", "Np-1\n.", Reason::kMalformed, "pickle.memo"},
      {"SETITEMS of three", Proto(4) + "}(NNNu.", Reason::kMalformed, "pickle.container"},
      {"SETITEMS into a list", Proto(4) + "](NNu.", Reason::kMalformed, "pickle.container"},
      {"APPENDS to a dict", Proto(4) + "}(Ne.", Reason::kMalformed, "pickle.container"},
      {"ADDITEMS to a list", Proto(4) + "](N\x90.", Reason::kMalformed, "pickle.container"},
      {"a list as key", Proto(4) + "}]Ns.", Reason::kMalformed, "pickle.key"},
      {"a dict in a set", Proto(4) + "\x8f(}\x90.", Reason::kMalformed, "pickle.key"},
      {"BUILD of a list", Proto(4) + "]}b.", Reason::kMalformed, "pickle.build"},
      {"BUILD of a name", Proto(4) + testing::Name("os", "environ") + "}b.", Reason::kDangerous, "type.dangerous"},
      {"BUILD twice", Proto(4) + testing::Name("a", "C") + ")" + kNewObj + "}b}b.", Reason::kMalformed, "pickle.build"},
  };
  for (const Row& row : rows) Check(row);
}

TEST(PickleRefusals, Frames) {
  const Row rows[] = {
      {"an argument crosses the end of its frame", Proto(4) + "\x95" + Little(4, 8) + Str("abcdef") + ".",
       Reason::kMalformed, "pickle.frame", 11},
      {"a frame inside a frame", Proto(4) + Frame("N0" + Frame("N.")), Reason::kMalformed, "pickle.frame", 13},
      {"an empty frame", Proto(4) + Frame("") + "N.", Reason::kMalformed, "pickle.frame", 2},
      {"a frame longer than the stream", Proto(4) + "\x95" + Little(100, 8) + "N.", Reason::kMalformed,
       "pickle.truncated"},
      {"a frame of 2^64 - 1", Proto(4) + "\x95" + Little(UINT64_MAX, 8) + "N.", Reason::kMalformed, "pickle.truncated"},
      {"a line crosses the end of its frame", Proto(4) + "\x95" + Little(3, 8) + OldName("os", "system") + ".",
       Reason::kDangerous, "type.dangerous"},
      {"the last frame goes on after STOP", Proto(4) + Frame("N.N"), Reason::kMalformed, "pickle.trailing"},
      {"a second pickle follows", Proto(4) + "N." + Proto(4) + "N.", Reason::kMalformed, "pickle.trailing", 4},
      {"a newline follows", Proto(4) + "N.\n", Reason::kMalformed, "pickle.trailing", 4},
  };
  for (const Row& row : rows) Check(row);
}

TEST(PickleRefusals, Numpy) {
  const std::string dtype_call = Proto(4) + testing::Name("numpy", "dtype");
  const auto record = [](std::string names, std::string fields, int size) {
    return Proto(4) + testing::Name("numpy", "dtype") + Str("V16") + kFalse + kTrue + kTuple3 + "R(" + Int(3) +
           Str("|") + "N" + names + fields + Int(static_cast<uint32_t>(size)) + Int(1) + Int(16) + "tb.";
  };
  const std::string a0 = Str("a") + DType("f8", "<") + Int(0) + kTuple2;
  const std::string b4 = Str("b") + DType("f8", "<") + Int(4) + kTuple2;
  const std::string b12 = Str("b") + DType("f8", "<") + Int(12) + kTuple2;
  const std::string ab = Str("a") + Str("b") + kTuple2;
  const Row rows[] = {
      {"an array says more than its bytes", Proto(5) + Array(kEight, 2) + ".", Reason::kMalformed, "numpy.array"},
      {"an array says less than its bytes", Proto(5) + Array(kEight, 0) + ".", Reason::kMalformed, "numpy.array"},
      {"a negative dimension", Proto(5) + Array(kEight, 0xffffffff) + ".", Reason::kMalformed, "numpy.shape"},
      {"a dtype with no meaning", dtype_call + Str("x8") + kFalse + kTrue + kTuple3 + "R.", Reason::kUnsupported,
       "numpy.dtype"},
      {"a dtype from a class", dtype_call + testing::Name("os", "system") + kFalse + kTrue + kTuple3 + "R.",
       Reason::kUnsupported, "numpy.dtype"},
      {"a dtype of 2^32 bytes", dtype_call + Str("V4294967295") + kFalse + kTrue + kTuple3 + "R.", Reason::kUnsupported,
       "numpy.dtype"},
      {"an f8 of 16 bytes", Proto(4) + DType("f8", "<", 16) + ".", Reason::kMalformed, "numpy.dtype"},
      {"a byte order of !", Proto(4) + DType("f8", "!") + ".", Reason::kMalformed, "numpy.dtype"},
      {"fields overlap", record(ab, "}(" + a0 + b4 + "u", 16), Reason::kMalformed, "numpy.dtype"},
      {"a field passes the end", record(ab, "}(" + a0 + b12 + "u", 16), Reason::kMalformed, "numpy.dtype"},
      {"a name without a field", record(ab, "}(" + a0 + Str("c") + DType("f8", "<") + Int(8) + kTuple2 + "u", 16),
       Reason::kMalformed, "numpy.dtype"},
      {"a name twice", record(Str("a") + Str("a") + kTuple2, "}(" + a0 + b4 + "u", 16), Reason::kMalformed,
       "numpy.dtype"},
      {"a scalar of too few bytes",
       Proto(4) + testing::Name("numpy._core.multiarray", "scalar") + DType("f8", "<") + Bytes("1234") + kTuple2 + "R.",
       Reason::kMalformed, "numpy.array"},
      {"a scalar that is an object",
       Proto(4) + testing::Name("numpy._core.multiarray", "scalar") + DType("O8", "|") + Bytes(kEight) + kTuple2 + "R.",
       Reason::kUnsupported, "numpy.scalar"},
      {"axes are no permutation",
       Proto(5) + testing::Name("numpy._core.numeric", "_frombuffer") + "(" + Bytes(kEight) + DType("f8", "<") +
           "K\x01K\x01\x86" + Str("K") + "K\x01K\x01\x86" + "tR.",
       Reason::kMalformed, "numpy.array"},
      {"a matrix of too few bytes",
       Proto(4) + testing::Name("numpy._core.multiarray", "_reconstruct") + testing::Name("numpy", "matrix") + Int(0) +
           kTuple1 + Bytes("b") + kTuple3 + "R(K\x01K\x02K\x02\x86" + DType("u2", "<") + kFalse + Bytes(kEight) + "tb" +
           testing::Name("numpy._core.multiarray", "_reconstruct") + testing::Name("numpy", "matrix") + Int(0) +
           kTuple1 + Bytes("b") + kTuple3 + "R(K\x01K\x02K\x03\x86" + DType("u2", "<") + kFalse + Bytes(kEight) +
           "tb\x86.",
       Reason::kMalformed, "numpy.array"},
  };
  for (const Row& row : rows) Check(row);
}

TEST(PickleRefusals, Joblib) {
  const std::string f8 = DType("f8", "<");
  const std::string tail = std::string("\x01\xff", 2) + kEight;
  const auto nested = [](std::string inner) { return Proto(4) + Wrapper(DType("O8", "|"), 1) + inner + "."; };
  const Row rows[] = {
      {"the payload is cut", Proto(4) + Wrapper(f8, 2) + tail + ".", Reason::kMalformed, "joblib.truncated"},
      {"padding hides bytes", Proto(4) + Wrapper(f8, 1) + std::string("\x01\x00", 2) + kEight + ".", Reason::kMalformed,
       "joblib.array"},
      {"padding beyond the alignment", Proto(4) + Wrapper(f8, 1) + "\x11" + std::string(17, '\xff') + kEight + ".",
       Reason::kMalformed, "joblib.array"},
      {"an order that is none", Proto(4) + Wrapper(f8, 1, "K\x10", "X") + tail + ".", Reason::kMalformed,
       "joblib.array"},
      {"2^31 elements of nothing", Proto(4) + Wrapper(DType("V0", "|", 0), 0x7fffffff) + "\x01\xff.",
       Reason::kUnsupported, "numpy.dtype"},
      {"the frame goes on after BUILD", Proto(4) + Frame(Wrapper(f8, 1) + tail + "."), Reason::kMalformed,
       "pickle.frame"},
      {"the wrapper is used again",
       Proto(4) + "](" + testing::Name("joblib.numpy_pickle", "NumpyArrayWrapper") + ")" + kNewObj + kMemoize + Get(0),
       Reason::kMalformed, "pickle.memo"},
      {"an object array calls", nested(Proto(4) + testing::Name("os", "system") + Str("id") + kTuple1 + "R."),
       Reason::kDangerous, "type.dangerous"},
      {"an object array is no array", nested(Proto(4) + "N."), Reason::kMalformed, "joblib.array"},
      {"an object array holds a wrapper", nested(Proto(4) + Wrapper(f8, 1) + tail + "."), Reason::kMalformed,
       "joblib.array"},
      {"an object array's frame goes on", nested(Proto(4) + Frame("N.N")), Reason::kMalformed, "pickle.frame"},
      {"an object array uses the outer memo", nested(Proto(4) + Get(0) + "."), Reason::kMalformed, "pickle.memo"},
      {"a side file names a path",
       Proto(2) + OldName("joblib.numpy_pickle", "NDArrayWrapper") + ")" + kNewObj + "}" + OldStr("filename") +
           OldStr("../../etc/passwd") + "sb.",
       Reason::kMalformed, "joblib.side_files"},
      {"a side file that was not given",
       Proto(2) + OldName("joblib.numpy_pickle", "NDArrayWrapper") + ")" + kNewObj + "}" + OldStr("filename") +
           OldStr("m.pkl_01.npy") + "s" + OldStr("subclass") + OldName("numpy", "ndarray") + "sb.",
       Reason::kUnsupported, "joblib.side_files"},
      {"a subclass of an array",
       Proto(4) + testing::Name("joblib.numpy_pickle", "NumpyArrayWrapper") + ")" + kNewObj + "}(" + Str("subclass") +
           testing::Name("acme", "A") + Str("shape") + ")" + Str("order") + Str("C") + Str("dtype") + f8 + "ub" +
           kEight + ".",
       Reason::kUnsupported, "joblib.array"},
  };
  for (const Row& row : rows) Check(row);
}

TEST(PickleRefusals, Expansion) {
  // A list of 200 items that 60 sets copy.
  std::string many =
      Proto(4) + "](" + std::string(200, 'N') + "e\x94" + "0(" + testing::Name("builtins", "set") + "\x94";
  many += Get(0) + kTuple1 + "\x94R";
  for (int i = 0; i < 400; ++i) many += Get(1) + Get(2) + "R";
  many += "t.";
  Check({"one list is copied again and again", many, Reason::kMalformed, "pickle.unfolds"});
  Limits few;
  few.values = 10;
  const std::string eleven = Proto(4) + "(" + std::string(11, 'N') + "t.";
  EXPECT_EQ(GetRejection(pickle::Read(View(eleven), few).status())->code, "limit.values");
  few = {};
  few.memory = 1000;
  EXPECT_EQ(GetRejection(pickle::Read(View(eleven), few).status())->code, "limit.memory");
}

}  // namespace
}  // namespace pratique
