"""The working days and holidays of a country, from the node's own folder of law: with what a new desk begins. Pure."""

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
    """When the desks of a country work.

    Attributes:
        country: two letters.
        working_days: Monday is 0.
        holidays: days on which nobody works.
        source: where they stand.
        read, recalled: the day on which somebody read them there, or wrote them down from memory: one of the two.
    """

    country: Country
    holidays: tuple[date, ...]
    source: Annotated[str, msgspec.Meta(min_length=1)]
    read: date | None = None
    recalled: date | None = None
    working_days: Annotated[tuple[Weekday, ...], msgspec.Meta(min_length=1)] = (0, 1, 2, 3, 4)


@cache
def of_folder(own: Path | None) -> dict[str, Days]:
    """Return what `VAERN_LAW` says of each country.

    Raises:
        LawFileError: a file is not as it has to be, or a country stands in two.
    """
    found: dict[str, Days] = {}
    for path in json_files(own / "working-days") if own else ():
        days = decoded(path, Days)
        check_day(path, "$", days.read, days.recalled)
        if days.country in found:
            raise LawFileError(f"{path}: {days.country} stands in another file too: keep one.")
        found[days.country] = days
    return found
