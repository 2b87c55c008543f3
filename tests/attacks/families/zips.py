"""A .skops is a zip: one defect each in that of a good model, each of which some reader of zips does not see."""
import struct
import zipfile
import zlib

from .archives import END as END_RECORD
from .archives import LOCAL, Entry, crafted_zip, deflated, header, honest_zip
from .rows import EXEC, add, ridge
from .skops_file import Writer, schema_text

writer = Writer()
SCHEMA = schema_text(writer.node(ridge())).encode()
ARRAYS = [Entry(name.encode(), content) for name, content in writer.members.items()]
FIRST = ARRAYS[0]


def entries(first=None, schema=None, more=()):
    """The good file's, with fields of the first array's entry or of the schema's overridden."""
    def changed(entry, fields):
        return Entry(**{**vars(entry), **(fields or {})})
    return [changed(FIRST, first), *ARRAYS[1:], *more, changed(Entry(b"schema.json", SCHEMA, 8), schema)]


def both(**fields):
    return {"local": fields, "central": fields}


def zip64(*numbers):
    field = b"".join(struct.pack("<Q", number) for number in numbers)
    return struct.pack("<HH", 1, len(field)) + field


GOOD_SKOPS = crafted_zip(entries())
SIZE, FULL = len(FIRST.content), 2**32 - 1
END, GAP, HEADER, FLAGS, DIRECTORY = (f"malformed zip.{code}" for code in ("end", "gap", "header", "flags", "directory"))
SYMLINK = {"made_by": 0x0314, "attributes": 0o120777 << 16}
MEMBER, DUPLICATE, SIZES = "malformed skops.member", "malformed zip.duplicate", "malformed zip.size"
name = FIRST.name

