"""The data files into plain values.

Attributes that a person has to trust are in the files and nowhere in the code: a correction is a line of TOML.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from vaern.node.cases.rules.instruments import Book, Country, Form, Instrument, Party, Reach, Treaty
from vaern.node.law.records import Basis, Words

HERE = Path(__file__).parent / "data"


class _Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of the file of parties that differ in country and first day alone."""

    treaty: str
    basis: Basis
    source: str
    day: date
    since: dict[str, date]
    until: date | None = None
    bound: bool = True
    at_latest: bool = False
    reservation: Words = {}

    def rows(self) -> list[Party]:
        """Return the rows."""
        return [
            Party(
                country=country,
                treaty=self.treaty,
                since=since,
                basis=self.basis,
                source=self.source,
                day=self.day,
                until=self.until,
                bound=self.bound,
                at_latest=self.at_latest,
                reservation=self.reservation,
            )
            for country, since in self.since.items()
        ]


def _file(folder: Path, name: str) -> dict[str, Any]:
    return tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))


@cache
def book(folder: Path = HERE) -> Book:
    """Return what the files say.

    Raises:
        msgspec.ValidationError: a row has another shape; the message names the field.
        ValueError: rows contradict each other, or name what is not there.
    """
    treaties = msgspec.convert(_file(folder, "treaties")["treaty"], list[Treaty])
    instruments = msgspec.convert(_file(folder, "instruments")["instrument"], list[Instrument])
    groups = msgspec.convert(_file(folder, "parties")["group"], list[_Group])
    found = Book(
        treaties={one.code: one for one in treaties},
        instruments={one.code: one for one in instruments},
        parties=tuple(row for group in groups for row in group.rows()),
        countries=msgspec.convert(_file(folder, "countries")["country"], dict[str, Country]),
        forms=msgspec.convert(_file(folder, "forms")["form"], dict[str, Form]),
    )
    if len(found.treaties) != len(treaties) or len(found.instruments) != len(instruments):
        raise ValueError("a code stands twice in the files")
    for problem in problems(found):
        raise ValueError(problem)
    return found


def problems(book: Book) -> list[str]:
    """Return what in a book does not fit together, in words."""
    found = []
    for one in book.instruments.values():
        if one.treaty not in book.treaties or (one.yields and one.yields not in book.instruments):
            found.append(f"{one.code} names a treaty or an instrument that is not there")
        if one.through and one.through not in book.instruments:
            found.append(f"{one.code} is reached through {one.through}, which is not there")
        if (one.outside in book.treaties) != (one.reach is Reach.ASKER):
            found.append(f"{one.code} names what the holder is outside of where it means nothing, or does not name it")
        if one.form and one.form not in book.forms:
            found.append(f"{one.code} names the form {one.form}, which is not there")
    found += [
        f"{one.code} is in force and waits to be"
        for one in book.treaties.values()
        if one.since is not None and one.waits is not None
    ]
    for row in book.parties:
        if row.treaty not in book.treaties or row.country not in book.countries:
            found.append(f"{row.country} and {row.treaty}: no such treaty or country")
        if row.until is not None and row.until < row.since:
            found.append(f"{row.country} and {row.treaty}: the last day is before the first")
    starts = Counter((row.country, row.treaty, row.since) for row in book.parties)
    found += [
        f"{country} and {treaty} have two rows from {since}"
        for (country, treaty, since), rows in sorted(starts.items())
        if rows > 1
    ]
    return found
