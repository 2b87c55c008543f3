"""The schema of a .skops: a good model in which one node says what skops would not."""
import json
import re

import numpy as np

from .archives import Entry, crafted_zip
from .rows import DANGEROUS, EXEC, RULE, UNKNOWN, UNKNOWN_CALL, add, ridge
from .skops_file import node, schema_text, sequence, skops, text, type_node

PLACE = object()  # stands for the hostile node
NODE, LOADER, IDENTITY, JSON, KEY, VALUE = ("malformed skops.node", "unsupported skops.loader", "malformed skops.identity",
                                            "malformed skops.json", "unsupported skops.key", "malformed skops.value")
none = sequence("tuple", [])
no_dict = node("DictNode", "builtins", "dict", content={}, key_types=sequence("list", []))
arguments = sequence("tuple", [text('"id"')])


def placed(hostile, attribute="random_state", **more):
    return skops(ridge(**{attribute: PLACE}), special={id(PLACE): hostile}, **more)


def edited(edit):
    return skops(ridge(), edit=edit)


def dict_of(pairs, types):
    return node("DictNode", "builtins", "dict", content=pairs, key_types=sequence("list", types))


def defaultdict_of(factory):
    return node("DefaultDictNode", "collections", "defaultdict", content={"main": no_dict, "default_factory": factory})


def partial_of(function):
    return {"func": function, "args": none, "kwds": no_dict, "namespace": text("null")}


def objects_of(items, shape):
    return node("NdArrayNode", "numpy", "ndarray", type="json", content=items, shape=sequence("tuple", [text(size) for size in shape]))


def reduce(loader, module, cls, args=arguments):
    return node(loader, module, cls, __reduce__={"args": args}, content=no_dict)


