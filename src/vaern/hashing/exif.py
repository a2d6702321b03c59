"""The few EXIF fields that a finding carries: orientation, camera, time taken.

A small reader of its own, because it must never raise on malformed input and costs some microseconds where
Pillow's costs a hundred. EXIF 2.32 / TIFF 6.0: a header, then directories of 12-byte entries.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_MAKE, _MODEL, _ORIENTATION, _TIME = 0x010F, 0x0110, 0x0112, 0x0132
_EXIF_DIRECTORY, _TIME_TAKEN, _OFFSET_TAKEN = 0x8769, 0x9003, 0x9011
_MOST_ENTRIES = 512
_ASCII, _SHORT, _LONG = 2, 3, 4

_DATE = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)", re.ASCII)
_OFFSET = re.compile(r"[+-]\d\d:\d\d|Z", re.ASCII)


class Exif(NamedTuple):
    """What is used of EXIF.

    Attributes:
        orientation: 1-8 as EXIF defines; 1 where it is absent or makes no sense.
        camera: make and model, without repeating the make.
        taken: ISO 8601, with an offset only where the file has one.
    """

    orientation: int = 1
    camera: str | None = None
    taken: str | None = None


def read_exif(block: bytes) -> Exif:
    """Read a TIFF structure (with or without the leading `Exif` marker); anything malformed is left out."""
    if block.startswith(b"Exif\x00"):
        block = block[6:]
    order = {b"II": "little", b"MM": "big"}.get(block[:2])
    if order is None or len(block) < 8:
        return Exif()
    reader = _Reader(block, little=order == "little")
    main = reader.directory(reader.number(4, 4))
    inner = reader.directory(main[_EXIF_DIRECTORY]) if isinstance(main.get(_EXIF_DIRECTORY), int) else {}
    orientation = main.get(_ORIENTATION)
    return Exif(
        orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1,
        _camera(main.get(_MAKE), main.get(_MODEL)),
        _taken(inner.get(_TIME_TAKEN) or main.get(_TIME), inner.get(_OFFSET_TAKEN)),
    )


class _Reader:
    """Bounds-checked numbers and directories of a TIFF structure."""

    def __init__(self, block: bytes, *, little: bool) -> None:
        self.block = block
        self.little = little

    def number(self, at: int, length: int) -> int:
        """An unsigned number; what lies beyond the end reads as missing bytes, never as an error."""
        return int.from_bytes(self.block[at : at + length], "little" if self.little else "big")

    def directory(self, at: object) -> dict[int, int | str]:
        """The first value of each entry that is a number or a text."""
        if not isinstance(at, int) or not 8 <= at <= len(self.block) - 2:
            return {}
        values: dict[int, int | str] = {}
        for entry in range(at + 2, at + 2 + 12 * min(self.number(at, 2), _MOST_ENTRIES), 12):
            if entry + 12 > len(self.block):
                break
            tag, kind, count = self.number(entry, 2), self.number(entry + 2, 2), self.number(entry + 4, 4)
            if kind == _ASCII:
                where = entry + 8 if count <= 4 else self.number(entry + 8, 4)
                values[tag] = self.block[where : where + min(count, 256)].split(b"\0")[0].decode("utf-8", "replace")
            elif kind in (_SHORT, _LONG):
                values[tag] = self.number(entry + 8, 2 if kind == _SHORT else 4)
        return values


def _camera(make: int | str | None, model: int | str | None) -> str | None:
    make, model = _printable(make), _printable(model)
    if make and model.lower().startswith(make.lower()):
        make = ""
    return f"{make} {model}".strip() or None


def _printable(value: int | str | None) -> str:
    text = value if isinstance(value, str) else ""
    return " ".join("".join(c for c in text if c.isprintable()).split())


def _taken(time: int | str | None, offset: int | str | None) -> str | None:
    found = _DATE.match(time) if isinstance(time, str) else None
    if not found or found[1] == "0000" or found[2] == "00" or found[3] == "00":
        return None
    zone = offset.strip() if isinstance(offset, str) and _OFFSET.fullmatch(offset.strip()) else ""
    return f"{found[1]}-{found[2]}-{found[3]}T{found[4]}:{found[5]}:{found[6]}{zone}"
