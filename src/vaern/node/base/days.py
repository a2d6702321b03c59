"""Spans of days, as law and dated tables have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


def within(first: date | None, last: date | None, day: date) -> bool:
    """Whether a day lies in a span; both its ends count.

    Args:
        first, last: of its days; None where it is open.
        day: which.
    """
    return (first is None or first <= day) and (last is None or day <= last)