CALLS = {
    "constructor": (node("ConstructorFromReduceNode", "subprocess", "Popen", content=arguments), DANGEROUS,
                    "ConstructorFromReduceNode calls subprocess.Popen"),
    "constructor_unknown": (node("ConstructorFromReduceNode", "acme", "C", content=arguments), UNKNOWN_CALL,
                            "ConstructorFromReduceNode calls a stranger's class"),
    "constructor_getattr": (node("ConstructorFromReduceNode", "builtins", "getattr", content=arguments), DANGEROUS,
                            "ConstructorFromReduceNode calls getattr"),
    "constructor_reconstruct": (node("ConstructorFromReduceNode", "numpy._core.multiarray", "_reconstruct", content=arguments),
                                UNKNOWN_CALL, "ConstructorFromReduceNode calls what only pickle calls"),
    "constructor_arguments": (node("ConstructorFromReduceNode", "builtins", "range", content=arguments), "malformed type.arguments",
                            "range('id')"),
    "method": (node("MethodNode", "os", "_wrap_close", content={"func": "close", "obj": node("ObjectNode", "os", "_wrap_close")}),
               UNKNOWN_CALL, "MethodNode takes a method of an object"),
    "method_dunder": (node("MethodNode", "sklearn.linear_model._ridge", "Ridge", content={"func": "__reduce__", "obj": text("1")}),
                      UNKNOWN_CALL, "MethodNode takes __reduce__"),
    "operator": (node("OperatorFuncNode", "operator", "methodcaller", attrs=arguments), UNKNOWN,
                 "OperatorFuncNode makes an operator.methodcaller"),
    "operator_call": (node("OperatorFuncNode", "operator", "call", attrs=arguments), UNKNOWN_CALL, "OperatorFuncNode calls operator.call"),
    "operator_os": (node("OperatorFuncNode", "os", "system", attrs=arguments), NODE, "OperatorFuncNode of another module"),
    "loss": (reduce("LossNode", "os", "system"), DANGEROUS, "LossNode calls os.system"),
    "loss_unknown": (reduce("LossNode", "acme", "Loss"), UNKNOWN_CALL, "LossNode calls a stranger's class"),
    "loss_tree": (reduce("LossNode", "sklearn.tree._tree", "Tree"), "malformed type.arguments", "LossNode makes a Tree of 'id'"),
    "tree": (reduce("TreeNode", "os", "system"), DANGEROUS, "TreeNode calls os.system"),
    "tree_unknown": (reduce("TreeNode", "acme", "Tree"), UNKNOWN_CALL, "TreeNode calls a stranger's class"),
    "list": (node("ListNode", "os", "system", content=[text('"id"')]), DANGEROUS, "ListNode calls os.system with its items"),
    "list_unknown": (node("ListNode", "acme", "List", content=[]), UNKNOWN_CALL, "ListNode calls a stranger's class with its items"),
    "set": (node("SetNode", "builtins", "exec", content=[text('"id"')]), DANGEROUS, "SetNode calls exec"),
    "tuple": (node("TupleNode", "os", "system", content=[text('"id"')]), DANGEROUS, "TupleNode calls os.system with its items"),
    "tuple_unknown": (node("TupleNode", "acme", "Named", content=[]), UNKNOWN, "TupleNode makes a stranger's namedtuple"),
    "dict": (node("DictNode", "builtins", "breakpoint", content={}, key_types=sequence("list", [])), DANGEROUS,
             "DictNode calls breakpoint"),
    "default_dict": (defaultdict_of(type_node("system", "os")),
                     DANGEROUS, "the default_factory of a defaultdict is os.system"),
    "default_dict_class": (node("DefaultDictNode", "os", "system", content={"main": no_dict, "default_factory": text("null")}), DANGEROUS,
                           "DefaultDictNode of another class"),
    "partial": (node("PartialNode", "functools", "partial", content=partial_of(type_node("system", "os"))),
                DANGEROUS, "a partial of os.system"),
    "partial_class": (node("PartialNode", "os", "system", content=partial_of(type_node("str"))),
                      DANGEROUS, "PartialNode of another class"),
    "random_state": (node("RandomStateNode", "os", "system", content=no_dict), DANGEROUS, "RandomStateNode of another class"),
    "generator": (node("RandomGeneratorNode", "os", "system", content={}), DANGEROUS, "RandomGeneratorNode of another class"),
    "bytes": (node("BytesNode", "os", "system", file="x.bin"), DANGEROUS, "BytesNode of another class"),
    "slice": (node("SliceNode", "os", "system", content={"start": None, "stop": None, "step": None}), DANGEROUS,
              "SliceNode of another class"),
    "dtype": (node("DTypeNode", "os", "system", content=none), DANGEROUS, "DTypeNode of another class"),
    "masked": (node("MaskedArrayNode", "os", "system", content={"data": none, "mask": none}), DANGEROUS,
               "MaskedArrayNode of another class"),
    "json": (node("JsonNode", "os", "system", content="1", is_json=True), DANGEROUS, "JsonNode of another class, which skops ignores"),
    "array": (node("NdArrayNode", "os", "system", type="json", content=[], shape=none), DANGEROUS,
              "NdArrayNode calls os.system with the array"),
    "key_type": (dict_of({"id": text("1")}, [type_node("system", "os")]), KEY,
                 "the type of a key, which is called with the key, is os.system"),
    "key_type_map": (dict_of({"id": text("1")}, [type_node("map")]), KEY, "the type of a key is map, which skops trusts"),
    "key_type_eval": (dict_of({"id": text("1")}, [type_node("eval")]), KEY, "the type of a key is eval"),
}
NAMES = {
    "type": (type_node("eval"), DANGEROUS, "TypeNode names eval"),
    "type_attribute": (type_node("environ", "os"), DANGEROUS, "TypeNode names an attribute that is no type"),
    "type_unknown": (type_node("C", "acme"), UNKNOWN, "TypeNode names a stranger's class"),
    "type_map": (type_node("map"), UNKNOWN, "TypeNode names map, which skops trusts"),
    "function": (node("FunctionNode", "os", "system"), DANGEROUS, "FunctionNode names os.system"),
    "function_unknown": (node("FunctionNode", "acme", "f"), UNKNOWN, "FunctionNode names a stranger's function"),
    "function_load": (node("FunctionNode", "numpy", "load"), DANGEROUS, "FunctionNode names numpy.load"),
    "object": (node("ObjectNode", "subprocess", "Popen"), DANGEROUS, "ObjectNode makes a Popen"),
    "object_unknown": (node("ObjectNode", "acme", "C", content=no_dict), UNKNOWN,
                       "ObjectNode makes a stranger's object, through its __setstate__"),
    "dotted_class": (node("ObjectNode", "os", "path.os.system"), NODE, "a class with dots is a path of attributes"),
    "dotted_function": (node("FunctionNode", "sklearn", "linear_model.os.system"), NODE, "a function with dots is a path of attributes"),
    "dotted_type": (type_node("__init__.__globals__", "sklearn"), NODE, "a type with dots is a path of attributes"),
    "module_empty": (node("ObjectNode", "", "system"), NODE, "no module"),
    "module_null": (node("ObjectNode", None, "system"), NODE, "a module of null"),
    "module_relative": (node("ObjectNode", "..os", "system"), UNKNOWN, "a relative module"),
    "module_list": (node("ObjectNode", ["os"], "system"), NODE, "a list as module"),
    "class_control": (node("ObjectNode", "acme", "C\u001b[2J"), NODE, "a class with control characters"),
    "main": (node("ObjectNode", "__main__", "C"), UNKNOWN, "a class of the program that loads the file"),
}
KINDS = {
    "loader_unknown": (node("EvalNode", "builtins", "eval", content="1"), LOADER, "a kind of node that does not exist"),
    "loader_missing": ({"__class__": "str", "__module__": "builtins", "content": "1"}, NODE, "a node without a kind"),
    "loader_quantile_forest": (node("QuantileForestNode", "quantile_forest._quantile_forest_fast", "QuantileForest", content=no_dict),
                            LOADER, "a kind of node of another package"),
    "loader_case": (node("jsonnode", "builtins", "str", content="1"), LOADER, "a kind of node in another case"),
    "cached_unknown": ({"__loader__": "CachedNode", "__module__": "a", "__class__": "b", "__id__": 424242}, LOADER,
                       "CachedNode names a node that is not there"),
    "extra_key": (node("ListNode", "builtins", "list", content=[], __setstate__=1), NODE, "a key that no node has"),
    "missing_key": (node("ListNode", "builtins", "list"), NODE, "a list without its content"),
    "content_kind": (node("ListNode", "builtins", "list", content={}), NODE, "an object where a list's items should be"),
    "not_a_node": (sequence("list", [1]), NODE, "a number where a node should be"),
    "protocol_inside": (node("ListNode", "builtins", "list", content=[], protocol=0), NODE, "an older protocol inside one node"),
    "types_fewer": (dict_of({"a": text("1")}, []), NODE, "a dict with fewer types than keys"),
    "types_more": (dict_of({}, [type_node("str")]), NODE, "a dict with more types than keys"),
    "key_bool": (dict_of({"False": text("1")}, [type_node("bool")]), VALUE, "bool('False') is true"),
    "key_tuple": (dict_of({"ab": text("1")}, [type_node("tuple")]), KEY, "tuple('ab') is ('a', 'b')"),
    "key_int": (dict_of({"1_0": text("1")}, [type_node("int")]), VALUE, "int('1_0') is 10"),
    "set_of_lists": (node("SetNode", "builtins", "set", content=[sequence("list", [])]), "malformed skops.key", "a list in a set"),
    "slice_of_nodes": (node("SliceNode", "builtins", "slice", content={"start": {}, "stop": None, "step": None}), NODE,
                       "a node in a slice"),
    "sparse": (node("SparseMatrixNode", "scipy.sparse._csr", "csr_matrix", type="scipy", file="x.npz"), "malformed skops.member",
               "a sparse matrix without its member"),
    "storage_pickle": (node("NdArrayNode", "numpy", "ndarray", type="pickle", file="1000.npy"), NODE,
                       "an array that is stored as a pickle"),
    "array_shape": (objects_of([text("1")], ["2"]),
                    "malformed numpy.array", "an object array of another shape"),
    "array_shape_huge": (objects_of([], ["0", str(2**62)]),
                         "malformed", "an object array of 0 x 2^62"),
    "json_object": (text("{}"), VALUE, "an object in a JsonNode"),
    "json_number": (node("JsonNode", "builtins", "str", content=1, is_json=True), VALUE, "a JsonNode whose content is no text"),
    "json_nan_case": (text("nan"), VALUE, "a NaN that neither Python nor JSON writes"),
    "json_digits": (text("9" * 5000), VALUE, "an integer of 5,000 digits in a JsonNode"),
    "json_trailing": (text('1 "x"'), VALUE, "two values in a JsonNode"),
    "json_nul": (text('"x"\0[]'), VALUE, "a NUL, at which some readers stop, and another value behind it"),
    "json_surrogate": (text('"\\ud800"'), "unsupported pickle.text", "a lone surrogate in a JsonNode, as Python's json writes and reads it"),
    "json_surrogate_cut": (text('"\\ud800'), VALUE, "one in a text without an end"),
}
for key, (hostile, result, sentence) in {**CALLS, **NAMES, **KINDS}.items():
    add(f"node_{key}.skops", placed(hostile), result, sentence)
