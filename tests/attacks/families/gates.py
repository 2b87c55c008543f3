"""What Python runs and a gate may take for text, an image or data: each once, so that no heuristic is stricter than Python."""
import bz2
import gzip
import lzma
import struct
import zlib

import lz4.frame

from .archives import END, honest_zip
from .rows import DANGEROUS, EXEC, UNKNOWN, UNKNOWN_CALL, add

CALL = b"cos\nsystem\n(S'id'\ntR."  # without PROTO: text
TAIL = b"0" + CALL  # behind one value
POINTER, UNREAD = "unsupported format.pointer", "unsupported format.foreign"

# --- complete pickles that do not look like one
for key, content, result, sentence in (
        ("unusual_name", b"cos\npath\n}S'a b'\ncos\nsystem\nsb0cos.path\na b\n(S'id'\ntR.", DANGEROUS,
         "BUILD puts os.system into a module under a name with a space, which is then called"),
        ("build", b"cos\npath\n}S'__setstate__'\ncos\nsystem\nsbS'id'\nb", DANGEROUS,
         "BUILD makes os.system the __setstate__ of a module, and a second one calls it; no STOP"),
        ("slots", b"cos\npath\nN}S'x'\nNs\x86b.", DANGEROUS, "BUILD sets an attribute of a module as if it had slots"),
        ("no_stop", b"cos\nsystem\n(S'id'\ntR", DANGEROUS, "no STOP: by the end Python has made the call"),
        ("bad_last_opcode", b"cos\nsystem\n(S'id'\ntR\xff", DANGEROUS, "the last opcode does not exist: by then Python has made the call"),
        ("no_newline", b"(S'id'\nios\nsystem_", DANGEROUS, "INST whose last line does not end: Python's own unpickler drops its last byte"),
        ("no_container", b"I1\n0cos\nsystem\nS'id'\n\x85R.", DANGEROUS, "no container before the call but a tuple of one"),
        ("inst_first", b"ios\nsystem\n", DANGEROUS, "INST without a MARK: Python's own unpickler imports before it looks for one"),
        ("obj", b"(cos\nsystem\nS'id'\no.", DANGEROUS, "OBJ calls what stands above the MARK"),
        ("newobj", b"csubprocess\nPopen\n)\x81.", DANGEROUS, "NEWOBJ of a means of attack"),
        ("setitem", b"cos\nenviron\nS'PATH'\nS'/tmp'\ns.", DANGEROUS, "an item is put into os.environ"),
        ("append", b"csys\npath\nS'/tmp'\na.", DANGEROUS, "a folder is put on sys.path"),
        ("append_to_stranger", b"cacme\nhooks\nS'x'\na.", UNKNOWN_CALL, "an append method that the file chooses is called"),
        ("named", b"cos\nsystem\nand so on\n", DANGEROUS, "os is imported before the rest turns out to be text"),
        ("import", b"cantigravity\nfly\n", UNKNOWN, "a module is imported, which is all that it takes; the rest is text"),
        ("import_only", b"cantigravity\n", UNKNOWN, "the import of a module, and no name in it"),
        ("import_dotted", b"c.antigravity\nfly\n", UNKNOWN, "a module whose name begins with a dot, which Python finds all the same"),
        ("odd_module", b"ca b\nf\n(S'id'\ntR.", UNKNOWN_CALL, "a function of a module with a space in its name: a file can be called so"),
        ("odd_module_stop", b"ca b\nf\n.", "unsupported", "a whole pickle that imports a module with a space in its name"),
        ("unicode_escape", b"V\\u006fs\nVsyst\\u0065m\n\x93(S'id'\ntR.", DANGEROUS, "os and system are spelt with escapes"),
        ("string_escape", b"S'\\x6fs'\nS'syst\\145m'\n\x93(S'id'\ntR.", DANGEROUS, "os and system are spelt with other escapes"),
        ("persistent", b"P1\n0" + CALL, DANGEROUS, "a persistent id stands before the call, as loaders that resolve it allow"),
        ("persistent_call", b"NQ(S'id'\ntR.", "unsupported pickle.persistent_id", "what a persistent id stands for is called"),
        ("extension_call", b"\x82\x01(S'id'\ntR.", "malformed pickle.protocol", "what the writer's process calls extension 1 is called"),
        ("buffer", b"\x970" + CALL, DANGEROUS, "an array from outside stands before the call"),
        ("second", b"I1\n." + CALL, DANGEROUS, "a second pickle behind the STOP of the first, for programs that load twice"),
        ("tenth", b"N." * 9 + CALL, DANGEROUS, "a tenth pickle behind nine"),
        ("prq_magic", b"(V\0\0\x10\0\0\0PRTQ\n0" + CALL, DANGEROUS, "what looks like a .prq is a line of text to Python"),
):
    add(f"gate_{key}.{'txt' if content.isascii() else 'pkl'}", content, result, sentence)
