"""What is counted of hash lists by month, so that whoever keeps them sees how they do. No one is ranked by it."""

from __future__ import annotations

import enum
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Indicator(enum.StrEnum):
    """What is counted; each has a number a month, or several by a key."""

    SOURCES = "entries_by_source"
    COUNTRIES = "entries_by_country"
    VOTES = "votes_by_country"
    LOOKUPS = "look_ups"
    HITS = "hits"
    RECALLS = "recalls"
    TO_DISK = "recall_to_disk"
    ADDED_TO_DISK = "addition_to_disk"
    RECALLED_EVERYWHERE = "recall_everywhere"
    RECALLS_OUT = "recalls_not_everywhere"
    RELEASED_EVERYWHERE = "release_everywhere"
    RELEASES_OUT = "releases_not_everywhere"
    SILENT = "subscribers_silent"


STOCK = frozenset({Indicator.SOURCES, Indicator.COUNTRIES})
"""What is counted as it stands; the others as what happened in the month."""

TIMES = frozenset(
    {Indicator.TO_DISK, Indicator.ADDED_TO_DISK, Indicator.RECALLED_EVERYWHERE, Indicator.RELEASED_EVERYWHERE}
)
"""What is a time in milliseconds; the others are counts."""

LONGEST, MEDIAN = "longest", "median"
"""Keys of how long something took, in milliseconds."""


def times(taken: Sequence[float]) -> dict[str, int]:
    """Return the longest and the median of some times in seconds, as milliseconds; nothing for none."""
    if not taken:
        return {}
    return {LONGEST: round(1000 * max(taken)), MEDIAN: round(1000 * median(taken))}


FEWEST = 5
"""A smaller count, but none at all, is not told beyond whoever keeps the list: few hits may be one person's."""


def total_of(counts: Mapping[str, int]) -> int | None:
    """Return the total of some counts; None where it is too few to be told."""
    total = sum(counts.values())
    return None if 0 < total < FEWEST else total


def told(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return the parts of a total that is told, with None for those that are too few; nothing where these would follow.

    What is left of the total when all told parts are subtracted is the sum of the few, and how many they are is seen.
    That may not narrow any of them down: each could still be 1, and could still be 4.
    """
    few = [n for n in counts.values() if 0 < n < FEWEST]
    least, most = len(few) + FEWEST - 2, (FEWEST - 1) * (len(few) - 1) + 1
    if few and not least <= sum(few) <= most:
        return {}
    return {key: None if 0 < n < FEWEST else n for key, n in counts.items()}
