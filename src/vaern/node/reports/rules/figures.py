"""What the desk's numbers count: periods, ages, spans of time, the version of their definitions. Pure; no Django."""

from __future__ import annotations

import enum
from datetime import date, timedelta

VERSION = "1 (29 November 2026)"
"""Of the definitions; another whenever a number counts something else than before."""

PERIODS = (4, 12, 26, 52)
"""Weeks that can be chosen, this one included."""

USUAL_PERIOD = 12

AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))
"""Where a band of ages ends, exclusive; the last band has no end."""

STILL_UP = timedelta(hours=72)
"""How long after the first notice a location that is still up makes its host a slow one."""


class Step(enum.StrEnum):
    """What the time from the arrival of a report runs to."""

    LOOK = "look"
    CONCLUSION = "conclusion"
    NOTICE = "notice"
    REMOVAL = "removal"


SPANS = (1, 4, 24, 72, 168, 720)
"""Hours: the steps in which the times of erased reports are kept."""


def band(age: timedelta) -> int:
    """Return the number of the band of an age, from 0."""
    return sum(age >= end for end in AGES)


def weeks(today: date, count: int) -> list[date]:
    """Return the Mondays of the last weeks, the oldest first, this week's last."""
    this = today - timedelta(days=today.weekday())
    return [this - timedelta(weeks=back) for back in range(count - 1, -1, -1)]


def span(took: timedelta) -> str:
    """Return the first of `SPANS` within which something happened, or `later`."""
    return next((str(hours) for hours in SPANS if took <= timedelta(hours=hours)), "later")


def backlog(open_now: int, arrived: list[int], closed: list[int]) -> list[int]:
    """Return how many were open at the end of each week, from what is open now and what came and went since.

    Args:
        open_now: at the end of the last week, which is not over.
        arrived, closed: by week, the oldest first; without repetitions, which nobody has to work on.
    """
    found = [open_now]
    for came, went in zip(reversed(arrived[1:]), reversed(closed[1:]), strict=True):
        found.append(found[-1] - came + went)
    return found[::-1]
