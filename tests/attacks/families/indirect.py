"""What is made harmlessly and held beside honest models (an attrgetter, a methodcaller, a bound method, a partial, a union of types),
and each way by which Python would then call it, or reach something through it."""
from .rows import DANGEROUS, GOOD, UNKNOWN, UNKNOWN_CALL, add
from .streams import MEMOIZE, NEWOBJ, NEWOBJ_EX, P4, REDUCE, STOP, TUPLE1, TUPLE2, get, name, string

TUPLE3 = b"\x87"


def call(module, function, *arguments):
    tuples = {0: b")", 1: TUPLE1, 2: TUPLE2, 3: TUPLE3}
    made = b"".join(arguments) + tuples[len(arguments)] if len(arguments) in tuples else b"(" + b"".join(arguments) + b"t"
    return name(module, function) + made + REDUCE


def in_good(opcodes):
    """A good model whose random_state, which no prediction reads, is this."""
    key = string("random_state") + MEMOIZE
    good = GOOD[:2] + GOOD[11:]  # without a frame
    at = good.index(key) + len(key)
    return good[:at] + opcodes + good[at + 1:]


STRANGER = name("stranger", "C")
INSTANCE = STRANGER + b")" + NEWOBJ
GETTER = call("operator", "attrgetter", string("system"))
CALLER = call("operator", "methodcaller", string("run"), string("id"))
METHOD = call("builtins", "getattr", name("joblib.memory", "Memory") + b")" + NEWOBJ + b"}" + string("store_backend") + b"Nsb", string("clear"))
SPACE = call("types", "SimpleNamespace")
INT_OR = name("_operator", "or_")
INTS = name("builtins", "int") + name("builtins", "str") + TUPLE2


MAPS = call("builtins", "map", METHOD, b"]")
STARMAPS = call("itertools", "starmap", METHOD, b"]")


def partial(function, *arguments, state=b""):
    return name("functools", "partial") + function + TUPLE1 + REDUCE + state


def with_state(target, key, value):
    return target + b"}" + string(key) + value + b"sb"


KEYWORDS = (partial(name("operator", "methodcaller"), state=b"(" + name("operator", "methodcaller") + string("run") + TUPLE1 + b"}" + string("x") +
                    b"NsNtb") + string("id") + TUPLE1 + REDUCE)
SHARED = "malformed pickle.build"
MADE = {"getter": (GETTER, "an attrgetter"), "caller": (CALLER, "a methodcaller"),
        "partial_getter": (partial(GETTER), "a partial of an attrgetter"), "partial_caller": (partial(CALLER), "a partial of a methodcaller")}
ROWS = {}
for key, (made, words) in MADE.items():
    ROWS[f"{key}_called"] = (P4 + made + STRANGER + TUPLE1 + REDUCE + STOP, DANGEROUS, f"{words} is called")
    ROWS[f"{key}_called_in_model"] = (in_good(made + STRANGER + TUPLE1 + REDUCE), DANGEROUS, f"{words} is called inside a good model")
    ROWS[f"{key}_popped"] = (P4 + made + STRANGER + TUPLE1 + REDUCE + b"0" + GOOD[2:], DANGEROUS,
                             f"{words} is called before a good model, and its result thrown away")
    ROWS[f"{key}_memo"] = (P4 + made + MEMOIZE + b"0" + get(0) + STRANGER + TUPLE1 + REDUCE + STOP, DANGEROUS,
                           f"{words} is called out of the memo")
    ROWS[f"{key}_obj"] = (P4 + b"(" + made + STRANGER + b"o" + STOP, DANGEROUS, f"{words} is called by OBJ")
    ROWS[f"{key}_newobj"] = (P4 + made + STRANGER + TUPLE1 + NEWOBJ + STOP, DANGEROUS, f"NEWOBJ of {words}")
    ROWS[f"{key}_newobj_ex"] = (P4 + made + STRANGER + TUPLE1 + b"}" + NEWOBJ_EX + STOP, DANGEROUS, f"NEWOBJ_EX of {words}")
    ROWS[f"{key}_append"] = (in_good(with_state(SPACE, "append", made) + STRANGER + b"a"), UNKNOWN_CALL,
                             f"the state of a namespace has {words} as append, which APPEND then calls")
    ROWS[f"{key}_getattr"] = (P4 + call("builtins", "getattr", made, string("func")) + STOP, DANGEROUS, f"getattr of {words}")
    ROWS[f"{key}_held"] = (in_good(made), UNKNOWN, f"a good model holds {words}, which nothing calls")
