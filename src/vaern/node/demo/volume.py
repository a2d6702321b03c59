"""A multitude for benchmarks: invented organisations, people and entries of the ledger, written in bulk.

This is no demonstration and goes round the actions: nobody of it signs in. Entries get their place in the tree from the
sequencer, as all do, and are never dated back.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import connection

from vaern.node.demo.names import organisation_name, person_name
from vaern.node.demo.sign_in import only_synthetic
from vaern.node.ledger.rules import Why, acts
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.organisations.models import Member, Organisation, Person
from vaern.node.organisations.rules import ROLES, OrganisationKind, Regime, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BATCH = 5_000
STEP = 100_000
KINDS = (OrganisationKind.HOTLINE, OrganisationKind.POLICE, OrganisationKind.PLATFORM, OrganisationKind.HOTLINE)
COMMON = ("scans.scan.consulted", "scans.scans.listed", "organisations.person.consulted", "scans.findings.consulted")
RARE = ("organisations.release.made", "scans.scan.received", "scans.scan.erased", "organisations.session.signed_in")

ENTRIES = """
    WITH entry AS (
        INSERT INTO ledger_entry (at, act, verb, person, organisation, kind, subject, owner, why, count, salt)
        SELECT clock_timestamp(), a.act, a.verb, p.id, p.organisation_id, a.kind,
            md5((n %% 50000)::text)::uuid, p.organisation_id, %s, n %% 50, gen_random_uuid()
        FROM generate_series(%s::bigint, %s::bigint) AS n
        JOIN volume_acts AS a ON a.number = CASE WHEN n %% 1000 = 0 THEN 4 + n / 1000 %% 4 ELSE n %% 4 END
        JOIN volume_people AS p ON p.number = n * 7919 %% (SELECT count(*) FROM volume_people)
        RETURNING id
    )
    INSERT INTO ledger_pending (entry) SELECT id FROM entry
"""


def multiply(organisations: int, people: int, entries: int, say: Callable[[str], None]) -> None:
    """Add so many organisations, people in them, and entries that they made.

    Raises:
        NotSynthetic: the node is not marked synthetic.
    """
    only_synthetic()
    draw = random.Random(1)  # noqa: S311 - invented data
    if organisations:
        say(f"Adding {organisations:,} organisations …")
        members = list(Member.objects.values_list("id", flat=True))
        Organisation.objects.bulk_create(_organisations(organisations, members, draw), batch_size=BATCH)
    if people:
        say(f"Adding {people:,} people …")
        places = list(Organisation.objects.values_list("id", "kind"))
        Person.everybody.bulk_create(_people(people, places, draw), batch_size=BATCH)
    if entries:
        _entries(entries, say)


def _organisations(count: int, members: list[UUID], draw: random.Random) -> Iterator[Organisation]:
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        regime = Regime.LED if kind is OrganisationKind.POLICE else Regime.GDPR
        yield Organisation(
            member_id=draw.choice(members) if members else None,
            kind=kind.value,
            regime=regime.value,
            name=f"{organisation_name(number)} (invented)",
        )


def _people(count: int, places: list[tuple[UUID, str]], draw: random.Random) -> Iterator[Person]:
    """Yield people: one in twenty in the first organisation, so that one of them is large, the others anywhere."""
    roles = {kind: [role.value for role in Role if kind in ROLES[role].kinds] for kind in OrganisationKind}
    for number in range(count):
        id, kind = places[0] if number % 20 == 0 else draw.choice(places)
        yield Person(
            organisation_id=id,
            roles=[draw.choice(roles[OrganisationKind(kind)])],
            email=f"{uuid4().hex}@multitude.example",
            name=person_name(number),
            password="!",  # noqa: S106 - one with which nobody signs in
        )


def _entries(count: int, say: Callable[[str], None]) -> None:
    known = acts()
    rows = [(number, code, known[code].verb.value, code.split(".")[1]) for number, code in enumerate((*COMMON, *RARE))]
    with connection.cursor() as cursor:
        _temporary(cursor, rows)
        for first in range(0, count, STEP):
            last = min(first + STEP, count) - 1
            cursor.execute(ENTRIES, [Why.ASSESSMENT.value, first, last])
            sequence_once()
            say(f"  {last + 1:,} of {count:,} entries have their place")
        cursor.execute("DROP TABLE volume_acts, volume_people")
        cursor.execute("ANALYZE")


def _temporary(cursor: Any, rows: list[tuple[int, str, str, str]]) -> None:
    """Lay out acts and people by number, for the time of the connection."""
    cursor.execute("CREATE TEMPORARY TABLE volume_acts (number int PRIMARY KEY, act text, verb text, kind text)")
    cursor.executemany("INSERT INTO volume_acts VALUES (%s, %s, %s, %s)", rows)
    cursor.execute(
        "CREATE TEMPORARY TABLE volume_people AS "
        "SELECT row_number() OVER (ORDER BY id) - 1 AS number, id, organisation_id FROM organisations_person"
    )
    cursor.execute("CREATE UNIQUE INDEX ON volume_people (number)")
