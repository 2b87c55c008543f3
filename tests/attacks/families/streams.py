"""Pickle streams that readers see differently, or that misuse the machine: one misuse each, written opcode by opcode."""
import struct

from .rows import DANGEROUS, EXEC, GOOD, UNKNOWN_CALL, add, dumped

P2, P4, STOP = b"\x80\x02", b"\x80\x04", b"."
REDUCE, TUPLE1, TUPLE2, MEMOIZE, NEWOBJ, NEWOBJ_EX, STACK_GLOBAL = b"R", b"\x85", b"\x86", b"\x94", b"\x81", b"\x92", b"\x93"


def string(text):
    return b"\x8c" + bytes([len(text)]) + text.encode()


def name(module, cls):
    return string(module) + string(cls) + STACK_GLOBAL


def get(slot):
    return b"h" + bytes([slot])


def put(slot):
    return b"q" + bytes([slot])


def frame(body, length=None):
    return b"\x95" + struct.pack("<Q", len(body) if length is None else length) + body


SYSTEM = name("os", "system")
CALL = SYSTEM + string("id") + TUPLE1 + REDUCE
MEMO, GLOBAL, FRAME, STACK, VALUE = (f"malformed pickle.{code}" for code in ("memo", "global", "frame", "stack", "value"))
BUILD, CONTAINER, KEY, PROTOCOL = (f"malformed pickle.{code}" for code in ("build", "container", "key", "protocol"))
TEXT = "unsupported format.not_a_model"  # Python stops before it does anything, or makes plain data
OPCODE, PERSISTENT = "unsupported pickle.opcode", "unsupported pickle.persistent_id"
OF_ID = string("id") + TUPLE1 + REDUCE  # ("id")
latin1 = name("_codecs", "encode")

