"""The table of instruments as a book: what the rows of law say now, with the countries of the files and of the node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.conf import settings

from vaern.node.cases.rules import instrument_files
from vaern.node.cases.rules.instruments import Book, Country, Instrument, Party, Treaty
from vaern.node.law.data import entries
from vaern.node.organisations.models import Member

if TYPE_CHECKING:
    from vaern.node.law.data import Entry

TABLES = ("treaty", "instrument", "party")
"""Codes of the tables of law that make a book."""


def party_key(row: Party) -> str:
    """Return how a row of a country is named in all its versions."""
    return f"{row.country} {row.treaty} {row.since.isoformat()}"


def current() -> Book:
    """Return what the tables say now: the newest versions, and which of them a person verified.

    A country of the node that the files do not know has the node's own time zone.
    """
    return book_of(entries(TABLES))


def book_of(found: list[Entry]) -> Book:
    """Return the book that some rows make."""
    treaties: dict[str, Treaty] = {}
    instruments: dict[str, Instrument] = {}
    parties: list[Party] = []
    verified = set()
    for one in found:
        if isinstance(one.content, Party):
            parties.append(msgspec.structs.replace(one.content, verified=one.verified))
        elif isinstance(one.content, Treaty):
            treaties[one.content.code] = one.content
            verified |= {one.content.code} if one.verified else set()
        else:
            instruments[one.content.code] = one.content
    files = instrument_files.book()
    return Book(
        treaties=treaties,
        instruments=instruments,
        parties=tuple(parties),
        forms=files.forms,
        countries={**members(), **files.countries},
        verified=frozenset(verified),
    )


def members() -> dict[str, Country]:
    """Return the countries of the node."""
    return {one.code: Country(en=one.name, da=one.name_da, zones=(settings.TIME_ZONE,)) for one in Member.objects.all()}


def country_of(code: str) -> Country | None:
    """Return a country of the files, else of the node; None where neither knows it. The files ask no database."""
    return instrument_files.book().countries.get(code) or members().get(code)


def zones_of(country: str) -> tuple[str, ...]:
    """Return the time zones in which a day ends in a country; of one that is not known, the node's own."""
    found = instrument_files.book().countries.get(country)
    return found.zones if found else (settings.TIME_ZONE,)
