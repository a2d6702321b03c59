"""A desk with a confirmed viewing station and claimed reports, for the tests of this folder.

world = make_world()
package = world.package(world.report("https://host.example/a"))
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pyrage
from django.utils import timezone
from pyrage import x25519
from tests.node.factories import make_member, make_organisation, make_person, viewer_for
from tests.node.reports.factories import make_report

from vaern.formats import work_package
from vaern.node.base.scope import viewing
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.desk.actions import claim
from vaern.node.reports.models import Report, ViewingStation, WorkPackage
from vaern.node.reports.viewing import answers, packages, stations
from vaern.node.reports.viewing.stations import Terms
from vaern.proofs.envelopes import opened

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation, Person
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.rules.stations import Door

REASON = Reason(Why.ASSESSMENT)


@dataclass
class World:
    """A desk, two analysts, a station and its secret key."""

    desk: Organisation
    ada: Person
    bo: Person
    station: ViewingStation
    identity: x25519.Identity

    @property
    def viewer(self) -> Viewer:
        return viewer_for(self.ada)

    @property
    def second(self) -> Viewer:
        return viewer_for(self.bo)

    def report(self, *urls: str, claimed: bool = True, **fields: Any) -> Report:
        """Make a report at these addresses, claimed by Ada."""
        made = make_report(self.desk, list(urls) or ["https://host.example/synthetic"], **fields)
        return claim(self.viewer, REASON, made) if claimed else made

    def package(self, *reports: Report, **options: Any) -> WorkPackage:
        """Make the package of some reports of Ada's."""
        with viewing(self.desk.id):
            return packages.make(self.viewer, REASON, self.station, list(reports), 7, **options)

    def read(self, package: WorkPackage) -> work_package.Package:
        """Open a package as the station does."""
        plain = pyrage.decrypt(bytes(package.file), [self.identity])
        return work_package.read(opened(plain, work_package.PAYLOAD, verifier_key()))

    def answer(self, package: WorkPackage, *given: work_package.Answer, door: Door) -> list[answers.Outcome]:
        """Take answers to a package."""
        with viewing(self.desk.id):
            return answers.take(self.viewer, REASON, package, given, door)


def make_world(**terms: Any) -> World:
    """Make a desk of a country with a scheme, and a station that two people confirmed."""
    desk = make_organisation(OrganisationKind.HOTLINE, member=make_member("XV"))
    desk_of(desk)
    ada, bo = (make_person(Role.ANALYST, desk) for _ in range(2))
    identity = x25519.Identity.generate()
    station = stations.register(
        viewer_for(ada), REASON, "Room 4 (synthetic)", "The desk", make_terms(identity, **terms)
    )
    confirm(viewer_for(bo), station)
    return World(desk, ada, bo, ViewingStation.everywhere.select_related("terms").get(pk=station.pk), identity)


def make_terms(identity: x25519.Identity | None = None, **fields: Any) -> Terms:
    """Make a licence."""
    recipient = str((identity or x25519.Identity.generate()).to_public())
    until = timezone.localdate() + timedelta(days=100)
    given = {"authority": "Prosecutor (synthetic)", "number": "7/2026", "valid_until": until, "place": "Room 4"}
    return Terms(**{**given, "recipient": recipient, **fields})


def confirm(viewer: Viewer, station: ViewingStation) -> ViewingStation:
    """Confirm what waits of a station."""
    waits = station.all_terms(manager="everywhere").get(confirmed_at=None)
    return stations.confirm(viewer, REASON, station, waits.pk)


def answer(report: Report, item: int = 1, **fields: Any) -> work_package.Answer:
    """Make an answer: there, looked at the whole, by A7."""
    given = {"at": timezone.now(), "found": "there", "looked": "whole", "by": "A7", **fields}
    return work_package.Answer(report=report.code, item=item, **given)


def as_json(one: work_package.Answer) -> Any:
    """Return an answer as a station sends it."""
    return json.loads(msgspec.json.encode(one))
