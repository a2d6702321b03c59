"""Which of several entries with one id counts: the one that its source changed last (`records.Entry.updated`).

A feed gives an entry again when it was changed, on another page and in any order. Rows of 30 bytes in a file are all
that is held of each entry, so that memory does not grow with the list's text.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from vaern.records import Entry

_VERSION = np.dtype(
    [("high", "<u8"), ("low", "<u8"), ("at", "<i8"), ("row", "<u4"), ("recalled", "u1"), ("turn", "u1")]
)
_PACKED = struct.Struct("<16sqIBB")
_SECOND = 1_000_000
_NONE = np.empty(0, np.uint32)
NEVER = -(1 << 63)
"""The time of an entry that does not say when it was changed: before all others."""


@dataclass(frozen=True)
class Outdated:
    """Rows of entries that a later version of the same entry makes outdated.

    Attributes:
        replaced: uint32, by an entry.
        withdrawn: uint32, by a recall.
        twice: uint32 [n, 2], two rows of one entry with the same time, which both count.
    """

    replaced: npt.NDArray[np.uint32]
    withdrawn: npt.NDArray[np.uint32]
    twice: npt.NDArray[np.uint32]


class Versions:
    """Collects the entries that say when they were changed.

    Args:
        path: where it keeps them.
        unique: of the entries with one id exactly one counts, also where they do not say when they were changed: then
            the later.
    """

    def __init__(self, path: Path, *, unique: bool = False) -> None:
        self._path, self._unique = path, unique
        self._file = path.open("wb")

    def add(self, row: int, entry: Entry, digest: bytes, turn: int = 0) -> None:
        """One more entry, with its number in the list and the digest of its id.

        What has a later turn counts before what has an earlier one.
        """
        if not (entry.updated or self._unique):
            return
        at = microseconds(entry.updated) if entry.updated else NEVER
        self._file.write(_PACKED.pack(digest, at, row, entry.recalled and at != NEVER, turn))

    def flush(self) -> None:
        """What was added can be read."""
        self._file.flush()

    def close(self) -> None:
        """End collecting."""
        self._file.close()

    def outdated(self) -> Outdated:
        """What does not count, once all is collected. A recall is later than an entry of the same moment."""
        versions = np.fromfile(self._path, _VERSION)
        self._path.unlink()
        heads = np.sort(versions["high"])
        if not (heads[1:] == heads[:-1]).any():  # no id came twice, as in nearly every list: the rest is dear
            return Outdated(_NONE, _NONE, np.empty((0, 2), np.uint32))
        order = np.lexsort([versions[key] for key in ("row", "recalled", "at", "turn", "low", "high")])
        versions = versions[order]
        starts = np.ones(len(versions), bool)
        starts[1:] = (versions["high"][1:] != versions["high"][:-1]) | (versions["low"][1:] != versions["low"][:-1])
        group = np.cumsum(starts) - 1
        last = np.append(np.flatnonzero(starts)[1:], len(versions)) - 1
        newest = versions[last][group] if len(versions) else versions
        if self._unique:
            older = versions["row"][versions["row"] != newest["row"]]
            return Outdated(older, _NONE, np.empty((0, 2), np.uint32))
        same = (versions["at"] == newest["at"]) & (versions["recalled"] == newest["recalled"])
        by_recall = newest["recalled"] == 1
        tied = same & ~by_recall & (versions["row"] != newest["row"])
        rows = versions["row"]
        return Outdated(
            replaced=rows[~same & ~by_recall],
            withdrawn=rows[~same & by_recall],
            twice=np.stack([rows[tied], newest["row"][tied]], axis=1),
        )


@lru_cache(maxsize=1024)
def microseconds(text: str) -> int:
    """Since 1970, of a time in ISO 8601 in UTC (`records.Entry.updated`)."""
    moment = datetime.fromisoformat(text)
    return round((moment - datetime.fromtimestamp(0, moment.tzinfo)).total_seconds() * _SECOND)
