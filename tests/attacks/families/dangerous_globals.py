"""globals.tsv: names that must never be called or accepted, far more than any list of ours has.

From the standard library of the Python that runs this: every public callable of the modules that execute, import, read, write
or talk to the network. From numpy, scipy, pandas, joblib and scikit-learn: what loads or evaluates. And what the lists and
advisories of picklescan 1.0.5 and fickling 0.1.12 name, whether or not this Python has it: all but functools.partial, which models hold
and which calls nothing here.
"""
import importlib
import inspect

STANDARD = """os posix subprocess _posixsubprocess pty runpy code codeop io _io logging logging.config logging.handlers urllib.request
ctypes ctypes.util importlib importlib.util importlib.machinery importlib._bootstrap importlib._bootstrap_external timeit cProfile profile
pdb bdb trace asyncio asyncio.subprocess asyncio.unix_events multiprocessing multiprocessing.util multiprocessing.pool shutil tempfile
webbrowser pickle _pickle marshal types sys builtins operator _operator functools itertools socket _socket ssl http.client http.server
ftplib smtplib imaplib poplib nntplib telnetlib xmlrpc.client xmlrpc.server socketserver sqlite3 shelve dbm dbm.dumb zipfile tarfile
zipimport pkgutil pydoc unittest.mock inspect gc atexit signal threading _thread concurrent.futures select selectors mmap fcntl resource
termios tty rlcompleter cmd platform getpass glob fileinput linecache pathlib copyreg codecs _codecs xml.sax netrc mailcap pipes crypt uuid
site sysconfig ensurepip venv compileall py_compile modulefinder distutils.file_util distutils.spawn distutils.util lib2to3.main
lib2to3.pgen2.driver lib2to3.pgen2.grammar lib2to3.pgen2.pgen contextlib wsgiref.simple_server cgi cgitb asyncore asynchat
test.support.script_helper test.support.os_helper _osx_support _aix_support _pyio faulthandler nturl2path imp doctest readline""".split()
LOADERS = """numpy:load numpy:save numpy:loadtxt numpy:genfromtxt numpy:fromfile numpy:fromregex numpy:savez numpy:vectorize
numpy:apply_along_axis numpy:apply_over_axes numpy:piecewise numpy:fromfunction numpy:frompyfunc numpy:fromiter numpy:show_config
numpy:lookfor numpy.lib.npyio:NpzFile numpy.lib._npyio_impl:load numpy.lib._datasource:open numpy.lib._datasource:DataSource
numpy.lib.format:open_memmap numpy.lib.format:read_array numpy.lib._format_impl:read_array numpy.lib.utils:safe_eval
numpy.ctypeslib:load_library numpy.core.records:fromfile numpy.testing._private.utils:runstring numpy.testing._private.utils:rundocs
numpy.testing._private.utils:measure numpy.testing:assert_raises numpy.f2py:compile numpy.f2py:run_main numpy.f2py.crackfortran:getlincoef
numpy.f2py.crackfortran:_eval_length numpy.f2py.crackfortran:_eval_scalar numpy.f2py.crackfortran:myeval numpy.f2py.crackfortran:param_eval
numpy.f2py.diagnose:run_command numpy.f2py.capi_maps:load_f2cmap_file numpy.distutils.exec_command:exec_command
numpy.distutils.cpuinfo:command_info numpy.distutils.lib2def:getnm numpy.distutils.misc_util:exec_mod_from_location numpy:__builtins__
numpy:__loader__ numpy.core._internal:sys.modules scipy.io:loadmat scipy.io:savemat scipy.io.wavfile:read scipy.datasets:face
scipy.sparse:load_npz scipy.optimize:minimize scipy._lib._ccallback:LowLevelCallable scipy.integrate:quad
scipy._lib._testutils:PytestTester joblib:load joblib:dump joblib:Parallel joblib.numpy_pickle:load joblib.numpy_pickle:NumpyUnpickler
joblib.numpy_pickle_compat:load_compatibility joblib.numpy_pickle_compat:ZNDArrayWrapper joblib.externals.loky:get_reusable_executor
joblib.externals.cloudpickle:loads joblib._utils:eval_expr joblib.externals.loky.process_executor:ProcessPoolExecutor
joblib.externals.loky.backend.spawn:spawn_main joblib.disk:rm_subdirs joblib._memmapping_reducer:make_memmap joblib.memory:MemorizedFunc
joblib.func_inspect:get_func_code joblib._store_backends:concurrency_safe_write sklearn.datasets:load_files sklearn.datasets:fetch_openml
sklearn.datasets:load_svmlight_file sklearn.datasets:dump_svmlight_file sklearn.datasets:fetch_20newsgroups sklearn.datasets:fetch_file
sklearn.datasets:clear_data_home sklearn.datasets._base:_fetch_remote sklearn.datasets._base:load_csv_data
sklearn.datasets._openml:_open_openml_url sklearn.utils.extmath:randomized_svd sklearn:show_versions
sklearn.utils._testing:set_random_state sklearn.utils._testing:raises sklearn.utils._testing:assert_run_python_script_without_output
sklearn.utils.parallel:delayed sklearn.utils.metaestimators:available_if sklearn.utils._show_versions:show_versions
sklearn.externals._arff:load sklearn.inspection:partial_dependence sklearn.model_selection:cross_val_score sklearn.base:clone
pandas:read_pickle pandas:read_csv pandas:read_hdf pandas:read_sql pandas:eval pandas:read_html pandas.io.pickle:read_pickle
pandas.io.common:urlopen pandas.core.computation.eval:eval pandas.compat.pickle_compat:load pandas.core.frame:DataFrame.eval
pandas.core.frame:DataFrame.query pandas.core.frame:DataFrame.to_pickle pandas.util._print_versions:show_versions
pandas._testing:round_trip_pickle skops.io:load skops.io._utils:gettype skops.io._utils:_import_obj cloudpickle:loads
cloudpickle.cloudpickle:_make_function cloudpickle.cloudpickle:subimport
cloudpickle.cloudpickle:_function_setstate dill:loads dill._dill:_create_function dill._dill:_import_module dill._dill:_eval_repr
xgboost.core:Booster.load_model catboost:CatBoost.load_model torch:load torch.hub:load
torch.serialization:load torch._inductor.codecache:compile_file torch.utils.collect_env:run torch._dynamo.guards:GuardBuilder.get
torch.fx.experimental.symbolic_shapes:ShapeEnv.evaluate_guards_expression torch.jit.unsupported_tensor_ops:execWrapper
torch.utils._config_module:ConfigModule.load_config torch.utils.bottleneck.__main__:run_cprofile
torch.utils.bottleneck.__main__:run_autograd_prof torch.utils.data.datapipes.utils.decoder:basichandlers tensorflow:io.read_file
keras.models:load_model keras.layers:Lambda transformers:pipeline mlflow.pyfunc:load_model yaml:load yaml:unsafe_load jinja2:Template
requests:get requests.api:get aiohttp:request pip:main pip._internal:main pip._internal.cli.main:main setuptools:setup
pkg_resources:load_entry_point wheel.cli:main IPython:embed IPython.core.interactiveshell:InteractiveShell.run_cell paramiko:SSHClient
fabric:Connection pexpect:spawn sh:Command httplib:HTTPSConnection commands:getoutput popen2:popen2 cPickle:loads nt:system
winreg:CreateKey msvcrt:putch _winapi:CreateProcess __builtin__:eval __builtin__:execfile __builtin__:apply __builtin__:input
__builtin__:file __main__:run builtins:eval.__call__ builtins:dict.get builtins:object.__subclasses__ builtins:type.__subclasses__
builtins:getattr.__call__ builtins:str.format code:InteractiveInterpreter.runcode idlelib.autocomplete:AutoComplete.get_entity
idlelib.autocomplete:AutoComplete.fetch_completions idlelib.calltip:Calltip.fetch_tip idlelib.calltip:get_entity
idlelib.debugobj:ObjectTreeItem.SetText idlelib.pyshell:ModifiedInterpreter.runcode idlelib.pyshell:ModifiedInterpreter.runcommand
idlelib.run:Executive.runcode trace:Trace.run trace:Trace.runctx _pyrepl.pager:pipe_pager _pyrepl.pager:tempfile_pager
_osx_support:_read_output _osx_support:_find_build_tool _aix_support:_read_cmd_output uuid:_get_command_stdout imaplib:IMAP4_stream
ensurepip:_run_pip lib2to3.pgen2.grammar:Grammar.loads lib2to3.pgen2.pgen:ParserGenerator.make_label doctest:debug_script
profile:Profile.run asyncio.unix_events:_UnixSubprocessTransport._start pkgutil:resolve_name distutils.file_util:write_file
ssl:get_server_certificate ctypes:CDLL ctypes:PyDLL os:system sys:modules os:environ antigravity:webbrowser turtle:config_dict tkinter:Tcl
turtledemo.__main__:main this:s __builtin__:getattr __builtin__:breakpoint __builtin__:compile
__builtin__:exec __builtin__:open builtins:apply builtins:open cloudpickle.cloudpickle:_make_cell cloudpickle.cloudpickle:_make_empty_cell
types:CodeType __builtins__:eval compile:x exec:x eval:x _frozen_importlib:BuiltinImporter _frozen_importlib_external:SourceFileLoader
_imp:load_dynamic urllib2:urlopen _ctypes:dlopen filecmp:cmp _signal:raise_signal _sqlite3:connect difflib:HtmlDiff
syslog:openlog""".split()
# Plain data, what a model is made of, and iterators over plain data: callables of the modules above that a file may name.
PLAIN = {"builtins": {"bool", "bytes", "bytearray", "complex", "dict", "float", "frozenset", "int", "list", "object", "range",
                      "set", "slice", "str", "tuple", "enumerate", "filter", "iter", "map", "reversed", "zip"},
         "itertools": {"_grouper", "_tee", "_tee_dataobject", "accumulate", "chain", "combinations", "combinations_with_replacement", "compress", "count",
                       "cycle", "dropwhile", "filterfalse", "groupby", "islice", "permutations", "product", "repeat", "starmap", "takewhile",
                       "zip_longest"},
         "functools": {"partial"}, "uuid": {"SafeUUID", "UUID"}, "logging": {"getLogger"}, "types": {"MethodType", "SimpleNamespace"}, "_io": {"BytesIO", "StringIO"},
         "copyreg": {"__newobj__", "__newobj_ex__", "_reconstructor"}, "_codecs": {"encode"}, "operator": {"attrgetter", "itemgetter", "methodcaller"},
         "pathlib": {"PosixPath", "PurePosixPath", "PureWindowsPath", "WindowsPath"}}


def of_module(module):
    """Its own callables, not those it has imported from elsewhere."""
    try:
        members = vars(importlib.import_module(module))
    except ImportError:
        return
    for name, value in sorted(members.items()):
        own = getattr(value, "__module__", module) in (module, module.lstrip("_"), "_" + module, None, "nt", "posix", "_io", "_operator",
            "_functools")
        exception = inspect.isclass(value) and issubclass(value, BaseException)
        if callable(value) and own and not exception and name not in PLAIN.get(module, ()):
            yield module, name


def rows():
    names = {pair: None for module in STANDARD for pair in of_module(module)}
    names.update({tuple(name.split(":")): None for name in LOADERS})
    return sorted(names)
