"""A list as it is used: one state of it, that never changes; be it one package, or the parts of a list that changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vaern.matching import current as currents
from vaern.matching.current import CURRENT, PARTS, Current, Freshness, gone_key
from vaern.matching.files import map_rows
from vaern.matching.identities import digest_of
from vaern.matching.packages import MANIFEST, ListPackage, ListPackageError, Purpose
from vaern.matching.versions import microseconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, Self

    import numpy.typing as npt

    from vaern.records import Entry

_AGES = 1 << 62


class Change(NamedTuple):
    """An entry that was taken up, changed or recalled.

    Attributes:
        at: when the list took it up, ISO 8601 in UTC.
        row: its number in this state of the list.
        entry: as it stands now; a recalled one says so.
    """

    at: str
    row: int
    entry: Entry


@dataclass(frozen=True, eq=False)
class ListPart:
    """One package of a list.

    Attributes:
        package: its content.
        base: the number in the list of its first row.
        gone: uint32, sorted: rows that no longer count, one array for each later part that says so.
    """

    package: ListPackage
    base: int
    gone: tuple[npt.NDArray[np.uint32], ...] = ()

    def live(self, rows: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Which of some rows still count."""
        counts = np.ones(len(rows), bool)
        for gone in self.gone:
            at = np.minimum(np.searchsorted(gone, rows), len(gone) - 1)
            counts &= gone[at] != rows
        return counts


@dataclass(frozen=True, eq=False)
class List:
    """One state of a list: immutable, open, searched by many threads at once.

    Attributes:
        folder: where it lies.
        name, release, purpose, distance, licence: what it is.
        sequence: of a list that changes: which state this is; 0 for a package by itself.
        freshness: of a list that was fetched; else None.
        entries: how many entries count.
        created: when this state was made, ISO 8601 in UTC.
        parts: what it is made of.
        current: of a list that changes: what its `current.json` says.
    """

    folder: Path
    name: str
    release: str
    purpose: Purpose
    distance: int
    licence: str
    sequence: int
    freshness: Freshness | None
    entries: int
    created: str
    parts: tuple[ListPart, ...]
    current: Current | None = None

    @classmethod
    def open(cls, folder: str | Path, *, verify: bool = False, opened: Mapping[str, ListPackage] | None = None) -> Self:
        """Open a list that changes, as it is now, or a package.

        Args:
            folder: the list.
            verify: read all of it now and compare checksums.
            opened: packages by seal that are open already, and are used again.

        Raises:
            ListPackageError: not a list, of another version, damaged, or a checksum differs.
            OSError: it could not be read.
        """
        folder = Path(folder)
        if not (folder / CURRENT).is_file():
            return cls.of(ListPackage.open(folder, verify=verify))
        return cls.of_current(folder, currents.read(folder), opened or {}, verify=verify)

    @classmethod
    def of(cls, package: ListPackage) -> Self:
        """A package as a list of one part."""
        manifest = package.manifest
        return cls(
            package.folder,
            package.name,
            package.release,
            package.purpose,
            package.distance,
            "",
            0,
            None,
            manifest.entries - manifest.recalled - manifest.replaced,
            manifest.created,
            (ListPart(package, 0),),
        )

    @classmethod
    def of_current(
        cls, folder: Path, current: Current, opened: Mapping[str, ListPackage], *, verify: bool = False
    ) -> Self:
        """Open a state of a list, be it that it is the present one, or that its parts are there already."""
        packages: dict[str, ListPackage] = {}
        gone: dict[str, list[npt.NDArray[np.uint32]]] = {}
        for part in current.parts:
            package = opened.get(part.seal) if not verify else None
            package = package or ListPackage.open(folder / PARTS / part.id, verify=verify)
            if package.manifest.seal != part.seal:
                raise ListPackageError(f"{package.folder} is another than {folder / CURRENT} names; publish it again")
            packages[part.id] = package
            for earlier in part.gone:
                rows = _gone(package, earlier, packages[earlier].manifest.entries, verify=verify)
                gone.setdefault(earlier, []).append(rows)
        parts, base = [], 0
        for id_, package in packages.items():
            parts.append(ListPart(package, base, tuple(rows for rows in gone.get(id_, ()) if len(rows))))
            base += package.manifest.entries
        return cls(
            folder,
            current.name,
            current.release,
            current.purpose,
            current.distance,
            current.licence,
            current.sequence,
            current.freshness,
            current.entries,
            current.created,
            tuple(parts),
            current,
        )

    @property
    def unsealed(self) -> str:
        """Why nobody can tell whether it is as it was built; empty where one can."""
        return next(filter(None, (part.package.manifest.unsealed for part in self.parts)), "")

    @property
    def checksum(self) -> str:
        """SHA-256 over all that this state holds and is."""
        if self.current is None:
            return self.parts[0].package.manifest.checksum
        return hashlib.sha256(repr([part.package.manifest.checksum for part in self.parts]).encode()).hexdigest()

    @property
    def signals(self) -> dict[str, int]:
        """Searchable signals by kind, and opaque ones; those of entries that no longer count among them."""
        counts: dict[str, int] = {}
        for part in self.parts:
            for kind, number in part.package.manifest.signals.items():
                counts[kind] = counts.get(kind, 0) + number
        return counts

    @property
    def checked(self) -> str:
        """When it was last compared with its source; empty for one that was not fetched."""
        return self.freshness.checked_at if self.freshness else ""

    def refuse_stopped(self) -> None:
        """Refuse to match with a list that was fetched and is too old.

        Raises:
            ListStoppedError: which list, how old it is, and what to do.
        """
        if self.freshness:
            self.freshness.refuse_stopped(self.name)

    @property
    def is_stopped(self) -> bool:
        """Whether it was fetched and is too old to be matched with."""
        return self.freshness is not None and self.freshness.is_stopped()

    @property
    def warning(self) -> str:
        """What whoever uses it should know of its age; empty as long as it is fresh."""
        return self.freshness.warning(self.name) if self.freshness else ""

    def entry(self, row: int) -> Entry:
        """The entry of a row over all parts."""
        part = self._part_of(row)
        return part.package.entry(row - part.base)

    def live(self) -> Iterator[Entry]:
        """The entries that count, in the order of their rows."""
        for part in self.parts:
            rows = np.unique(part.package.identities.rows)
            for row in rows[part.live(rows)].tolist():
                entry = part.package.entry(row)
                if not entry.recalled:
                    yield entry

    def by_id(self, id: str) -> tuple[int, Entry] | None:  # noqa: A002 - the word of the field
        """The entry of an id and its row, if it counts."""
        found = self.row_of(id)
        return found if found and not found[1].recalled else None

    def row_of(self, id: str) -> tuple[int, Entry] | None:  # noqa: A002
        """The entry of an id and its row, be it that it counts or that it was recalled."""
        digest = digest_of(id)
        for part in reversed(self.parts):
            rows = part.package.identities.find(digest)
            for row in rows[part.live(rows)].tolist() if len(rows) else ():
                entry = part.package.entry(row)
                if entry.id == id:
                    return part.base + row, entry
        return None

    def changed(
        self, since: str = "", until: str = "", after: str = "", most: int = 1000
    ) -> tuple[tuple[Change, ...], str]:
        """What was taken up, changed or recalled in a span of time, in the order in which it was: the latest of each.

        Args:
            since, until: ISO 8601 with an offset; from the first on, up to and without the second; empty for no bound.
            after: what an earlier call returned second, to go on; it holds over later states of the list, too.
            most: how many changes at most.

        Returns:
            The changes, and where to go on; empty when there are no more.
        """
        first = microseconds(since) if since else -_AGES
        end = microseconds(until) if until else _AGES
        position = _position(after)
        found: list[tuple[int, int, int, ListPart]] = []
        for part in self.parts:
            found += _changes(part, first, end, position, most + 1)
        found.sort(key=lambda change: change[:2])
        page = found[:most]
        more = f"{page[-1][0]}.{page[-1][1]}" if len(found) > most and page else ""
        changes = (Change(_iso(at), part.base + row, part.package.entry(row)) for at, _, row, part in page)
        return tuple(changes), more

    def _part_of(self, row: int) -> ListPart:
        for part in reversed(self.parts):
            if row >= part.base:
                return part
        raise ListPackageError(f"{self.folder} has no entry {row}")


