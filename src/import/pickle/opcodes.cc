#include "import/pickle/opcodes.h"

#include <array>

namespace pratique::pickle {

const Opcodes::Entry& Opcodes::Of(uint8_t opcode) {
  using M = Machine;
  static constexpr std::array<Entry, 256> kTable = [] {
    std::array<Entry, 256> t{};
    constexpr auto kind = [](Kind k) { return static_cast<int>(k); };
    t['('] = {"MARK", "0(0", 0, 5, &M::OnMark};
    t['.'] = {"STOP", "010", 0, 5, &M::OnStop};
    t['0'] = {"POP", "0P0", 0, 5, &M::OnPop};
    t['1'] = {"POP_MARK", "0m0", 1, 5, &M::OnPopMark};
    t['2'] = {"DUP", "012", 0, 5, &M::OnRefused};
    t['F'] = {"FLOAT", "n01", 0, 2, &M::OnFloatLine};
    t['I'] = {"INT", "n01", 0, 2, &M::OnIntLine};
    t['J'] = {"BININT", "401", 1, 5, &M::OnInt, 4};
    t['K'] = {"BININT1", "101", 1, 5, &M::OnInt, 1};
    t['M'] = {"BININT2", "201", 1, 5, &M::OnInt, 2};
    t['L'] = {"LONG", "n01", 0, 2, &M::OnLongLine};
    t['N'] = {"NONE", "001", 0, 5, &M::OnNone};
    t['P'] = {"PERSID", "n01", 0, 5, &M::OnPersistent, 1};
    t['Q'] = {"BINPERSID", "011", 1, 5, &M::OnPersistent, 0};
    t['R'] = {"REDUCE", "021", 0, 5, &M::OnReduce};
    t['S'] = {"STRING", "n01", 0, 2, &M::OnStringLine};
    t['T'] = {"BINSTRING", "D01", 1, 2, &M::OnString, 4};
    t['U'] = {"SHORT_BINSTRING", "B01", 1, 2, &M::OnString, 1};
    t['V'] = {"UNICODE", "n01", 0, 2, &M::OnUnicodeLine};
    t['X'] = {"BINUNICODE", "D01", 1, 5, &M::OnUnicode, 4};
    t['a'] = {"APPEND", "021", 0, 5, &M::OnAppend};
    t['b'] = {"BUILD", "021", 0, 5, &M::OnBuild};
    t['c'] = {"GLOBAL", "N01", 0, 5, &M::OnGlobal};
    t['d'] = {"DICT", "0m1", 0, 5, &M::OnFromMark, kind(Kind::kDict)};
    t['}'] = {"EMPTY_DICT", "001", 1, 5, &M::OnEmpty, kind(Kind::kDict)};
    t['e'] = {"APPENDS", "0m0", 1, 5, &M::OnAppends};
    t['g'] = {"GET", "n01", 0, 2, &M::OnGetLine};
    t['h'] = {"BINGET", "101", 1, 5, &M::OnGet, 1};
    t['i'] = {"INST", "Nm1", 0, 5, &M::OnInst};
    t['j'] = {"LONG_BINGET", "401", 1, 5, &M::OnGet, 4};
    t['l'] = {"LIST", "0m1", 0, 5, &M::OnFromMark, kind(Kind::kList)};
    t[']'] = {"EMPTY_LIST", "001", 1, 5, &M::OnEmpty, kind(Kind::kList)};
    t['o'] = {"OBJ", "0m1", 1, 5, &M::OnObj};
    t['p'] = {"PUT", "n11", 0, 2, &M::OnPutLine};
    t['q'] = {"BINPUT", "111", 1, 5, &M::OnPut, 1};
    t['r'] = {"LONG_BINPUT", "411", 1, 5, &M::OnPut, 4};
    t['s'] = {"SETITEM", "031", 0, 5, &M::OnSetItem};
    t['t'] = {"TUPLE", "0m1", 0, 5, &M::OnFromMark, kind(Kind::kTuple)};
    t[')'] = {"EMPTY_TUPLE", "001", 1, 5, &M::OnEmpty, kind(Kind::kTuple)};
    t['u'] = {"SETITEMS", "0m0", 1, 5, &M::OnSetItems};
    t['G'] = {"BINFLOAT", "801", 1, 5, &M::OnFloat};
    t[0x80] = {"PROTO", "100", 0, 5, &M::OnProto};
    t[0x81] = {"NEWOBJ", "021", 2, 5, &M::OnNewObj};
    t[0x82] = {"EXT1", "101", 2, 5, &M::OnExtension, 1};
    t[0x83] = {"EXT2", "201", 2, 5, &M::OnExtension, 2};
    t[0x84] = {"EXT4", "401", 2, 5, &M::OnExtension, 4};
    t[0x85] = {"TUPLE1", "011", 2, 5, &M::OnTuple, 1};
    t[0x86] = {"TUPLE2", "021", 2, 5, &M::OnTuple, 2};
    t[0x87] = {"TUPLE3", "031", 2, 5, &M::OnTuple, 3};
    t[0x88] = {"NEWTRUE", "001", 2, 5, &M::OnBool, 1};
    t[0x89] = {"NEWFALSE", "001", 2, 5, &M::OnBool, 0};
    t[0x8a] = {"LONG1", "B01", 2, 5, &M::OnLong, 1};
    t[0x8b] = {"LONG4", "D01", 2, 5, &M::OnLong, 4};
    t['B'] = {"BINBYTES", "D01", 3, 5, &M::OnBytes, 4};
    t['C'] = {"SHORT_BINBYTES", "B01", 3, 5, &M::OnBytes, 1};
    t[0x8c] = {"SHORT_BINUNICODE", "B01", 4, 5, &M::OnUnicode, 1};
    t[0x8d] = {"BINUNICODE8", "Q01", 4, 5, &M::OnUnicode, 8};
    t[0x8e] = {"BINBYTES8", "Q01", 4, 5, &M::OnBytes, 8};
    t[0x8f] = {"EMPTY_SET", "001", 4, 5, &M::OnEmpty, kind(Kind::kSet)};
    t[0x90] = {"ADDITEMS", "0m0", 4, 5, &M::OnAddItems};
    t[0x91] = {"FROZENSET", "0m1", 4, 5, &M::OnFromMark, kind(Kind::kSet)};
    t[0x92] = {"NEWOBJ_EX", "031", 4, 5, &M::OnNewObjEx};
    t[0x93] = {"STACK_GLOBAL", "021", 4, 5, &M::OnStackGlobal};
    t[0x94] = {"MEMOIZE", "011", 4, 5, &M::OnMemoize};
    t[0x95] = {"FRAME", "800", 4, 5, &M::OnFrame};
    t[0x96] = {"BYTEARRAY8", "Q01", 5, 5, &M::OnByteArray, 8};
    t[0x97] = {"NEXT_BUFFER", "001", 5, 5, &M::OnNextBuffer};
    t[0x98] = {"READONLY_BUFFER", "011", 5, 5, &M::OnReadonlyBuffer};
    return t;
  }();
  return kTable[opcode];
}

}  // namespace pratique::pickle
