"""Months, quarters and years, in UTC."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Literal

Kind = Literal["month", "quarter", "year"]
KINDS: tuple[Kind, ...] = ("month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def start_of(kind: Kind, day: date) -> date:
    """Return the first day of the period that a day lies in."""
    size = _MONTHS[kind]
    return date(day.year, (day.month - 1) // size * size + 1, 1)


def after(kind: Kind, start: date) -> date:
    """Return the first day of the next period."""
    months = start.year * 12 + start.month - 1 + _MONTHS[kind]
    return date(months // 12, months % 12 + 1, 1)


def before(kind: Kind, start: date) -> date:
    """Return the first day of the period before."""
    return start_of(kind, start - timedelta(days=1))


def year_before(start: date) -> date:
    """Return the first day of the same period a year before."""
    return start.replace(year=start.year - 1)


def between(kind: Kind, first: date, last: date) -> list[date]:
    """Return the first days of all periods from that of one day to that of another."""
    found, start = [], start_of(kind, first)
    while start <= last:
        found.append(start)
        start = after(kind, start)
    return found


def months_of(kind: Kind, start: date) -> list[date]:
    """Return the first days of the months of a period."""
    return between("month", start, after(kind, start) - timedelta(days=1))


def is_over(kind: Kind, start: date, at: datetime) -> bool:
    """Whether a period had ended at a moment."""
    return after(kind, start) <= at.date()


_WRITTEN = re.compile(r"(\d{4})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?\Z", re.ASCII)


def read(text: str) -> tuple[Kind, date]:
    """Return a period and its first day: `2026`, `2026-Q3` or `2026-07`.

    Raises:
        ValueError: it is none of these.
    """
    found = _WRITTEN.match(text)
    if found is None or found[1] == "0000":
        raise ValueError(f"{text!r} is no period: write 2026, 2026-Q3 or 2026-07")
    year, quarter, month = found.groups()
    kind: Kind = "quarter" if quarter else "month" if month else "year"
    return kind, date(int(year), int(quarter) * 3 - 2 if quarter else int(month or 1), 1)


def written(kind: Kind, start: date) -> str:
    """Return a period as `read` reads it."""
    ending = {"year": "", "quarter": f"-Q{(start.month + 2) // 3}", "month": f"-{start.month:02}"}
    return f"{start.year:04}{ending[kind]}"
