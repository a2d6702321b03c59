"""Two fictional countries: a desk and a central authority of one, a case, and data at a provider of the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from tests.node.factories import make_member, make_organisation, make_person, terms, viewer_for

from vaern.node.base.scope import viewing
from vaern.node.cases.assistance import actions, held_data
from vaern.node.cases.models import AssistanceRequest, Case, HeldData, KeepingAlarm, KeepingClock
from vaern.node.cases.rules.assistance import Translation
from vaern.node.cases.rules.instruments import DataKind, Party
from vaern.node.casework.releases.terms import Handling
from vaern.node.law import actions as law
from vaern.node.law.records import Basis
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.base.codes import fresh_code

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from vaern.node.organisations.models import Organisation, Person
    from vaern.node.organisations.viewers import Viewer

REASON = Reason(Why.LEGAL_ASSISTANCE, "synthetic")
DAY = timedelta(days=1)
HERE, THERE = "XA", "XV"


@dataclass
class World:
    """What every test of this room needs."""

    desk: Organisation
    authority: Organisation
    ada: Person
    lex: Person
    case: Case

    @property
    def viewer(self) -> Viewer:
        return viewer_for(self.ada)

    @property
    def legal(self) -> Viewer:
        return viewer_for(self.lex)


def bind(viewer: Viewer, country: str, treaty: str, since: date = date(2020, 1, 1), **more: Any) -> None:
    """Say that a fictional country is bound."""
    party = Party(
        country=country,
        treaty=treaty,
        since=since,
        basis=Basis.READ,
        source="A fictional treaty series",
        day=date(2026, 11, 28),
        **more,
    )
    law.add(viewer, REASON, "party", party)


def make_world() -> World:
    here = make_member(HERE)
    make_member(THERE)
    desk = make_organisation(OrganisationKind.POLICE, member=here)
    authority = make_organisation(OrganisationKind.AUTHORITY, member=here)
    ada, lex = make_person(Role.INVESTIGATOR, desk), make_person(Role.LEGAL, authority)
    for country in (HERE, THERE):
        bind(viewer_for(lex), country, "budapest")
    return World(desk, authority, ada, lex, make_case(desk, lead=ada))


def make_case(desk: Organisation, **fields: Any) -> Case:
    day = timezone.localdate() + timedelta(days=365)
    return Case.everywhere.create(**{"organisation": desk, "code": fresh_code(), "review_date": day, **fields})


def scope(of: Viewer) -> AbstractContextManager[None]:
    return viewing(of.organisation.id)


def hold(world: World, days: float = 60, **given: Any) -> HeldData:
    """Write down data that are kept for so many days more."""
    with scope(world.viewer):
        return held_data.add(
            world.viewer,
            REASON,
            world.case,
            label="Subscriber of an account",
            holder=THERE,
            data=DataKind.SUBSCRIBER,
            details={"provider": "Fictional Provider", "identifier": "account-1"},
            kept_until=timezone.now() + days * DAY,
            **given,
        )


def drafted(world: World, held: HeldData | None = None, instrument: str = "budapest-31") -> AssistanceRequest:
    """Begin a request and fill in all that it requires."""
    with scope(world.viewer):
        made = actions.draft(
            world.viewer,
            REASON,
            world.case,
            instrument,
            holder=THERE,
            data=DataKind.SUBSCRIBER,
            held=held,
            language="English",
        )
        values = {one["code"]: f"{one['code']} (synthetic)" for one in made.pinned["form"]["fields"]}
        return actions.write(world.viewer, REASON, made, values, "English", Translation.NOT_NEEDED)


def handed(world: World, request: AssistanceRequest) -> AssistanceRequest:
    """Hand a request over to the authority."""
    until = timezone.now() + 300 * DAY
    with scope(world.viewer):
        return actions.hand_over(world.viewer, REASON, request, world.authority.id, terms(Handling.AMBER_STRICT, until))


def sent(world: World, held: HeldData | None = None, instrument: str = "budapest-31") -> AssistanceRequest:
    """Send a request."""
    found = handed(world, drafted(world, held, instrument))
    with scope(world.legal):
        return actions.send(world.legal, REASON, found)


def travel(by: timedelta) -> None:
    """Let time pass: everything that clocks and requests remember lies so much further back."""
    for clock in KeepingClock.everywhere.all():
        fields = {
            name: getattr(clock, name) - by
            for name in ("starts_at", "ends_at", "known_at", "settled_at", "lapsed_at", "noted_at")
            if getattr(clock, name) is not None
        }
        KeepingClock.everywhere.filter(pk=clock.pk).update(**fields)
    for alarm in KeepingAlarm.everywhere.all():
        KeepingAlarm.everywhere.filter(pk=alarm.pk).update(ends_at=alarm.ends_at - by, at=alarm.at - by)
    for request in AssistanceRequest.everywhere.exclude(sent_at=None):
        AssistanceRequest.everywhere.filter(pk=request.pk).update(
            sent_at=_back(request.sent_at, by), expected_at=_back(request.expected_at, by)
        )


def _back(moment: datetime | None, by: timedelta) -> datetime | None:
    return moment - by if moment else None
