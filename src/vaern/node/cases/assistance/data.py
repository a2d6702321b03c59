"""The table of instruments in the database: loaded from the files, read as a book, never overwritten.

A row that changes in a file, or that a person corrects, is the next version of it; the newest counts. What somebody
verified was one version: the next is unverified again.
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction

from vaern.node.cases.assistance import reading
from vaern.node.cases.assistance.records import Book, Country, Instrument, Party, Treaty
from vaern.node.cases.models import InstrumentRow, Verification
from vaern.node.organisations.models import Member

SHAPES: dict[str, Any] = {"treaty": Treaty, "instrument": Instrument, "party": Party}


@transaction.atomic
def load(book: Book | None = None) -> int:
    """Bring the files into the table; return how many versions were made. Doing it again makes none."""
    book = book or reading.book()
    newest_of_files: dict[tuple[str, str], Any] = {}
    last: dict[tuple[str, str], int] = {}
    for row in InstrumentRow.objects.order_by("id"):
        last[row.table, row.key] = row.version
        if row.from_file:
            newest_of_files[row.table, row.key] = row.content
    made = []
    for table, key, country, treaty, content in _rows(book):
        if newest_of_files.get((table, key)) != content:
            version = last.get((table, key), 0) + 1
            made.append(
                InstrumentRow(
                    table=table, key=key, version=version, country=country, treaty=treaty, content=content
                )
            )  # fmt: skip
    InstrumentRow.objects.bulk_create(made)
    return len(made)


def _rows(book: Book) -> list[tuple[str, str, str, str, Any]]:
    """Return table, key, country, treaty and content of each row of the files."""
    plain = msgspec.to_builtins
    return [
        *(("treaty", one.code, "", one.code, plain(one)) for one in book.treaties.values()),
        *(("instrument", one.code, "", one.treaty, plain(one)) for one in book.instruments.values()),
        *(("party", party_key(one), one.country, one.treaty, plain(one)) for one in book.parties),
    ]


def party_key(row: Party) -> str:
    """Return how a row of a country is named in all its versions."""
    return f"{row.country} {row.treaty} {row.since.isoformat()}"


def newest() -> list[InstrumentRow]:
    """Return the version that counts of every row, by table and key."""
    return list(InstrumentRow.objects.order_by("table", "key", "-version").distinct("table", "key"))


def verified_ids() -> frozenset[int]:
    """Return the ids of the versions that a person verified."""
    return frozenset(Verification.objects.values_list("row_id", flat=True))


def current() -> Book:
    """Return what the table says now: the newest versions, and which of them a person verified.

    A country of the node that the files do not know has the node's own time zone.
    """
    verified = verified_ids()
    treaties: dict[str, Treaty] = {}
    instruments: dict[str, Instrument] = {}
    parties: list[Party] = []
    for row in newest():
        found = msgspec.convert(row.content, SHAPES[row.table], strict=False)
        if isinstance(found, Party):
            parties.append(msgspec.structs.replace(found, verified=row.pk in verified))
        elif isinstance(found, Treaty):
            treaties[found.code] = found
        else:
            instruments[found.code] = found
    checked = InstrumentRow.objects.filter(pk__in=verified, table="treaty").values_list("treaty", flat=True)
    files = reading.book()
    return Book(
        treaties=treaties, instruments=instruments, parties=tuple(parties), forms=files.forms,
        countries={**members(), **files.countries}, verified=frozenset(checked),
    )  # fmt: skip


def members() -> dict[str, Country]:
    """Return the countries of the node."""
    return {one.code: Country(en=one.name, da=one.name_da, zones=(settings.TIME_ZONE,)) for one in Member.objects.all()}


def zones_of(country: str) -> tuple[str, ...]:
    """Return the time zones in which a day ends in a country; of one that is not known, the node's own."""
    found = reading.book().countries.get(country)
    return found.zones if found else (settings.TIME_ZONE,)


def after_migrate(**_signal: Any) -> None:
    """Load when the tables were made or changed: `post_migrate` of the app."""
    from django.db import connection

    if InstrumentRow._meta.db_table in connection.introspection.table_names():  # noqa: SLF001 - not on the way back
        load()