for key in ("constructor", "method", "operator", "loss", "list", "key_type", "type", "function", "dotted_class"):
    hostile, result, sentence = {**CALLS, **NAMES}[key]
    add(f"node_protocol_0_{key}.skops", placed(hostile, protocol=0), result, f"{sentence}, with the loaders of protocol 0")
old = node("FunctionNode", "builtins", "function", content={"module_path": "os", "function": "system"})
add("node_function_of_protocol_0.skops", placed(old, protocol=0), DANGEROUS, "FunctionNode of protocol 0 names os.system")
add("node_function_of_protocol_0_in_2.skops", placed(old), NODE, "FunctionNode of protocol 0 in a file of protocol 2")

# --- identity
same = {"__id__": 7}
pair = {
    "content": ([{**text("1"), **same}, {**text("2"), **same}], IDENTITY, "two values of one id: skops builds the first twice"),
    "loader": ([{**text("1"), **same}, {**type_node("eval"), **same}], IDENTITY, "a harmless value and eval, of one id"),
    "class": ([{**type_node("str"), **same}, {**type_node("int"), **same}], IDENTITY, "two types of one id"),
    "deep": ([{**sequence("list", [text("1")]), **same}, {**sequence("list", [text("2")]), **same}], IDENTITY,
             "two lists of one id that differ inside"),
    "text": ([{**text("1"), "__id__": "7"}], NODE, "an id that is no number"),
    "negative_zero": ([{**text("1"), "__id__": -1.5}], NODE, "an id that is no integer"),
}
for key, (items, result, sentence) in pair.items():
    add(f"identity_{key}.skops", placed(sequence("list", items)), result, sentence)
