"""Small containers of each kind, from which `benchmarks/fuzz_archives.py` makes damaged ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.scanning.ole_writer import ole
from tests.scanning.test_archives import TAR_METHODS, make_tar, make_zip
from tests.scanning.test_mails import letter
from tests.scanning.test_ole import PHOTOS, message

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
    return [ole(thumbnails), ole(message([*FILES, ("c", FILES)])[0]), ole({"Pictures": b"".join(PHOTOS) + bytes(4000)})]


SEEDS: dict[str, Callable[[], list[bytes]]] = {"zips": zips, "tars": tars, "mails": mails, "storages": storages}
