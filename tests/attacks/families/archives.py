"""Zip archives: honest ones, and ones in which single fields of single headers lie (PKWARE APPNOTE 4.3)."""
import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

# What a header holds, in order: name and struct code. `begin` is where the local header stands.
LOCAL = {"version": "H", "flags": "H", "method": "H", "time": "H", "date": "H", "crc": "I", "stored": "I", "size": "I",
         "name_size": "H", "extra_size": "H"}
CENTRAL = {"made_by": "H", **LOCAL, "comment_size": "H", "disk": "H", "internal": "H", "attributes": "I", "begin": "I"}
END = {"disk": "H", "directory_disk": "H", "entries_here": "H", "entries": "H", "directory_size": "I", "directory": "I",
       "comment_size": "H"}


def header(magic, layout, values):
    return magic + struct.pack("<" + "".join(layout.values()), *(values.get(name, 0) for name in layout))


@dataclass
class Entry:
    name: bytes
    content: bytes
    method: int = 0
    local: dict = field(default_factory=dict)    # what the local header says instead
    central: dict = field(default_factory=dict)  # what the directory says instead
    local_name: bytes = None
    extra: bytes = b""
    local_extra: bytes = None
    comment: bytes = b""
    before: bytes = b""  # bytes of nobody's
    after: bytes = b""
    data: bytes = None   # stored, where it is not the content's own


def deflated(content):
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return compressor.compress(content) + compressor.flush()


def crafted_zip(entries, end=None, gap=b"", tail=b"", comment=b"", before_end=b""):
    """`end` overrides fields of the end record; `gap` is before the directory, `before_end` behind it, `tail` after all."""
    out, directory = b"", b""
    for entry in entries:
        out += entry.before
        stored = entry.data if entry.data is not None else deflated(entry.content) if entry.method == 8 else entry.content
        local_name = entry.name if entry.local_name is None else entry.local_name
        local_extra = entry.extra if entry.local_extra is None else entry.local_extra
        says = {"version": 20, "made_by": 20, "method": entry.method, "crc": zlib.crc32(entry.content), "stored": len(stored),
                "size": len(entry.content), "begin": len(out), "comment_size": len(entry.comment), "date": 33}
        central = {**says, "name_size": len(entry.name), "extra_size": len(entry.extra), **entry.central}
        directory += header(b"PK\1\2", CENTRAL, central) + entry.name + entry.extra + entry.comment
        local = {**says, "name_size": len(local_name), "extra_size": len(local_extra), **entry.local}
        out += header(b"PK\3\4", LOCAL, local) + local_name + local_extra + stored + entry.after
    out += gap
    says = {"entries_here": len(entries), "entries": len(entries), "directory_size": len(directory), "directory": len(out),
            "comment_size": len(comment), **(end or {})}
    return out + directory + before_end + header(b"PK\5\6", END, says) + comment + tail


def honest_zip(members, method=zipfile.ZIP_STORED):
    """As Python's zipfile writes it; `members` maps names to contents."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()
