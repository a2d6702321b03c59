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
    from vaern.node.reports.models import Report


def offers(viewer: Viewer, report: Report) -> Iterable[Offer]:
    """Yield the next step of the first location that waits for a person, for the report's own desk."""
    own = report.organisation_id == viewer.organisation.id and viewer.may(Permission.REPORT_TAKEDOWN)
    if not own or State(report.state) is not State.IN_ACTION:
        return
    states = queries.states_of(report)
    if any(state in queries.WAITING for _id, state in states):
        yield Offer(_("Trace and notify"), "#pursuit", Rank.NEXT, in_place=False)
        return
    notified = next((id for id, state in states if state is LocationState.NOTIFIED), None)
    if notified is not None:
        yield Offer(_("Re-check"), reverse("reports:check", args=[report.pk, notified]), Rank.NEXT)
