"""What Python would do with a file, found by asking Python: its own unpicklers read it, with every import and every call recorded
in place of being made. Nothing of the file's choosing runs: whatever it names becomes an inert class, and pickle.load, which numpy
and joblib call for what is nested, is replaced by the same.
"""
import bz2
import contextlib
import gzip
import io
import lzma
import pickle
import re
import resource
import tarfile
import zipfile
import zlib

import _pickle

try:
    import numpy
except ImportError:
    numpy = None
try:
    import lz4.frame as lz4
except ImportError:
    lz4 = None
try:
    import zstandard
except ImportError:
    zstandard = None

MOST = 1 << 20  # of an inflated stream
# What these give is there once for the whole process.
SHARED = {("logging", "getLogger"), ("http", "HTTPStatus"), ("pytz", "_UTC"), ("pytz", "_p"), ("pytz", "FixedOffset"),
          ("dateutil.tz.tz", "tzoffset"), ("builtins", "getattr"), ("__builtin__", "getattr"), ("re", "RegexFlag")}
PLAUSIBLE = re.compile(r"[\w.-]*[\w-][\w.-]*", re.ASCII)


class Events(list):
    """(what, module, name): what Python did. `ended`: a pickle with a name in it came to its STOP."""

    def __init__(self):
        super().__init__()
        self.ended = False


def is_module(name):
    """What can be meant as a module: dashes and digits too, as importlib takes them; no spaces, commas and the like."""
    plain = "".join("x" if ord(c) > 127 else c for c in name)
    return bool(PLAUSIBLE.fullmatch(plain)) and all(len(part.encode(errors="replace")) <= 255 for part in name.split("."))


def inert(events, module, name):
    """A class that records what is done to it and to its instances."""

    def record(what):
        return lambda *args, **keywords: (events.append((what, module, name)), instance())[1]

    def instance():
        return object.__new__(made)

    def method(what):
        def take(self):
            if not isinstance(self, type):
                # What a state holds under the name of append is called in its place: nobody's list allows that.
                if what in ("append", "extend") and "built" in vars(self):
                    return lambda items: events.append((f"{what} of a state", "", what))
                if what == "__setstate__" and (module, name) in SHARED:
                    return lambda state: events.append(("a state of the process", "", name))
                if what == "__setstate__":
                    self.built = True
            return record(what)
        return property(take)

    methods = {what: method(what) for what in ("__setstate__", "append", "extend", "add", "update", "__getitem__")}

    def set_item(self, key, value):
        if not isinstance(self, type):
            self.built = True  # a Bunch gives its keys as attributes
        events.append(("__setitem__", module, name))

    setitem = {"__setitem__": set_item}
    hashing = {"__hash__": lambda self: 1, "__eq__": lambda self, other: self is other}
    kind = type("Inert", (type,), {**methods, **setitem, "__call__": lambda cls, *args, **keywords: record("call")()})
    made = kind("made", (), {**methods, **setitem, **hashing, "inert": (module, name),
                             "__call__": lambda self, *args, **keywords: record("call of a result")(),
                             "__new__": lambda cls, *args, **keywords: record("new")()})
    return made


class Reader:
    """Mixed into either unpickler."""

    events = None
    odd = False  # whether modules are found that nobody could mean
    persistent = False  # whether persistent ids are resolved, as PyTorch's loaders do

    def find_class(self, module, name):
        if not module:
            raise ValueError("Empty module name")
        if not is_module(module) and not self.odd:
            raise ModuleNotFoundError(module)
        self.events.append(("import", module, name))
        return inert(self.events, module, name)

    def persistent_load(self, pid):
        if not self.persistent or not isinstance(pid, tuple):
            raise pickle.UnpicklingError("a persistent id")
        return object.__new__(inert(self.events, "", "persistent"))


class InC(Reader, _pickle.Unpickler):
    pass


class InPython(Reader, pickle._Unpickler):
    pass


class InPythonBeforeObjects(InPython):
    """Stops where joblib nests a pickle, which pickle.load goes on to read with the wrong memo: what it makes of it is nobody's choice."""

    dispatch = dict(pickle._Unpickler.dispatch)

    def load_build(self):
        pickle._Unpickler.load_build(self)
        wrapper = getattr(type(self.stack[-1]), "inert", None) == ("joblib.numpy_pickle", "NumpyArrayWrapper")
        if wrapper and self.peeked.getvalue()[self.peeked.tell():][:1] == b"\x80":
            raise pickle.UnpicklingError("a nested pickle")

    dispatch[pickle.BUILD[0]] = load_build


class InPythonOdd(InPython):
    """Finds modules that nobody could mean, too. That INST then calls what it names says nothing yet."""

    odd = True
    dispatch = dict(pickle._Unpickler.dispatch)

    def load_inst(self):
        module = self.readline()[:-1].decode("ascii")
        name = self.readline()[:-1].decode("ascii")
        named = self.find_class(module, name)
        arguments = self.pop_mark()
        self.append(named(*arguments) if is_module(module) else object.__new__(named))

    dispatch[pickle.INST[0]] = load_inst


