"""A small world for the tests of oversight: three organisations, people in each, and entries between them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from tests.node.factories import make_organisation, make_person

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Act, Actor, Reason, Subject, Verb, Why
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation, Person

READ = Act("test.thing.read", Verb.CONSULTATION, "{person} read {subject}")
SENT = Act("test.thing.sent", Verb.DISCLOSURE, "{person} sent {subject} to {recipient}")
ERASED = Act("test.thing.erased", Verb.ERASURE, "{person} erased {count} things of {subject}")


@dataclass(frozen=True)
class World:
    """Who is in it.

    Attributes:
        overseer: of the node; the others are of the organisation of their number.
        things: ids of records, each with the organisation that owns it.
    """

    organisations: list[Organisation]
    people: list[Person]
    overseers: list[Person]
    overseer: Person
    things: list[tuple[UUID, UUID]]


def make_world() -> World:
    """Make three organisations, with a worker and an overseer each, and the node's oversight."""
    kinds = (OrganisationKind.HOTLINE, OrganisationKind.HUB, OrganisationKind.HOTLINE)
    organisations = [make_organisation(kind) for kind in kinds]
    return World(
        organisations=organisations,
        people=[make_person(Role.ANALYST, organisation) for organisation in organisations],
        overseers=[make_person(Role.OVERSIGHT, organisation) for organisation in organisations],
        overseer=make_person(Role.OVERSIGHT, make_organisation(OrganisationKind.OVERSIGHT)),
        things=[(uuid4(), organisation.id) for organisation in organisations for _ in range(2)],
    )


def fill(world: World, count: int, seed: int = 1) -> None:
    """Record acts of random people on random things."""
    draw = random.Random(seed)
    for number in range(count):
        person = draw.choice(world.people)
        thing, owner = draw.choice(world.things)
        act = draw.choice([READ, READ, READ, SENT, ERASED])
        by = Actor() if number % 17 == 0 else person.actor
        with transaction.atomic():
            record(
                act,
                Subject("thing", thing, owner),
                by,
                Reason(Why.INVESTIGATION, f"words {number}" if number % 3 == 0 else ""),
                recipient=draw.choice(world.organisations).id if act is SENT else None,
                count=number if act is ERASED else None,
            )