NAMES = {
    "from_reduce": (P4 + latin1 + string("os") + string("latin1") + TUPLE2 + REDUCE + string("system") + STACK_GLOBAL + STOP, UNKNOWN_CALL,
                    "STACK_GLOBAL takes its module from what a call gave"),
    "from_str": (P4 + name("builtins", "str") + string("os") + TUPLE1 + REDUCE + string("system") + STACK_GLOBAL + STOP, UNKNOWN_CALL,
                 "STACK_GLOBAL takes its module from str('os')"),
    "from_bytes": (P4 + b"C\x02os" + b"C\x06system" + STACK_GLOBAL + STOP, GLOBAL, "STACK_GLOBAL of bytes"),
    "from_list": (P4 + b"]" + string("system") + STACK_GLOBAL + STOP, GLOBAL, "STACK_GLOBAL of a list"),
    "from_memo": (P4 + string("os") + MEMOIZE + b"0" + string("system") + MEMOIZE + b"0" + get(0) + get(1) + STACK_GLOBAL + OF_ID + STOP,
                  DANGEROUS, "module and name come out of the memo, far from where they are used"),
    "after_pop": (P4 + string("os") + string("system") + string("decoy") + b"0" + STACK_GLOBAL + OF_ID + STOP,
                  DANGEROUS, "the last string before STACK_GLOBAL is a decoy that was popped"),
    "not_adjacent": (P4 + string("os") + string("system") + string("x") + MEMOIZE + b"0" + STACK_GLOBAL + OF_ID + STOP,
                     DANGEROUS, "the memo's newest string is not what STACK_GLOBAL takes"),
    "empty": (P4 + name("os", "") + STOP, DANGEROUS, "an empty name"),
    "nul": (P4 + name("os", "system\0x") + STOP, DANGEROUS, "a name with a NUL"),
    "long": (P4 + b"X" + struct.pack("<I", 10000) + b"a" * 10000 + string("f") + STACK_GLOBAL + STOP, GLOBAL,
             "a module of 10,000 characters"),
    "space": (P2 + b"cos \nsystem\n(X\x02\x00\x00\x00idtR.", UNKNOWN_CALL, "a module with a space behind it is not that module"),
    "return": (P2 + b"cos\r\nsystem\r\n(X\x02\x00\x00\x00idtR.", UNKNOWN_CALL, "lines end in CR LF, and the CR is part of the name"),
    "dotted": (P4 + name("builtins", "eval.__call__") + string("1") + TUPLE1 + REDUCE + STOP, DANGEROUS,
               "eval is reached along a path of attributes"),
    "dotted_known": (P4 + name("sklearn.linear_model._ridge", "Ridge.fit.__globals__") + string("x") + TUPLE1 + REDUCE + STOP, UNKNOWN_CALL,
                     "the globals of a module are reached along a path from a known class"),
    "python2": (P2 + b"c__builtin__\neval\nX\x01\x00\x00\x001" + TUPLE1 + b"R.", DANGEROUS, "eval by its Python 2 name"),
    "python2_in_4": (P4 + name("__builtin__", "eval") + string("1") + TUPLE1 + REDUCE + STOP, UNKNOWN_CALL,
                     "a Python 2 name in protocol 4, where there is no such module"),
    "builtins_dict": (P4 + name("builtins", "dict.get") + name("numpy", "__builtins__") + string("exec") + TUPLE2 + REDUCE + OF_ID + STOP,
                      UNKNOWN_CALL, "dict.get takes exec out of the builtins that every module holds"),
    "build_function": (P4 + name("numpy", "mean") + b"N" + name("numpy", "core._internal.sys.modules") + TUPLE2 + b"b0" +
                       name("numpy", "mean.os.system") +
                       OF_ID + STOP, UNKNOWN_CALL,
                           "BUILD puts all modules into a function, and a path of attributes leads to os.system"),
    "indirect": (P4 + name("operator", "attrgetter") + string("system") + TUPLE1 + REDUCE + name("importlib", "import_module") + string("os") +
                 TUPLE1 + REDUCE + TUPLE1 + REDUCE + OF_ID + STOP, DANGEROUS,
                 "os.system is reached without being named: by attrgetter, of what import_module gives"),
    "resolved": (P4 + name("pkgutil", "resolve_name") + string("os:system") + TUPLE1 + REDUCE + OF_ID + STOP, DANGEROUS,
                 "os.system is what pkgutil.resolve_name makes of a text"),
    "tampers_scanner": (P4 + name("picklescan.scanner", "_unsafe_globals.clear") + b")R0" + CALL + STOP, UNKNOWN_CALL,
                        "a scanner's own list of dangerous names is emptied, before the call that it would have found"),
    "tampers_modules": (P4 + name("sys", "modules.pop") + string("pickletools") + TUPLE1 + REDUCE + STOP, DANGEROUS,
                        "the module that a scanner reads pickles with is taken away"),
    "main": (P4 + name("__main__", "run") + b")R.", UNKNOWN_CALL, "a function of the program that loads the file"),
    "homoglyph": (P4 + string("sklearn.linear_m\u043edel._ridge")[:1] + bytes([len("sklearn.linear_m\u043edel._ridge".encode())]) +
                  "sklearn.linear_m\u043edel._ridge".encode() + string("Ridge") + STACK_GLOBAL + b")" + NEWOBJ + b"}b.",
                  "unsupported type.unsupported", "a Cyrillic letter in the name of a known module"),
}
MEMOS = {
    "unset": (P4 + get(3) + STOP, MEMO, "a slot that was never set"),
    "put_memoize": (P4 + string("os") + put(1) + b"0" + string("collections") + MEMOIZE + b"0" + string("system") + STOP, MEMO,
                    "MEMOIZE sets the slot that PUT has set"),
    "overwritten": (P2 + b"X\x0b\x00\x00\x00collections" + put(0) + b"0X\x02\x00\x00\x00os" + put(0) + b"0" + get(0) + STOP, MEMO,
                    "a slot is set again, from a harmless text to another"),
    "mixed": (P4 + string("os") + put(0) + string("system") + MEMOIZE + b"00" + get(0) + get(1) + STACK_GLOBAL + OF_ID + STOP,
              DANGEROUS, "PUT and MEMOIZE in one stream, and the call is put together from both"),
    "far": (P2 + b"Nr" + struct.pack("<I", 0xFFFFFFF0) + STOP, MEMO, "a slot of 2^32, which would take 32 GiB"),
    "negative": (b"(Np-1\nt.", MEMO, "a negative slot"),
    "two_digits": (b"(Np0\ng00\nt.", TEXT, "a slot written with two digits: harmless, and no model"),
    "text_slot": (b"(Npx\nt.", TEXT, "a slot that is no number"),
    "empty_stack": (P4 + MEMOIZE + b"N.", STACK, "MEMOIZE of nothing"),
    "wrapper": (P4 + b"](" + name("joblib.numpy_pickle", "NumpyArrayWrapper") + b")" + NEWOBJ + MEMOIZE + get(0) + b"e.", MEMO,
                "the memo entry of joblib's wrapper is read back"),
}
STACKS = {
    "dup": (P2 + b"N2.", "malformed pickle.opcode", "DUP, which no pickler writes"),
    "dup_list": (P2 + b"]2a.", "malformed pickle.opcode", "DUP puts a list into itself"),
    "pop_mark": (P2 + b"N(1.", TEXT, "POP_MARK takes a MARK away: harmless, and no model"),
    "underflow": (P4 + b"0.", STACK, "POP of nothing"),
    "through_mark": (P4 + b"N(N\x86.", STACK, "TUPLE2 reaches through a MARK"),
    "two_values": (P4 + b"NN.", STACK, "STOP with two values"),
    "below": (P4 + CALL + b"0" + GOOD[2:], DANGEROUS, "a call below a good model"),
    "stop_empty": (P4 + b".", STACK, "STOP without a value"),
    "mark_left": (P4 + b"N(.", STACK, "STOP with a MARK"),
    "no_stop": (P4 + b"N", "malformed pickle.truncated", "there is no STOP"),
    "call_then_cut": (P4 + CALL + b"\x8c\xff", DANGEROUS, "the stream is cut, behind a call that Python has run by then"),
    "call_then_noise": (P4 + CALL + b"\xff\xff", DANGEROUS, "no opcode stands behind a call that Python has run by then"),
    "call_then_refused": (P4 + CALL + b"2" + STOP, DANGEROUS, "DUP stands behind a call that Python has run by then"),
    "call_then_raises": (P4 + CALL + b"0" + name("builtins", "int") + string("x") + TUPLE1 + REDUCE + STOP, DANGEROUS,
                         "Python raises an error behind a call that it has run by then: int('x')"),
    "refused_then_call": (P2 + b"N20" + P2 + CALL + STOP, DANGEROUS, "DUP stands before a call"),
}
CUT = "malformed pickle.truncated"
FRAMES = {
    "straddled": (P4 + b"\x95" + struct.pack("<Q", 4) + string("abcdef") + STOP, FRAME, "an argument crosses the end of its frame"),
    "nested": (P4 + frame(b"N0" + frame(b"N.")), FRAME, "a frame in a frame"),
    "zero": (P4 + frame(b"") + b"N.", FRAME, "a frame of no bytes"),
    "long": (P4 + frame(b"N.", 100), CUT, "a frame longer than the stream"),
    "huge": (P4 + frame(b"N.", 2**64 - 1), CUT, "a frame of 2^64 - 1 bytes"),
    "negative": (P4 + frame(b"N.", 2**63), CUT, "a frame of 2^63 bytes, negative when signed"),
    "after_stop": (P4 + frame(b"N.N"), "malformed pickle.trailing", "a frame goes on after STOP"),
    "outside": (P4 + frame(b"N") + b"0" + CALL + STOP, DANGEROUS, "the call is outside the frame"),
    "line": (P4 + frame(b"cos\n", 4) + b"system\n)R.", DANGEROUS, "a name's second line is outside the frame"),
    "in_2": (P2 + b"N0" + frame(b"N."), PROTOCOL, "a frame in protocol 2"),
    "cut_header": (P4 + b"\x95\x01\x00", "malformed pickle.truncated", "a frame's length is cut"),
    "hidden_call": (P4 + b"\x95" + struct.pack("<Q", 3) + b"B" + struct.pack("<I", len(CALL)) + CALL + b"N.", FRAME,
                    "bytes that cross the frame hide a call that another reader would see"),
}
TEXTS = {
    "int_junk": (b"(I1x\nt.", VALUE, "an integer that is none"),
    "int_underscore": (b"(I1_0\nt.", VALUE, "an integer with an underscore, which Python reads"),
    "int_space": (b"(I 1\nt.", VALUE, "an integer with a space, which Python reads"),
    "long_digits": (b"(L" + b"9" * 5000 + b"L\nt.", "unsupported pickle.value", "an integer of 5,000 digits, which Python does not read"),
    "long4_huge": (P2 + b"\x8b\xff\xff\xff\x7f.", "malformed pickle.truncated", "a LONG4 of 2 GiB"),
    "long4_negative": (P2 + b"\x8b\xff\xff\xff\xff.", VALUE, "a LONG4 of a negative length"),
    "float_junk": (b"(F1e\nt.", VALUE, "a float that is none"),
    "float_hex": (b"(F0x1p3\nt.", VALUE, "a float in hexadecimal"),
    "string_unquoted": (b"(Sid\nt.", TEXT, "a string without quotes"),
    "string_open": (b"(S'id\\'\nt.", VALUE, "a string whose closing quote is escaped"),
    "string_quotes": (b"(S'id\"\nt.", TEXT, "a string between two kinds of quotes"),
    "unicode_escape": (b"(V\\u12\nt.", VALUE, "a broken \\u escape"),
    "surrogate": (P4 + b"\x8c\x03\xed\xa0\x80.", "unsupported pickle.text", "a lone surrogate"),
    "overlong": (P4 + b"\x8c\x02\xc0\xaf.", "unsupported pickle.text", "overlong UTF-8"),
    "bytes_huge": (P4 + b"\x8e" + struct.pack("<Q", 2**63) + b".", "malformed pickle.truncated", "2^63 bytes"),
    "no_newline": (b"(I1", TEXT, "a line without an end, and nothing else"),
    "mixed": (P4 + b"cos\nsystem\n" + OF_ID + STOP, DANGEROUS, "the text opcode GLOBAL in protocol 4"),
}
OPCODES = {
    "ext1": (P2 + b"\x82\x01.", OPCODE, "EXT1 asks the reader's registry for a class"),
    "ext2": (P2 + b"\x83\x01\x00.", OPCODE, "EXT2 asks the reader's registry for a class"),
    "ext4": (P2 + b"\x84\x01\x00\x00\x00.", OPCODE, "EXT4 asks the reader's registry for a class"),
    "ext_called": (P2 + b"\x82\x01X\x02\x00\x00\x00id" + TUPLE1 + b"R.", OPCODE, "what the reader's registry gives is called"),
    "persid": (b"(Pid\nt.", PERSISTENT, "PERSID asks the program that loads the file"),
    "binpersid": (P2 + b"X\x02\x00\x00\x00idQ.", PERSISTENT, "BINPERSID asks the program that loads the file"),
    "next_buffer": (b"\x80\x05\x97.", OPCODE, "NEXT_BUFFER asks for a buffer that is not in the file"),
    "readonly_buffer": (b"\x80\x05N\x98.", "malformed pickle.opcode", "READONLY_BUFFER of what is no buffer"),
    "unknown": (P4 + b"N0\xff.", "malformed pickle.opcode", "a byte that is no opcode"),
    "protocol_6": (b"\x80\x06" + CALL + STOP, DANGEROUS, "protocol 6, which does not exist, before a call"),
    "protocol_255": (b"\x80\xff" + CALL + STOP, DANGEROUS, "protocol 255, before a call"),
    "protocol_twice": (P2 + P4 + CALL + STOP, DANGEROUS, "PROTO stands twice"),
    "opcode_too_new": (P2 + b"N\x94.", PROTOCOL, "MEMOIZE in protocol 2"),
    "inst": (b"(S'id'\nios\nsystem\n.", DANGEROUS, "INST calls os.system"),
    "inst_unknown": (b"(S'id'\nistranger\nfunction\n.", UNKNOWN_CALL, "INST calls a function that nobody knows"),
    "obj": (P2 + b"(cos\nsystem\nX\x02\x00\x00\x00ido.", DANGEROUS, "OBJ calls os.system"),
    "obj_unknown": (P2 + b"(cstranger\nfunction\no.", UNKNOWN_CALL, "OBJ calls a function that nobody knows"),
    "newobj_ex": (P4 + SYSTEM + string("id") + TUPLE1 + b"}" + NEWOBJ_EX + STOP, DANGEROUS, "NEWOBJ_EX calls os.system"),
    "newobj_ex_unknown": (P4 + name("stranger", "function") + b")}" + NEWOBJ_EX + STOP, UNKNOWN_CALL,
                          "NEWOBJ_EX calls a function that nobody knows"),
    "newobj_of_value": (P4 + b"N)" + NEWOBJ + STOP, UNKNOWN_CALL, "NEWOBJ of None"),
    "newobj_not_tuple": (P4 + name("stranger", "C") + b"]" + NEWOBJ + STOP, CONTAINER, "NEWOBJ with a list of arguments"),
    "call_of_result": (P4 + name("stranger", "C") + b")" + NEWOBJ + b")R.", UNKNOWN_CALL, "an object is called"),
    "reduce_not_tuple": (P4 + name("builtins", "slice") + b"]R.", "malformed", "a call with a list of arguments"),
    "build_slots": (P4 + name("stranger", "C") + b")" + NEWOBJ + b"N}" + string("__class__") + SYSTEM + b"s" + TUPLE2 + b"b.", DANGEROUS,
                    "BUILD sets a class through the state of slots"),
    "build_setstate": (P4 + name("stranger", "C") + b")" + NEWOBJ + b"}" + string("__setstate__") + SYSTEM + b"sb" + string("id") + b"b.",
                       DANGEROUS, "a first BUILD puts a __setstate__ there, a second one calls it"),
    "build_class": (P4 + name("os", "environ") + b"}b.", DANGEROUS, "BUILD writes to what a name stands for"),
    "build_list": (P4 + b"]}b.", BUILD, "BUILD of a list"),
    "append_object": (P4 + SYSTEM + b"Na.", DANGEROUS, "APPEND calls the append of what a name stands for"),
    "setitem_name": (P4 + name("os", "environ") + string("PATH") + string("/tmp") + b"s.", DANGEROUS, "SETITEM writes to os.environ"),
    "key_list": (P4 + b"}]Ns.", KEY, "a list as a key"),
    "odd_items": (P4 + b"}(NNNu.", CONTAINER, "SETITEMS of three"),
    "copyreg": (P2 + b"ccopyreg\n_reconstructor\n(cos\nsystem\nc__builtin__\nobject\nNtR.", DANGEROUS,
                "copyreg._reconstructor makes what is named to it"),
    "newobj_function": (P2 + b"ccopyreg\n__newobj__\n" + b"(cos\nsystem\nX\x02\x00\x00\x00idtR.", DANGEROUS,
                        "copyreg.__newobj__ makes what is named to it"),
    "partial_called": (P4 + name("functools", "partial") + SYSTEM + TUPLE1 + REDUCE + b")R.", DANGEROUS,
                       "a partial of os.system is called"),
}
for group, rows in (("name", NAMES), ("memo", MEMOS), ("stack", STACKS), ("frame", FRAMES), ("text", TEXTS), ("opcode", OPCODES)):
    for key, (content, result, sentence) in rows.items():
        add(f"stream_{group}_{key}.pkl", content, result, sentence)