for key, magic in (("gif", b"GIF89a\1\0\1"), ("ogg", b"C\x0eOggS" + bytes(10)), ("pdf", b"C\x0e%PDF-1.7" + bytes(6)),
                   ("text", b"VDear reader,\n"), ("csv", b"Vname,age\n"), ("lfs", b"V\nS'version https://git-lfs.github.com/spec/v1'\n0"),
                   ("int", b"I 0x1_0 \n"), ("float", b"F -Infinity\n")):
    add(f"gate_front_{key}.pkl", magic + TAIL, DANGEROUS, f"the front of a {key} is one value to Python, and a call follows")

# --- behind an oddity at which the machine ends and Python does not, plain and as the elements of an .npy
P2, P4, STRING = b"\x80\x02", b"\x80\x04", b"\x8c\x01a"
OBJECT = b"csklearn.linear_model._ridge\nRidge\n)\x81"
ODDITIES = {
    "dup": (P2 + b"N2", "DUP"),
    "proto_again": (P4 + b"N" + P2, "a second PROTO"),
    "wrong_protocol": (b"N\x88", "an opcode of a later protocol"),
    "old_opcode": (P4 + b"VN\n", "an opcode of an earlier protocol"),
    "memo_again": (P4 + STRING + b"\x94q\0", "a slot of the memo that is set again"),
    "memo_far": (P4 + STRING + b"r\0\0\0\x7f", "a slot of the memo that no pickler would have reached"),
    "frame_long": (P4 + b"\x95\xff\xff\0\0\0\0\0\0N", "a frame that is longer than the file"),
    "frame_empty": (P4 + b"\x95\0\0\0\0\0\0\0\0N", "an empty frame"),
    "frame_inside": (P4 + b"\x95\x14\0\0\0\0\0\0\0N\x95\x02\0\0\0\0\0\0\0N", "a frame inside a frame"),
    "frame_cut": (P4 + b"\x95\x02\0\0\0\0\0\0\0N\x8c\x01aN", "a frame that ends inside an opcode"),
    "bad_frame_stop": (P4 + b"\x95\x03\0\0\0\0\0\0\0NN.", "STOP with two values on the stack"),
    "second_build": (P2 + OBJECT + b"}b}b", "a second BUILD"),
    "mark_left": (P2 + b"((N", "marks that nothing takes"),
    "odd_items": (P2 + b"](NNe", "items for a list"),
    "arguments": (P4 + b"\x8c\x08builtins\x8c\x09bytearray\x93K\5\x85R", "a listed call with arguments that no pickler writes"),
    "empty_name": (P4 + STRING + b"\x8c\0\x93", "a name without letters"),
    "newer": (b"\x80\x06N", "a protocol that does not exist yet"),
    "surrogate": (P4 + b"\x8c\x03\xed\xa0\x80", "a lone surrogate"),
    "persistent": (P2 + b"NQ", "a persistent id"),
    "long_int": (b"I" + b"9" * 5000 + b"\n", "an int of 5,000 digits"),
}


def npy(descr, elements, shape="(1,)", version=1, header=None):
    header = (header or f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}").encode("latin1")
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(header)) + header + elements


for key, (odd, sentence) in ODDITIES.items():
    for ending, wrap in (("pkl", bytes), ("npy", lambda content: npy("'|O'", content)), ("npz", lambda content: honest_zip({"a.npy": npy("'|O'", content)}))):
        add(f"behind_{key}.{ending}", wrap(odd + CALL), DANGEROUS, f"{sentence} stands before a call" + ("" if ending == "pkl" else f", in an .{ending}"))

