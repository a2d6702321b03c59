"""The directories of a TIFF structure that may be a file of gigabytes: read entry by entry, never as a whole.

TIFF 6.0 and TIFF/EP (ISO 12234-2), on which the raw formats of most cameras rest. Malformed input never raises: what
lies beyond the end reads as missing. `exif` reads a block that is in memory, and only a few fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Look = Callable[[int, int], bytes]
    """Gives so many bytes at a place; fewer where the file ends."""

MOST_DIRECTORIES = 64
"""Directories of one file that are read; DNG files with masks have some twenty."""

MOST_ENTRIES = 1024
"""Entries of one directory that are read."""

_MOST_VALUES = 64
_SUB_DIRECTORIES, _EXIF_DIRECTORY = 0x014A, 0x8769
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_NUMBERS = {1, 3, 4, 13}


class Field(NamedTuple):
    """An entry of a directory: its type, how many values it has, and where in the file they stand."""

    kind: int
    values: int
    at: int


class Tree:
    """One TIFF structure.

    Args:
        look: reads the file.
        base: where the structure begins in it: offsets count from there.
        like: another one with the same order of bytes, of a structure that does not say its own.
    """

    def __init__(self, look: Look, base: int = 0, like: Tree | None = None) -> None:
        self._look, self._base = look, base
        self._order: Literal["little", "big"] = "big" if look(base, 2) == b"MM" else "little"
        if like is not None:
            self._order = like._order  # noqa: SLF001 - of the same class

    def number(self, at: int, size: int) -> int:
        """The unsigned number of so many bytes at a place of the file."""
        return int.from_bytes(self._look(at, size), self._order)

    def first(self) -> int:
        """Where the first directory stands, as an offset."""
        return self.number(self._base + 4, 4)

    def directories(self) -> Iterator[dict[int, Field]]:
        """Each directory once: the first, those below it, and those that follow."""
        waiting, seen = [self.first()], set[int]()
        while waiting and len(seen) < MOST_DIRECTORIES:
            if (offset := waiting.pop(0)) in seen or not offset:
                continue
            seen.add(offset)
            fields, following = self.directory(offset)
            yield fields
            waiting += [*self.values(fields, _SUB_DIRECTORIES), *self.values(fields, _EXIF_DIRECTORY), following]

    def directory(self, offset: int) -> tuple[dict[int, Field], int]:
        """The fields of a directory by tag, and the offset of the next one, 0 if there is none."""
        at = self._base + offset
        count = self.number(at, 2)
        block = self._look(at + 2, 12 * min(count, MOST_ENTRIES))
        fields: dict[int, Field] = {}
        for entry in range(0, len(block) - 11, 12):
            tag, kind = (int.from_bytes(block[entry + i : entry + i + 2], self._order) for i in (0, 2))
            values, place = (int.from_bytes(block[entry + i : entry + i + 4], self._order) for i in (4, 8))
            size = _SIZES.get(kind, 1) * values
            fields.setdefault(tag, Field(kind, values, self._base + place if size > 4 else at + 2 + entry + 8))
        return fields, self.number(at + 2 + 12 * count, 4) if count <= MOST_ENTRIES else 0

    def values(self, fields: dict[int, Field], tag: int) -> list[int]:
        """The whole numbers of a field, 64 at most; none where it is missing or of another type."""
        field = fields.get(tag)
        if field is None or field.kind not in _NUMBERS:
            return []
        size = _SIZES[field.kind]
        block = self._look(field.at, size * min(field.values, _MOST_VALUES))
        return [int.from_bytes(block[at : at + size], self._order) for at in range(0, len(block) - size + 1, size)]

    def value(self, fields: dict[int, Field], tag: int) -> int:
        """The first number of a field, 0 where it has none."""
        return next(iter(self.values(fields, tag)), 0)
