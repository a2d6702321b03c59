"""Exact digests on disk: sorted by their first eight bytes, looked up by bisection in the mapped file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vaern.matching.files import ArrayFile, map_rows, write_array
from vaern.records import DIGEST_KINDS, VALUE_KINDS

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.records import Signal

HEAD = 8
"""Bytes of a digest that it is sorted by."""

LENGTHS = {**DIGEST_KINDS, **dict.fromkeys(VALUE_KINDS, 32)}
"""What is looked up exactly, with the length of its digest in bytes: text by its SHA-256."""

OF_DIGEST = "-sha256"
"""After a kind of text, in a question: what is asked is not the text but its SHA-256."""


class DigestTable:
    """Digests of one kind, each with the number of its entry. A digest may stand for several entries."""

    def __init__(self, heads: npt.NDArray[Any], tails: npt.NDArray[Any], rows: npt.NDArray[Any]) -> None:
        """Take heads uint64 [n] in ascending order, tails uint8 [n, length - 8], rows uint32 [n]."""
        self._heads, self._tails, self._rows = heads, tails, rows

    def __len__(self) -> int:
        """How many digests it holds."""
        return len(self._heads)

    def find(self, digests: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Which of some digests, uint8 [m, length], are there, and the numbers of their entries: parallel arrays."""
        heads = _heads(digests)
        first = np.searchsorted(self._heads, heads, side="left")
        last = np.searchsorted(self._heads, heads, side="right")
        query, row = [], []
        for number in np.flatnonzero(last > first):
            span = slice(first[number], last[number])
            same = (self._tails[span] == digests[number, HEAD:]).all(axis=1)
            row.append(self._rows[span][same].astype(np.int64))
            query.append(np.full(len(row[-1]), number, np.int64))
        none = np.empty(0, np.int64)
        return np.concatenate([none, *query]), np.concatenate([none, *row])


def digest_of(signal: Signal) -> bytes:
    """What a signal of one of `LENGTHS` is looked up by. A keyword is its digest already."""
    if signal.kind in VALUE_KINDS and signal.kind != "keyword":
        return hashlib.sha256(signal.value).digest()
    return signal.value


def _heads(digests: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """The first eight bytes as numbers that sort as the bytes do."""
    return np.ascontiguousarray(digests[:, :HEAD]).reshape(-1).view(">u8").astype(np.uint64)


def write(folder: Path, kind: str, digests: npt.NDArray[np.uint8], rows: npt.NDArray[np.uint32]) -> list[ArrayFile]:
    """Sort digests, uint8 [n, length], and write them; the files in the order that `load` takes them."""
    heads = _heads(digests)
    order = np.argsort(heads, kind="stable")
    arrays: dict[str, npt.NDArray[Any]] = {"heads": heads[order], "tails": digests[order, HEAD:], "rows": rows[order]}
    return [write_array(folder / f"{kind}-{name}.bin", array) for name, array in arrays.items()]


def load(folder: Path, kind: str, files: list[ArrayFile], *, verify: bool) -> DigestTable:
    """Map a table that `write` wrote."""
    rows: list[tuple[str, tuple[int, ...]]] = [("<u8", ()), ("|u1", (LENGTHS[kind] - HEAD,)), ("<u4", ())]
    return DigestTable(*map_rows(folder, files, rows, verify=verify))