# --- headers of .npy: Python to numpy
for key, descr in (("plain", "'|O'"), ("escape", r"'\x7cO'"), ("octal", r"'|\117'"), ("joined", "'|' 'O'"), ("double", '"|O"'),
                   ("triple", "'''|O'''"), ("raw", "r'|O'"), ("unicode", "u'|O'"), ("word", "'object'"), ("word_", "'object_'"), ("bare", "'O'"),
                   ("sized", "'O8'"), ("native", "'=O'"), ("little", "'<O'"), ("parentheses", "('|O')"), ("comment", "'|O' # '<f8'\n"),
                   ("subarray", "('|O', (2,))"), ("comma", "'f8,O'"), ("record", "[('a', '|O')]"), ("titled", "[(('t', 'a'), '|O')]"),
                   ("nested_record", "[('a', [('b', '|O')])]"), ("record_shape", "[('a', '|O', (2,))]"), ("continued", "'|\\\nO'")):
    add(f"npy_header_{key}.npy", npy(descr, EXEC), DANGEROUS, f"objects, as {descr!r} says to numpy".replace("\n", " ").replace("\t", " "))
for key, header, sentence in (
        ("order", "{'shape': (1,), 'fortran_order': False, 'descr': '|O'}", "keys in another order"),
        ("twice", "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'descr': '|O'}", "descr twice: Python takes the last"),
        ("escaped_key", r"{'d\x65scr': '|O', 'fortran_order': False, 'shape': (1,)}", "descr is spelt with an escape"),
        ("long", "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}" + " " * 20000, "a header of 20,000 bytes"),
        ("negative", "{'descr': '|O', 'fortran_order': False, 'shape': (+1,)}", "a shape with a sign"),
        ("lines", "{\n'descr':\n'|O',\n'fortran_order': False,\n'shape': (1,)\n}", "line by line"),
        ("long_suffix", "{'descr': '|O', 'fortran_order': False, 'shape': (1L,)}", "a shape as Python 2 wrote it")):
    for version in (1, 3):
        add(f"npy_header_{key}_{version}.npy", npy("", EXEC, version=version, header=header), DANGEROUS, f"a header with {sentence}, version {version}")
add("npy_second.npy", npy("'<f8'", bytes(8)) + npy("'|O'", EXEC), UNREAD, "a second array, of objects, follows one of numbers")

# --- streams of several members
HALF = len(CALL) // 2
COMPRESS = {"gz": lambda c: gzip.compress(c, mtime=0), "bz2": bz2.compress, "xz": lzma.compress, "lz4": lz4.frame.compress}
for ending, compress in COMPRESS.items():
    add(f"gate_split.{ending}", compress(CALL[:HALF]) + compress(CALL[HALF:]), DANGEROUS, "the call is cut in two, a member each")
    add(f"gate_text_first.{ending}", compress(b"VDear reader,\n") + compress(TAIL), DANGEROUS, "a member of text comes first")
    add(f"gate_empty_first.{ending}", compress(b"") + compress(CALL), DANGEROUS, "an empty member comes first")
    add(f"gate_bytewise.{ending}", b"".join(compress(bytes([byte])) for byte in CALL), DANGEROUS, "a member for each byte")
    add(f"gate_garbage_behind.{ending}", compress(CALL) + b"garbage", DANGEROUS, "what follows the stream is none, and Python lets it be")
    add(f"gate_cut.{ending}", compress(CALL + bytes(range(256)) * 64)[:-3], DANGEROUS, "the stream breaks off behind the call")
for ending in ("bz2", "xz"):
    behind = bytearray(COMPRESS[ending](b"\xff(S'id'\ntR."))
    behind[-3 if ending == "bz2" else -1] ^= 0xFF
    add(f"gate_broken_behind.{ending}", COMPRESS[ending](b"cos\nsystem") + bytes(behind), DANGEROUS,
        "the second member breaks, and Python leaves out what came of it")
add("gate_zeros_between.gz", COMPRESS["gz"](CALL[:HALF]) + bytes(9) + COMPRESS["gz"](CALL[HALF:]), DANGEROUS, "zeros stand between the members")
ALONE = lzma.compress(CALL[HALF:], format=lzma.FORMAT_ALONE)
add("gate_xz_then_lzma.xz", lzma.compress(CALL[:HALF]) + ALONE, DANGEROUS, "a stream of the older format follows one of xz")
add("gate_skippable.lz4", COMPRESS["lz4"](CALL[:HALF]) + struct.pack("<II", 0x184D2A50, 4) + b"skip" + COMPRESS["lz4"](CALL[HALF:]), DANGEROUS,
    "a frame to be skipped stands between two")
add("gate_garbage_behind.zlib", zlib.compress(CALL) + b"garbage", DANGEROUS, "what follows the zlib stream is none")

# --- zips that readers see differently
NUMBERS, OBJECTS = npy("'<f8'", bytes(8)), npy("'|O'", EXEC)
GOOD_NPZ, BAD_NPZ = honest_zip({"a.npy": NUMBERS}), honest_zip({"a.npy": OBJECTS})


