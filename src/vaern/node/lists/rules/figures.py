"""How often a list is wrong: false hits of all hits, by month, and when a month's hits are counted for good."""

from __future__ import annotations

from datetime import date, timedelta
from math import sqrt
from typing import NamedTuple

SURE = 1.959963984540054
"""The quantile of the normal distribution for an interval of 95 per cent."""

LATE = timedelta(days=3)
"""How long after its end a month still takes hits: a look-up is entered when the node runs again."""


class Rate(NamedTuple):
    """A share with its interval of 95 per cent, each from 0 to 1."""

    rate: float
    lower: float
    upper: float


def rate(false: int, hits: int) -> Rate | None:
    """Return the share of false hits with its score interval; None without a hit.

    E. B. Wilson, *Probable Inference, the Law of Succession, and Statistical Inference*, J. Am. Stat. Assoc. 22(158),
    1927, 209-212. Unlike the usual interval it is right for few hits and for none that is false: of no false hit
    among ten it says at most 28 per cent, and not 0.

    Raises:
        ValueError: there are more false hits than hits.
    """
    if not 0 <= false <= hits:
        raise ValueError(f"{false} false hits of {hits}")
    if hits == 0:
        return None
    share, square = false / hits, SURE * SURE
    middle = share + square / (2 * hits)
    spread = SURE * sqrt(share * (1 - share) / hits + square / (4 * hits * hits))
    whole = 1 + square / hits
    lower = (middle - spread) / whole if false else 0.0  # exactly, whatever was rounded on the way
    return Rate(share, lower, (middle + spread) / whole if false < hits else 1.0)


def false_hits(hits: int, disputed: int, *, recalled: bool) -> int:
    """Return how many hits of an entry in a month were false.

    Args:
        hits: all that there were.
        disputed: those of which somebody found that the file is another one.
        recalled: the entry was withdrawn, because it was never right: then all were.
    """
    return hits if recalled else min(disputed, hits)


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """Return the first day of the month after a month."""
    return month_of(month + timedelta(days=31))


def open_months(founded: date, closed: date | None, today: date) -> list[date]:
    """Return the months whose hits are counted today, oldest first: those that are not closed, up to today's.

    Args:
        founded: the day from which there can be hits.
        closed: the last month that is closed; None for none yet.
    """
    month = month_after(closed) if closed else month_of(founded)
    found = []
    while month <= today:
        found.append(month)
        month = month_after(month)
    return found


def closes(month: date) -> date:
    """Return the day on which the hits of a month are counted for the last time; then they never change."""
    return month_after(month) + LATE


def attributed(said: date, hit_in: list[date]) -> date | None:
    """Return to which month a false hit belongs that somebody reported, not saying when it was.

    It is the last month with hits of the entry up to the day on which it was said; None where there is none.
    """
    return max((month for month in hit_in if month <= said), default=None)
