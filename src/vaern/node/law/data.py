"""Rows of law in the database: loaded from files, read as what counts now, never overwritten.

A row that changes in a file, or that a person corrects, is the next version of it; the newest counts. One that is no
longer in the files is withdrawn by a next version, unless a person has corrected it since. What somebody verified was
one version: the next is unverified again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from django.conf import settings
from django.db import transaction

from vaern.node.base.sql import run
from vaern.node.law.models import LawRow, Verification
from vaern.node.law.registers import registers, table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vaern.node.law.registers import LawTable, Register


AS_OF = "SELECT (SELECT max(id) FROM law_lawrow), max(id), count(*) FROM law_verification"


@dataclass(frozen=True)
class Entry:
    """A row that counts.

    Attributes:
        content: in the shape of its table.
        verified: a person compared this version with its source.
    """

    row: LawRow
    content: Any
    verified: bool


@transaction.atomic
def load(register: Register) -> int:
    """Bring the rows of the files into the tables of a register; return how many versions were made."""
    made = sum(_load(table) for table in register.tables)
    if made:
        register.loaded()
    return made


def _load(table: LawTable) -> int:
    last: dict[str, LawRow] = {}
    of_file: dict[str, LawRow] = {}
    for row in LawRow.objects.filter(table=table.code).order_by("version"):
        last[row.key] = row
        if row.from_file:
            of_file[row.key] = row
    made, there = [], set()
    for content in table.of_files():
        key, plain = table.key(content), as_kept(content)
        there.add(key)
        before = of_file.get(key)
        if before is None or before.withdrawn or before.content != plain:
            made.append(new_row(table, content, last.get(key)))
    for key, row in last.items():
        if key not in there and row.from_file and not row.withdrawn:
            made.append(new_row(table, table.read(row.content), row, withdrawn=True))
    LawRow.objects.bulk_create(made)
    return len(made)


def new_row(table: LawTable, content: Any, before: LawRow | None, **columns: Any) -> LawRow:
    """Return the next version of a row, to be saved."""
    return LawRow(
        table=table.code,
        key=table.key(content) if before is None else before.key,
        version=before.version + 1 if before else 1,
        country=table.country(content),
        about=table.about(content),
        content=as_kept(content),
        **columns,
    )


def as_kept(content: Any) -> Any:
    """Return a row's content as the database gives it back: tuples are lists there."""
    return msgspec.json.decode(msgspec.json.encode(content))


def newest(tables: Iterable[str]) -> list[LawRow]:
    """Return the version that counts of every row of some tables, by table and key; what is withdrawn does not."""
    found = LawRow.objects.filter(table__in=list(tables)).order_by("table", "key", "-version").distinct("table", "key")
    return [row for row in found if not row.withdrawn]


def verified_ids() -> frozenset[int]:
    """Return the ids of the versions that a person verified."""
    return frozenset(Verification.objects.values_list("row_id", flat=True))


def entries(tables: Iterable[str]) -> list[Entry]:
    """Return what some tables say now, each row in its shape."""
    return list(_entries(tuple(tables), _as_of()))


def _as_of() -> tuple[int | None, ...]:
    """Return what changes whenever a version is added, or one is verified: both are only ever added."""
    ((last, verified, count),) = run(AS_OF, [])
    return last, verified, count


@lru_cache(maxsize=8)
def _entries(codes: tuple[str, ...], _as_of: tuple[int | None, ...]) -> tuple[Entry, ...]:
    """Read tables once for as long as nothing is added to them: hundreds of rows, for each page of a request."""
    verified = verified_ids()
    read = {code: table_of(code)[1].read for code in codes}
    return tuple(Entry(row, read[row.table](row.content), row.pk in verified) for row in newest(codes))


def counting(code: str) -> Iterator[Any]:
    """Yield what counts of a table: of each row its last version that somebody verified or that stands by itself.

    A correction that nobody has looked at yet ends nothing: the version before it goes on to count. A withdrawal counts
    at once. What is made up counts in no real node. The shape of the table has `stands` and `synthetic`.
    """
    table, verified, done = table_of(code)[1], verified_ids(), set()
    for row in LawRow.objects.filter(table=code).order_by("key", "-version"):
        if row.key in done:
            continue
        if row.withdrawn:
            done.add(row.key)
            continue
        content = table.read(row.content)
        if content.synthetic and not settings.CONFIGURATION.synthetic:
            continue
        if row.pk in verified or (row.from_file and content.stands):
            done.add(row.key)
            yield content


def load_all() -> int:
    """Load every register, at each start; return how many versions were made."""
    return sum(load(register) for register in registers())


def after_migrate(**_signal: Any) -> None:
    """Load when the tables were made or changed: `post_migrate` of the app that comes last."""
    from django.db import connection

    if LawRow._meta.db_table in connection.introspection.table_names():
        load_all()
