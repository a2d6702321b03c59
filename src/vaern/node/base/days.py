"""The days of dated tables: the span in which a row holds, and the day on which somebody read it."""

from __future__ import annotations

from datetime import date


def within(first: date | None, last: date | None, day: date) -> bool:
    """Whether a day lies in a span; both its ends count.

    Args:
        first, last: of its days; None where it is open.
        day: which.
    """
    return (first is None or first <= day) and (last is None or day <= last)


def check_read_once(read: object, recalled: object) -> None:
    """Hold a row to one day: that on which somebody read it in its source, or else wrote it down from memory.

    Raises:
        ValueError: it has none, or both, or what stands there is no day.
    """
    if read is None and recalled is None:
        raise ValueError("It names no day, on which it was read there (read) or else recalled (recalled)")
    if read is not None and recalled is not None:
        raise ValueError("It was read or it was recalled: one day of the two")
    if not isinstance(recalled if read is None else read, date):
        raise ValueError("It was read, or recalled, on what is no day")  # noqa: TRY004 - what a file says
