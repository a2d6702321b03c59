"""Find near duplicates of items: an exact in-memory search over the near signals of every organisation.

Each process has its own copy of the table's values, as flat segments of the engine's kernels, one an organisation. It
is brought up to date by id before each search. Ids are given before their transaction ends, so a smaller id may appear
after a larger one was read. Therefore each refresh reads an overlap again, and it ends exactly where nothing can appear
any more: when a snapshot begins after every transaction that could have taken an id below that mark. (An id is taken
inside a transaction that has written before, and so is older than the snapshot that sees a larger id.)
"""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from vaern.matching import DISTANCE
from vaern.matching.segment import Segment, search
from vaern.node.base.sql import run
from vaern.records import PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    import numpy.typing as npt

WORDS = PDQ_BYTES // 8
CHUNK = 50_000
"""Rows that one statement reads when a process begins."""

_READ = """
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
        n.id, n.thing, n.organisation_id, n.value
    FROM (SELECT) AS one LEFT JOIN LATERAL (
        SELECT id, {thing} AS thing, organisation_id, value FROM {table}
        WHERE id > %s AND kind = '{kind}' ORDER BY id LIMIT %s
    ) n ON true
"""
_THERE = "SELECT DISTINCT {thing} FROM {table} WHERE {thing} = ANY(%s)"
_END = "SELECT coalesce(max(id), 0), pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM {table}"


class Near(NamedTuple):
    """The earlier item that a value is nearest to.

    Attributes:
        item: its id; of equally near ones, the earliest.
        distance: bits.
    """

    item: int
    distance: int


class Searchable(Protocol):
    """The values of one organisation in memory, as `Flat` holds them."""

    def add(self, values: Sequence[bytes], items: Sequence[int]) -> None:
        """Append values with their items."""

    def search(self, values: Sequence[bytes], distance: int) -> list[tuple[int, int, int]]:
        """Return every hit: the number of the value, the item, the distance."""


class Flat:
    """Values and their items, appended in place; a search sees the values present when it began."""

    def __init__(self) -> None:
        self._words = np.empty(WORDS * 1024, np.uint64)
        self._items = np.empty(1024, np.int64)
        self._rows = 0

    def __len__(self) -> int:
        """How many values it holds."""
        return self._rows

    def add(self, values: Sequence[bytes], items: Sequence[int]) -> None:
        """Append values of 32 bytes with their items."""
        rows = self._rows + len(values)
        if rows > len(self._items):
            room = max(rows, 2 * len(self._items))
            self._words = np.resize(self._words, WORDS * room)
            self._items = np.resize(self._items, room)
        self._words[WORDS * self._rows : WORDS * rows] = words_of(values)
        self._items[self._rows : rows] = items
        self._rows = rows

    def search(self, values: Sequence[bytes], distance: int) -> list[tuple[int, int, int]]:
        """Return every hit: the number of the value, the item, the distance."""
        rows = self._rows
        if not rows or not values:
            return []
        segment = Segment(self._words[: WORDS * rows], self._items[:rows])
        query, row, bits = search(segment, words_of(values), distance)
        return list(zip(query.tolist(), self._items[row].tolist(), bits.tolist(), strict=True))


def words_of(values: Sequence[bytes]) -> npt.NDArray[np.uint64]:
    """Return values of 32 bytes as the kernels take them: uint64 [4n]."""
    return np.frombuffer(b"".join(values), "<u8").astype(np.uint64)


