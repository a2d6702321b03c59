"""Two fictional countries of one node: one asks, the authority of the other is asked and has a desk that executes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from tests.node.cases.assistance.worlds import DAY, HERE, REASON, THERE, World, drafted, handed, make_world, scope
from tests.node.factories import make_organisation, make_person, viewer_for

from vaern.node.cases.assistance import actions as outgoing
from vaern.node.cases.assistance.incoming import actions, intake
from vaern.node.cases.assistance.incoming.delivery import Delivery
from vaern.node.cases.assistance.incoming.effects import NOTHING, Said
from vaern.node.cases.assistance.incoming.intake import Head
from vaern.node.cases.models import AssistanceRequest, IncomingRequest
from vaern.node.cases.rules.incoming import Event
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.casework.reasons import IN_SESSION
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.organisations.models import Member
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.test import Client

    from vaern.node.organisations.models import Organisation, Person
    from vaern.node.organisations.viewers import Viewer


@dataclass
class Asked:
    """A world in which the other country is asked.

    Attributes:
        world: of who asks.
        authority, desk: of who is asked; lena and lars are of the authority, dora of the desk.
    """

    world: World
    authority: Organisation
    desk: Organisation
    lena: Person
    lars: Person
    dora: Person

    @property
    def legal(self) -> Viewer:
        return viewer_for(self.lena)

    @property
    def second(self) -> Viewer:
        return viewer_for(self.lars)

    @property
    def police(self) -> Viewer:
        return viewer_for(self.dora)


def make_asked() -> Asked:
    world = make_world()
    there = Member.objects.get(code=THERE)
    authority = make_organisation(OrganisationKind.AUTHORITY, member=there)
    desk = make_organisation(OrganisationKind.POLICE, member=there)
    return Asked(
        world,
        authority,
        desk,
        make_person(Role.LEGAL, authority),
        make_person(Role.LEGAL, authority),
        make_person(Role.INVESTIGATOR, desk),
    )


def head(**given: Any) -> Head:
    """What a letter says of itself."""
    said: dict[str, Any] = {
        "instrument": "eio",
        "requesting": HERE,
        "data": DataKind.SUBSCRIBER,
        "reference": "XA-77/2031",
        "authority": "Prosecutor of a fictional town",
        "received_at": timezone.now() - timedelta(minutes=1),
    }
    return Head(**{**said, **given})


def taken(asked: Asked, **given: Any) -> IncomingRequest:
    """Take in a request from a letter."""
    with scope(asked.legal):
        return intake.receive(asked.legal, REASON, head(**given))


def delivery(to: UUID) -> Delivery:
    """Hand it over on a ground that a person names: of fictional countries no table says anything."""
    return Delivery(to, "own-law", "a fictional convention")


def delivered(asked: Asked, instrument: str = "budapest-31", held: Any = None) -> IncomingRequest:
    """Send a request of the other country, and hand it to the authority that is asked."""
    found = handed(asked.world, drafted(asked.world, held, instrument))
    with scope(asked.world.legal):
        outgoing.send(asked.world.legal, REASON, found, delivery(asked.authority.pk))
    made: IncomingRequest = IncomingRequest.everywhere.get(outgoing=found)
    return made


def do(
    by: Viewer, request: IncomingRequest, event: Event, words: str = "synthetic", said: Said = NOTHING
) -> IncomingRequest:
    with scope(by):
        return actions.happen(by, REASON, request, event, words, said)


def passed(asked: Asked, request: IncomingRequest) -> IncomingRequest:
    """Pass a request to the desk, recognised."""
    do(asked.legal, request, Event.RECOGNISE)
    with scope(asked.legal):
        return actions.pass_on(
            asked.legal, REASON, request, asked.desk.pk, Terms(Handling.AMBER_STRICT, timezone.now() + 90 * DAY)
        )


def sent_one(request: IncomingRequest) -> AssistanceRequest:
    """The request of the other side as it is now."""
    found: AssistanceRequest = AssistanceRequest.everywhere.get(pk=request.outgoing_id)
    return found


def give_reason(client: Client, request: IncomingRequest) -> None:
    """Give the reason for a request, as the dialogue would."""
    session = client.session
    told = session.get(IN_SESSION, {})
    session[IN_SESSION] = {**told, f"{request.KIND}:{request.pk}": ["legal_assistance", "synthetic"]}
    session.save()
