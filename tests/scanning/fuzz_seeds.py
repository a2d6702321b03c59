"""Small containers of each kind, from which `benchmarks/fuzz_archives.py` makes damaged ones."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

import pikepdf
from tests.scanning import aff4_images
from tests.scanning.aff4_images import Stored
from tests.scanning.mailboxes import Message, mailbox
from tests.scanning.ole_writer import ole
from tests.scanning.pdf_writer import Stream, Writer, image, jpeg, revised
from tests.scanning.raw_writer import FORMATS
from tests.scanning.test_archives import TAR_METHODS, make_tar, make_zip
from tests.scanning.test_mails import letter
from tests.scanning.test_ole import BEGIN, END, PHOTOS, message, record
from tests.scanning.test_sevenz import LZMA2, METHODS, seven
from tests.scanning.test_thumbnails import VERSIONS, cache
from tests.scanning.trees import encoded, picture

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = [("a.jpg", b"\xff\xd8\xff\xe0 no picture"), ("ø.png", b"x" * 200)]


def zips():
    return [make_zip(FILES), make_zip([*FILES, ("b.zip", make_zip(FILES))], 0)]


def tars():
    return [make_tar(FILES, method) for method in sorted(TAR_METHODS)]


def mails():
    plain, nested = (bytes(letter(tree, html=True)[0]) for tree in (FILES, [FILES[0], FILES[:1]]))
    box = b"".join(b"From a@one.example Mon Jan  5 10:00:00 2026\n" + mail + b"\n" for mail in (plain, nested, plain))
    return [plain, nested, box]


def storages():
    catalogue = b"\x10\0" + bytes(14) + b"\x18\0\0\0\1\0\0\0" + bytes(8) + b"a\0.\0b\0\0\0"
    thumbnails = {"1": bytes(12) + PHOTOS[1], "2": bytes(12) + PHOTOS[0], "Catalog": catalogue}
    letter, slides = message([*FILES, ("c", FILES)])[0], {"Pictures": b"".join(PHOTOS) + bytes(4000)}
    drawing = [record(0xEB, PHOTOS[0][:90]), record(0x3C, PHOTOS[0][90:]), record(0x2F, b"")]
    return [ole(tree) for tree in (thumbnails, letter, slides, {"Workbook": b"".join([BEGIN, *drawing, END])})]


def mailboxes():
    folders = {
        "Inbox": [Message("a", [*FILES, ("fw", Message("b", FILES))]), Message("a", FILES)],
        "Inbox/Sub": [Message("", [("large", bytes(9000))], hidden=True)],
    }
    kinds = [(layout, way) for layout in ("ansi", "unicode", "large") for way in (1, 2)]
    made = [mailbox(folders, layout=layout, way=way, most=2000, fan=4) for layout, way in kinds]
    return [data for data, _ in (*made, mailbox(folders, layout="large", packed=True))]


def papers():
    one, two = (encoded(picture(number).resize((16, 16)), "JPEG") for number in range(2))
    out = Writer()
    masked = image(
        zlib.compress(bytes(64)), Filter="/FlateDecode", DecodeParms={"Predictor": 12}, SMask=out.add(image(b"x"))
    )
    form = out.add(Stream({"Subtype": "/Form", "Resources": {"XObject": {"X": out.add(masked)}}}, b"/X Do"))
    palette = image(b"\x1b" * 16, BitsPerComponent=2, ColorSpace=["/Indexed", "/DeviceRGB", 3, bytes(12)])
    fax = image(b"\x26\xa0\xf8", ColorSpace=None, Filter="/CCITTFaxDecode", DecodeParms={"K": -1, "Columns": 8})
    look = {"Subtype": "/Stamp", "AP": {"N": form}, "FS": out.attach("a.txt", b"x")}
    out.paint(out.add(jpeg(one)), out.add(palette), Annots=[look])
    out.page(b"BI /W 8 /H 8 /F /AHx /CS /G /BPC 8 ID " + bytes(64).hex().encode() + b">\nEI\n/I0 Do")
    out.catalogue["Names"] = {"EmbeddedFiles": {"Names": [b"b", out.attach("b", two)]}}
    out.add(fax)
    plain, packed = out.done(), out.done(packed=True)
    secret, secured = io.BytesIO(), pikepdf.Encryption(owner="owner", user="")
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        pdf.save(secret, encryption=secured, linearize=True, static_id=True)
    later = revised(plain, {3: jpeg(two)}, len(out.things) + 1)
    return [plain, packed, later, secret.getvalue()]


def raws():
    photo = PHOTOS[1]
    return [write([photo, photo, photo], order) for write in FORMATS.values() for order in ("little", "big")]


def sevens():
    return [seven(FILES, chain, encoded_header=chain[0] == LZMA2) for chain in METHODS.values()]


def thumbnails():
    return [cache(version, [(1, True, 3, PHOTOS[1]), (2, False, 0, PHOTOS[0])], 56) for version in VERSIONS]


def forensic():
    data = b"".join(PHOTOS) * 2
    ranges = [(0, 5000, 100, 0), (6000, 9000, 3, 2), (20_000, 4000, 0, 1)]
    names = [aff4_images.iri(0), aff4_images.iri(1), f"{aff4_images.SCHEMA}UnknownData"]
    return [
        aff4_images.image([Stored(data[:9000], method), Stored(data[:5000])], 30_000, ranges, targets=names)
        for method in aff4_images.PACK
    ]


SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "zips": zips,
    "tars": tars,
    "mails": mails,
    "storages": storages,
    "papers": papers,
    "raws": raws,
    "sevens": sevens,
    "thumbnails": thumbnails,
    "mailboxes": mailboxes,
    "forensic": forensic,
}
