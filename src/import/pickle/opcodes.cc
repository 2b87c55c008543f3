#include "import/pickle/opcodes.h"

#include <array>

namespace pratique::pickle {

const Opcodes::Entry& Opcodes::Of(uint8_t opcode) {
  using M = Machine;
  static constexpr std::array<Entry, 256> kTable = [] {
    std::array<Entry, 256> t{};
    constexpr auto kind = [](Kind k) { return static_cast<int>(k); };
    t['('] = {"MARK", 0, 5, &M::OnMark};
    t['.'] = {"STOP", 0, 5, &M::OnStop};
    t['0'] = {"POP", 0, 5, &M::OnPop};
    t['1'] = {"POP_MARK", 0, 5, &M::OnRefused};
    t['2'] = {"DUP", 0, 5, &M::OnRefused};
    t['F'] = {"FLOAT", 0, 2, &M::OnFloatLine};
    t['I'] = {"INT", 0, 2, &M::OnIntLine};
    t['J'] = {"BININT", 1, 5, &M::OnInt, 4};
    t['K'] = {"BININT1", 1, 5, &M::OnInt, 1};
    t['M'] = {"BININT2", 1, 5, &M::OnInt, 2};
    t['L'] = {"LONG", 0, 2, &M::OnLongLine};
    t['N'] = {"NONE", 0, 5, &M::OnNone};
    t['P'] = {"PERSID", 0, 5, &M::OnRefused};
    t['Q'] = {"BINPERSID", 1, 5, &M::OnRefused};
    t['R'] = {"REDUCE", 0, 5, &M::OnReduce};
    t['S'] = {"STRING", 0, 2, &M::OnStringLine};
    t['T'] = {"BINSTRING", 1, 2, &M::OnString, 4};
    t['U'] = {"SHORT_BINSTRING", 1, 2, &M::OnString, 1};
    t['V'] = {"UNICODE", 0, 2, &M::OnUnicodeLine};
    t['X'] = {"BINUNICODE", 1, 5, &M::OnUnicode, 4};
    t['a'] = {"APPEND", 0, 5, &M::OnAppend};
    t['b'] = {"BUILD", 0, 5, &M::OnBuild};
    t['c'] = {"GLOBAL", 0, 5, &M::OnGlobal};
    t['d'] = {"DICT", 0, 5, &M::OnFromMark, kind(Kind::kDict)};
    t['}'] = {"EMPTY_DICT", 1, 5, &M::OnEmpty, kind(Kind::kDict)};
    t['e'] = {"APPENDS", 1, 5, &M::OnAppends};
    t['g'] = {"GET", 0, 2, &M::OnGetLine};
    t['h'] = {"BINGET", 1, 5, &M::OnGet, 1};
    t['i'] = {"INST", 0, 5, &M::OnInst};
    t['j'] = {"LONG_BINGET", 1, 5, &M::OnGet, 4};
    t['l'] = {"LIST", 0, 5, &M::OnFromMark, kind(Kind::kList)};
    t[']'] = {"EMPTY_LIST", 1, 5, &M::OnEmpty, kind(Kind::kList)};
    t['o'] = {"OBJ", 1, 5, &M::OnObj};
    t['p'] = {"PUT", 0, 2, &M::OnPutLine};
    t['q'] = {"BINPUT", 1, 5, &M::OnPut, 1};
    t['r'] = {"LONG_BINPUT", 1, 5, &M::OnPut, 4};
    t['s'] = {"SETITEM", 0, 5, &M::OnSetItem};
    t['t'] = {"TUPLE", 0, 5, &M::OnFromMark, kind(Kind::kTuple)};
    t[')'] = {"EMPTY_TUPLE", 1, 5, &M::OnEmpty, kind(Kind::kTuple)};
    t['u'] = {"SETITEMS", 1, 5, &M::OnSetItems};
    t['G'] = {"BINFLOAT", 1, 5, &M::OnFloat};
    t[0x80] = {"PROTO", 0, 5, &M::OnProto};
    t[0x81] = {"NEWOBJ", 2, 5, &M::OnNewObj};
    t[0x82] = {"EXT1", 2, 5, &M::OnRefused};
    t[0x83] = {"EXT2", 2, 5, &M::OnRefused};
    t[0x84] = {"EXT4", 2, 5, &M::OnRefused};
    t[0x85] = {"TUPLE1", 2, 5, &M::OnTuple, 1};
    t[0x86] = {"TUPLE2", 2, 5, &M::OnTuple, 2};
    t[0x87] = {"TUPLE3", 2, 5, &M::OnTuple, 3};
    t[0x88] = {"NEWTRUE", 2, 5, &M::OnBool, 1};
    t[0x89] = {"NEWFALSE", 2, 5, &M::OnBool, 0};
    t[0x8a] = {"LONG1", 2, 5, &M::OnLong, 1};
    t[0x8b] = {"LONG4", 2, 5, &M::OnLong, 4};
    t['B'] = {"BINBYTES", 3, 5, &M::OnBytes, 4};
    t['C'] = {"SHORT_BINBYTES", 3, 5, &M::OnBytes, 1};
    t[0x8c] = {"SHORT_BINUNICODE", 4, 5, &M::OnUnicode, 1};
    t[0x8d] = {"BINUNICODE8", 4, 5, &M::OnUnicode, 8};
    t[0x8e] = {"BINBYTES8", 4, 5, &M::OnBytes, 8};
    t[0x8f] = {"EMPTY_SET", 4, 5, &M::OnEmpty, kind(Kind::kSet)};
    t[0x90] = {"ADDITEMS", 4, 5, &M::OnAddItems};
    t[0x91] = {"FROZENSET", 4, 5, &M::OnFromMark, kind(Kind::kSet)};
    t[0x92] = {"NEWOBJ_EX", 4, 5, &M::OnNewObjEx};
    t[0x93] = {"STACK_GLOBAL", 4, 5, &M::OnStackGlobal};
    t[0x94] = {"MEMOIZE", 4, 5, &M::OnMemoize};
    t[0x95] = {"FRAME", 4, 5, &M::OnFrame};
    t[0x96] = {"BYTEARRAY8", 5, 5, &M::OnBytes, 8};
    t[0x97] = {"NEXT_BUFFER", 5, 5, &M::OnRefused};
    t[0x98] = {"READONLY_BUFFER", 5, 5, &M::OnRefused};
    return t;
  }();
  return kTable[opcode];
}

}  // namespace pratique::pickle
