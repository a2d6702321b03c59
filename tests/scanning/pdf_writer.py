"""A small writer of PDF documents (ISO 32000-1, 7), which shares no line with what reads them."""

from __future__ import annotations

import zlib
from typing import Any, NamedTuple


class Ref(NamedTuple):
    number: int


class Stream(NamedTuple):
    dictionary: dict[str, Any]
    data: bytes


def written(value) -> bytes:
    """A thing as it stands in a document: texts that begin with a stroke are names, bytes are strings."""
    match value:
        case Ref():
            text = b"%d 0 R" % value.number
        case Stream():
            head = written({**value.dictionary, "Length": len(value.data)})
            text = head + b"\nstream\n" + value.data + b"\nendstream"
        case dict():
            text = b"<<" + b" ".join(b"/%s %s" % (key.encode(), written(one)) for key, one in value.items()) + b">>"
        case list() | tuple():
            text = b"[" + b" ".join(map(written, value)) + b"]"
        case bytes():
            text = b"<" + value.hex().encode() + b">"
        case _:
            text = {True: b"true", False: b"false"}[value] if isinstance(value, bool) else str(value).encode()
    return b"null" if value is None else text


class Writer:
    """A document that grows: `add` gives what to call a thing by. The catalogue is the first, the pages the second."""

    def __init__(self):
        self.things = [None, None]
        self.pages = []
        self.catalogue = {"Type": "/Catalog", "Pages": Ref(2)}

    def add(self, thing):
        self.things.append(thing)
        return Ref(len(self.things))

    def page(self, text=b"", **more):
        """A page with this text and these entries."""
        contents = self.add(Stream({}, text))
        page = {"Type": "/Page", "Parent": Ref(2), "MediaBox": [0, 0, 9, 9], "Contents": contents, **more}
        self.pages.append(self.add(page))

    def paint(self, *pictures, **more):
        """A page that paints these things, in this order."""
        names = {f"I{number}": one for number, one in enumerate(pictures)}
        text = b" ".join(b"q /%s Do Q" % name.encode() for name in names)
        self.page(text, Resources={"XObject": names}, **more)

    def attach(self, name, data, **more):
        """A file, by what names the specification of one."""
        return self.add(
            {
                "Type": "/Filespec",
                "UF": b"\xfe\xff" + name.encode("utf-16-be"),
                "EF": {"F": self.add(Stream({"Type": "/EmbeddedFile", **more}, data))},
            }
        )

    def done(self, packed=False) -> bytes:
        """The document; its objects, but streams, in an object stream if it is to be packed (7.5.7)."""
        self.things[0] = self.catalogue
        self.things[1] = {"Type": "/Pages", "Count": len(self.pages), "Kids": self.pages}
        return _packed(self.things) if packed else _plain(self.things)


def revised(data: bytes, changes: dict[int, Any], size: int) -> bytes:
    """A document saved on top of itself (7.5.6): these objects in a new revision, others as they were."""
    out, places = bytearray(data), {}
    for number, thing in sorted(changes.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, written(thing))
    table = b"".join(b"%d 1\n%010d 00000 n \n" % one for one in places.items())
    before = int(data[data.rindex(b"startxref") :].split()[1])
    trailer = written({"Root": Ref(1), "Size": size, "Prev": before})
    return bytes(out) + b"xref\n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (table, trailer, len(out))


def _plain(things) -> bytes:
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, thing in enumerate(things, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, written(thing))
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = written({"Root": Ref(1), "Size": len(things) + 1})
    tail = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n"
    return bytes(out) + tail % (len(things) + 1, table, trailer, len(out))


def _packed(things) -> bytes:
    out, rows = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {0: (0, 0, 65535)}
    holder, inside = len(things) + 1, []
    for number, thing in enumerate(things, 1):
        if isinstance(thing, Stream):
            rows[number] = 1, len(out), 0
            out += b"%d 0 obj\n%s\nendobj\n" % (number, written(thing))
        else:
            rows[number] = 2, holder, len(inside)
            inside.append((number, written(thing)))
    head, body = b"", b""
    for number, text in inside:
        head += b"%d %d " % (number, len(body))
        body += text + b"\n"
    held = Stream(
        {"Type": "/ObjStm", "N": len(inside), "First": len(head), "Filter": "/FlateDecode"}, zlib.compress(head + body)
    )
    for number, thing in ((holder, held), (holder + 1, None)):
        rows[number] = 1, len(out), 0
        if thing is not None:
            out += b"%d 0 obj\n%s\nendobj\n" % (number, written(thing))
    table = b"".join(
        bytes([kind]) + place.to_bytes(4, "big") + more.to_bytes(2, "big")
        for kind, place, more in (rows[number] for number in range(holder + 2))
    )
    places = {"Type": "/XRef", "Size": holder + 2, "W": [1, 4, 2], "Root": Ref(1), "Filter": "/FlateDecode"}
    begin = len(out)
    out += b"%d 0 obj\n%s\nendobj\n" % (holder + 1, written(Stream(places, zlib.compress(table))))
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % begin


def image(data, width=8, height=8, **more) -> Stream:
    """A picture by its samples, eight bits of grey where nothing else is said."""
    given = {"BitsPerComponent": 8, "ColorSpace": "/DeviceGray", **more}
    return Stream({"Type": "/XObject", "Subtype": "/Image", "Width": width, "Height": height, **given}, data)


def jpeg(data) -> Stream:
    """A picture that is kept as JPEG."""
    return image(data, ColorSpace="/DeviceRGB", Filter="/DCTDecode")
