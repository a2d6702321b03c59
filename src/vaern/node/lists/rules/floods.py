"""When an entry is hit so much more than any other that it is likelier a blank picture than known material.

Published accounts name the entries that do it: all black, all white, an icon that every page has, the digest of an
empty file. They meet everything, so their hits say nothing, and whoever acts on hits acts on noise.

What is usual is measured on the list itself, by an order statistic that a flood cannot lift: of all hours in which
another entry was hit, the one that only one in a hundred exceeds.
"""

from __future__ import annotations

import enum
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

WINDOW = timedelta(hours=2)
"""How far back the hours reach in which a flood is looked for: the last whole one, and the one that has begun."""

HISTORY = timedelta(days=28)
"""How far back the hours reach that say what is usual; the window is not among them, so that two floods at once do not
excuse each other."""

EXCEEDED = 0.01
"""The share of those hours that may be busier than what counts as usual."""

NOT_AGAIN = timedelta(days=30)
"""How long an entry that a person let go is not set aside again for the same cause."""

HITS, FACTOR, CALLERS = 1_000, 20, 2
"""What a new list begins with (`Bounds`)."""


class Cause(enum.StrEnum):
    """Why the node set an entry aside by itself."""

    FLOOD = "flood"
    NEGATIVE = "negative"
    KNOWN_GOOD = "known-good"
    JUNK = "junk"


class Bounds(NamedTuple):
    """From where on a list takes hits for a flood.

    Attributes:
        hits: so many in an hour, at least; 0 for never.
        factor: and so many times what is usual.
        callers: by so many programs: one that asks for the same file again and again says nothing about an entry.
    """

    hits: int = HITS
    factor: int = FACTOR
    callers: int = CALLERS


class Hour(NamedTuple):
    """How an entry was hit in an hour."""

    hits: int
    callers: int


def usual(hours: Sequence[int]) -> int:
    """Return the hits of an hour that is exceeded by one hour in a hundred at most; 1 where there is no history.

    Args:
        hours: hits of other entries, one number for each entry and hour in which it was hit.
    """
    if not hours:
        return 1
    return sorted(hours)[ceil((1 - EXCEEDED) * len(hours)) - 1]


def bound(usual_hits: int, bounds: Bounds) -> int:
    """Return from how many hits in an hour on it is a flood."""
    return max(bounds.hits, bounds.factor * usual_hits)


def is_flood(hour: Hour, usual_hits: int, bounds: Bounds) -> bool:
    """Whether what hit an entry in an hour is a flood."""
    return bounds.hits > 0 and hour.callers >= bounds.callers and hour.hits >= bound(usual_hits, bounds)
