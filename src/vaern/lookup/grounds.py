"""Whether a service of a kind may look for known material in a country on a day: a dated table of law.

Most questions of this kind have no answer in the table. Then the answer is *unknown*, said as such, with the day since
when and the source that says so; no row is ever guessed from another country's.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

Service = Literal["hosting", "communication", "search", "storage", "other", ""]
"""What kind of service asks; empty where the caller has not said."""

State = Literal["lawful", "unlawful", "unknown"]

EU = frozenset(
    {
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    }
)
"""Countries of the European Union. A row whose country is `EU` holds in each of them."""


class Ground(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row of the table.

    Attributes:
        service: the kind of service that it is about.
        country: ISO 3166-1 alpha-2, or `EU`.
        since: the first day on which it holds, ISO 8601.
        until: the day on which it ends: it does not hold on that day any more. Empty where no end is known.
        state: `lawful`, `unlawful`, or `unknown` where nobody can say.
        text: what the law says, in a sentence.
        source: where that stands.
        day: when somebody last looked it up, ISO 8601.
    """

    service: Service
    country: str
    since: str
    state: State
    text: str
    source: str
    until: str = ""
    day: str = ""


class Stand(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the law stands for one caller on one day.

    Attributes:
        state: see `Ground`.
        text: why, in a sentence.
        since: since when it is so; empty where nobody said.
        source: where it stands; empty where the table has no row.
        looked_up: when somebody last looked.
    """

    state: State
    text: str
    since: str = ""
    source: str = ""
    looked_up: str = ""


_REGULATION = "Regulation (EU) 2021/1232, Article 10, as amended by Regulation (EU) 2024/1307"

KNOWN = (
    Ground(
        service="communication",
        country="EU",
        since="2021-08-02",
        until="2026-04-03",
        state="lawful",
        text="A derogation from Directive 2002/58/EC let interpersonal communication be searched, on its conditions.",
        source=_REGULATION,
        day="2026-11-27",
    ),
    Ground(
        service="communication",
        country="EU",
        since="2026-04-03",
        state="unknown",
        text="The derogation from Directive 2002/58/EC for interpersonal communication lapsed on 3 April 2026; "
        "whether another one is in force is not known here.",
        source=_REGULATION,
        day="2026-11-27",
    ),
)
"""Rows that come with Værn. A row of the operator's own table for the same service, place and day goes before them."""

NOT_SAID = Stand("unknown", "The caller has not said what kind of service it is, and of which country.")


def stand(own: Iterable[Ground], service: Service, country: str, day: dt.date) -> Stand:
    """How the law stands for a service of a country on a day.

    A row of the country itself goes before one of the Union, a row of the operator's table before one that comes with
    Værn, and of what is left the one that began last. Where rows of the place have ended and no other began, the answer
    is unknown since the end of the last of them.
    """
    if not service or not country:
        return NOT_SAID
    places = (country, "EU") if country in EU else (country,)
    for place in places:
        for table in (own, KNOWN):
            rows = [row for row in table if (row.service, row.country) == (service, place)]
            if found := _in_force(rows, day.isoformat()) or _lapsed(rows, day.isoformat()):
                return found
    return Stand("unknown", f"No row of the table of law is about the service {service!r} in {country}.")


def _in_force(rows: list[Ground], day: str) -> Stand | None:
    rows = [row for row in rows if row.since <= day and (not row.until or day < row.until)]
    if not rows:
        return None
    row = max(rows, key=lambda row: row.since)
    return Stand(row.state, row.text, row.since, row.source, row.day)


def _lapsed(rows: list[Ground], day: str) -> Stand | None:
    rows = [row for row in rows if row.until and row.until <= day]
    if not rows:
        return None
    row = max(rows, key=lambda row: row.until)
    return Stand(
        "unknown", f"What was so has ended, and no later row is known: {row.text}", row.until, row.source, row.day
    )


def faults(own: Iterable[Ground]) -> list[str]:
    """What is wrong with a table, each with its row."""
    found = []
    for number, row in enumerate(own, 1):
        place = f"grounds, row {number}"
        found += [
            f"{place}: {name} is {text!r}; expected a day as 2026-04-03"
            for name in ("since", "until", "day")
            if (text := getattr(row, name)) and not _is_day(text)
        ]
        if not row.since or (row.until and row.until <= row.since):
            found.append(f"{place}: it ends before it begins, or has no first day")
        if not row.source or not row.text:
            found.append(f"{place}: it has no text or no source; a row of law without its source is not used")
    return found


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