add("good.skops", GOOD_SKOPS, "", "nothing is wrong: what the others of this kind are made of")
for key, content, result, sentence in (
        ("duplicate_member", crafted_zip(entries(more=[FIRST])), DUPLICATE, "two members of one name"),
        ("duplicate_schema", crafted_zip(entries(more=[Entry(b"schema.json", SCHEMA)])), DUPLICATE,
         "two schema.json, of which readers take the first or the last"),
        ("case_schema", crafted_zip(entries(more=[Entry(b"Schema.json", SCHEMA)])), MEMBER, "a second schema.json in another case"),
        ("schema_in_folder", crafted_zip(entries(schema={"name": b"x/schema.json"})), "unsupported",
         "schema.json is in a folder: no .skops"),
        ("flag_encrypted", crafted_zip(entries(both(flags=1))), FLAGS, "a member says that it is encrypted"),
        ("flag_descriptor", crafted_zip(entries({**both(flags=8), "after": b"PK\7\x08" + bytes(12)})), FLAGS,
         "sizes stand in a data descriptor behind the member"),
        ("flag_patched", crafted_zip(entries(both(flags=32))), FLAGS, "a member says that it is a patch"),
        ("flag_strong", crafted_zip(entries(both(flags=64))), FLAGS, "a member says that it is strongly encrypted"),
        ("flag_masked", crafted_zip(entries(both(flags=1 << 13))), FLAGS, "a member says that its header is masked"),
        ("flag_reserved", crafted_zip(entries(both(flags=1 << 15))), FLAGS, "a flag that means nothing"),
        ("flag_local_only", crafted_zip(entries({"local": {"flags": 1}})), HEADER, "the local header alone says that it is encrypted"),
        ("flag_central_only", crafted_zip(entries({"central": {"flags": 1}})), FLAGS,
         "the directory alone says that a member is encrypted"),
        ("local_name", crafted_zip(entries({"local_name": b"1999.npy"})), HEADER, "the local header has another name"),
        ("local_name_longer", crafted_zip(entries({"local_name": name + b"x"})), HEADER, "the local header has a longer name"),
        ("local_size", crafted_zip(entries({"local": {"size": SIZE - 1}})), HEADER, "the local header has another size"),
        ("local_stored", crafted_zip(entries({"local": {"stored": SIZE - 1}})), HEADER, "the local header has another stored size"),
        ("local_crc", crafted_zip(entries({"local": {"crc": 1}})), HEADER, "the local header has another CRC-32"),
        ("local_method", crafted_zip(entries({"local": {"method": 8}})), HEADER, "the local header has another method"),
        ("local_time", crafted_zip(entries({"local": {"time": 1}})), HEADER, "the local header has another time"),
        ("local_version", crafted_zip(entries({"local": {"version": 45}})), HEADER, "the local header needs another version"),
        ("local_magic", GOOD_SKOPS.replace(b"PK\3\4", b"PK\3\5", 1), "unsupported", "the first local header is none: no zip"),
        ("local_magic_second", GOOD_SKOPS[:9] + GOOD_SKOPS[9:].replace(b"PK\3\4", b"PK\3\5", 1), HEADER, "the second local header is none"),
        ("crc", crafted_zip(entries(both(crc=1))), "malformed zip.crc", "the CRC-32 is wrong in both headers"),
        ("content", GOOD_SKOPS.replace(FIRST.content[-8:], b"\0\0\0\0\0\0\xf0?", 1), "malformed zip.crc", "a coefficient was changed"),
        ("size_small", crafted_zip(entries(schema=both(size=20))), SIZES, "a member inflates to more than it declares"),
        ("size_large", crafted_zip(entries(schema=both(size=len(SCHEMA) + 1))), SIZES, "a member inflates to less than it declares"),
        ("stored_beyond", crafted_zip(entries(both(stored=10**6, size=10**6))), HEADER, "a member goes beyond the end of the file"),
        ("deflate_trailing", crafted_zip(entries(schema={"data": deflated(SCHEMA) + EXEC})), "malformed codec.trailing",
         "a pickle stands behind the end of a deflated member"),
        ("method_unknown", crafted_zip(entries(both(method=99))), "unsupported zip.method", "a method that does not exist"),
        ("gap", crafted_zip(entries({"after": EXEC})), GAP, "a pickle stands between two members"),
        ("gap_directory", crafted_zip(entries(), gap=EXEC), GAP, "a pickle stands before the directory"),
        ("gap_end", crafted_zip(entries(), before_end=EXEC), END, "a pickle stands behind the directory"),
        ("prefix", b"MZ" + GOOD_SKOPS, "unsupported", "two bytes stand before the zip, as in a self-extracting one"),
        ("prefix_right", crafted_zip(entries({"before": b"PK\3\4" + bytes(26)})), GAP,
         "a header of nobody's stands before the first member"),
        ("prefix_pickle", EXEC + GOOD_SKOPS, "dangerous type.dangerous", "a pickle stands before the zip"),
        ("trailing", GOOD_SKOPS + b"\0", END, "a byte stands behind the zip"),
        ("trailing_zip", GOOD_SKOPS + honest_zip({"data.pkl": EXEC}), END,
         "another zip stands behind the zip: readers begin at the end"),
        ("trailing_pickle", GOOD_SKOPS + EXEC, END, "a pickle stands behind the zip"),
        ("comment", crafted_zip(entries(), comment=EXEC), END, "a pickle is the zip's comment"),
        ("comment_end", crafted_zip(entries(), comment=header(b"PK\5\6", END_RECORD, {})), END,
         "an end record of an empty zip is the zip's comment: no .skops, by the record that readers find first"),
        ("entry_comment", crafted_zip(entries({"comment": EXEC})), DIRECTORY, "a pickle is a member's comment"),
        ("extra", crafted_zip(entries({"extra": struct.pack("<HH", 0xCAFE, len(EXEC)) + EXEC})), DIRECTORY,
         "a pickle is a member's extra field"),
        ("extra_local", crafted_zip(entries({"local_extra": struct.pack("<HH", 0xCAFE, 4) + b"Rce!"})), HEADER,
         "an extra field in the local header alone"),
        ("extra_unicode_path", crafted_zip(entries({"extra": struct.pack("<HHBI", 0x7075, 12, 1, 0) + b"1.npy__"})), DIRECTORY,
         "an extra field gives a member another name"),
        ("zip64_size", crafted_zip(entries({"local": {"size": FULL, "stored": FULL}, "local_extra": zip64(2**40, 2**40)})), HEADER,
         "the local header's zip64 field declares a tebibyte"),
        ("zip64_missing", crafted_zip(entries(both(size=FULL, stored=FULL))), "limit limit.inflate_ratio",
         "a size is to be read from a zip64 field that is not there, and is 4 GiB without"),
        ("zip64_twice", crafted_zip(entries({"extra": zip64() + zip64()})), DIRECTORY, "two zip64 fields"),
        ("zip64_begin", crafted_zip(entries({"central": {"begin": FULL}, "extra": zip64(2**63), "local_extra": b""})), HEADER,
         "a member begins at 2^63"),
        ("zip64_end", crafted_zip(entries(), end={"directory": FULL}), END,
         "the directory is to be found by a zip64 record that is not there"),
        ("zip64_end_lies", crafted_zip(entries(), end={"entries": 0xFFFF, "entries_here": 0xFFFF},
                                       before_end=b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 2**60, 2**60, 10, 10) +
                                       b"PK\6\7" + struct.pack("<IQI", 0, 0, 1)), END,
                                           "a zip64 record of 2^60 members, at another place than its locator says"),
        ("end_entries_fewer", crafted_zip(entries(), end={"entries": 2, "entries_here": 2}), DIRECTORY,
         "the end record counts a member too few"),
        ("end_entries_more", crafted_zip(entries(), end={"entries": 9, "entries_here": 9}), DIRECTORY,
         "the end record counts members that are not there"),
        ("end_disks", crafted_zip(entries(), end={"disk": 1}), END, "the zip says that it is the second part of several"),
        ("end_directory", crafted_zip(entries(), end={"directory": 0}), END, "the directory is said to be where the first member is"),
        ("directory_disk", crafted_zip(entries({"central": {"disk": 1}})), DIRECTORY, "a member is said to be in another part"),
        ("cut", GOOD_SKOPS[:-1], END, "the last byte is gone"),
        ("empty", crafted_zip([]), "unsupported", "a zip without members"),
        ("absolute", crafted_zip(entries(more=[Entry(b"/etc/cron.d/x", b"x")])), MEMBER, "a member with an absolute path"),
        ("parent", crafted_zip(entries(more=[Entry(b"../../x.npy", b"x")])), MEMBER, "a member in a folder above"),
        ("parent_used", crafted_zip(entries({"name": b"../" + name}, {"content": SCHEMA.replace(name, b"../" + name)})), MEMBER,
         "an array's file in a folder above"),
        ("backslash", crafted_zip(entries(more=[Entry(b"..\\x.npy", b"x")])), MEMBER, "a member in a folder above, in Windows"),
        ("symlink", crafted_zip(entries(more=[Entry(b"link.npy", b"/etc/passwd", central=SYMLINK)])),
         MEMBER, "a member that unpacks as a symbolic link"),
        ("symlink_used", crafted_zip(entries({"content": b"/etc/passwd", "central": SYMLINK})),
         "malformed numpy.npy", "an array's member unpacks as a symbolic link: here it is its bytes, and no .npy"),
        ("folder", crafted_zip(entries(more=[Entry(b"x/", b"")])), MEMBER, "a folder"),
        ("nul_name", crafted_zip(entries(more=[Entry(b"9.npy\0.pkl", b"x")])), MEMBER, "a name with a NUL"),
        ("no_name", crafted_zip(entries(more=[Entry(b"", b"x")])), DUPLICATE, "a member without a name"),
        ("unused", crafted_zip(entries(more=[Entry(b"9999.npy", FIRST.content)])), MEMBER, "an array that nothing uses"),
        ("pickle", crafted_zip(entries(more=[Entry(b"data.pkl", EXEC)])), MEMBER, "a pickle beside the arrays"),
        ("pickle_bin", crafted_zip(entries(more=[Entry(b"00000000-0000-0000-0000-000000000000.bin", EXEC)])), MEMBER,
         "a pickle named as skops names bytes"),
        ("missing", crafted_zip(entries()[1:]), MEMBER, "an array's member is missing"),
        ("bin_for_npy", crafted_zip(entries({"name": name[:-4] + b".bin"}, {"content": SCHEMA.replace(name, name[:-4] + b".bin")})), MEMBER,
         "an array's file is named as skops names bytes"),
        ("schema_for_npy", crafted_zip([*ARRAYS[1:], Entry(b"schema.json", SCHEMA.replace(name, b"schema.json"), 8)]), MEMBER,
         "an array's file is schema.json"),
):
    add(f"zip_{key}.skops", content, result, sentence)