ROWS.update({
    "getter_dotted": (P4 + call("operator", "attrgetter", string("__init__.__globals__")) + STRANGER + TUPLE1 + REDUCE + STOP, DANGEROUS,
                      "an attrgetter of a path is called"),
    "getter_result": (P4 + GETTER + STRANGER + TUPLE1 + REDUCE + string("id") + TUPLE1 + REDUCE + STOP, DANGEROUS,
                      "what an attrgetter gave is called"),
    "getter_inst": (b"(S'system'\nioperator\nattrgetter\n.", DANGEROUS, "INST makes an attrgetter, as no pickler does"),
    "getter_class_built": (P4 + name("operator", "attrgetter") + b")" + NEWOBJ + STOP, DANGEROUS, "NEWOBJ of attrgetter"),
    "getter_arguments": (P4 + name("operator", "attrgetter") + b"N" + TUPLE1 + REDUCE + STOP, "malformed type.arguments", "attrgetter(None)"),
    "getter_getattr_class": (P4 + call("builtins", "getattr", name("operator", "attrgetter"), string("__call__")) + STOP, DANGEROUS,
                             "getattr of attrgetter"),
    "getter_setstate": (P4 + with_state(SPACE, "__setstate__", GETTER) + STRANGER + b"b" + STOP, "malformed pickle.build",
                        "a first BUILD puts an attrgetter there as __setstate__, a second one calls it"),
    "caller_keywords": (in_good(KEYWORDS), UNKNOWN, "a good model holds methodcaller('run', 'id', x=None), as Python writes it"),
    "caller_keywords_called": (P4 + KEYWORDS + STRANGER + TUPLE1 + REDUCE + STOP, DANGEROUS, "a methodcaller with keywords is called"),
    "partial_state": (P4 + partial(name("numpy", "log1p"), state=b"(" + CALLER + b")}Ntb") + STRANGER + TUPLE1 + REDUCE + STOP, DANGEROUS,
                      "a partial whose state puts a methodcaller in the place of its function is called"),
    "partial_itself": (P4 + partial(name("numpy", "log1p"), state=MEMOIZE + b"(" + get(0) + b")}Ntb") + b")R" + STOP, UNKNOWN_CALL,
                       "a partial that calls itself is called"),
    "method_append": (in_good(with_state(SPACE, "append", METHOD) + b"\x89a"), UNKNOWN_CALL,
                      "the state of a namespace has the clear of a joblib.Memory as append: APPEND removes a directory"),
    "method_extend": (in_good(with_state(SPACE, "extend", METHOD) + b"(\x89e"), UNKNOWN_CALL,
                      "the same by APPENDS and extend"),
    "estimator_append": (in_good(with_state(name("sklearn.linear_model._ridge", "Ridge") + b")" + NEWOBJ, "append", METHOD) + b"\x89a"),
                         UNKNOWN_CALL, "the state of an estimator has such an append"),
    "estimator_setitem": (in_good(with_state(name("sklearn.linear_model._ridge", "Ridge") + b")" + NEWOBJ, "x", METHOD) + b"\x89\x89s"),
                          UNKNOWN_CALL, "SETITEM of an estimator that has its state"),
    "logger_built": (in_good(with_state(call("logging", "getLogger", string("sklearn")), "disabled", b"\x88")), SHARED,
                     "BUILD of a logger, which the whole process shares"),
    "logger_handlers": (in_good(with_state(call("logging", "getLogger"), "handlers", b"]" + b"(" + SPACE + b"}(" + string("level") + b"K\0" +
                                           string("handle") + METHOD + b"ube")), SHARED,
                        "the root logger gets a handler: the next message removes a directory"),
    "method_built": (in_good(with_state(call("builtins", "getattr", INSTANCE, string("fit")), "x", b"N")), SHARED,
                     "BUILD of a method: the function's own attributes"),
    "status_built": (in_good(with_state(call("http", "HTTPStatus", b"M\xc8\0"), "phrase", string("x"))), SHARED,
                     "BUILD of an HTTPStatus, of which there is one"),
    "status_made_built": (in_good(with_state(name("http", "HTTPStatus") + b"M\xc8\0" + TUPLE1 + NEWOBJ, "phrase", string("x"))), SHARED,
                          "the same, made by NEWOBJ"),
    "zone_built": (in_good(with_state(call("pytz", "_UTC"), "zone", string("x"))), SHARED, "BUILD of pytz's UTC"),
    "getattr_value": (in_good(call("builtins", "getattr", string("a"), string("strip")) + b"0" + name("builtins", "getattr")), DANGEROUS,
                      "getattr is held, beside a method that it has taken"),
    "type_value": (in_good(call("builtins", "type", b"N") + b"0" + partial(name("builtins", "type"))), DANGEROUS,
                   "a partial of type, beside the type of None"),
    "torch_memmap": (in_good(call("torch._tensor", "_rebuild_from_type_v2", name("copyreg", "__newobj__"), name("numpy", "ndarray"),
                                  b"(" + name("numpy", "memmap") + string("x") + string("f8") + string("w+") + b"t", b"N")), UNKNOWN,
                     "torch, which is no part of a model, makes a memmap: a file is written"),
    "torch_getattr": (in_good(call("torch._tensor", "_rebuild_from_type_v2", name("builtins", "getattr"), name("numpy", "ndarray"),
                                   STRANGER + string("__init__") + TUPLE2, b"N")), DANGEROUS, "torch calls getattr"),
    "torch_reduce": (in_good(call("torch._tensor", "_rebuild_from_type_v2", name("_functools", "reduce"), name("numpy", "ndarray"),
                                  METHOD + INTS + TUPLE2, b"N")), UNKNOWN_CALL, "torch calls reduce, which calls a method"),
    "generator_constructor": (in_good(call("numpy.random._pickle", "__generator_ctor", string("sklearn"), name("logging", "getLogger"))),
                              UNKNOWN_CALL, "numpy makes a generator of what getLogger gives"),
    "bunch_append": (in_good(name("sklearn.utils._bunch", "Bunch") + b")" + NEWOBJ + string("append") + METHOD + b"s\x89a"), UNKNOWN_CALL,
                     "a Bunch gives its keys as attributes: APPEND calls the one of that name"),
    "bunch_made_append": (in_good(call("copyreg", "_reconstructor", name("sklearn.utils", "Bunch"), name("builtins", "dict"),
                                       b"}" + string("append") + METHOD + b"s") + b"\x89a"), UNKNOWN_CALL, "the same, made of a dict"),
    "array_called": (in_good(name("numpy.ma", "MaskedArray") + with_state(SPACE, "__array__", METHOD) + TUPLE1 + NEWOBJ), UNKNOWN_CALL,
                     "numpy makes an array of an object whose state has a method as __array__"),
    "array_interface": (in_good(with_state(SPACE, "__array_interface__", b"}")), UNKNOWN_CALL,
                        "the state of an object has an __array_interface__, whose address numpy reads"),
    "array_of_bunch": (in_good(name("sklearn.utils._bunch", "Bunch") + b")" + NEWOBJ + string("__array__") + METHOD + b"s"), UNKNOWN_CALL,
                       "a Bunch has an __array__ among its keys"),
    "array_key": (in_good(SPACE + b"}" + name("collections", "UserString") + b")" + NEWOBJ + b"}" + string("data") + string("__array__") + b"sb" +
                          METHOD + b"sb"), "unsupported pickle.key", "a key that equals the text __array__ and is none"),
    "method_called": (P4 + METHOD + b"\x89" + TUPLE1 + REDUCE + STOP, DANGEROUS, "the clear of a joblib.Memory is called"),
    "method_partial_called": (P4 + partial(METHOD) + b"\x89" + TUPLE1 + REDUCE + STOP, DANGEROUS, "a partial of it is called"),
    "method_of_generator_called": (P4 + call("builtins", "getattr", call("numpy.random._pickle", "__randomstate_ctor"), string("bytes")) + b"K\x01" +
                                   TUPLE1 + REDUCE + STOP, DANGEROUS, "a method of a RandomState is called"),
    "new_called": (P4 + call("builtins", "getattr", STRANGER, string("__new__")) + STRANGER + TUPLE1 + REDUCE + STOP, UNKNOWN_CALL,
                   "getattr takes the __new__ of a class, and it is called"),
    "new_of_dangerous": (P4 + call("builtins", "getattr", name("subprocess", "Popen"), string("__new__")) + STOP, DANGEROUS,
                         "getattr takes the __new__ of Popen"),
    "reduce": (P4 + call("functools", "reduce", name("stranger", "f"), INTS) + STOP, DANGEROUS, "reduce calls a function of the file's"),
    "reduce_or": (in_good(call("functools", "reduce", INT_OR, INTS)), UNKNOWN, "a good model holds int | str"),
    "reduce_or_strangers": (P4 + call("functools", "reduce", INT_OR, STRANGER + STRANGER + TUPLE2) + STOP, DANGEROUS,
                            "reduce calls the __or__ of a stranger's"),
    "reduce_initial": (P4 + call("functools", "reduce", INT_OR, INTS, b"N") + STOP, DANGEROUS, "reduce with a third argument"),
    "getitem_strangers": (P4 + call("_operator", "getitem", STRANGER, INTS) + STOP, UNKNOWN_CALL, "getitem calls the __getitem__ of a stranger's"),
    "getitem_module": (P4 + call("_operator", "getitem", name("typing", "sys"), INTS) + STOP, UNKNOWN_CALL, "getitem of a module behind typing"),
    "getitem_text": (P4 + call("_operator", "getitem", name("typing", "Optional"), string("1+1")) + STOP, UNKNOWN_CALL,
                     "typing compiles a text"),
    "literal": (in_good(call("_operator", "getitem", name("typing", "Literal"), string("a"))), UNKNOWN, "a good model holds typing.Literal['a']"),
    "literal_stranger": (P4 + call("_operator", "getitem", name("typing", "Literal"), INSTANCE) + STOP, UNKNOWN_CALL,
                         "typing hashes a stranger's"),
    "iterator": (in_good(call("builtins", "iter", b"]")), UNKNOWN, "a good model holds an iterator over a list"),
    "iterator_of_iterators": (in_good(call("builtins", "zip", call("builtins", "iter", b"]"), call("itertools", "cycle", string("ab")))), UNKNOWN,
                              "a good model holds an iterator over two"),
    "iterator_stranger": (P4 + call("builtins", "iter", INSTANCE) + STOP, UNKNOWN_CALL, "iter calls the __iter__ of a stranger's"),
    "iterator_function": (P4 + call("builtins", "iter", METHOD, b"N") + STOP, UNKNOWN_CALL, "an iterator that calls a method for each item"),
    "iterator_maps": (in_good(MAPS), UNKNOWN, "a good model holds a map of a method, which calls none yet"),
    "iterator_maps_zipped": (in_good(call("builtins", "zip", MAPS, call("builtins", "iter", b"]"))), UNKNOWN, "the same behind zip"),
    "iterator_accumulates": (in_good(call("itertools", "accumulate", call("builtins", "iter", b"]"), METHOD)), UNKNOWN,
                             "a good model holds accumulate with a method"),
    "iterator_starmap": (in_good(STARMAPS), UNKNOWN, "a good model holds a starmap of a method"),
    "iterator_groups": (in_good(call("itertools", "groupby", b"]", name("builtins", "str"))), UNKNOWN, "a good model holds a groupby"),
    "iterator_maps_deque": (P4 + call("collections", "deque", MAPS) + STOP, DANGEROUS, "deque takes a map, which calls its method"),
    "iterator_maps_called": (P4 + MAPS + b")R" + STOP, DANGEROUS, "a map is called"),
    "iterator_maps_dangerous": (in_good(call("builtins", "map", name("posix", "system"), b"]" + string("id") + b"a")), DANGEROUS,
                                "a map of system, which calls nothing yet"),
    "iterator_starmap_product": (in_good(call("itertools", "product", STARMAPS)), UNKNOWN_CALL, "product runs a starmap when it is made"),
    "iterator_starmap_permutations": (in_good(call("itertools", "permutations", STARMAPS, b"K\2")), UNKNOWN_CALL, "the same by permutations"),
    "iterator_starmap_zip_product": (in_good(call("itertools", "product", call("builtins", "zip", STARMAPS))), UNKNOWN_CALL,
                                     "the same by product of a zip of it"),
    "iterator_starmap_newobj": (in_good(name("array", "array") + string("d") + STARMAPS + TUPLE2 + NEWOBJ), UNKNOWN_CALL,
                                "the __new__ of array.array runs a starmap"),
    "iterator_starmap_tuple": (in_good(name("time", "struct_time") + STARMAPS + TUPLE1 + NEWOBJ), UNKNOWN_CALL,
                               "the __new__ of a subclass of tuple runs a starmap"),
    "iterator_starmap_next": (P4 + call("builtins", "getattr", STARMAPS, string("__next__")) + b")R" + STOP, UNKNOWN_CALL, "its __next__ is called"),
    "default_method": (in_good(call("collections", "defaultdict", METHOD)), "unsupported type.arguments",
                       "a dict whose absent keys call the clear of a joblib.Memory"),
    "default_partial_late": (P4 + partial(name("builtins", "int")) + MEMOIZE + b"0" + call("collections", "defaultdict", get(0)) + b"0" + get(0) +
                             b"(" + METHOD + b")}Ntb" + STOP, "unsupported type.arguments",
                             "the same by a partial whose function is changed behind it"),
    "types_method": (in_good(call("types", "MethodType", name("numpy", "log1p"), SPACE)), UNKNOWN, "a good model holds a bound method"),
    "types_method_called": (P4 + call("types", "MethodType", name("numpy", "log1p"), SPACE) + b")R" + STOP, UNKNOWN_CALL, "it is called"),
    "types_code": (P4 + call("cloudpickle.cloudpickle", "_builtin_type", string("CodeType")) + STOP, DANGEROUS,
                   "cloudpickle takes the type of code"),
    "types_dill_code": (P4 + call("dill._dill", "_load_type", string("CodeType")) + STOP, DANGEROUS, "so does dill"),
    "types_dill_eval": (P4 + call("dill._dill", "_load_type", string("eval")) + STOP, DANGEROUS, "dill is asked for eval"),
    "types_dill_map": (P4 + call("dill._dill", "_load_type", string("map")) + METHOD + b"]" + TUPLE2 + REDUCE + b"0" + GOOD[2:], UNKNOWN,
                       "a map that dill has written, before a good model"),
    "types_dill_tuple": (in_good(call("dill._dill", "_create_namedtuple", string("NT"), b")", string("acme"))), UNKNOWN,
                         "a good model holds a namedtuple that dill makes"),
    "types_dill_tuple_system": (P4 + call("dill._dill", "_create_namedtuple", string("system"), b")", string("os")) + STOP, DANGEROUS,
                                "dill imports os.system on its way to a namedtuple"),
    "name_print": (in_good(name("builtins", "print")), UNKNOWN, "a good model holds print"),
    "name_print_called": (P4 + call("builtins", "print", string("x")) + STOP, DANGEROUS, "print is called"),
    "partialmethod": (in_good(name("functools", "partialmethod") + b")" + NEWOBJ), UNKNOWN, "a good model holds a partialmethod"),
    "iterator_endless": (P4 + call("collections", "deque", call("itertools", "count", b"K\0")) + STOP, UNKNOWN_CALL,
                         "deque takes an endless iterator"),
    "iterator_called": (P4 + call("builtins", "iter", b"]") + b")R" + STOP, UNKNOWN_CALL, "an iterator is called"),
    "exception": (in_good(call("builtins", "ValueError", string("x"))), "", "a good model holds a ValueError"),
    "exception_append": (in_good(with_state(call("builtins", "ValueError"), "append", METHOD) + b"\x89a"), UNKNOWN_CALL,
                         "the state of an exception has a method as append, which APPEND then calls"),
    "exception_called": (P4 + call("builtins", "ValueError") + b")R" + STOP, UNKNOWN_CALL, "an exception is called"),
    "getitem_called": (P4 + call("_operator", "getitem", name("typing", "List"), name("builtins", "int")) + b")R" + STOP, UNKNOWN_CALL,
                       "what typing makes is called"),
})
for key, (content, result, sentence) in ROWS.items():
    add(f"held_{key}.pkl", content, result, sentence)