itself = {**sequence("list", [{"__loader__": "CachedNode", "__module__": None, "__class__": None, "__id__": 5}]), "__id__": 5}
add("identity_itself.skops", placed(itself), "malformed skops.cycle", "a list that contains itself by its id")
again = {**sequence("list", [{**sequence("list", [text("1")]), "__id__": 5}]), "__id__": 5}
add("identity_itself_again.skops", placed(again), "malformed", "a list that contains another of its own id")

# --- JSON
ROOT = '{"__class__":"Ridge"'


def root(**fields):
    return lambda schema: json.dumps({**json.loads(schema), **fields})


def raw(old, new):
    def change(schema):
        assert old in schema
        return schema.replace(old, new, 1)
    return change


for key, edit, result, sentence in (
        ("duplicate_class", raw(ROOT, '{"__class__":"Popen","__class__":"Ridge"'), JSON,
         "a key stands twice: readers take the first or the last"),
        ("duplicate_attribute", raw('"alpha":', '"alpha":{},"alpha":'), JSON, "an attribute stands twice"),
        ("duplicate_escaped", raw(ROOT, '{"__cl\\u0061ss__":"Popen","__class__":"Ridge"'), JSON, "a key stands twice, once with an escape"),
        ("nan", raw(ROOT, '{"__id__":NaN,"__class__":"Ridge"'), JSON, "a NaN outside a JsonNode"),
        ("infinity", raw(ROOT, '{"__id__":Infinity,"__class__":"Ridge"'), JSON, "an infinity outside a JsonNode"),
        ("digits", raw(ROOT, '{"__id__":' + "7" * 5000 + ',"__class__":"Ridge"'), JSON, "an id of 5,000 digits"),
        ("exponent", raw(ROOT, '{"__id__":1e400,"__class__":"Ridge"'), "malformed", "an id of 1e400"),
        ("levels", lambda schema: '{"protocol":2,"_skops_version":"0.16.0","__class__":' + "[" * 20000 + "]" * 20000 + "}",
         "limit limit.depth", "20,000 levels of arrays"),
        ("levels_objects", lambda schema: '{"a":' * 20000 + "1" + "}" * 20000, "limit limit.depth", "20,000 levels of objects"),
        ("levels_open", lambda schema: '{"a":' * 20000, "limit limit.depth", "20,000 levels that never close"),
        ("mark", lambda schema: "\ufeff" + schema, JSON, "a byte order mark"),
        ("comment", raw(ROOT, '/* x */' + ROOT), JSON, "a comment"),
        ("comma", lambda schema: schema[:-1] + ",}", JSON, "a comma before the end"),
        ("trailing", lambda schema: schema + schema, JSON, "a second object behind the first"),
        ("trailing_nul", lambda schema: schema + "\0", JSON, "a NUL behind the object"),
        ("cut", lambda schema: schema[:-1], JSON, "the last brace is gone"),
        ("array", lambda schema: "[" + schema + "]", JSON, "an array at the top"),
        ("empty", lambda schema: "", JSON, "schema.json is empty"),
        ("surrogate", raw('"Ridge"', '"Ridge\\ud800"'), JSON, "a lone surrogate"),
        ("single_quotes", lambda schema: schema.replace('"', "'"), JSON, "single quotes"),
        ("protocol_missing", raw('"protocol":2,', ""), "malformed skops.protocol", "no protocol"),
        ("protocol_newer", root(protocol=3), "unsupported skops.protocol", "a protocol that does not exist"),
        ("protocol_huge", root(protocol=2**64), "unsupported skops.protocol", "protocol 2^64"),
        ("protocol_negative", root(protocol=-1), "unsupported skops.protocol", "protocol -1"),
        ("protocol_bool", root(protocol=True), "malformed skops.protocol", "protocol true"),
        ("protocol_float", root(protocol=2.0), "unsupported skops.protocol", "protocol 2.0"),
        ("protocol_text", root(protocol="2"), "malformed skops.protocol", "protocol '2'"),
        ("protocol_zero", root(protocol=0), "", "an older protocol, whose loaders are as strict: the same model"),
        ("version_missing", raw('"_skops_version":"0.16.0"', '"x":"0.16.0"'), "malformed", "no version of skops"),
        ("version_long", root(_skops_version="9" * 10000), "malformed skops.protocol", "a version of 10,000 characters"),
        ("trusted", root(trusted=["os.system"], __trusted__=True), NODE, "a list of what is to be trusted, in the file itself"),
        ("utf16", None, JSON, "UTF-16"),
):
    content = edited(edit) if edit else crafted_zip([Entry(b"schema.json", schema_text(text("1")).encode("utf-16"))])
    add(f"schema_{key}.skops", content, result, sentence)


