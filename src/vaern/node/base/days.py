"""Dates of dated tables: the period in which a row is in force, and the day on which its source was read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence


class Valid(Protocol):
    """A version of something, with the days on which it holds."""

    @property
    def valid_from(self) -> date:
        """Its first day."""
        ...

    @property
    def valid_until(self) -> date | None:
        """Its last day; None while it has none."""
        ...


Version = TypeVar("Version", bound=Valid)


def within(first: date | None, last: date | None, day: date) -> bool:
    """Whether a day lies in a period, both ends included.

    Args:
        first, last: its first and last day; None for an open end.
        day: the day in question.
    """
    return (first is None or first <= day) and (last is None or day <= last)


def in_force_on(versions: Sequence[Version], day: date) -> Version:
    """Return the version that holds on a day: the last that began; before the first, the first.

    Args:
        versions: the earliest first.
        day: which.
    """
    found = [one for one in versions if within(one.valid_from, one.valid_until, day)]
    return found[-1] if found else versions[0]


def check_read_once(read: object, recalled: object) -> None:
    """Check that a row names exactly one day: when its source was read, or when it was written down from memory.

    Raises:
        ValueError: it names neither or both, or the value is not a date.
    """
    if read is None and recalled is None:
        raise ValueError("It names no day, on which it was read there (read) or else recalled (recalled)")
    if read is not None and recalled is not None:
        raise ValueError("It was read or it was recalled: one day of the two")
    if not isinstance(recalled if read is None else read, date):
        raise ValueError("It was read, or recalled, on what is no day")  # noqa: TRY004 - what a file says
