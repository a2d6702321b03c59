"""Exposure: what a person viewed, how much in a day, and what is shown to them next. Pure; no Django.

The budgets follow research and practitioners (Lewitzka 2026; Spence, Martellozzo and DeMarco): what helps is less
exposure, breaks and control over it, not filters over material that has to be studied.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from vaern.arrivals import Viewed

KEPT_FOR = timedelta(days=90)
"""From the declaration to its erasure."""

DAILY, HARD, INTERLEAVE = 60, 120, 5
"""What holds for somebody who chose nothing: files a day to the warning and to the stop; heavy ones in a row."""

HIGHEST = 1_000
"""Files a day beyond which nobody can set their own stop."""


class Extent(enum.StrEnum):
    """How much of something a person viewed."""

    NOTHING = "nothing"
    PART = "part"
    WHOLE = "whole"


SOME = "some"
"""Beside `Extent`, in an assessment of several items: a part of them together, so that of no single one it is known."""


class Severity(enum.IntEnum):
    """How heavy it was for the viewer, as they say."""

    LIGHT = 1
    HEAVY = 2
    VERY_HEAVY = 3


class Why(enum.StrEnum):
    """Why unknown material is withheld from a person, or why they are warned."""

    NOTHING = ""
    NEAR = "near"
    BUDGET = "budget"
    NOT_NOW = "not_now"


@dataclass(frozen=True)
class Limits:
    """A person's own limits.

    Attributes:
        daily: files a day before a warning.
        hard: files a day after which nothing unknown is put before them.
        interleave: heavy ones in a row after which something else comes first.
        not_now_until: nothing unknown until then; None if not.
    """

    daily: int = DAILY
    hard: int = HARD
    interleave: int = INTERLEAVE
    not_now_until: datetime | None = None


@dataclass(frozen=True)
class Shield:
    """Whether unknown material may be shown to a person now.

    Attributes:
        allowed: it may.
        warn: the daily budget is reached; the person decides.
        why: a code of `Why`.
        files: number of files declared today.
        limits: their limits.
    """

    allowed: bool
    warn: bool
    why: Why
    files: int
    limits: Limits


def shield(limits: Limits, files: int, now: datetime) -> Shield:
    """Return whether unknown material may be shown to a person now.

    Args:
        limits: their limits.
        files: that they looked at today.
        now: with zone.
    """
    if limits.not_now_until is not None and now < limits.not_now_until:
        return Shield(False, files >= limits.daily, Why.NOT_NOW, files, limits)
    if files >= limits.hard:
        return Shield(False, True, Why.BUDGET, files, limits)
    if files >= limits.daily:
        return Shield(True, True, Why.NEAR, files, limits)
    return Shield(True, False, Why.NOTHING, files, limits)


def problem_with_limits(daily: int, hard: int, interleave: int) -> str:
    """Return why limits are not valid, as a code; "" if they are."""
    if not 1 <= daily <= hard:
        return "warn_after_stop"
    if hard > HIGHEST:
        return "too_high"
    return "" if 1 <= interleave <= 50 else "interleave"


def problem_with_declaration(extent: Extent, files: int, covered: int) -> str:
    """Return why a declaration cannot be true, as a code; "" if it can.

    Args:
        extent: how much.
        files: how many files were looked at.
        covered: number of items that it covers. The whole of them is at least one file each.
    """
    if extent is Extent.NOTHING:
        return "nothing_has_no_files" if files else ""
    if files < 1:
        return "files_needed"
    return "whole_needs_all" if extent is Extent.WHOLE and files < covered else ""


def viewed(declared: Iterable[tuple[Extent, bool]]) -> Viewed:
    """Return how much of one item people really viewed: whole, partly, not or unknown (`arrivals.Viewed`).

    Args:
        declared: extents with whether each covers this item alone, or the only item; a part of several items does not
            say that any single one was opened.
    """
    found = set(declared)
    if any(extent is Extent.WHOLE for extent, _alone in found):
        return "whole"
    if (Extent.PART, True) in found:
        return "partly"
    if (Extent.PART, False) in found:
        return "unknown"
    return "not" if found else "unknown"


Key = TypeVar("Key")


@dataclass(frozen=True)
class Candidate(Generic[Key]):
    """A report that may come next.

    Attributes:
        key: identifies the report.
        unknown: it holds an item that is neither known nor seen.
        heavy: what is unknown in it depicts abuse.
        urgent: a child may be in danger now.
    """

    key: Key
    unknown: bool
    heavy: bool
    urgent: bool = False


def is_heavy(offence: str, unknown: bool) -> bool:
    """Whether a report is likely to be heavy, judged by its offence before anybody has viewed it."""
    return unknown and offence in {"material", "live_abuse", "hands_on", "trafficking", "travel"}


def run_of_heavy(severities: Sequence[int]) -> int:
    """Return how many of the last declarations, the latest first, were heavy in a row."""
    count = 0
    for severity in severities:
        if severity < Severity.HEAVY:
            break
        count += 1
    return count


def order(
    candidates: Sequence[Candidate[Key]], in_a_row: int, interleave: int, *, allowed: bool = True
) -> list[Candidate[Key]]:
    """Return the candidates that may be shown to a person, in order.

    The given order stands (urgent first, then by priority), but after a number of heavy ones in a row the first that
    is not heavy comes before the heavy ones. Urgent ones always stay first. If unknown material may not be shown to the
    person, unknown reports are left out, even urgent ones: they stay at the top of the work list for colleagues.

    Args:
        candidates: urgent first, then by priority.
        in_a_row: heavy ones that the person had last.
        interleave: heavy ones in a row after which something else comes first.
        allowed: something unknown may be put before them.
    """
    found = [candidate for candidate in candidates if allowed or not candidate.unknown]
    if in_a_row < interleave:
        return found
    return sorted(found, key=lambda candidate: candidate.heavy and not candidate.urgent)
