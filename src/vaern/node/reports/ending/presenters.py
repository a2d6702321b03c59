"""Presentation of the end of a report: what keeps it open, and what of it has left the node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from vaern.node.casework.sheets import SheetPart
from vaern.node.reports.base.forwards import answered
from vaern.node.reports.ending import actions as closing
from vaern.node.reports.ending import queries
from vaern.node.reports.ending.disclosures import Left, What
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.takedown.labels import STATES
from vaern.node.web.components import Link, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report


def still_up(report: Report) -> list[tuple[str, str]]:
    """Return the locations that prevent a report from being closed, with links."""
    return [
        (
            _("Item %(number)s: %(state)s") % {"number": one.item.number, "state": STATES[LocationState(one.state)][0]},
            reverse("reports:location", args=[report.pk, one.pk]),
        )
        for one in closing.unfinished(report)
    ]


def done(report: Report) -> str:
    """Return the finished steps of a report that may be closed; steps that it never had are left out."""
    said = [
        _("Each location is offline, blocked or no longer pursued.")
        if queries.has_location(report)
        else _("It has no location.")
    ]
    came = queries.came_by(report)
    if came is not None and answered(came):
        said.append(_("Whoever forwarded it was told."))
    elif came is not None:
        said.append(_("Whoever forwarded it recalled it, and waits for nothing."))
    return " ".join([_("Everything is done."), *said])


LEFT: dict[What, Any] = {
    What.NOTICE: N_("Notice to %(name)s"),
    What.CORRECTION: N_("The notice to %(name)s was taken back"),
    What.POLICE: N_("Police informed"),
    What.FORWARD: N_("Forwarded to %(name)s"),
    What.OUTCOME: N_("An outcome was told to its sender"),
    What.BLOCK: N_("Put on the blocking list"),
    What.DOCUMENT: N_("Taken out as a document: %(name)s"),
    What.PACKAGE: N_("Addresses given to a viewing station: %(name)s"),
}


def left_part(viewer: Viewer, report: Report, reason: Reason) -> SheetPart | None:
    """Return the part with the disclosures that rest on a conclusion that no longer stands."""
    since = queries.fell(report) if report.organisation_id == viewer.organisation.id else None
    table = left_table(viewer, report, since) if since else None
    title = _("Left on a conclusion that does not stand")
    return SheetPart(title, "reports/forwarding/left.html", {"table": table}) if table else None


def left_table(viewer: Viewer, report: Report, since: datetime | None = None) -> Table | None:
    """Return the table of a report's disclosures, with what can be done about each; None without any."""
    rows = [
        Row([_(LEFT[one.what]) % {"name": one.to}, When(one.at), _mends(report, one)])
        for one in queries.left_of(viewer, report, since)
    ]
    if not rows:
        return None
    return Table(
        caption=_("What has left the house"),
        columns=[Column(_("What")), Column(_("When")), Column(_("What can be done"))],
        rows=rows,
        id="left",
    )


DONE: dict[What, Any] = {
    What.FORWARD: N_("Recalled"),
    What.NOTICE: N_("Taken back"),
    What.CORRECTION: "–",
    What.DOCUMENT: N_("Tell whoever has it"),
    What.PACKAGE: N_("Ask the station to destroy it"),
    What.OUTCOME: N_("Return the outcome that holds, when it is concluded anew"),
}
"""What stands beside what left where no page of the node mends it."""


WHERE: dict[What, Any] = {
    What.NOTICE: N_("Take it back, once the report is open again"),
    What.POLICE: N_("Tell them"),
    What.BLOCK: N_("Lift it"),
}
"""What is done on the page of its location."""


def _mends(report: Report, one: Left) -> object:
    if one.forward is not None:
        return Link(_("Recall it"), reverse("reports:recall-forward", args=[one.forward]))
    if one.location is not None:
        return Link(_(WHERE[one.what]), reverse("reports:location", args=[report.pk, one.location]))
    return _(DONE[one.what])
