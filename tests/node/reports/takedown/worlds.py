"""A desk with hosts and reports in action, for tests of the takedown. Everything is invented."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from tests.node.factories import make_member, make_organisation, make_person, viewer_for
from tests.node.reports.factories import make_location, make_report

from vaern.node.base.scope import viewing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.models import Host, LegalGround, Location
from vaern.node.reports.rules.states import State
from vaern.node.reports.takedown import actions
from vaern.node.reports.takedown.tracers import Traced

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation, Person
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report

REASON = Reason(Why.REMOVAL)
URL = "https://photos.tagged-host.example/albums/synthetic?page=2"


def allow(action: str, country: str = "") -> LegalGround:
    """Let a provision of everywhere allow an action."""
    return LegalGround.objects.get_or_create(
        code=f"invented-{action}",
        action=action,
        country=country,
        valid_from=date(2020, 1, 1),
        defaults={"name": {"en": f"An invented act, section of {action}", "da": "En opfundet lov"}},
    )[0]


@dataclass
class World:
    """A desk, its people and hosts, and one report in action with one location."""

    organisation: Organisation
    person: Person
    viewer: Viewer
    report: Report
    location: Location
    hosts: dict[str, Host] = field(default_factory=dict)

    def now(self) -> Location:
        """The location as it is in the database."""
        return Location.everywhere.select_related("report", "item", "host", "owner", "registrar").get(
            pk=self.location.pk
        )

    def trace(self, **chosen: Any) -> Location:
        given = {"host": self.hosts["host"], **chosen}
        return actions.trace(
            self.viewer, REASON, self.now(), Traced("192.0.2.1", "AS64496", "AA", evidence="who"), **given
        )

    def told(self) -> None:
        actions.tell_police(self.viewer, REASON, self.now())


def make_world(kind: OrganisationKind = OrganisationKind.POLICE, url: str = URL, **desk: Any) -> World:
    """Make a desk (a police desk: its people may do all of this) with a report in action."""
    organisation = make_organisation(kind, member=make_member("AA"))
    role = Role.INVESTIGATOR if kind is OrganisationKind.POLICE else Role.ANALYST
    person = make_person(role, organisation)
    found = desk_of(organisation)
    for name, value in desk.items():
        setattr(found, name, value)
    found.save()
    report = make_report(organisation, [url], state=State.IN_ACTION.value)
    hosts = {
        who: Host.everywhere.create(
            organisation=organisation,
            kind=who,
            name=f"{who.capitalize()} One (synthetic)",
            abuse=f"abuse@{who}.example",
        )
        for who in ("host", "owner", "registrar")
    }
    for action in ("notify", "block"):
        allow(action)
    return World(organisation, person, viewer_for(person), report, make_location(report), hosts)


def scope(world: World) -> Any:
    """The scope of the desk."""
    return viewing(world.organisation.id)


def back(location: Location, **fields: Any) -> None:
    """Put moments of a location into the past."""
    Location.everywhere.filter(pk=location.pk).update(**{name: timezone.now() - ago for name, ago in fields.items()})


def token_in(mail: Any) -> str:
    """The token in the link of a mail."""
    found = re.search(r"/notice/(?:appeal/)?([A-Za-z0-9_-]{43})/", mail.body)
    assert found
    return found[1]


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