def _gone(package: ListPackage, earlier: str, entries: int, *, verify: bool) -> npt.NDArray[np.uint32]:
    """Rows of an earlier part that a part makes outdated."""
    files = package.manifest.arrays.get(gone_key(earlier))
    if files is None:
        raise ListPackageError(f"{package.folder} does not say which rows are gone; publish the list again")
    rows: npt.NDArray[np.uint32]
    (rows,) = map_rows(package.folder, files, [("<u4", ())], verify=verify)
    if len(rows) and int(rows[-1]) >= entries:
        raise ListPackageError(f"{package.folder} says of rows that are not there that they are gone")
    return rows


def _changes(
    part: ListPart, first: int, end: int, position: tuple[int, int] | None, most: int
) -> list[tuple[int, int, int, ListPart]]:
    """The changes of one part that are the latest of their entries."""
    found: list[tuple[int, int, int, ListPart]] = []
    while len(found) < most:
        page = part.package.identities.between(first, end, position, most)
        if not page:
            break
        live = part.live(np.array([row for _, _, row in page], np.uint32))
        found += [(*change, part) for change, counts in zip(page, live.tolist(), strict=True) if counts]
        position = page[-1][:2]
    return found


def _position(after: str) -> tuple[int, int] | None:
    if not after:
        return None
    at, dot, digest = after.partition(".")
    try:
        position = int(at), int(digest)
    except ValueError:
        position = -1, -1
    if not dot or not 0 <= position[1] < 1 << 64 or abs(position[0]) >= _AGES:
        raise ValueError(f"{after!r} is no place to go on from: give what the last answer gave")
    return position


def _iso(at: int) -> str:
    moment = datetime.fromtimestamp(at / 1_000_000, UTC)
    return moment.isoformat(timespec="microseconds" if at % 1_000_000 else "seconds")


def is_list(folder: Path) -> bool:
    """Whether a folder looks like a list of either kind."""
    return (folder / CURRENT).is_file() or (folder / MANIFEST).is_file()
