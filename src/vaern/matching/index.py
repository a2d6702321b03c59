"""The exact Hamming index over 256-bit signals.

It is a short list of segments, largest first. `add` puts rows into the last, small one, which is searched by the
flat scan; when it has grown it gets bands, and segments of like size are merged, so that a search looks into few.
`remove` marks rows as gone. Both are seen by the next search; a search under way sees the state it began with.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from vaern.matching import files
from vaern.matching.plan import FLAT_BELOW
from vaern.matching.segment import Found, Segment, build, joined, pieces, search

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Self

BYTES = 32
_TAIL_ROWS = FLAT_BELOW
"""A last segment of more rows than this is worth bands: scanning it takes some 20 µs, an addition copies 512 KiB."""


class Hits(NamedTuple):
    """Every hit of a search: parallel arrays, by query, then distance, then id.

    Attributes:
        query: int64, the row of the query.
        id: int64, the id of the entry.
        distance: int64, bits.
    """

    query: npt.NDArray[np.int64]
    id: npt.NDArray[np.int64]
    distance: npt.NDArray[np.int64]


class HammingIndex:
    """Every 256-bit hash within some Hamming distance of a query: exactly those that brute force finds.

    Searching is safe from many threads at once, also while another adds or removes; two threads may not change the
    index at once.
    """

    def __init__(self, segments: tuple[Segment, ...] = ()) -> None:
        self._segments = segments

    @classmethod
    def build(
        cls,
        hashes: npt.ArrayLike,
        ids: npt.ArrayLike | None = None,
        *,
        copy: bool = True,
        threads: int | None = None,
    ) -> Self:
        """Build an index.

        Args:
            hashes: uint8 [n, 32].
            ids: int64 [n]; default the row number. An id may stand on several rows.
            copy: False takes the arrays over instead of copying them; then the caller must not change them.
            threads: default one a core.

        Raises:
            ValueError: a wrong shape or type.
        """
        words, checked = _words(hashes, copy=copy), _ids(ids, hashes, copy=copy)
        return cls((build(words, checked, threads),) if len(words) else ())

    def __len__(self) -> int:
        """How many hashes it holds."""
        return sum(segment.live for segment in self._segments)

    def search(self, queries: npt.ArrayLike, distance: int = 31, *, threads: int = 1) -> Hits:
        """Find every hash within `distance` bits of each query.

        Args:
            queries: uint8 [m, 32].
            distance: the most bits by which a hit differs, 0 to 256.
            threads: how many threads share the queries; 0 for one a core.

        Raises:
            ValueError: a wrong shape, type or distance.
        """
        words = _checked(queries, distance)
        segments = self._segments
        threads = threads or os.cpu_count() or 1
        if threads == 1 or len(words) <= 4:
            return _sorted([_search(segment, words, distance) for segment in segments])
        with ThreadPoolExecutor(threads) as pool:
            return _sorted(list(pool.map(lambda part: _search(*part), _shares(segments, words, distance, threads))))

    def search_in_pieces(self, queries: npt.ArrayLike, distance: int = 31) -> Iterator[Hits]:
        """The hits of `search` in pieces, so that memory is bounded by the hits of one query.

        In each piece they are in order; of a query all hits in one segment are in one piece.

        Raises:
            ValueError: a wrong shape, type or distance.
        """
        words = _checked(queries, distance)
        for segment in self._segments:
            for query, row, bits in pieces(segment, words, distance):
                yield _sorted([(query, segment.ids_of(row), bits)])

    def add(self, hashes: npt.ArrayLike, ids: npt.ArrayLike) -> None:
        """Add hashes (uint8 [k, 32]) with their ids (int64 [k]); an id that is there already stands on more rows.

        Raises:
            ValueError: a wrong shape or type.
        """
        words, checked = _words(hashes, copy=True), _ids(ids, hashes, copy=True)
        if not len(words) or checked is None:
            return
        segments = [*self._segments, Segment(words, checked)]
        while len(segments) > 1 and _belongs_together(*segments[-2:]):
            segments[-2:] = [_merged(segments[-2:])]
        self._segments = tuple(segments)

    def remove(self, ids: npt.ArrayLike) -> int:
        """Remove all hashes of these ids (int64 [k]); ids that are not there are passed over. Returns how many went.

        Raises:
            ValueError: a wrong type.
        """
        before = len(self)
        wanted = np.unique(_whole(ids).reshape(-1))
        self._segments = tuple(segment.remove(wanted) for segment in self._segments)
        return before - len(self)

    def merge(self) -> None:
        """Rebuild it as one segment without the rows that are gone: the fastest to search, the smallest to keep."""
        if len(self._segments) > 1 or any(len(segment.removed) for segment in self._segments):
            self._segments = tuple(segment for segment in [_merged(list(self._segments))] if segment.rows)

    def save(self, folder: str | Path) -> None:
        """Write it to a folder, in place of an index that is there; who opens it meanwhile gets the old or the new one.

        Raises:
            IndexFormatError: the folder holds something else.
            OSError: it could not be written.
        """
        files.save(self._segments, folder)

    @classmethod
    def open(cls, folder: str | Path, *, verify: bool = False) -> Self:
        """Map a saved index into memory; nothing is read until it is needed, and processes share it.

        Args:
            folder: where it was saved.
            verify: read all of it now and compare checksums.

        Raises:
            IndexFormatError: not an index, of another version, damaged, or a checksum differs.
            OSError: it could not be read.
        """
        return cls(files.load(folder, verify=verify))


def _checked(queries: npt.ArrayLike, distance: int) -> npt.NDArray[np.uint64]:
    """Queries as uint64 [4m]."""
    if not 0 <= distance <= 8 * BYTES:
        raise ValueError(f"a distance of {distance} bits: 256-bit hashes differ by 0 to 256")
    return _words(queries, copy=False)


def _words(hashes: npt.ArrayLike, *, copy: bool) -> npt.NDArray[np.uint64]:
    """Hashes as uint64 [4n]."""
    array = np.asarray(hashes)
    if array.size == 0 and array.ndim <= 2:
        return np.empty(0, np.uint64)
    if array.dtype != np.uint8 or array.ndim != 2 or array.shape[1] != BYTES:
        raise ValueError(f"hashes are uint8 [n, {BYTES}], and these are {array.dtype} {list(array.shape)}")
    array = np.array(array, order="C") if copy else np.ascontiguousarray(array)
    return array.reshape(-1).view("<u8").astype(np.uint64, copy=False)


def _ids(ids: npt.ArrayLike | None, hashes: npt.ArrayLike, *, copy: bool) -> npt.NDArray[np.int64] | None:
    """Ids as int64 [n], one for each hash."""
    if ids is None:
        return None
    array = _whole(ids)
    if array.ndim != 1 or len(array) != len(np.asarray(hashes)):
        raise ValueError(f"one id for each of {len(np.asarray(hashes))} hashes, and these are {list(array.shape)}")
    return np.array(array, np.int64, copy=copy or None)


def _whole(ids: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Ids as int64, of any shape; a view where they are that already."""
    array = np.asarray(ids)
    if array.size and not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"ids are whole numbers of 64 bits, and these are {array.dtype}")
    if array.dtype == np.uint64 and array.size and int(array.max()) > np.iinfo(np.int64).max:
        raise ValueError(f"ids are whole numbers below 2**63, and {array.max()} is one of these")
    return array.astype(np.int64, copy=False)


