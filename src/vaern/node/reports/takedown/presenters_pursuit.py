"""The panel on a report's page on which its places are traced, told to the police and notified in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vaern.node.casework.sheets import SheetPart
from vaern.node.ledger.rules import Why
from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.rules.states import State
from vaern.node.reports.takedown import hosts, queries
from vaern.node.reports.takedown.presenters import place
from vaern.node.reports.takedown.pursuit_forms import PursueForm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Location, Report


def asked(viewer: Viewer, report: Report) -> dict[str, Any]:
    """Return what a `PursueForm` is made of."""
    locations = queries.waiting_for_notice(report)
    return {
        "locations": locations,
        "hosts": list(hosts.offered().filter(kind="host")),
        "known": queries.last_traced_beside(locations),
        "police_first": desk_of(viewer.organisation).police_first,
    }


def places(viewer: Viewer, locations: Iterable[Location]) -> list[tuple[str, int, Any]]:
    """Return id, number and address of each place, as the viewer may see them."""
    return [(str(one.pk), one.item.number, place(viewer, one)) for one in locations]


def sheet_part(viewer: Viewer, report: Report, reason: Reason) -> SheetPart | None:
    """Return the panel; None where no place of one's own report in action waits for a notice."""
    own = report.organisation_id == viewer.organisation.id and viewer.may(Permission.REPORT_TAKEDOWN)
    if not own or State(report.state) is not State.IN_ACTION:
        return None
    given = asked(viewer, report)
    if not given["locations"]:
        return None
    form = PursueForm(**given)
    form.suggest(Why.REMOVAL)
    context = {"form": form, "report": report, "places": places(viewer, given["locations"])}
    return SheetPart(_("Trace, tell the police, notify"), "reports/takedown/pursue_form.html", context)