def two_ends():
    """The first directory is the second one's comment to readers that want the comment's length right."""
    return GOOD_NPZ[:-2] + struct.pack("<H", len(BAD_NPZ)) + BAD_NPZ[:-2] + b"\1\0"


def wide_end():
    """Numbers in the directory; in its last entry's comment a wide end record, which leads Python to a directory of objects."""
    at = BAD_NPZ.rfind(b"PK\1\2")
    hidden = BAD_NPZ[:at] + BAD_NPZ[at:-22]
    good_at = GOOD_NPZ.rfind(b"PK\1\2")
    directory = GOOD_NPZ[good_at:-22]
    front = GOOD_NPZ[:good_at]
    bad_directory = BAD_NPZ[at:-22]
    record = struct.pack("<IQHHIIQQQQ", 0x06064b50, 44, 45, 45, 0, 0, 1, 1, len(bad_directory), 0)
    locator = struct.pack("<IIQI", 0x07064b50, 0, 0, 1)
    body = hidden[:at]
    comment = bad_directory + record + locator
    base = body + front
    directory = directory[:32] + struct.pack("<H", len(comment)) + directory[34:42] + struct.pack("<I", len(body)) + directory[46:] + comment
    end = struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, 1, 1, len(directory), len(base), 0)
    file = bytearray(base + directory + end)
    at_record = len(file) - 22 - 20 - 56
    struct.pack_into("<Q", file, at_record + 48, at_record - len(bad_directory))
    struct.pack_into("<Q", file, len(file) - 22 - 20 + 8, at_record)
    return bytes(file)


for key, content, result, sentence in (
        ("two_ends.npz", two_ends(), "malformed zip.end", "two end records, of which the last has a comment that is too long"),
        ("wide_end.npz", wide_end(), "malformed zip.end", "a wide end record that the short one does not ask for: Python reads it"),
        ("prefix.npz", b"PK\3\4" + GOOD_NPZ, "malformed zip.end", "four bytes stand before a zip whose offsets do not count them"),
        ("trailing.npz", GOOD_NPZ + b"\0", "malformed zip.end", "a byte follows the end record"),
        ("wrong_comment.npz", GOOD_NPZ[:-2] + b"\7\0", "malformed zip.end", "a comment of 7 bytes that is not there"),
        ("behind_gif.gif", b"GIF89a\1\0\1\0\0\0\0;" + honest_zip({"model.pkl": EXEC}), UNREAD, "a zip behind an image: zipfile opens it"),
        ("behind_text.txt", b"# Dear reader,\n" + honest_zip({"model.pkl": EXEC}), "unsupported", "a zip behind text: zipfile opens it"),
        ("behind_pdf.pdf", b"%PDF-1.7\n" + honest_zip({"model.pkl": EXEC}) + b"\n%%EOF", UNREAD, "a zip inside a PDF, with bytes behind it"),
):
    add(f"gate_{key}", content, result, sentence)


def old_tar(name, content):
    """Of Unix V7: no magic, only a sum."""
    head = bytearray(name.ljust(100, b"\0") + b"0000644\0" * 3 + b"%011o\0" % len(content) + b"%011o\0" % 0 + b" " * 8 + b"0" + bytes(355))
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + content.ljust(-(-len(content) // 512) * 512, b"\0") + bytes(1024)


add("gate_old_tar.gif", old_tar(b"GIF89a.pkl", EXEC), UNREAD, "a tar of the first kind, whose first file is called as an image begins: PyTorch opens it")
add("gate_hdf5.gif", b"GIF89a".ljust(512, b"\0") + b"\x89HDF\r\n\x1a\n" + bytes(88), UNREAD, "HDF5 behind 512 bytes that look like an image: h5py opens it")

# --- text in the place of a file
for key, content in (("lfs", b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4d" * 32 + b"\nsize 12345\n"),
                     ("lfs_old", b"version https://hawser.github.com/spec/v1\noid sha256:" + b"4d" * 32 + b"\nsize 12345\n"),
                     ("xet", b"# xet version 0\nfilesize = 12345\nhash = '" + b"4d" * 32 + b"'\n"),
                     ("annex", b"/annex/objects/SHA256E-s12345--" + b"4d" * 32 + b".pkl\n")):
    add(f"pointer_{key}.pkl", content, POINTER, "a pointer: the model was never fetched, and a gate has nothing to check")