def _belongs_together(larger: Segment, smaller: Segment) -> bool:
    """Whether to merge: both without bands and small, or of like size; so each row is built in log(n) times."""
    small = not larger.bands and larger.rows <= _TAIL_ROWS
    return small or larger.rows <= 2 * smaller.rows


def _merged(segments: list[Segment]) -> Segment:
    """Several segments as one, without the rows that are gone."""
    alive = [segment.alive() for segment in segments]
    words = np.concatenate([np.empty(0, np.uint64), *(part[0] for part in alive)])
    ids = np.concatenate([np.empty(0, np.int64), *(part[1] for part in alive)])
    return build(words, ids) if len(ids) > _TAIL_ROWS else Segment(words, ids)


def _shares(
    segments: tuple[Segment, ...], words: npt.NDArray[np.uint64], distance: int, threads: int
) -> list[tuple[Segment, npt.NDArray[np.uint64], int, int]]:
    """The work of a search, cut by query into a few shares a thread."""
    queries = len(words) // 4
    step = max(1, -(-queries // (4 * threads)))
    return [
        (segment, words[4 * first : 4 * (first + step)], distance, first)
        for segment in segments
        for first in range(0, queries, step)
    ]


def _search(segment: Segment, words: npt.NDArray[np.uint64], distance: int, first: int = 0) -> Found:
    """Search one segment; query numbers begin at `first`, rows are replaced by their ids."""
    query, row, bits = search(segment, words, distance)
    return (query + first if first else query), segment.ids_of(row), bits


def _sorted(found: list[Found]) -> Hits:
    """By query, then distance, then id."""
    query, ids, bits = joined(found) if len(found) != 1 else found[0]
    if len(query) > 1:
        order = np.lexsort((ids, bits, query))
        query, ids, bits = query[order], ids[order], bits[order]
    return Hits(query, ids, bits)
