"""Working days and holidays of countries, from the node's own folder of law: the defaults of a new desk. Pure."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Annotated

import msgspec

from vaern.node.reports.rules.law_files import Country, LawFileError, check_day, decoded, json_files

if TYPE_CHECKING:
    from pathlib import Path

Weekday = Annotated[int, msgspec.Meta(ge=0, le=6)]


class Days(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The working days of desks in a country.

    Attributes:
        country: two letters.
        working_days: Monday is 0.
        holidays: days on which nobody works.
        source: where they are published.
        read, recalled: the day on which they were read there, or written down from memory: one of the two.
    """

    country: Country
    holidays: tuple[date, ...]
    source: Annotated[str, msgspec.Meta(min_length=1)]
    read: date | None = None
    recalled: date | None = None
    working_days: Annotated[tuple[Weekday, ...], msgspec.Meta(min_length=1)] = (0, 1, 2, 3, 4)


@cache
def of_folder(own: Path | None) -> dict[str, Days]:
    """Return the days of each country in `VAERN_LAW`.

    Raises:
        LawFileError: a file is not valid, or two files have the same country.
    """
    found: dict[str, Days] = {}
    for path in json_files(own / "working-days") if own else ():
        days = decoded(path, Days)
        check_day(path, "$", days.read, days.recalled)
        if days.country in found:
            raise LawFileError(f"{path}: {days.country} stands in another file too: keep one.")
        found[days.country] = days
    return found