class Memory:
    """The near signals of all organisations, as this process has read them.

    Args:
        table: the table of the signals, with `id`, `organisation_id`, `kind`, `value`, and
        thing: the column that holds the item of each.
        kind: the kind of signal that is read.
        hold: creates the container for the values of one organisation.
    """

    def __init__(
        self,
        table: str = "reports_nearsignal",
        thing: str = "item_id",
        kind: str = "pdq",
        hold: Callable[[], Searchable] = Flat,
    ) -> None:
        self._sql, self._end = _READ.format(table=table, thing=thing, kind=kind), _END.format(table=table)
        self._there = _THERE.format(table=table, thing=thing)
        self._hold = hold
        self._lock = Lock()
        self._flats: dict[UUID, Searchable] = {}
        self._settled = 0  # nothing can appear any more up to this id
        self._marks: deque[tuple[int, int]] = deque()  # (largest id that was seen, xmax of that snapshot)
        self._above: set[int] = set()  # ids above the settled one that were read

    def refresh(self) -> None:
        """Read new rows of the table."""
        with self._lock:
            if not self._settled and not self._marks:
                self._mark_the_end()
            oldest, after, more = None, self._settled, True
            while more:
                snapshot, after, more = self._read(after)
                oldest = snapshot if oldest is None else oldest
            assert oldest is not None  # one chunk was read
            self._settle(oldest)

    def _mark_the_end(self) -> None:
        """Note how far the table reaches before all of it is read, so that it is read once and not twice."""
        self._marks += run(self._end, [])

    def _read(self, after: int) -> tuple[int, int, bool]:
        """Read one chunk; return the oldest transaction of its snapshot, its largest id, and whether there is more."""
        rows = run(self._sql, [after, CHUNK])
        read = [(id_, item, own, bytes(value)) for _, _, id_, item, own, value in rows if id_ is not None]
        fresh = [row for row in read if row[0] not in self._above]
        for own in {row[2] for row in fresh}:
            mine = [row for row in fresh if row[2] == own]
            if own not in self._flats:
                self._flats[own] = self._hold()
            self._flats[own].add([row[3] for row in mine], [row[1] for row in mine])
        self._above.update(row[0] for row in fresh)
        last = read[-1][0] if read else after
        if read and (not self._marks or self._marks[-1][0] != last):
            self._marks.append((last, rows[0][1]))
        return rows[0][0], last, len(read) == CHUNK

    def _settle(self, oldest: int) -> None:
        """Forget the overlap up to where every transaction has ended that began before the mark was made."""
        before = self._settled
        while self._marks and self._marks[0][1] <= oldest:
            self._settled = max(self._settled, self._marks.popleft()[0])
        if self._settled != before:
            self._above = {id_ for id_ in self._above if id_ > self._settled}

    def find(self, organisation: UUID, values: Sequence[bytes], distance: int) -> list[tuple[int, int, int]]:
        """Return every hit among the values of one organisation: the number of the value, the item, the distance."""
        flat = self._flats.get(organisation)
        return flat.search(values, distance) if flat else []

    def find_anywhere(self, values: Sequence[bytes], distance: int) -> list[tuple[int, int, int]]:
        """Return every hit among the values of all organisations, as `find` does."""
        return [hit for flat in list(self._flats.values()) for hit in flat.search(values, distance)]

    def every(self, values: Iterable[bytes], distance: int) -> list[tuple[bytes, int, int]]:
        """Return every hit of any organisation that stands in the table now: the value, the thing, the distance."""
        wanted = list(dict.fromkeys(values))
        if not wanted:
            return []
        self.refresh()
        hits = self.find_anywhere(wanted, distance)
        # What was erased since it was read is still in memory: the table has the last word.
        things = sorted({thing for _number, thing, _bits in hits})
        there = {thing for (thing,) in run(self._there, [things])} if things else set()
        return [(wanted[number], thing, bits) for number, thing, bits in hits if thing in there]


STILLS = Memory()
"""The PDQ values of the items of reports."""


def nearest(
    organisation: UUID, values: Iterable[bytes], distance: int = DISTANCE, memory: Memory | None = None
) -> dict[bytes, Near]:
    """Return the nearest earlier item of each value that has one within a distance; exact, as by brute force.

    Args:
        organisation: whose reports are searched.
        values: PDQ values, 32 bytes each.
        distance: the most bits, 31 as in the engine.
        memory: the memory to search; that of still images by default.
    """
    wanted = list(dict.fromkeys(values))
    if not wanted:
        return {}
    memory = memory or STILLS
    memory.refresh()
    hits = memory.find(organisation, wanted, distance)
    there = _still_there(organisation, {item for _, item, _ in hits})
    found: dict[bytes, Near] = {}
    for number, item, bits in sorted(hits, key=lambda hit: (hit[2], hit[1])):
        if item in there:
            found.setdefault(wanted[number], Near(item, bits))
    return found


def _still_there(organisation: UUID, items: set[int]) -> set[int]:
    """Of some items, those that were not erased since they were read."""
    if not items:
        return set()
    rows = run("SELECT id FROM reports_item WHERE id = ANY(%s) AND organisation_id = %s", [sorted(items), organisation])
    return {id_ for (id_,) in rows}
