"""What two states of one list differ in, at the cost of the parts that they do not share.

Parts never change, and are named by their content. An entry of a part that both states name differs only where a part
of one of them says that its row no longer counts. So a day's changes are told from ten million entries without
reading these, whoever published the states and in whatever way: nothing of it rests on the moments that they tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.matching.lists import List, ListPart
    from vaern.records import Entry

Rows = npt.NDArray[np.uint32]


def differences(before: List, after: List) -> Iterator[Entry]:
    """The entries by which a list became what it is: new and changed ones as they are, and as recalled what went.

    Args:
        before, after: states of a list; in neither do two entries with one id count.

    Raises:
        ListPackageError: a part is damaged.
    """
    earlier, later = _named(before), _named(after)
    gone: list[tuple[ListPart, int]] = []
    for id_ in earlier.keys() & later.keys():
        was, now = earlier[id_], later[id_]
        gone += [(now, row) for row in _only(now, was).tolist()]
        for row in _only(was, now).tolist():  # a later state lets a row count again that an earlier one did not
            yield now.package.entry(row)
    dropped = [_Counting(part) for id_, part in earlier.items() if id_ not in later]
    for id_, part in later.items():
        if id_ not in earlier:
            yield from _other(part, dropped)
    gone += [(part.part, row) for part in dropped for row in part.left]
    for part, row in gone:
        entry = part.package.entry(row)
        if not entry.recalled and after.row_of(entry.id) is None:
            yield msgspec.structs.replace(entry, recalled=True)


def _named(list_: List) -> dict[str, ListPart]:
    """The parts of a list by what names their content."""
    return {part.package.manifest.checksum: part for part in list_.parts}


def _gone(part: ListPart) -> Rows:
    found: Rows = np.unique(np.concatenate([*part.gone, np.empty(0, np.uint32)]))
    return found


def _only(one: ListPart, other: ListPart) -> Rows:
    """The rows of a part that are gone in one state and count in the other."""
    found: Rows = np.setdiff1d(_gone(one), _gone(other), assume_unique=True)
    return found


class _Counting:
    """The rows of a part that no later state names, and of which the later state has not been found to speak.

    Args:
        part: as the earlier state has it.
    """

    def __init__(self, part: ListPart) -> None:
        self.part = part
        self._rows = _live(part)[1]
        self._told = np.zeros(part.package.manifest.entries, bool)

    @property
    def left(self) -> list[int]:
        """The rows of whose entries nothing was found."""
        found: list[int] = self._rows[~self._told[self._rows]].tolist()
        return found

    def same(self, package: Any, digests: npt.NDArray[np.uint64], rows: Rows) -> npt.NDArray[np.bool_]:
        """Which rows of a package say what a row here says."""
        same = np.zeros(len(rows), bool)
        which, theirs = self.part.package.identities.find_many(digests)
        live = self.part.live(theirs)
        for place, row in zip(which[live].tolist(), theirs[live].tolist(), strict=True):
            if package.line(int(rows[place])) == self.part.package.line(row):
                same[place] = self._told[row] = True
        return same


def _live(part: ListPart) -> tuple[npt.NDArray[np.uint64], Rows]:
    """The digests and the rows of a part that count."""
    own = part.package.identities
    live = part.live(own.rows)
    return own.heads[live], own.rows[live]


def _other(part: ListPart, dropped: list[_Counting]) -> Iterator[Entry]:
    """The entries of a part that none of the dropped ones has as they are."""
    digests, rows = _live(part)
    same = np.zeros(len(rows), bool)
    for other in dropped:
        same |= other.same(part.package, digests, rows)
    for row in np.sort(rows[~same]).tolist():
        yield part.package.entry(row)
