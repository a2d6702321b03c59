"""Which entries a package holds, by id and by when they changed: mapped arrays, looked up by bisection.

An id is looked up by the first eight bytes of its digest; who asks compares the id itself, for two may share them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vaern.matching.files import ArrayFile, map_rows, write_array

if TYPE_CHECKING:
    from pathlib import Path

Rows = npt.NDArray[np.uint32]


def whole_digest(id_: str) -> bytes:
    """What tells an id from any other: 16 bytes."""
    return hashlib.blake2b(id_.encode(), digest_size=16).digest()


def digest_of(id_: str) -> int:
    """The number by which an id is looked up."""
    return int.from_bytes(whole_digest(id_)[:8], "little")


class Identities:
    """The rows of a package by id, and by the moment at which they changed.

    Attributes:
        heads: uint64 [n], digests of ids in ascending order; rows: uint32 [n].
        at: int64 [n], microseconds since 1970, ascending, and of one moment by digest; changed: uint32 [n], their rows.
            0 where nobody knows.
        digests: uint64 [n], of `changed`.
    """

    def __init__(self, heads: Any, rows: Any, at: Any, digests: Any, changed: Any) -> None:
        self.heads, self.rows, self.at, self.digests, self.changed = heads, rows, at, digests, changed

    def find(self, digest: int) -> Rows:
        """The rows whose ids have this digest."""
        asked = np.uint64(digest)
        first, last = (int(self.heads.searchsorted(asked, side)) for side in ("left", "right"))
        found: Rows = self.rows[first:last]
        return found

    def find_many(self, digests: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int64], Rows]:
        """Which of some digests are there, and the rows: parallel arrays."""
        first = np.searchsorted(self.heads, digests, "left")
        many = np.searchsorted(self.heads, digests, "right") - first
        which = np.repeat(np.arange(len(digests)), many)
        within = np.arange(len(which)) - np.repeat(np.cumsum(many) - many, many)
        return which, self.rows[np.repeat(first, many) + within]

    def between(self, since: int, until: int, after: tuple[int, int] | None, most: int) -> list[tuple[int, int, int]]:
        """Changes from `since` up to and without `until`, behind the change `after`: moment, digest, row."""
        first = int(self.at.searchsorted(np.int64(since), "left"))
        last = int(self.at.searchsorted(np.int64(until), "left"))
        if after and after[0] >= since:
            low, high = (int(self.at.searchsorted(np.int64(after[0]), side)) for side in ("left", "right"))
            first = low + int(self.digests[low:high].searchsorted(np.uint64(after[1]), "right"))
        span = slice(first, min(last, first + most))
        return list(zip(self.at[span].tolist(), self.digests[span].tolist(), self.changed[span].tolist(), strict=True))


def write(folder: Path, digests: npt.NDArray[np.uint64], at: npt.NDArray[np.int64], rows: Rows) -> list[ArrayFile]:
    """Sort what is known of some rows and write it; the files in the order that `load` takes them."""
    by_id = np.argsort(digests, kind="stable")
    arrays: dict[str, npt.NDArray[Any]] = {"ids-heads": digests[by_id], "ids-rows": rows[by_id]}
    order = np.lexsort((digests, at))
    arrays |= {"changed-at": at[order], "changed-ids": digests[order], "changed-rows": rows[order]}
    return [write_array(folder / f"{name}.bin", array) for name, array in arrays.items()]


def load(folder: Path, files: list[ArrayFile], *, verify: bool) -> Identities:
    """Map what `write` wrote."""
    kinds: list[tuple[str, tuple[int, ...]]] = [(kind, ()) for kind in ("<u8", "<u4", "<i8", "<u8", "<u4")]
    return Identities(*map_rows(folder, files, kinds, verify=verify))
