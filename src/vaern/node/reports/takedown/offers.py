"""What a report's page offers of the takedown: the next step of the location that waits longest for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.organisations.rules import Permission
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.rules.states import State
from vaern.node.reports.takedown import queries
from vaern.node.web.records import Offer, Rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Location, Report


def offers(viewer: Viewer, report: Report) -> Iterable[Offer]:
    """Yield the next step of the first location that waits for a person, for the report's own desk."""
    own = report.organisation_id == viewer.organisation.id and viewer.may(Permission.REPORT_TAKEDOWN)
    if not own or State(report.state) is not State.IN_ACTION:
        return
    locations = queries.of_report(report)
    if any(LocationState(one.state) in queries.WAITING for one in locations):
        yield Offer(_("Trace and notify"), "#pursuit", Rank.NEXT, in_place=False)
        return
    for location in locations:
        step = _step(location)
        if step is not None:
            yield step
            return


def _step(location: Location) -> Offer | None:
    """Return the next step of a location, or None where time or another decides."""
    address, state = [location.report_id, location.pk], LocationState(location.state)
    if state is LocationState.NOTIFIED:
        return Offer(_("Re-check"), reverse("reports:check", args=address), Rank.NEXT)
    return None