def overlap():
    """The second entry's local header and content are inside the first one's content."""
    local = {"version": 20, "date": 33, "crc": zlib.crc32(ARRAYS[1].content), "stored": len(ARRAYS[1].content),
             "size": len(ARRAYS[1].content), "name_size": len(ARRAYS[1].name)}
    inner = header(b"PK\3\4", LOCAL, local) + ARRAYS[1].name + ARRAYS[1].content
    outer = Entry(FIRST.name, inner)
    return crafted_zip([outer, Entry(ARRAYS[1].name, ARRAYS[1].content, central={"begin": 30 + len(FIRST.name)}), *entries()[2:]])


members = {entry.name.decode(): entry.content for entry in entries()}
for key, method in (("deflate", zipfile.ZIP_DEFLATED), ("bzip2", zipfile.ZIP_BZIP2), ("lzma", zipfile.ZIP_LZMA)):
    add(f"good_{key}.skops", honest_zip(members, method), "", f"nothing is wrong: compressed by {key}")
lzma = honest_zip(members, zipfile.ZIP_LZMA)
add("zip_lzma_properties.skops", lzma.replace(b"\x09\x04\x05\x00", b"\x09\x04\x06\x00", 1), "malformed codec.lzma",
    "an LZMA member with properties of another size")
add("zip_lzma_broken.skops", lzma.replace(b"\x09\x04\x05\x00\x5d", b"\x09\x04\x05\x00\xff", 1), "malformed codec.lzma",
    "an LZMA member with properties that are none")
add("zip_overlap.skops", overlap(), "malformed zip.overlap", "a member's header is inside another member")
