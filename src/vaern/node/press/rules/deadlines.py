"""Local times to the second, also on days when clocks change. Pure; no Django.

A deadline is what a clock on the wall of the place shows, and it is inclusive: Wednesday 20 June 2012 17:00:00 in
Copenhagen takes whatever arrives while that clock shows 17:00:00, up to the last fraction of that second; 17:00:01 is
late. A time that the place's clocks never show is refused; one that they show twice has to say which of the two.
"""

from __future__ import annotations

import enum
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

SECOND = timedelta(seconds=1)


class Which(enum.IntEnum):
    """Which of two: where clocks are set back, an hour is shown twice."""

    FIRST = 0
    SECOND = 1


class NoSuchTime(ValueError):
    """The clocks of the place never show this time: they are set forward over it.

    Attributes:
        before, after: what they would show as they are set forward, and what they show instead.
    """

    def __init__(self, before: datetime, after: datetime) -> None:
        super().__init__(f"clocks jump from {before:%H:%M} to {after:%H:%M}")
        self.before, self.after = before, after


class TwiceThatDay(ValueError):
    """The clocks of the place show this time twice, and nobody said which is meant.

    Attributes:
        first, second: the two moments, in UTC.
    """

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__(f"clocks show it twice: {first:%H:%M} and {second:%H:%M} UTC")
        self.first, self.second = first, second


@cache
def zones() -> frozenset[str]:
    """Return the names of the time zones (IANA) that this machine knows and that are places."""
    return frozenset(name for name in available_timezones() if name == "UTC" or ("/" in name and name[:3] != "Etc"))


def zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name.

    Raises:
        ValueError: there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone: Europe/Copenhagen is one") from None


def moment(wall: datetime, place: str, which: Which | None = None) -> datetime:
    """Return the moment, in UTC, at which the clocks of a place show something.

    Args:
        wall: what they show; without a zone.
        place: IANA name of the zone.
        which: where they show it twice; ignored where they do not.

    Raises:
        NoSuchTime: they never show it.
        TwiceThatDay: they show it twice, and `which` is None.
        ValueError: `wall` has a zone, or `place` is none.
    """
    if wall.tzinfo is not None:
        raise ValueError("what a clock on the wall shows has no zone")
    here = zone(place)
    first, second = (wall.replace(tzinfo=here, fold=fold).astimezone(UTC) for fold in (0, 1))
    shown = [found for found in (first, second) if shows(found, place) == wall]
    if not shown:
        raise NoSuchTime(*_jump(second, first, place))
    if shown[0] == shown[-1]:
        return shown[0]
    if which is None:
        raise TwiceThatDay(first, second)
    return second if which is Which.SECOND else first


def shows(at: datetime, place: str) -> datetime:
    """Return what the clocks of a place show at a moment, without the zone."""
    return at.astimezone(zone(place)).replace(tzinfo=None, fold=0)


def in_time(arrived: datetime, deadline: datetime) -> bool:
    """Whether something that arrived is in time: until the second of the deadline is over.

    Args:
        arrived, deadline: moments, with a zone; the deadline is a whole second.
    """
    return arrived < deadline + SECOND


def is_public(now: datetime, embargo: datetime) -> bool:
    """Whether an embargo has ended: from the first instant of its second on."""
    return now >= embargo


def _jump(earlier: datetime, later: datetime, place: str) -> tuple[datetime, datetime]:
    """Return what clocks show as they are set forward, and what they show then; it happens between two moments."""
    low, high = earlier, later
    offset = low.astimezone(zone(place)).utcoffset()
    while high - low > SECOND:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone(place)).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return shows(low, place) + (high - low), shows(high, place)
