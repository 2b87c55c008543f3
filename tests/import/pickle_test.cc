// What honest picklers write, opcode by opcode, and what the graph says of it.
#include "import/pickle/pickle.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pratique/rejection.h"
#include "tests/import/assembler.h"

namespace pratique {
namespace {

using namespace testing;
using graph::Graph;
using graph::Kind;
using graph::Node;

Graph MustRead(const std::string& stream) {
  auto graph = pickle::Read(View(stream), Limits{});
  EXPECT_TRUE(graph.ok()) << graph.status();
  return graph.ok() ? *std::move(graph) : Graph();
}

// The value, as one would write it in Python.
std::string Show(const Graph& g, graph::Id id) {
  const Node& n = g[id];
  const auto list = [&](const std::vector<graph::Id>& items) {
    std::string text;
    for (const graph::Id item : items) text += (text.empty() ? "" : ",") + Show(g, item);
    return text;
  };
  switch (n.kind) {
    case Kind::kNone:
      return "None";
    case Kind::kBool:
      return n.integer ? "True" : "False";
    case Kind::kInt:
      return std::to_string(n.integer);
    case Kind::kBigInt:
      return "big" + std::to_string(n.text.size());
    case Kind::kFloat:
      return std::to_string(n.real);
    case Kind::kStr:
      return "'" + std::string(n.text) + "'";
    case Kind::kBytes:
      return "b'" + Escape(n.text) + "'";
    case Kind::kList:
      return "[" + list(n.items) + "]";
    case Kind::kTuple:
      return "(" + list(n.items) + ")";
    case Kind::kSet:
      return "{" + list(n.items) + "}";
    case Kind::kDict:
      return "dict(" + list(n.items) + ")";
    case Kind::kGlobal:
      return std::string(n.module) + "." + std::string(n.name);
    case Kind::kDType:
      return n.dtype->ToString();
    case Kind::kArray:
      return (n.is_scalar ? "scalar "
              : n.fortran ? "F "
                          : "") +
             n.dtype->ToString() + "x" + std::to_string(n.shape.size()) + ":" +
             (n.items.empty() ? std::to_string(n.bytes.size()) : list(n.items));
    case Kind::kObject:
      return std::string(n.name) + "(" + list(n.items) + ")" + (n.state == graph::kNoId ? "" : Show(g, n.state)) +
             (n.list_items.empty() ? "" : "+[" + list(n.list_items) + "]") +
             (n.dict_items.empty() ? "" : "+dict(" + list(n.dict_items) + ")");
  }
  return "?";
}

struct Row {
  std::string stream;
  const char* value;
};

TEST(Pickle, ReadsEveryHonestOpcode) {
  const std::string p4 = Proto(4);
  const Row rows[] = {
      {"N.", "None"},
      {"I01\n.", "True"},
      {"I00\n.", "False"},
      {"I-12\n.", "-12"},
      {"L9223372036854775808L\n.", "big9"},
      {"L-9223372036854775808L\n.", "-9223372036854775808"},
      {"F-1.5\n.", "-1.500000"},
      {"Fnan\n.", "nan"},
      {"S'a\\x41\\n\\'\\101'\n.", "'aA\n'A'"},
      {"S'\\xff'\n.", "b'\\xff'"},
      {"Vh\xe9\\u20ac\\U0001f600\n.", "'hé€😀'"},
      {"(lp0\nI1\naI2\na.", "[1,2]"},
      {"(I1\nI2\nl.", "[1,2]"},
      {"(dp0\nS'k'\nI1\ns.", "dict('k',1)"},
      {"(S'k'\nI1\nd.", "dict('k',1)"},
      {"(lp0\n(g0\ng0\nt00g0\n.", "[]"},
      {std::string("(U\x01") + "aT" + Little(2, 4) + "bct.", "('a','bc')"},
      {Proto(2) + "(K\x05M" + Little(258, 2) + "J" + Little(0xffffffff, 4) + "t.", "(5,258,-1)"},
      {Proto(2) + std::string("(\x8a\x00\x8a\x01\xff\x8a\x02\xff\x00t.", 12), "(0,-1,255)"},
      {Proto(2) + "\x8a\x09" + std::string(9, '\x01') + ".", "big9"},
      {Proto(2) + "\x8b" + Little(1, 4) + "\x07.", "7"},
      {Proto(2) + "G" + std::string("\xbf\xf8\0\0\0\0\0\0", 8) + ".", "-1.500000"},
      {Proto(2) + "N\x85.", "(None)"},
      {Proto(2) + "NN\x86.", "(None,None)"},
      {Proto(2) + "\x88\x89N\x87.", "(True,False,None)"},
      {Proto(2) + "]q\x01(K\x01K\x02"
                  "e.",
       "[1,2]"},
      {Proto(2) + "]K\x01"
                  "a.",
       "[1]"},
      {Proto(2) + "Nq\x01"
                  "0h\x01.",
       "None"},
      {Proto(2) + "Nr" + Little(1, 4) + "0j" + Little(1, 4) + ".", "None"},
      {Proto(3) + "C\x02"
                  "a\xff.",
       "b'a\\xff'"},
      {Proto(3) + "B" + Little(1, 4) + "a.", "b'a'"},
      {p4 + "\x8d" + Little(1, 8) + "a.", "'a'"},
      {p4 + "\x8e" + Little(1, 8) + "a.", "b'a'"},
      {p4 + "\x8f(K\x01K\x02\x90.", "{1,2}"},
      {p4 + "(K\x01\x91.", "{1}"},
      {p4 + "N(0.", "None"},
      {p4 + "N(K\x01K\x02"
            "1.",
       "None"},
      {p4 + Frame("N") + Frame("0K\x07."), "7"},
      {Proto(5) + "\x96" + Little(2, 8) + "ab.", "b'ab'"},
      {p4 + testing::Name("a.b", "C") + ".", "a.b.C"},
      {Proto(2) + OldName("numpy.core.multiarray", "scalar") + ".", "numpy._core.multiarray.scalar"},
      {p4 + testing::Name("a", "C") + "N\x85" + kNewObj + "}" + Str("x") + "K\x01sb.", "C(None)dict('x',1)"},
      {p4 + testing::Name("a", "C") + ")" + kNewObj +
           "(K\x01"
           "e(K\x02N"
           "u.",
       "C()+[1]+dict(2,None)"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(Escape(row.stream));
    const Graph graph = MustRead(row.stream);
    if (graph.root == graph::kNoId) continue;
    EXPECT_EQ(Show(graph, graph.root), row.value);
  }
}

TEST(Pickle, EmulatesTheListedCalls) {
  const std::string p4 = Proto(4);
  const auto call = [](std::string module, std::string name, std::string args) {
    return Proto(4) + testing::Name(module, name) + args + "R";
  };
  const Row rows[] = {
      {Proto(2) + OldName("_codecs", "encode") + OldStr("a\xc3\xbf") + OldStr("latin1") + "\x86R.", "b'a\\xff'"},
      {Proto(2) + OldName("__builtin__", "bytes") + ")R.", "b''"},
      {call("builtins", "bytearray", Bytes("ab") + kTuple1) + ".", "b'ab'"},
      {call("builtins", "set",
            "](K\x01K\x02"
            "e\x85") +
           ".",
       "{1,2}"},
      {call("builtins", "slice", "NK\x02N\x87") + ".", "slice(None,2,None)"},
      {call("collections", "OrderedDict", ")") + "(K\x01Nu.", "OrderedDict()+dict(1,None)"},
      {call("collections", "defaultdict", testing::Name("builtins", "list") + kTuple1) + ".",
       "defaultdict(builtins.list)"},
      {call("functools", "partial", testing::Name("a", "f") + kTuple1) + "(" + testing::Name("a", "f") + ")}Ntb.",
       "partial(a.f)(a.f,(),dict(),None)"},
      {"ccopy_reg\n_reconstructor\n(ca\nC\nc__builtin__\nobject\nNtR(dS'x'\nI1\nsb.", "C()dict('x',1)"},
      {"ccopy_reg\n_reconstructor\n(ca\nC\nc__builtin__\ndict\n(dS'x'\nI1\nstR.", "C()+dict('x',1)"},
      {Proto(5) + testing::Name("sklearn.tree._tree", "Tree") + "K\x02" + Array("", 0) + "K\x01\x87R}b.",
       "Tree(2,<f8x1:0,1)dict()"},
      {call("_loss", "CyHalfBinomialLoss", ")") + ".", "CyHalfBinomialLoss()"},
      {call("sklearn._loss._loss", "__pyx_unpickle_CyHalfMultinomialLoss",
            testing::Name("_loss", "CyHalfMultinomialLoss") + "K\x07)\x87") +
           ")b.",
       "__pyx_unpickle_CyHalfMultinomialLoss(sklearn._loss._loss.CyHalfMultinomialLoss,7,())()"},
      {"ccopy_reg\n_reconstructor\n(ca\nC\nc__builtin__\ntuple\n(I1\nI2\nttR.", "C((1,2))"},
      {call("builtins", "getattr", testing::Name("builtins", "str") + Str("split") + kTuple2) + ".",
       "getattr(builtins.str,'split')"},
      {call("builtins", "getattr",
            call("re", "_compile", Str("a+") + "K\x20" + kTuple2).substr(2) + Str("findall") + kTuple2) +
           ".",
       "getattr(_compile('a+',32),'findall')"},
      {call("builtins", "getattr", testing::Name("acme", "C") + Str("f") + kTuple2) + ".", "acme.C.f"},
      {call("builtins", "getattr", testing::Name("acme", "C") + Str("Inner") + kTuple2) + ")" + kNewObj + ".",
       "C.Inner()"},
      {"cUserDict\nIterableUserDict\n.", "collections.UserDict"},
      {call("operator", "itemgetter", Str("a") + kTuple1) + ".", "itemgetter('a')"},
      {call("operator", "itemgetter", call("builtins", "slice", "NK\x02N\x87").substr(2) + kTuple1) + ".",
       "itemgetter(slice(None,2,None))"},
      {call("operator", "attrgetter", Str("a.b") + Str("c") + kTuple2) + ".", "attrgetter('a.b','c')"},
      {call("operator", "methodcaller", Str("fillna") + "K\x01" + kTuple2) + ".", "methodcaller('fillna',1)"},
      {call("functools", "partial", testing::Name("operator", "methodcaller") + kTuple1) + Str("a") + kTuple1 + "R.",
       "methodcaller('a')"},
      {call("functools", "reduce",
            testing::Name("_operator", "or_") + testing::Name("builtins", "int") + testing::Name("numpy", "float64") +
                kTuple2 + kTuple2) +
           ".",
       "reduce(_operator.or_,(builtins.int,numpy.float64))"},
      {call("_operator", "getitem", testing::Name("typing", "Optional") + testing::Name("builtins", "int") + kTuple2) +
           ".",
       "GenericAlias(typing.Optional,builtins.int)"},
      {call("builtins", "getattr",
            call("numpy.random._pickle", "__randomstate_ctor", ")").substr(2) + Str("normal") + kTuple2) +
           ".",
       "getattr(__randomstate_ctor(),'normal')"},
      {call("builtins", "getattr", "}" + Str("__getitem__") + kTuple2) + ".", "getattr(dict(),'__getitem__')"},
      {call("_operator", "getitem", testing::Name("typing", "Literal") + Str("a") + kTuple2) + ".",
       "getitem(typing.Literal,'a')"},
      {call("builtins", "iter",
            "]K\x01"
            "a" +
                kTuple1) +
           "K" + Little(0, 1) + "b.",
       "iter([1])0"},
      {call("builtins", "map", testing::Name("builtins", "str") + "]" + kTuple2) + ".", "map(builtins.str,[])"},
      {call("itertools", "groupby", std::string("]N") + kTuple2) + ".", "groupby([],None)"},
      {call("dill._dill", "_load_type", Str("map") + kTuple1) + ".", "builtins.map"},
      {call("dill._dill", "_load_type", Str("ItemGetterType") + kTuple1) + Str("a") + kTuple1 + "R.",
       "itemgetter('a')"},
      {call("dill._dill", "_create_namedtuple", Str("NT") + ")" + Str("acme") + kTuple3) + ".", "acme.NT"},
      {call("cloudpickle.cloudpickle", "_builtin_type", Str("MethodType") + kTuple1) + ".", "types.MethodType"},
      {call("collections", "defaultdict",
            call("functools", "partial", testing::Name("a", "f") + kTuple1).substr(2) + "(" + testing::Name("a", "f") +
                ")}Ntb" + kTuple1) +
           ".",
       "defaultdict(partial(a.f)(a.f,(),dict(),None))"},
      {call("pyarrow.lib", "timestamp", Str("ns") + "N" + kTuple2) + ".", "timestamp('ns',None)"},
      {call("pytz", "FixedOffset", std::string("K\x3c") + kTuple1) + ".", "FixedOffset(60)"},
      {call("builtins", "tuple", ")" + kTuple1) + ".", "()"},
      {call("builtins", "ValueError", Str("x") + kTuple1) + "}" + Str("note") + "Nsb.",
       "ValueError('x')dict('note',None)"},
      {call("builtins", "type", std::string("N") + kTuple1) + ".", "builtins.NoneType"},
      {call("builtins", "getattr", testing::Name("zoneinfo", "ZoneInfo") + Str("_unpickle") + kTuple2) + Str("UTC") +
           kTrue + kTuple2 + "R.",
       "ZoneInfo._unpickle('UTC',True)"},
      {call("numpy.core", "_ufunc_reconstruct", Str("numpy.core._multiarray_umath") + Str("log1p") + kTuple2) + ".",
       "numpy._core._multiarray_umath.log1p"},
      {call("pyarrow.lib", "type_for_alias", Str("string") + kTuple1) + ".", "type_for_alias('string')"},
      {call("pandas._libs.tslibs.offsets", "BusinessDay",
            "K\x01" + kFalse + call("datetime", "timedelta", "K\x01K\x02K\x03\x87").substr(2) + kTuple3) +
           ".",
       "BusinessDay(1,False,timedelta(1,2,3))"},
      {call("pandas", "PeriodDtype", Str("period[M]") + kTuple1) + ".", "PeriodDtype('period[M]')"},
      {call("pytz", "_p", "(" + Str("Europe/Oslo") + Int(3600) + "K" + Little(0, 1) + Str("CET") + "t") + ".",
       "_p('Europe/Oslo',3600,0,'CET')"},
      {call("re", "_compile", Str("a+") + "K\x20\x86") + ".", "_compile('a+',32)"},
      {call("array", "array", Str("d") + "]\x86") + ".", "array('d',[])"},
      {p4 + testing::Name("copyreg", "__newobj__") + testing::Name("a", "C") + "K\x01\x86R.", "C(1)"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(Escape(row.stream));
    const Graph graph = MustRead(row.stream);
    if (graph.root == graph::kNoId) continue;
    EXPECT_EQ(Show(graph, graph.root), row.value);
  }
}

TEST(Pickle, ReadsNumpy) {
  const std::string eight(8, '\1');
  const std::string reconstruct = testing::Name("numpy.core.multiarray", "_reconstruct") +
                                  testing::Name("numpy", "ndarray") + Int(0) + kTuple1 + Bytes("b") + kTuple3 + "R";
  const std::string fields =
      "}(" + Str("a") + DType("i4", "<") + Int(0) + kTuple2 + Str("b") + DType("f8", ">") + Int(4) + kTuple2 + "u";
  const std::string record = testing::Name("numpy", "dtype") + Str("V12") + kFalse + kTrue + kTuple3 + "R(" + Int(3) +
                             Str("|") + "N" + Str("a") + Str("b") + kTuple2 + fields + Int(12) + Int(1) + Int(16) +
                             "tb";
  const Row rows[] = {
      {Proto(5) + Array(eight, 1) + ".", "<f8x1:8"},
      {Proto(4) + reconstruct + "(K\x01K\x02K\x02\x86" + DType("u2", ">") + kTrue + Bytes(eight) + "tb.", "F >u2x2:8"},
      {Proto(4) + reconstruct + "(K\x01K\x02\x85" + DType("O8", "|") + kFalse +
           "](NK\x07"
           "etb.",
       "|O8x1:None,7"},
      {Proto(4) + testing::Name("numpy._core.multiarray", "scalar") + DType("f8", "<") + Bytes(eight) + kTuple2 + "R.",
       "scalar <f8x0:8"},
      {Proto(4) + DType("U3", "<", 12) + ".", "<U3"},
      {Proto(4) + DType("S3", "|", 3) + ".", "|S3"},
      {Proto(4) + record + ".", "[('a','<i4'),('b','>f8')]"},
      {Proto(4) + testing::Name("numpy", "dtype") + Str("M8") + kFalse + kTrue + kTuple3 + "R(" + Int(4) + Str("<") +
           "NNN" + Int(0xffffffff) + Int(0xffffffff) + Int(0) + "N(" + Bytes("ns") + "K\x01K\x01K\x01t\x86tb.",
       "<M8[ns]"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(Escape(row.stream));
    const Graph graph = MustRead(row.stream);
    if (graph.root == graph::kNoId) continue;
    EXPECT_EQ(Show(graph, graph.root), row.value);
  }
}

TEST(Pickle, ReadsJoblibArrays) {
  const std::string payload = std::string("\x03\xff\xff\xff", 4) + std::string(16, '\2');
  const std::string good = Proto(4) + Frame("](" + Wrapper(DType("f8", "<"), 2)) + payload + Frame("NNe.");
  const Graph graph = MustRead(good);
  EXPECT_EQ(Show(graph, graph.root), "[<f8x1:16,None,None]");
  EXPECT_EQ(graph.wrapper, "joblib");
  // Zero copy: the bytes are those of the file.
  const auto* const data = reinterpret_cast<const char*>(graph[graph[graph.root].items[0]].bytes.data());
  EXPECT_TRUE(data > good.data() && data < good.data() + good.size());
  const std::string none = Proto(4) + Wrapper(DType("f8", "<"), 1, "N", "F") + std::string(8, '\3') + ".";
  EXPECT_EQ(Show(MustRead(none), MustRead(none).root), "F <f8x1:8");
  const std::string inner = Proto(4) + testing::Name("numpy._core.multiarray", "_reconstruct") +
                            testing::Name("numpy", "ndarray") + Int(0) + kTuple1 + Bytes("b") + kTuple3 +
                            "R(K\x01K\x01\x85" + DType("O8", "|") + kFalse + "]N" + "atb.";
  const std::string objects = Proto(4) + Wrapper(DType("O8", "|"), 1) + inner + ".";
  EXPECT_EQ(Show(MustRead(objects), MustRead(objects).root), "|O8x1:None");
}

TEST(Pickle, SaysWhatItSaw) {
  const std::string stream = Proto(4) + "(" + testing::Name("numpy.core.multiarray", "scalar") +
                             testing::Name("collections", "OrderedDict") + ")Rt.";
  const Graph graph = MustRead(stream);
  EXPECT_EQ(graph.protocol, 4);
  EXPECT_EQ(graph.wrapper, "pickle");
  EXPECT_EQ(graph.written_by.at("numpy"), "1.x");
  ASSERT_EQ(graph.globals.size(), 2u);
  EXPECT_FALSE(graph.globals[0].called);
  EXPECT_TRUE(graph.globals[1].called);
  EXPECT_EQ(graph.globals[1].name, "OrderedDict");
}

}  // namespace
}  // namespace pratique
