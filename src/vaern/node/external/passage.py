"""What comes with a record and goes with it: out of documents, with a copy, into a document, and its end.

Part of the transaction of whoever takes in, forwards or erases, whose entry speaks of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
from django.db.models import Count

from vaern.arrivals import External
from vaern.formats.vics_write import IDENTIFIER
from vaern.node.external.actions import changed, next_number
from vaern.node.external.kinds import identifiers, identifiers_of
from vaern.node.external.models import ExternalIdentifier
from vaern.node.external.rules import MOST, Change, Source, goes, passed_on, problem
from vaern.node.external.sealed_values import Given, opened_or_none
from vaern.node.external.systems import known, open_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import Any
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.external.kinds import Carrier
    from vaern.node.external.records import System
    from vaern.node.organisations.models import Organisation
    from vaern.records import Entry


def take_in(record: Carrier, said: Iterable[External]) -> int:
    """Note the identifiers that a document says, and return how many were new.

    What stood there before is left as it is, also what a person withdrew. What is none of its system is not noted: it
    stays in the document.
    """
    given = list(dict.fromkeys(said))
    if not given:
        return 0
    systems = open_on()
    rows = [made for one in given if (made := _given(one, systems))]
    return _keep(record, rows, systems, Source.DOCUMENT)


def _given(one: External, systems: dict[str, System]) -> Given | None:
    system = systems.get(one.system)
    if system is None or problem(system, one.value.strip(), one.country, one.holder):
        return None
    return Given(one.system, one.value, one.country, one.holder, system.along)


def receive(arrived: Carrier, record: Carrier, handling: str, sender: Organisation) -> int:
    """Copy what goes along with a record to the copy that arrived of it, and return how many there are."""
    rows = going(record, handling)
    return _keep(arrived, rows, known(), Source.RECEIVED, sender) if rows else 0


def going(record: Carrier, handling: str) -> list[Given]:
    """Return what goes along with a record, each with how far its recipient may pass it on."""
    rows = []
    for one in live(record):
        written = opened_or_none(one)
        if written is not None and goes(one.along, handling):
            along = passed_on(one.along, handling)
            rows.append(Given(one.system, written.value, one.country, written.holder, along, written.note))
    return rows


def came(arrived: Carrier, given: Iterable[Given], handling: str, sender: Organisation) -> int:
    """Note what another node says went along with a record; what is none of its system is left out.

    Args:
        arrived: the copy that arrived.
        given: as the sender says.
        handling: the label under which it came: nobody passes it on further than that, whatever was said.
        sender: whose word it is.
    """
    systems = known()
    rows = [
        replace(one, along=passed_on(one.along, handling))
        for one in given
        if one.system in systems and not problem(systems[one.system], one.value.strip(), one.country, one.holder)
    ]
    return _keep(arrived, rows, systems, Source.RECEIVED, sender) if rows else 0


def _keep(
    record: Carrier,
    rows: Iterable[Given],
    systems: dict[str, System],
    source: Source,
    sender: Organisation | None = None,
) -> int:
    held = {bytes(key) for key in identifiers(record).values_list("same_key", flat=True)}
    number, made = next_number(record), 0
    for given in rows:
        columns: dict[str, Any] = given.columns(systems[given.system])
        if bytes(columns["same_key"]) in held or number > MOST:
            continue
        held.add(bytes(columns["same_key"]))
        row = ExternalIdentifier.everywhere.create(
            organisation_id=record.subject.owner,
            kind=record.KIND,
            record=record.subject.id,
            number=number,
            source=source.value,
            sent_by=sender,
            **columns,
        )
        changed(row, Change.ADDED, None)
        number, made = number + 1, made + 1
    return made


def live(record: Carrier) -> list[ExternalIdentifier]:
    """Return the identifiers of a record, and of what it absorbed, that count."""
    rows = identifiers(record, absorbed=True).filter(withdrawn_at=None)
    return list(rows.order_by("noted_at", "number", "id"))


def carried(record: Carrier, handling: str) -> tuple[External, ...]:
    """Return the identifiers of a record that a document under a label carries, in the order of their numbers."""
    found = []
    for one in live(record):
        written = opened_or_none(one)
        if written is not None and goes(one.along, handling):
            found.append(External(one.system, written.value, one.country, written.holder))  # type: ignore[arg-type]
    return tuple(found)


def leaving(kind: str, ids: Iterable[UUID], handling: str, came: str = "") -> dict[UUID, tuple[External, ...]]:
    """Return the identifiers of many records that a document under a label carries, by record.

    Args:
        kind, ids: which records.
        handling: the label of the document.
        came: the label under which whoever writes it received them; "" for its own.
    """
    found: dict[UUID, tuple[External, ...]] = {}
    rows = identifiers_of(kind, list(ids)).filter(withdrawn_at=None)
    for one in rows.order_by("record", "number"):
        written = opened_or_none(one)
        along = passed_on(one.along, came) if came else one.along
        if written is not None and goes(along, handling):
            said = External(one.system, written.value, one.country, written.holder)  # type: ignore[arg-type]
            found[one.record] = (*found.get(one.record, ()), said)
    return found


def with_numbers(entry: Entry, said: Collection[External]) -> Entry:
    """Return an entry as a document has it: what other systems call it stands among its further values."""
    extra = dict(entry.extra)
    for one in said:
        name, number = f"{IDENTIFIER}{one.system}", 1
        while name in extra:
            number += 1
            name = f"{IDENTIFIER}{one.system} ({number})"
        whose = ", ".join(filter(None, (one.holder, one.country)))
        extra[name] = f"{one.value} ({whose})" if whose else one.value
    return msgspec.structs.replace(entry, extra=extra) if said else entry


def counted(kind: str, ids: Any) -> list[tuple[str, str, int]]:
    """Return how many identifiers stand on many records: system, how far they go along, number."""
    rows = identifiers_of(kind, ids).filter(withdrawn_at=None)
    sums = rows.values_list("system", "along").annotate(number=Count("id"))
    return list(sums.order_by("system", "along"))


def held_back(record: Carrier, handling: str, one: External) -> bool:
    """Whether an identifier that a document said must not leave: a person withdrew it, or said that it stays."""
    key = Given(one.system, one.value, one.country, one.holder).same_key(known()[one.system])
    found = list(identifiers(record, absorbed=True).filter(same_key=key))
    return bool(found) and not any(row.withdrawn_at is None and goes(row.along, handling) for row in found)


def forget(record: Carrier) -> int:
    """Erase the identifiers of a record that is erased, with what was done to them; return how many there were."""
    return _erase(identifiers(record))


def forget_all(kind: str, ids: Any) -> int:
    """Erase the identifiers of many records that are erased, as `forget`; ids of any kind that a query takes."""
    return _erase(identifiers_of(kind, ids))


def _erase(rows: QuerySet[ExternalIdentifier]) -> int:
    count = rows.count()
    if count:
        rows.delete()
    return count
