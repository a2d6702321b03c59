"""Three desks, a platform and a stranger, for tests of what passes between organisations. Everything is synthetic."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from tests.node.factories import make_organisation, make_person, terms, viewer_for

from vaern.arrivals import Arrival, Location
from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.arrival.actions import receive
from vaern.node.reports.forwarding import actions
from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Forward

WHY = Reason(Why.ASSESSMENT)
GROUND = "Accord of the synthetic alliance, art. 4"
KINDS = (OrganisationKind.HOTLINE, OrganisationKind.POLICE, OrganisationKind.HOTLINE)
ROLES = {
    OrganisationKind.HOTLINE: Role.ANALYST,
    OrganisationKind.POLICE: Role.INVESTIGATOR,
    OrganisationKind.PLATFORM: Role.MODERATOR,
}


def desk(kind: OrganisationKind = OrganisationKind.HOTLINE) -> Viewer:
    """Make an organisation with one person who works, and return them."""
    return viewer_for(make_person(ROLES[kind], make_organisation(kind)))


def arrive(
    viewer: Viewer, sender: Viewer | None = None, url: str = "https://host.example/synthetic", **fields: Any
) -> Report:
    """Let a report arrive at a desk."""
    arrival = Arrival("api", offence="material", locations=(Location(url=url),), **fields)
    with viewing(viewer.organisation.id):
        return receive(
            sender or viewer,
            WHY,
            viewer.organisation,
            arrival,
            sender=sender.organisation if sender else None,
            synthetic=True,
        )[0]


def send(viewer: Viewer, report: Report, *to: Viewer, days: int = 90, why: Reason = WHY) -> list[Forward]:
    """Forward a report."""
    with viewing(viewer.organisation.id):
        return actions.forward(
            viewer,
            why,
            report,
            [one.organisation.id for one in to],
            terms(Handling.AMBER, timezone.now() + timedelta(days=days), GROUND),
        )


def fresh(report: Report | None) -> Report:
    """Return a report as it is now."""
    assert report is not None
    found: Report = Report.everywhere.get(pk=report.pk)
    return found
