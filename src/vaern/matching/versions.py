"""Which of several entries with one id counts: the one that its source changed last (`records.Entry.updated`).

A feed gives an entry again when it was changed, on another page and in any order. Rows of 29 bytes in a file are all
that is held of each entry, so that memory does not grow with the list's text.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from vaern.records import Entry

_VERSION = np.dtype([("high", "<u8"), ("low", "<u8"), ("at", "<i8"), ("row", "<u4"), ("recalled", "u1")])
_SECOND = 1_000_000


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
    """Collects the entries that say when they were changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")

    def add(self, row: int, entry: Entry) -> None:
        """One more entry, with its number in the list; one without a time is no version of any."""
        if not entry.updated:
            return
        digest = hashlib.blake2b(entry.id.encode(), digest_size=16).digest()
        version = np.zeros((), _VERSION)
        version["high"], version["low"] = int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")
        version["at"], version["row"], version["recalled"] = microseconds(entry.updated), row, entry.recalled
        self._file.write(version.tobytes())

    def close(self) -> None:
        """End collecting."""
        self._file.close()

    def outdated(self) -> Outdated:
        """What does not count, once all is collected. A recall is later than an entry of the same moment."""
        versions = np.fromfile(self._path, _VERSION)
        self._path.unlink()
        order = np.lexsort([versions[key] for key in ("row", "recalled", "at", "low", "high")])
        versions = versions[order]
        starts = np.ones(len(versions), bool)
        starts[1:] = (versions["high"][1:] != versions["high"][:-1]) | (versions["low"][1:] != versions["low"][:-1])
        group = np.cumsum(starts) - 1
        last = np.append(np.flatnonzero(starts)[1:], len(versions)) - 1
        newest = versions[last][group] if len(versions) else versions
        same = (versions["at"] == newest["at"]) & (versions["recalled"] == newest["recalled"])
        by_recall = newest["recalled"] == 1
        tied = same & ~by_recall & (versions["row"] != newest["row"])
        rows = versions["row"]
        return Outdated(
            replaced=rows[~same & ~by_recall],
            withdrawn=rows[~same & by_recall],
            twice=np.stack([rows[tied], newest["row"][tied]], axis=1),
        )


def microseconds(text: str) -> int:
    """Since 1970, of a time in ISO 8601 in UTC (`records.Entry.updated`)."""
    moment = datetime.fromisoformat(text)
    return round((moment - datetime.fromtimestamp(0, moment.tzinfo)).total_seconds() * _SECOND)
