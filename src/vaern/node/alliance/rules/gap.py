"""How far a member is from its target: met, on track, behind, overdue, or not computable and why.

The way from the baseline to the target is a straight line: nobody promised another. What is on it or ahead of it is on
track. Nothing is guessed: where a number is missing, the standing says which.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vaern.node.alliance.rules.contents import Target


class Status(enum.StrEnum):
    """Where a member stands."""

    MET = "met"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    OVERDUE = "overdue"
    NOT_COMPUTABLE = "not_computable"


class Why(enum.StrEnum):
    """Why a standing is not computable."""

    NO_NUMBER = "no_number"
    NO_VALUE = "no_value"
    OF_NOTHING = "of_nothing"
    JOINED_MEANWHILE = "joined_meanwhile"
    NO_BASELINE = "no_baseline"
    NO_DUE = "no_due"
    NO_TIME = "no_time"


class Trend(enum.StrEnum):
    """Where the last two values lead."""

    TOWARDS = "towards"
    AWAY = "away"
    STILL = "still"


@dataclass(frozen=True)
class Reading:
    """A value of one period.

    Attributes:
        first, last: days of the period.
        value: None where there is none.
        why: NO_VALUE, or OF_NOTHING where there was nothing to take a share of.
    """

    first: date
    last: date
    value: float | None
    why: Why = Why.NO_VALUE


@dataclass(frozen=True)
class Standing:
    """Where a member stands.

    Attributes:
        status, why: why is None unless it is not computable.
        value: the last one.
        gap: what is missing, in the unit of the target, never negative; None where a number is missing.
        done: the part of the way from the baseline that was gone; may be negative or more than 1.
        trend: None with fewer than two values.
    """

    status: Status
    why: Why | None = None
    value: float | None = None
    gap: float | None = None
    done: float | None = None
    trend: Trend | None = None


def standing(target: Target, readings: Sequence[Reading], today: date, joined: date | None = None) -> Standing:
    """Return where a member stands.

    Args:
        target: what it committed itself to.
        readings: the values there are, the earliest first.
        today: decides what is overdue.
        joined: the day on which the member joined; a period that began before says nothing of it as a member.
    """
    trend = _trend(target, readings)
    if target.value is None or not isfinite(target.value):
        return Standing(Status.NOT_COMPUTABLE, Why.NO_NUMBER, trend=trend)
    last = readings[-1] if readings else None
    if last is None or last.value is None or not isfinite(last.value):
        return Standing(Status.NOT_COMPUTABLE, last.why if last and last.value is None else Why.NO_VALUE, trend=trend)
    gap = max(_sign(target) * (target.value - last.value), 0.0)
    done = _done(target, target.value, last.value)
    if joined is not None and last.first < joined:
        return Standing(Status.NOT_COMPUTABLE, Why.JOINED_MEANWHILE, last.value, gap, done, trend)
    found = _status(target, last, gap, today)
    if isinstance(found, Why):
        return Standing(Status.NOT_COMPUTABLE, found, last.value, gap, done, trend)
    return Standing(found, None, last.value, gap, done, trend)


def _sign(target: Target) -> int:
    return -1 if target.direction == "at_most" else 1


def _status(target: Target, last: Reading, gap: float, today: date) -> Status | Why:
    """Return the status for what is missing, or why it cannot be computed."""
    baseline = target.baseline
    if baseline is None or baseline.value is None or baseline.date is None or not isfinite(baseline.value):
        return Why.NO_BASELINE
    if gap == 0:
        return Status.MET
    if target.due is None:
        return Why.NO_DUE
    if today > target.due:
        return Status.OVERDUE
    if target.due <= baseline.date:
        return Why.NO_TIME
    part = min(max((last.last - baseline.date) / (target.due - baseline.date), 0.0), 1.0)
    start = _sign(target) * ((target.value or 0.0) - baseline.value)
    return Status.ON_TRACK if gap <= start * (1 - part) else Status.BEHIND


def _done(target: Target, goal: float, value: float) -> float | None:
    """Return the fraction of the way covered; None if there is none to cover: the baseline meets the target already."""
    baseline = target.baseline
    if baseline is None or baseline.value is None or not isfinite(baseline.value):
        return None
    way = goal - baseline.value
    return (value - baseline.value) / way if _sign(target) * way > 0 else None


def _trend(target: Target, readings: Sequence[Reading]) -> Trend | None:
    known = [one.value for one in readings if one.value is not None and isfinite(one.value)]
    if len(known) < 2:
        return None
    moved = _sign(target) * (known[-1] - known[-2])
    return Trend.STILL if moved == 0 else Trend.TOWARDS if moved > 0 else Trend.AWAY
