"""What is counted of hash lists by month, so that whoever keeps them sees how they do. No one is ranked by it."""

from __future__ import annotations

import enum
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Indicator(enum.StrEnum):
    """What is counted; each has a number a month, or several by a key."""

    SOURCES = "entries_by_source"
    COUNTRIES = "entries_by_country"
    VOTES = "votes_by_country"
    LOOKUPS = "look_ups"
    HITS = "hits"
    RECALLS = "recalls"
    TO_DISK = "recall_to_disk"


STOCK = frozenset({Indicator.SOURCES, Indicator.COUNTRIES})
"""What is counted as it stands; the others as what happened in the month."""

LONGEST, MEDIAN = "longest", "median"
"""Keys of how long recalls took, in milliseconds."""


def times(taken: Sequence[float]) -> dict[str, int]:
    """Return the longest and the median of some times in seconds, as milliseconds; nothing for none."""
    if not taken:
        return {}
    return {LONGEST: round(1000 * max(taken)), MEDIAN: round(1000 * median(taken))}