# --- attributes of the model
add("state_method.skops", skops(ridge(predict=PLACE), special={id(PLACE): node("FunctionNode", "numpy", "log1p")}),
    "unsupported state.unknown_attribute", "an attribute that hides a method")
add("state_names.skops", skops(ridge(coef_=np.array([np.nan, 1]))), "unsupported state.not_finite", "a NaN coefficient")
add("state_dunder.skops", skops(ridge(__class__x=1), edit=lambda schema: schema.replace("__class__x", "__dict__")),
    "unsupported state.unknown_attribute", "an attribute named __dict__")

# --- .npy members
HEADER = re.compile(rb"\x93NUMPY..(..)", re.DOTALL)


def npy_of(descr, shape, data=np.array([1.0, 2.0]).tobytes(), order="False", version=(1, 0), header=None):
    header = (header or f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}").encode() + b"\n"
    return b"\x93NUMPY" + bytes(version) + len(header).to_bytes(2 if version[0] == 1 else 4, "little") + header + data


NPY, SHAPE, ARRAY, OBJECTS = (f"malformed numpy.{code}" for code in ("npy", "shape", "array", "objects"))
DTYPE = "unsupported numpy.dtype"
ARRAYS = {
    "bomb": (npy_of("'<f8'", "(1073741824,)"), ARRAY, "8 GiB are declared and 16 bytes are there"),
    "header_bomb": (b"\x93NUMPY\x02\x00" + (2**32 - 1).to_bytes(4, "little") + b"{", NPY, "a header of 4 GiB"),
    "header_long": (npy_of(None, None, header="{" + " " * 60000 + "'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"), NPY,
                    "a header of 60 kB of blanks"),
    "header_deep": (npy_of(None, None, header="(" * 30000), NPY, "30,000 brackets, which overflow the stack of Python's parser"),
    "header_call": (npy_of("__import__('os').system('id')", "(2,)"), NPY, "a call in the header"),
    "header_arithmetic": (npy_of("'<f8'", "(1+1,)"), NPY, "a sum in the header"),
    "header_power": (npy_of("'<f8'", "(9**9**9,)"), NPY, "a power in the header, which takes for ever"),
    "header_key_twice": (npy_of("'<f8', 'descr': '|O'", "(2,)"), NPY, "a key stands twice in the header"),
    "header_key_more": (npy_of("'<f8', 'x': 1", "(2,)"), NPY, "a key that no header has"),
    "header_no_shape": (npy_of(None, None, header="{'descr': '<f8', 'fortran_order': False, }"), NPY, "a header without a shape"),
    "header_comment": (npy_of("'<f8'", "(2,)  # x"), NPY, "a comment in the header"),
    "header_bytes": (npy_of("b'<f8'", "(2,)"), NPY, "a bytes literal in the header"),
    "header_cut": (npy_of("'<f8'", "(2,)")[:40], NPY, "the header is cut"),
    "magic": (b"\x93NUMPX" + npy_of("'<f8'", "(2,)")[6:], NPY, "another magic"),
    "version": (npy_of("'<f8'", "(2,)", version=(9, 0)), NPY, "version 9 of .npy"),
    "shape_overflow": (npy_of("'<f8'", "(4294967296, 4294967296, 2)"), SHAPE, "a product of 2^65"),
    "shape_bytes_overflow": (npy_of("'<f8'", "(2305843009213693954,)"), SHAPE,
                            "2^61 + 2 doubles: 64 bits make them the 16 bytes that are there"),
    "shape_negative": (npy_of("'<f8'", "(-1,)"), NPY, "a negative shape"),
    "shape_negative_pair": (npy_of("'<f8'", "(-1, -2)"), NPY, "two negative sizes, whose product is good"),
    "shape_zero_huge": (npy_of("'<f8'", "(0, 4611686018427387904)", b""), SHAPE, "0 times 2^62"),
    "shape_dimensions": (npy_of("'<f8'", "(" + "1, " * 200 + "2)"), "malformed", "201 dimensions"),
    "shape_int": (npy_of("'<f8'", "2"), NPY, "a shape that is no tuple"),
    "shape_long": (npy_of("'<f8'", "(2L,)"), NPY, "a shape as Python 2 wrote it, and skops never"),
    "shape_bool": (npy_of("'<f8'", "(True, 2)"), NPY, "a shape with True"),
    "order": (npy_of("'<f8'", "(2,)", order="1"), NPY, "a fortran_order of 1"),
    "short": (npy_of("'<f8'", "(2,)", bytes(8)), ARRAY, "the data is too short"),
    "trailing": (npy_of("'<f8'", "(2,)") + EXEC, ARRAY, "a pickle behind the data"),
    "objects": (npy_of("'|O'", "(2,)", EXEC), OBJECTS, "an object array: a pickle that calls os.system"),
    "objects_record": (npy_of("[('a', '|O')]", "(2,)", EXEC), OBJECTS, "records of objects: a pickle that calls os.system"),
    "dtype_void": (npy_of("'|V0'", "(4294967295,)", b""), DTYPE, "2^32 elements of no bytes"),
    "dtype_unknown": (npy_of("'<f9'", "(2,)"), DTYPE, "a type that does not exist"),
    "dtype_huge": (npy_of("'|S4294967295'", "(2,)"), "unsupported", "texts of 4 GiB"),
    "dtype_record_nested": (npy_of("[('a', [('b', '<f8')])]", "(2,)"), DTYPE, "records in records"),
    "dtype_record_twice": (npy_of("[('a', '<f4'), ('a', '<f4')]", "(2,)"), DTYPE, "a field of a record stands twice"),
    "dtype_complex": (npy_of("'<c16'", "(1,)"), "unsupported", "a complex coefficient"),
}
coef = node("NdArrayNode", "numpy", "ndarray", type="numpy", file="7.npy", __id__=7)
for key, (content, result, sentence) in ARRAYS.items():
    add(f"npy_{key}.skops", placed(coef, "coef_", members={"7.npy": content}), result, sentence)
for key in ("header_call", "header_bomb", "shape_overflow", "shape_negative", "short", "trailing"):
    content, _, sentence = ARRAYS[key]
    add(f"npy_{key}.npy", content, "unsupported format.foreign", f"{sentence}; a file of its own, which is no model")
add("npy_objects.npy", npy_of("'|O'", "(2,)", EXEC), DANGEROUS, "an .npy of objects is a pickle behind a header")
