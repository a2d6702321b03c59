"""How much a source may take away from a list before a person agrees: one rule, with a node and without."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from vaern.records import Entry

LOST, LOST_PERCENT = 1_000, 5
"""What a new list begins with (`Bounds`)."""

FEW = 10
"""So many entries are few on any list, however short it is."""

WITHIN = timedelta(days=1)
"""The time over which what is lost is added up: many small changes are one large one."""


class Bounds(NamedTuple):
    """How many entries of a list may go before a person agrees: in a node a second one, to what a first one takes.

    A source that was broken into, or has a fault, would else empty the list everywhere within a second.

    Attributes:
        entries: so many; 0 for every one.
        percent: or such a share of those that are matched, in hundredths.
    """

    entries: int = LOST
    percent: int = LOST_PERCENT


def too_many(lost: int, matched: int, before: int, bounds: Bounds) -> bool:
    """Whether a change takes so many entries away that a person has to agree.

    Args:
        lost: how many entries it would withdraw, set aside, let end earlier, or take a hash from.
        matched: how many the list matches now.
        before: how many other changes have taken away within a day (`WITHIN`), to which nobody agreed.
        bounds: of the list.
    """
    together, there = lost + before, matched + before
    many = together > bounds.entries or (together > FEW and 100 * together > bounds.percent * there)
    return lost > 0 and many


def loses(before: Entry, after: Entry) -> bool:
    """Whether an entry that is matched would be matched less: not at all, not by a hash it has, or not for as long.

    One that gets further hashes, or another class, loses nothing.
    """
    return (
        after.recalled
        or not _hashes(before) <= _hashes(after)
        or bool(after.ends and (not before.ends or after.ends < before.ends))
    )


def _hashes(entry: Entry) -> set[tuple[str, bytes]]:
    return {(one.kind, one.value) for one in entry.signals}
