"""Clocks and counts of the takedown: traces, escalation, holds, re-checks, times to removal. Pure; no Django."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TRACE_HOLDS = timedelta(hours=24)
"""How old the trace may be on which a notice is sent: places move, and a notice to the wrong host is a disclosure."""

MISSES_NEEDED = 3
MISSES_APART = timedelta(minutes=3)
"""Offline is what was missed so often, each so long after the one before (SCART, `docs/architecture/index.md`)."""

OLDEST_CHECK = timedelta(hours=24)
"""How far back a re-check may lie when it is told."""

PORTAL_LASTS = timedelta(days=90)
"""How long the address of a host portal answers."""

BLOCK_LASTS = timedelta(days=30)
LONGEST_BLOCK = timedelta(days=180)
"""To the first review of a block, and the most that a person may give it at once."""


class Level(enum.IntEnum):
    """The escalation level of a location."""

    NOBODY = 0
    HOST = 1
    OWNER = 2
    REGISTRAR = 3
    POLICE = 4


@dataclass(frozen=True)
class Pace:
    """The pace of notices to each level.

    Attributes:
        every: the time from a notice or reminder to the next step.
        reminders: number of reminders before escalation.
    """

    every: timedelta
    reminders: int


PACE: dict[Level, Pace] = {
    Level.HOST: Pace(timedelta(hours=24), 2),
    Level.OWNER: Pace(timedelta(hours=24), 2),
    Level.REGISTRAR: Pace(timedelta(hours=24), 5),
}
"""The intervals, as data: three days for host and owner, six for the registrar (SCART, `docs/basic/ntd.md`)."""


def next_step(level: Level, since: datetime) -> datetime | None:
    """Return when the next step follows a notice or reminder; None at the police channel, where people act."""
    pace = PACE.get(level)
    return since + pace.every if pace else None


def reminders_left(level: Level, reminded: int) -> int:
    """Return the number of reminders left for a notice at a level."""
    pace = PACE.get(level)
    return max(0, pace.reminders - reminded) if pace else 0


def next_level(level: Level, reachable: Iterable[Level]) -> Level:
    """Return the next level that can be reached, finally the police channel."""
    return min((found for found in reachable if found > level), default=Level.POLICE)


def fresh(traced_at: datetime | None, now: datetime) -> bool:
    """Whether a trace is recent enough for a notice."""
    return traced_at is not None and timedelta(0) <= now - traced_at <= TRACE_HOLDS


def misses(checks: Iterable[tuple[datetime, bool]]) -> int:
    """Return the number of misses that count since the material was last found.

    A miss counts if it is at least `MISSES_APART` after the last one that counted.

    Args:
        checks: moment, and whether the material was there; in any order.
    """
    count, last = 0, None
    for at, there in sorted(checks):
        if there:
            count, last = 0, None
        elif last is None or at - last >= MISSES_APART:
            count, last = count + 1, at
    return count


def hold_used(holds: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """Return the total time held, from start and end of each hold; overlaps count once."""
    used, until = timedelta(0), None
    for start, end in sorted(holds):
        begin = start if until is None else max(start, until)
        used += max(end - begin, timedelta(0))
        until = end if until is None else max(until, end)
    return used


def latest_end(
    started: datetime, earlier: Iterable[tuple[datetime, datetime]], desk_hours: int, longest: timedelta
) -> datetime:
    """Return the latest end of a hold: all holds of a location together have one maximum.

    Args:
        started: when this one began.
        earlier: start and end of the others.
        desk_hours: what the desk allows.
        longest: what the rules allow.
    """
    return started + max(timedelta(0), min(timedelta(hours=desk_hours), longest) - hold_used(earlier))


def share_within(times: Sequence[timedelta | None], span: timedelta) -> float | None:
    """Return the share removed within a span; None among the times means still up; returns None for no times."""
    if not times:
        return None
    return sum(1 for time in times if time is not None and time <= span) / len(times)


def percentile(times: Sequence[timedelta], share: float) -> timedelta | None:
    """Return the nearest-rank percentile of times; None for no times."""
    ordered = sorted(times)
    return ordered[max(1, math.ceil(share * len(ordered))) - 1] if ordered else None