# --- joblib's wrappers
def dtype(kind="f8"):
    order = b"<" if kind != "O8" else b"|"
    size = b"J\xff\xff\xff\xff"
    return name("numpy", "dtype") + string(kind) + b"\x89\x88\x87R(K\x03\x8c\x01" + order + b"NNN" + size + size + b"K\x00tb"


def number(value):
    return b"\x8a\x09" + value.to_bytes(9, "little", signed=True)


def wrapper(kind="f8", shape=b"K\x01\x85", order="C", subclass=("numpy", "ndarray"), alignment=b"K\x10", more=b""):
    return (name("joblib.numpy_pickle", "NumpyArrayWrapper") + b")" + NEWOBJ + b"}(" + string("subclass") + name(*subclass) +
            string("shape") + shape + string("order") + string(order) + string("dtype") + dtype(kind) + string("allow_mmap") + b"\x88" +
            string("numpy_array_alignment_bytes") + alignment + more + b"ub")


ONE = b"\x01\xff" + bytes(8)
ARRAY, SHAPE = "malformed joblib.array", "malformed numpy.shape"
WRAPPERS = {
    "cut": (wrapper(shape=b"K\x02\x85") + ONE, "malformed joblib.truncated", "two doubles are declared and one is there"),
    "shape_huge": (wrapper(shape=number(2**62) + TUPLE1) + ONE, SHAPE, "2^62 doubles, 2^65 bytes"),
    "shape_overflow": (wrapper(shape=number(2**33) + number(2**33) + TUPLE2) + ONE, SHAPE, "a product of 2^66"),
    "shape_negative": (wrapper(shape=number(-1) + TUPLE1) + ONE, SHAPE, "a negative shape"),
    "shape_zero_huge": (wrapper(shape=b"K\x00" + number(2**62) + TUPLE2) + b"\x01\xff", SHAPE, "0 times 2^62"),
    "shape_float": (wrapper(shape=b"G?\xf0" + bytes(6) + TUPLE1) + ONE, SHAPE, "a shape of 1.0"),
    "order": (wrapper(order="X") + ONE, ARRAY, "an order that is none"),
    "subclass": (wrapper(subclass=("os", "system")) + ONE, DANGEROUS, "the subclass of an array, which joblib calls, is os.system"),
    "subclass_unknown": (wrapper(subclass=("stranger", "Array")) + ONE, "unsupported",
                         "the subclass of an array, which joblib calls, is a stranger's"),
    "padding_bytes": (wrapper() + b"\x01\x00" + bytes(8), ARRAY, "the padding hides a byte"),
    "padding_long": (wrapper() + b"\xff" + b"\xff" * 255 + bytes(8), ARRAY, "255 bytes of padding"),
    "alignment_zero": (wrapper(alignment=b"K\x00") + ONE, ARRAY, "an alignment of 0, by which joblib divides"),
    "alignment_negative": (wrapper(alignment=b"J\xff\xff\xff\xff") + ONE, ARRAY, "a negative alignment"),
    "unknown_key": (wrapper(more=string("read") + SYSTEM) + ONE, DANGEROUS, "an attribute that hides the wrapper's own method"),
    "in_frame": (b"\x95" + struct.pack("<Q", len(wrapper()) + 11) + wrapper() + ONE + STOP, FRAME, "the array's bytes are inside a frame"),
    "nested_call": (wrapper("O8") + P4 + CALL + STOP, DANGEROUS, "the pickle of an object array calls"),
    "nested_not_array": (wrapper("O8") + P4 + b"N.", ARRAY, "the pickle of an object array is no array"),
    "nested_wrapper": (wrapper("O8") + P4 + wrapper() + ONE + STOP, ARRAY, "an array wrapper inside the pickle of an object array"),
    "nested_memo": (string("os") + MEMOIZE + b"0" + wrapper("O8") + P4 + get(0) + STOP, MEMO,
                    "the pickle of an object array reads the outer memo"),
    "never_built": (name("joblib.numpy_pickle", "NumpyArrayWrapper") + b")" + NEWOBJ, "unsupported", "a wrapper that never gets its array"),
    "newobj_ex": (name("joblib.numpy_pickle", "NumpyArrayWrapper") + b")}" + NEWOBJ_EX, UNKNOWN_CALL, "a wrapper made by another opcode"),
}
for key, (content, result, sentence) in WRAPPERS.items():
    add(f"wrapper_{key}.joblib", P4 + content + STOP, result, sentence)


def side_file(cls, filename):
    key = b"X\x08\x00\x00\x00subclasscnumpy\nndarray\nX\x08\x00\x00\x00filenameX" + struct.pack("<I", len(filename)) + filename
    return P2 + b"cjoblib.numpy_pickle\n" + cls + b"\n)\x81}(" + key + b"ub."


for key, result, cls, filename in (("plain", "unsupported joblib.side_files", b"NDArrayWrapper", b"model.pkl_01.npy"),
                                   ("parent", "malformed joblib.side_files", b"NDArrayWrapper", b"../../etc/passwd"),
                                   ("absolute", "malformed joblib.side_files", b"NDArrayWrapper", b"/etc/passwd"),
                                   ("compressed", "malformed joblib.side_files", b"ZNDArrayWrapper", b"../model.pkl_01.npy.z")):
    add(f"side_file_{key}.pkl", side_file(cls, filename), result, f"an array is in another file, {filename.decode()}")
