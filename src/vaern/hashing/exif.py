"""The few EXIF fields that a finding carries: orientation, camera, time taken, and what tells the device and the place.

A small reader of its own, because it must never raise on malformed input and costs some microseconds where
Pillow's costs a hundred. EXIF 2.32 / TIFF 6.0: a header, then directories of 12-byte entries.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from vaern.records import Traits

_MAKE, _MODEL, _ORIENTATION, _TIME, _DNG_SERIAL = 0x010F, 0x0110, 0x0112, 0x0132, 0xC62F
_EXIF_DIRECTORY, _TIME_TAKEN, _OFFSET_TAKEN = 0x8769, 0x9003, 0x9011
_SERIAL, _LENS_MAKE, _LENS_MODEL, _LENS_SERIAL = 0xA431, 0xA433, 0xA434, 0xA435
_GPS_DIRECTORY, _NORTH_SOUTH, _LATITUDE, _EAST_WEST, _LONGITUDE = 0x8825, 1, 2, 3, 4
_MOST_ENTRIES = 512
_ASCII, _SHORT, _LONG, _RATIONAL = 2, 3, 4, 5
_LONGEST_TRAIT = 100

TRAITS = {
    0: (_MAKE, _MODEL, _DNG_SERIAL),
    _EXIF_DIRECTORY: (_TIME_TAKEN, _OFFSET_TAKEN, _SERIAL, _LENS_MAKE, _LENS_MODEL, _LENS_SERIAL),
    _GPS_DIRECTORY: (_NORTH_SOUTH, _LATITUDE, _EAST_WEST, _LONGITUDE),
}
"""What is used besides the orientation and the time: tags by the tag of their directory, 0 for the main one."""

Value = int | str | tuple[float, ...] | None

_DATE = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)", re.ASCII)
_OFFSET = re.compile(r"[+-]\d\d:\d\d|Z", re.ASCII)


class Exif(NamedTuple):
    """What is used of EXIF.

    Attributes:
        orientation: 1-8 as EXIF defines; 1 where it is absent or makes no sense.
        camera: make and model, without repeating the make.
        taken: ISO 8601, with an offset only where the file has one.
        traits: device and place; None where the file says nothing of either.
    """

    orientation: int = 1
    camera: str | None = None
    taken: str | None = None
    traits: Traits | None = None


def read_exif(block: bytes) -> Exif:
    """Read a TIFF structure (with or without the leading `Exif` marker); anything malformed is left out."""
    if block.startswith(b"Exif\x00"):
        block = block[6:]
    order = {b"II": "little", b"MM": "big"}.get(block[:2])
    if order is None or len(block) < 8:
        return Exif()
    reader = _Reader(block, little=order == "little")
    main = reader.directory(reader.number(4, 4))
    inner, gps = reader.directory(main.get(_EXIF_DIRECTORY)), reader.directory(main.get(_GPS_DIRECTORY))
    orientation = main.get(_ORIENTATION)
    return Exif(
        orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1,
        _camera(main.get(_MAKE), main.get(_MODEL)),
        _taken(inner.get(_TIME_TAKEN) or main.get(_TIME), inner.get(_OFFSET_TAKEN)),
        _traits(main, inner, gps),
    )


class _Reader:
    """Bounds-checked numbers and directories of a TIFF structure."""

    def __init__(self, block: bytes, *, little: bool) -> None:
        self.block = block
        self.little = little

    def number(self, at: int, length: int) -> int:
        """An unsigned number; what lies beyond the end reads as missing bytes, never as an error."""
        return int.from_bytes(self.block[at : at + length], "little" if self.little else "big")

    def directory(self, at: Value) -> dict[int, Value]:
        """The first value of each entry that is a number or a text, and the first three of fractions."""
        if not isinstance(at, int) or not 8 <= at <= len(self.block) - 2:
            return {}
        values: dict[int, Value] = {}
        for entry in range(at + 2, at + 2 + 12 * min(self.number(at, 2), _MOST_ENTRIES), 12):
            if entry + 12 > len(self.block):
                break
            tag, kind, count = self.number(entry, 2), self.number(entry + 2, 2), self.number(entry + 4, 4)
            if kind == _ASCII:
                where = entry + 8 if count <= 4 else self.number(entry + 8, 4)
                values[tag] = self.block[where : where + min(count, 256)].split(b"\0")[0].decode("utf-8", "replace")
            elif kind in (_SHORT, _LONG):
                values[tag] = self.number(entry + 8, 2 if kind == _SHORT else 4)
            elif kind == _RATIONAL:
                values[tag] = self._fractions(self.number(entry + 8, 4), min(count, 3))
        return values

    def _fractions(self, at: int, count: int) -> tuple[float, ...]:
        """So many fractions of two long numbers; none at all if one has no value."""
        pairs = [(self.number(place, 4), self.number(place + 4, 4)) for place in range(at, at + 8 * count, 8)]
        return tuple(above / below for above, below in pairs) if all(below for _, below in pairs) else ()


def _traits(main: dict[int, Value], inner: dict[int, Value], gps: dict[int, Value]) -> Traits | None:
    found = Traits(
        make=_trait(main.get(_MAKE)),
        model=_trait(main.get(_MODEL)),
        serial=_trait(inner.get(_SERIAL)) or _trait(main.get(_DNG_SERIAL)),
        lens=_trait(_camera(inner.get(_LENS_MAKE), inner.get(_LENS_MODEL))),
        lens_serial=_trait(inner.get(_LENS_SERIAL)),
        place=_place(gps),
    )
    return found if found != Traits() else None


def _trait(value: Value) -> str:
    return _printable(value).replace("\\", "")[:_LONGEST_TRAIT].strip()


def _place(gps: dict[int, Value]) -> tuple[float, float] | None:
    """Degrees north and east. Both 0 is a receiver that has not found itself yet, not a place in the Atlantic."""
    north = _degrees(gps.get(_LATITUDE), gps.get(_NORTH_SOUTH), "NS", 90)
    east = _degrees(gps.get(_LONGITUDE), gps.get(_EAST_WEST), "EW", 180)
    return None if north is None or east is None or (north, east) == (0, 0) else (north, east)


def _degrees(parts: Value, letter: Value, letters: str, most: int) -> float | None:
    """Degrees, minutes and seconds as degrees; negative for the second of the two letters."""
    sign = letter.strip().upper() if isinstance(letter, str) else ""
    if not isinstance(parts, tuple) or not parts or len(sign) != 1 or sign not in letters:
        return None
    degrees = sum(part / 60.0**power for power, part in enumerate(parts))
    if degrees > most:
        return None
    return round(-degrees if sign == letters[1] else degrees, 4) + 0.0  # no negative zero


def _camera(make: Value, model: Value) -> str | None:
    make, model = _printable(make), _printable(model)
    if make and model.lower().startswith(make.lower()):
        make = ""
    return f"{make} {model}".strip() or None


def _printable(value: Value) -> str:
    text = value if isinstance(value, str) else ""
    return " ".join("".join(c for c in text if c.isprintable()).split())


def _taken(time: Value, offset: Value) -> str | None:
    found = _DATE.match(time) if isinstance(time, str) else None
    if not found or found[1] == "0000" or found[2] == "00" or found[3] == "00":
        return None
    zone = offset.strip() if isinstance(offset, str) and _OFFSET.fullmatch(offset.strip()) else ""
    return f"{found[1]}-{found[2]}-{found[3]}T{found[4]}:{found[5]}:{found[6]}{zone}"
