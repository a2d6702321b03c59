"""A zip is looked into as far as its directory allows, and nothing lies beside its files: no picture, in no place."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.node.web.guard.test_known import picture

from vaern.node.web.guard.kinds import PACKED
from vaern.node.web.guard.packed import MOST_EXPANSION, media_in_bag, media_in_workbook

JPEG = picture("JPEG")
HEADLESS = JPEG[20:]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = {
    "[Content_Types].xml": b"<Types/>",
    "xl/worksheets/sheet1.xml": b"<worksheet>" + b"<c>1</c>" * 50 + b"</worksheet>",
}


def zipped(files: dict[str, bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.comment = comment
    return out.getvalue()


def with_extra(data: bytes) -> bytes:
    """A spreadsheet with bytes in the extra field of a file's header, where Excel keeps room to grow."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("[Content_Types].xml")
        info.extra = b"\x20\xa2" + len(data).to_bytes(2, "little") + data
        archive.writestr(info, b"<Types/>")
    return out.getvalue()


BESIDE = {
    "behind the zip": zipped(SHEET) + JPEG,
    "as its comment": zipped(SHEET, JPEG),
    "between its files": with_extra(JPEG),
    "behind OLE's sign": OLE + JPEG,
    "behind OLE's sign as macros": zipped({**SHEET, "xl/vbaProject.bin": OLE + JPEG}),
    "as macros, without its head": zipped({**SHEET, "xl/vbaProject.bin": HEADLESS}),
    "as printer settings": zipped({**SHEET, "xl/printerSettings1.bin": JPEG}),
    "as large printer settings without a head": zipped({**SHEET, "xl/printerSettings1.bin": HEADLESS * 40}),
    "as a part": zipped({**SHEET, "xl/media/image1.jpeg": JPEG}),
    "in a torn zip": zipped(SHEET)[:60] + JPEG,
}


@pytest.mark.parametrize("where", BESIDE)
def test_a_picture_in_a_spreadsheet_is_found(where: str) -> None:
    assert media_in_workbook(BESIDE[where])


@pytest.mark.parametrize("data", [zipped(SHEET), with_extra(bytes(500)), OLE + bytes(4_000), zipped(SHEET, b"by hand")])
def test_a_spreadsheet_as_programs_write_it_is_taken(data: bytes) -> None:
    assert media_in_workbook(data) == ""


def test_der_around_a_picture_is_no_time_stamp() -> None:
    inner = b"\x30\x03\x02\x01\x00" + b"\x04\x82" + len(JPEG).to_bytes(2, "big") + JPEG
    assert media_in_bag(zipped({"bag/a.tsr": b"\x30\x82" + len(inner).to_bytes(2, "big") + inner}))


def test_a_bomb_is_refused_by_its_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is unpacked: 215 kB held a core for a minute and a half."""
    bomb = zipped({f"bag/data/{n}.txt": b"1," * 500_000 for n in range(7)})
    assert MOST_EXPANSION * len(bomb) < 7_000_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_a, **_k: pytest.fail("it was unpacked"))
    assert media_in_bag(bomb) == PACKED


@pytest.mark.once
def test_text_that_packs_well_is_taken_while_it_is_little() -> None:
    assert media_in_bag(zipped({f"bag/data/{n}.txt": b"a line of text\n" * 10_000 for n in range(7)})) == ""
