"""Where a row of a table stands, and on which day it was read there or written down from memory. Pure; no Django."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_on(row: Mapping[str, Any], place: str) -> date | None:
    """Return the day on which somebody read a row in its source; None where it is recalled.

    Args:
        row: with `source`, and one of `read` and `recalled`; one that is invented needs no day.
        place: the file and the row, for the message.

    Raises:
        ValueError: it has no source, or not one day of the two.
    """
    if not row.get("source"):
        raise ValueError(f"{place}: it names no source")
    days = [row[name] for name in ("read", "recalled") if name in row]
    if row["source"] != INVENTED and (len(days) != 1 or not isinstance(days[0], date)):
        raise ValueError(f"{place}: it was read on a day (read), or recalled on one (recalled): one of the two")
    found: date | None = row.get("read")
    return found


INVENTED = "invented"
"""The source of what belongs to the demonstration."""
