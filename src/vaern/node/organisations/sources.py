"""Where a row of a table stands, and on which day it was read there or written down from memory. Pure; no Django."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.base.days import check_read_once

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

INVENTED = "invented"
"""The source of what belongs to the demonstration."""


def read_on(row: Mapping[str, Any], place: str) -> date | None:
    """Return the day on which somebody read a row in its source; None where it is recalled or invented.

    Args:
        row: with `source`, and one of `read` and `recalled`; one that is invented needs no day.
        place: the file and the row, for the message.

    Raises:
        ValueError: it has no source, or not one day of the two.
    """
    if not row.get("source"):
        raise ValueError(f"{place}: it names no source")
    found: date | None = row.get("read")
    if row["source"] != INVENTED:
        try:
            check_read_once(found, row.get("recalled"))
        except ValueError as wrong:
            raise ValueError(f"{place}: {wrong}") from None
    return found