def unpickle(stream, events, reader=InC, persistent=False, **options):
    """All pickles that stand one behind the other, as programs that load several read them."""
    unpickler = reader(stream, **options)
    unpickler.events, unpickler.persistent, unpickler.peeked = events, persistent, stream
    value = None
    for i in range(64):
        before = len(events)
        try:
            value = unpickler.load()
        except BaseException:  # noqa: BLE001: Python can raise anything here, RecursionError and MemoryError too
            if i == 0:
                raise
            return value
        events.ended = events.ended or len(events) > before
    return value


@contextlib.contextmanager
def nested(events):
    """numpy and joblib read what is nested by pickle.load."""
    load = pickle.load
    pickle.load = lambda stream, **options: unpickle(stream, events, InC)
    try:
        yield
    finally:
        pickle.load = load


class Broken(bytes):
    """Content of a stream that is broken behind it."""


class Breaking(io.BytesIO):
    """Where a broken stream breaks, whoever reads on gets an error: no short line, and no end."""

    def read(self, size=-1):
        data = super().read(size)
        if size is None or size < 0 or len(data) < size:
            raise OSError("broken")
        return data

    def readline(self, size=-1):
        line = super().readline(size)
        if not line.endswith(b"\n"):
            raise OSError("broken")
        return line

    def readinto(self, buffer):
        read = super().readinto(buffer)
        if read < len(buffer):
            raise OSError("broken")
        return read


def opened(content):
    return Breaking(content) if isinstance(content, Broken) else io.BytesIO(content)


def inflated(content):
    """What is behind each compression that joblib or pandas would look behind, as far as it can be read."""
    openers = []
    if content[:2] == b"\x1f\x8b":
        openers.append(lambda: gzip.GzipFile(fileobj=io.BytesIO(content)))
    if content[:2] == b"BZ":
        openers.append(lambda: bz2.BZ2File(io.BytesIO(content)))
    if content:  # its older format has no magic
        openers.append(lambda: lzma.LZMAFile(io.BytesIO(content)))
    if lz4 and content[:4] == b"\x04\x22\x4d\x18":
        openers.append(lambda: lz4.LZ4FrameFile(io.BytesIO(content)))
    for opener in openers:
        out = b""
        try:
            with opener() as stream:
                while len(out) < MOST:
                    block = stream.read(4096)
                    if not block:
                        break
                    out += block
        except BaseException:  # noqa: BLE001
            # A block that ends in an error: byte by byte up to it.
            with contextlib.suppress(BaseException), opener() as stream:
                out = b""
                while len(out) < MOST and (byte := stream.read1(1)):
                    out += byte
            out = Broken(out)
        yield out
    if content[:2] == b"ZF":  # joblib's own: one stream, whatever follows, and nothing of one that is cut
        with contextlib.suppress(zlib.error):
            one = zlib.decompressobj()
            out = one.decompress(content[21:], MOST)
            if one.eof:
                yield out
    elif content[:1] == b"\x78":  # joblib reads stream behind stream
        out, rest = b"", content
        with contextlib.suppress(zlib.error):
            while rest and len(out) < MOST:
                one = zlib.decompressobj()
                out += one.decompress(rest, MOST)
                rest = one.unused_data if one.eof else b""
        yield out
    if zstandard and content[:4] == b"\x28\xb5\x2f\xfd":
        with contextlib.suppress(zstandard.ZstdError), zstandard.ZstdDecompressor().stream_reader(content, read_across_frames=True) as stream:
            yield stream.read(MOST)


def members(content):
    with contextlib.suppress(BaseException), zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist()[:64]:
            with contextlib.suppress(BaseException), archive.open(info) as member:
                yield member.read(MOST)
    with contextlib.suppress(BaseException), tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for info in archive.getmembers()[:64]:
            if (member := archive.extractfile(info)) is not None:
                yield member.read(MOST)


def events_of(content, depth=2, joblib=False):
    """Everything that some Python loader would import or call on reading `content`. `joblib`: it is a sound dump of joblib's."""
    found = set()

    def run(read):
        events = Events()
        with contextlib.suppress(BaseException):
            read(events)
        return events

    modes = ({"reader": InC}, {"reader": InPython}, {"reader": InPython, "persistent": True, "encoding": "latin1"})
    for mode in ({"reader": InPythonBeforeObjects},) if joblib else modes:
        found.update(run(lambda events, mode=mode: unpickle(opened(content), events, **mode)))
    # With modules found that nobody could mean: a whole pickle, or a call, is no accident. (A name taken for arguments is iterated.)
    odd = run(lambda events: unpickle(opened(content), events, InPythonOdd))
    if not joblib and (odd.ended or any(what not in ("import", "new", "__getitem__") for what, *_ in odd)):
        found.update(odd)
    if numpy and content.startswith((b"\x93NUMPY", b"PK")):
        def load(events):
            with nested(events):
                array = numpy.load(io.BytesIO(content), allow_pickle=True)
                for name in getattr(array, "files", ())[:64]:
                    with contextlib.suppress(BaseException):
                        array[name]
        found.update(run(load))
    if depth > 0:
        for inner in (*inflated(content), *members(content)):
            found.update(events_of(inner, depth - 1, joblib))
    return found


def bounded():
    """Lengths that a file claims are not to take the machine's memory."""
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
