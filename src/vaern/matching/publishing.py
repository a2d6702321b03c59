"""Changing a list on disk: a small new part, then a new `current.json` in one step.

Whoever is killed at any moment leaves the old state or the new one; what else lies about is removed an hour later.
There is one writer at a time: a lock on the folder, which the system lifts when its holder dies.

Small parts are made one with the next change, and parts of like size with each other, so that there are few to
search and each entry is written anew only some times. Merging changes nothing that a list says.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from vaern.matching import current as currents
from vaern.matching import durable
from vaern.matching.builder import Writer, close_to_change
from vaern.matching.current import CURRENT, PARTS, Current, Freshness, Part, gone_key
from vaern.matching.files import beside, map_rows
from vaern.matching.identities import digest_of
from vaern.matching.lists import List
from vaern.matching.lost import lost
from vaern.matching.packages import MANIFEST, ListPackageError, Purpose, written
from vaern.matching.replacing import remove_unnamed, replace_state, writing
from vaern.records import PDQ_BYTES, Entry, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy.typing as npt

    from vaern.matching.builder import Compared
    from vaern.matching.lists import ListPart
    from vaern.matching.packages import Manifest

MOST_PARTS = 8
SMALL = 2000
"""Entries of the last parts that are written anew with the next change, rather than to have one more part."""

LIKE = 3
"""A part that is at most so many times as large as all after it is merged with them."""


def publish(  # noqa: PLR0913 - each says something else about the list
    folder: str | Path,
    items: Iterable[Entry | Problem],
    *,
    name: str,
    release: str = "",
    purpose: Purpose = "known",
    distance: int = 31,
    licence: str = "",
    whole: bool = False,
    withdrawn: Iterable[str] = (),
    freshness: Freshness | None = None,
    on_item: Callable[[Entry | Problem], None] | None = None,
    allow: Callable[[int, int], None] | None = None,
) -> Current:
    """Change a list, or begin it; who reads it sees the state before or the one after.

    Args:
        folder: the list; created where it is missing.
        items: an entry replaces the live one of its id, a recalled one makes it stop matching. Of several with one id
            the one that was changed last counts, else the later.
        name, purpose, distance, licence: what the list is from now on.
        release: name of the new state; by default its number.
        whole: the items are all of the list; what else it held is recalled.
        withdrawn: ids of entries that stop matching; they are listed as recalled, and win over `items`.
        freshness: of a list that was fetched.
        on_item: called for each item, for a progress bar.
        allow: asked before anything changes with how many live entries would go, or lose something by which they are
            matched (`losing.loses`), and of how many; what it raises leaves the list as it was.

    Returns:
        The new state; the one there was, when nothing would be said that it does not say.

    Raises:
        ListPackageError: the folder holds something else or is damaged, or a distance outside of 0 to 256.
        OSError: it could not be read or written.
    """
    folder = Path(folder)
    if not 0 <= distance <= 8 * PDQ_BYTES:
        raise ListPackageError(f"a distance of {distance} bits: PDQ values differ by 0 to 256")
    with writing(folder):
        before = List.open(folder) if (folder / CURRENT).exists() else None
        said = Current(
            name=name,
            release=release or str((before.sequence if before else 0) + 1),
            sequence=(before.sequence if before else 0) + 1,
            created=datetime.now(UTC).isoformat(timespec="microseconds"),
            purpose=purpose,
            distance=distance,
            licence=licence,
            freshness=freshness,
        )
        parts = before.parts if before else ()
        changes = _Changes(said, () if whole else parts, set(withdrawn), on_item, parts if whole else ())
        changes.named, changes.first, changes.allow = bool(release), before is None, allow
        after = _write(folder, changes, items, before)
        remove_unnamed(folder, after)
        return _tidied(folder, after)


def refresh(folder: str | Path, freshness: Freshness | None) -> Current:
    """Say of a list that it was compared with its source and holds; or, without a freshness, that it has no source.

    Raises:
        ListPackageError: it is not a list that changes, or damaged.
        OSError: it could not be read or written.
    """
    folder = Path(folder)
    with writing(folder):
        return replace_state(folder, msgspec.structs.replace(currents.read(folder), freshness=freshness))


class _Changes:
    """What one call changes: which parts stay, which are written anew, and what else comes."""

    def __init__(
        self,
        said: Current,
        parts: tuple[ListPart, ...],
        withdrawn: set[str],
        on_item: Callable[[Entry | Problem], None] | None = None,
        dropped: tuple[ListPart, ...] = (),
    ) -> None:
        self.said, self.kept, self.anew, self._dropped = said, parts, (), dropped
        self._withdrawn, self._on_item, self._whole = withdrawn, on_item, not parts
        self._now = round(datetime.fromisoformat(said.created).timestamp() * 1_000_000)

    anew: tuple[ListPart, ...]
    named = True
    """Whether somebody named the state, so that it is another even if it holds the same."""
    first = False
    """Whether the list has no earlier state, of which somebody could ask what changed since."""
    merging = False
    """Whether the last parts are to be one, and nothing else."""
    allow: Callable[[int, int], None] | None = None
    """Asked whether so many entries may go, of so many."""
    anew_live = outdated_live = 0
    """How many entries that counted are written anew; and how many do not count any more, in the parts that stay."""
    came = known = 0
    """How many rows came, besides those that are written anew; and how many of them an earlier part says already."""

    @property
    def nothing_new(self) -> bool:
        """Whether all that came is said already."""
        return self.came == self.known and not self.merging

    def absorb(self, most: int, items: int) -> None:
        """Write the last parts anew as far as they are small, or as there are too many."""
        if self.merging:
            return
        kept, total = len(self.kept), items
        while kept > 1 and (total + _rows(self.kept[kept - 1]) <= SMALL or kept > most):
            kept -= 1
            total += _rows(self.kept[kept])
        self.kept, self.anew = self.kept[:kept], self.kept[kept:]

    def write(self, writer: Writer, items: Iterable[Entry | Problem]) -> None:
        """Write all that belongs into the new part."""
        standing: dict[str, tuple[Entry, int]] = {}
        for part in self.anew:
            for at, _, row in _shown(part):
                entry = part.package.entry(row)
                if not self.merging:
                    standing[entry.id] = entry, at
                self.anew_live += not entry.recalled
                writer.write(entry, at)
        for item in items:
            if self._on_item:
                self._on_item(item)
            if isinstance(item, Entry) and item.id in self._withdrawn:
                continue
            known, at = standing.get(item.id, (None, 0)) if standing and isinstance(item, Entry) else (None, 0)
            if known is not None and known == item:  # written all the same: it may come with another version of itself
                writer.write(item, at, turn=1)
                continue
            self.came += isinstance(item, Entry)
            writer.write(item, self._at(item), turn=1)

    def recall(self, writer: Writer, before: List | None) -> None:
        """Write the recalls of what was withdrawn."""
        for id_ in self._withdrawn if before else ():
            found = before.by_id(id_) if before else None
            if found:
                self._recall(writer, found[1])
        if self._dropped:
            self._recall_dropped(writer)

    def _recall_dropped(self, writer: Writer) -> None:
        """Recall what the list held and a whole new one does not: who asks for changes is to be told of it."""
        digests = writer.digests()
        for part in self._dropped:
            own = part.package.identities
            missing = part.live(own.changed) & ~np.isin(own.digests, digests)
            for at, row in zip(own.at[missing].tolist(), own.changed[missing].tolist(), strict=True):
                entry = part.package.entry(row)
                if entry.recalled:
                    writer.write(entry, at)
                else:
                    self._recall(writer, entry)

    def _recall(self, writer: Writer, entry: Entry) -> None:
        self.came += 1
        writer.write(msgspec.structs.replace(entry, recalled=True, updated=self.said.created), self._now, turn=2)

    def _at(self, item: Entry | Problem) -> int:
        """When the list took an item up: now, or as the state says that a whole one replaces, if it says the same.

        Of the first state, when its source changed it.
        """
        if isinstance(item, Problem) or (self.first and item.updated):
            return 0
        return (self._taken_up(item) if self._dropped else 0) or self._now

    def _taken_up(self, item: Entry) -> int:
        """When what a whole list replaces took up this very entry; 0 if it did not."""
        digest = digest_of(item.id)
        for part, moments in self._moments:
            rows = part.package.identities.find(digest)
            for row in rows[part.live(rows)].tolist() if len(rows) else ():
                if part.package.entry(row) == item:
                    return int(moments[row])
        return 0

    @cached_property
    def _moments(self) -> list[tuple[ListPart, npt.NDArray[np.int64]]]:
        """The parts that a whole list replaces, and when each of their rows was taken up."""
        found = []
        for part in self._dropped:
            own = part.package.identities
            moments = np.zeros(_rows(part), np.int64)
            moments[own.changed] = own.at
            found.append((part, moments))
        return found

    def compare(self, writer: Writer, rows: npt.NDArray[np.uint32], digests: npt.NDArray[np.uint64]) -> Compared:
        """Which rows of the new part say what an earlier part says already, and which rows of those are gone."""
        same = np.zeros(len(rows), bool)
        gone: dict[str, npt.NDArray[np.uint32]] = {}
        for part in self.kept:
            which, theirs = part.package.identities.find_many(digests)
            live = part.live(theirs)
            which, theirs = which[live], theirs[live]
            outdated: dict[int, bool] = {}
            for own, row, line in zip(which.tolist(), theirs.tolist(), writer.lines(rows[which]), strict=True):
                standing = part.package.line(row)
                if standing == line:
                    same[own] = True
                elif (known := _ID.decode(standing)).id == _ID.decode(line).id:
                    outdated[row] = known.recalled
            self.outdated_live += len(outdated) - sum(outdated.values())
            gone[part.package.folder.name] = np.array(sorted(outdated), np.uint32)
        for part in self.anew:
            for earlier, files in _gone_by(part).items():
                if earlier in gone:
                    gone[earlier] = np.union1d(gone[earlier], files).astype(np.uint32)
        self.known = int(same.sum())
        return rows[same], {gone_key(id_): array for id_, array in gone.items() if len(array)}

    def entries(self, before: List | None, manifest: Manifest) -> int:
        """How many entries count afterwards."""
        if before and self.nothing_new:
            return before.entries
        stay = before.entries - self.anew_live - self.outdated_live if before and not self._whole else 0
        return stay + manifest.entries - manifest.recalled - manifest.replaced


class _Id(msgspec.Struct):
    id: str
    recalled: bool = False


_ID = msgspec.json.Decoder(_Id)


def _write(folder: Path, changes: _Changes, items: Iterable[Entry | Problem], before: List | None) -> Current:
    """Write the new part and put the new state in place."""
    items = iter(items)
    first = list(itertools.islice(items, SMALL + 1))
    changes.absorb(MOST_PARTS - 1, len(first))
    parts_folder = folder / PARTS
    said = changes.said
    with beside(parts_folder / "new") as fresh:
        with Writer(fresh, unique=True) as writer:

            def compare(rows: npt.NDArray[np.uint32], digests: npt.NDArray[np.uint64]) -> Compared:
                if before and changes.allow:
                    changes.allow(lost(before, writer, rows, digests), before.entries)
                return changes.compare(writer, rows, digests)

            changes.write(writer, itertools.chain(first, items))
            changes.recall(writer, before)
            manifest = writer.finish(
                name=said.name,
                release=said.release,
                purpose=said.purpose,
                distance=said.distance,
                part=said.sequence,
                compare=compare,
            )
        parts = _named(before, changes.kept)
        if changes.nothing_new and before and parts:
            parts = before.current.parts if before.current else ()
        elif manifest.arrays["identities"][0].shape[0] or any(key.startswith("gone-") for key in manifest.arrays):
            parts += (_placed(fresh, parts_folder, manifest),)
    if before and before.current and parts == before.current.parts and _same(said, before.current, named=changes.named):
        return before.current
    after = msgspec.structs.replace(said, parts=parts)
    return replace_state(folder, msgspec.structs.replace(after, entries=changes.entries(before, manifest)), before)


def _placed(fresh: Path, folder: Path, manifest: Manifest) -> Part:
    """Close a new part and put it where parts are."""
    (fresh / MANIFEST).write_bytes(written(manifest))
    close_to_change(fresh)
    durable.sync(fresh)
    target = folder / manifest.checksum[:16]
    if not target.exists():  # a writer that was killed may have left the very same
        fresh.rename(target)
        durable.sync_folder(folder)
    seal = msgspec.json.decode((target / MANIFEST).read_bytes(), type=_Seal).seal
    gone = {
        key.removeprefix("gone-"): files[0].file for key, files in manifest.arrays.items() if key.startswith("gone-")
    }
    return Part(target.name, seal, gone)


class _Seal(msgspec.Struct):
    seal: str


def _same(one: Current, other: Current, *, named: bool) -> bool:
    keys = ("name", "purpose", "distance", "licence", "freshness", *(("release",) if named else ()))
    return all(getattr(one, key) == getattr(other, key) for key in keys)


def _rows(part: ListPart) -> int:
    return part.package.manifest.entries


def _named(before: List | None, kept: tuple[ListPart, ...]) -> tuple[Part, ...]:
    current = before.current if before else None
    return current.parts[: len(kept)] if current and kept else ()


def _shown(part: ListPart) -> Iterator[tuple[int, int, int]]:
    """The changes of a part that are the latest of their entries: moment, digest, row."""
    own = part.package.identities
    live = part.live(own.changed)
    yield from zip(own.at[live].tolist(), own.digests[live].tolist(), own.changed[live].tolist(), strict=True)


def _gone_by(part: ListPart) -> dict[str, npt.NDArray[np.uint32]]:
    """Which rows of which earlier parts a part makes outdated."""
    return {
        key.removeprefix("gone-"): map_rows(part.package.folder, files, [("<u4", ())], verify=False)[0]
        for key, files in part.package.manifest.arrays.items()
        if key.startswith("gone-")
    }


def _tidied(folder: Path, current: Current) -> Current:
    """Merge parts of like size, the last ones first; what the list says stays the same."""
    while True:
        opened = List.open(folder)
        sizes = [_rows(part) for part in opened.parts]
        first = len(sizes) - 1
        while first > 0 and sizes[first - 1] <= LIKE * sum(sizes[first:]):
            first -= 1
        if len(sizes) - first < 2 or (first == len(sizes) - 2 and sizes[first] <= SMALL and sizes[first + 1] <= SMALL):
            return current
        changes = _Changes(current, opened.parts, set())
        changes.kept, changes.anew, changes.merging = opened.parts[:first], opened.parts[first:], True
        current = _write(folder, changes, (), opened)
