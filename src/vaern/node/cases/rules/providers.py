"""What the table of providers says, as plain values, and which row speaks for a country."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from vaern.node.base.days import within
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.law.records import Basis, Words

if TYPE_CHECKING:
    from collections.abc import Iterable


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On what paper a provider gives a kind of data to an authority abroad, by its own rules."""

    data: DataKind
    on: Words


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That a company of a provider answers for some countries, from and to these days; both count.

    Attributes:
        code: names the provider in all its rows.
        services: what people know it by.
        entity: the company.
        country: of the company: the country whose law reaches it.
        serves: countries whose authorities ask it; empty for all that no other row of the provider names.
        portal: where authorities ask, as text.
        papers: what it gives on which paper.
        preserves: whether, and how long, it keeps data when it is asked to.
        emergency: its channel where a life is in danger.
        notice: whether it tells the user that data were asked for.
        day: on which the rules were read or, where a cell of the row was not, written down.
        addressee: its establishment or representative under Directive (EU) 2023/1544.

    Where its rules do not say something, or nobody has read it, a cell of the file says so; one that a person left
    empty is shown as not said.
    """

    code: str
    name: str
    services: tuple[str, ...]
    entity: str
    country: str
    portal: str
    preserves: Words
    emergency: Words
    notice: Words
    basis: Basis
    source: str
    day: date
    since: date
    serves: tuple[str, ...] = ()
    papers: tuple[Paper, ...] = ()
    addressee: Words = {}
    until: date | None = None

    def covers(self, on: date) -> bool:
        """Whether the row says something of a day."""
        return within(self.since, self.until, on)

    def paper(self, data: DataKind) -> Words:
        """Return on what paper a kind of data is given; empty where the row does not say."""
        return next((one.on for one in self.papers if one.data is data), {})


def gaps(one: Provider) -> list[str]:
    """Return the columns of a row that say nothing, not even why, in English or in Danish."""
    texts = {"preserves": one.preserves, "emergency": one.emergency, "notice": one.notice, "addressee": one.addressee}
    texts |= {f"papers, {data.value}": one.paper(data) for data in DataKind}
    empty = [name for name, words in texts.items() if not all(words.get(code, "").strip() for code in ("en", "da"))]
    return empty + [name for name in ("portal", "entity", "source") if not getattr(one, name).strip()]


def speaks_for(rows: Iterable[Provider], code: str, country: str, on: date) -> Provider | None:
    """Return the row of a provider that speaks for the authorities of a country on a day.

    That is the one that names the country, else the one that names none; None where the table does not say.
    """
    found = [one for one in rows if one.code == code and one.covers(on) and (not one.serves or country in one.serves)]
    return max(found, key=lambda one: (bool(one.serves), one.since, one.country), default=None)


def problems(rows: Iterable[Provider]) -> list[str]:
    """Return what in the table contradicts itself, in words: two rows of a provider speak for one country at once."""
    known = list(rows)
    found = []
    for place, one in enumerate(known):
        if one.until is not None and one.until < one.since:
            found.append(f"{one.name}, {one.entity}: the last day is before the first")
        for other in known[place + 1 :]:
            if one.code != other.code or not _together(one, other):
                continue
            shared = sorted(set(one.serves) & set(other.serves))
            if not one.serves and not other.serves:
                shared = ["every other country"]
            if shared:
                found.append(f"{one.name}: {one.entity} and {other.entity} both speak for {', '.join(shared)}")
    return found


def _together(one: Provider, other: Provider) -> bool:
    """Whether there is a day of which both rows say something."""
    later, earlier = max(one.since, other.since), [day for day in (one.until, other.until) if day is not None]
    return not earlier or later <= min(earlier)
