"""The submission on a report's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.node.casework.sheets import SheetPart
from vaern.node.reports.submission import queries
from vaern.node.web.components import Definitions, When

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report


def sheet_part(viewer: Viewer, report: Report, reason: Reason) -> SheetPart | None:
    """Return the part with the progress of a report's submission; None if it did not come by the reporting API."""
    found = queries.of_report(report)
    if found is None:
        return None
    finished = When(found.finished_at) if found.finished_at else _("Not yet: more of it may come")
    facts = [(_("Number"), str(found.number)), (_("Finished"), finished)]
    if found.retracted_at:
        facts.append((_("Taken back by its sender"), When(found.retracted_at)))
    return SheetPart(
        _("Sent by the reporting API"),
        "reports/submission/part.html",
        {"facts": Definitions(facts), "retracted": found.retracted_at is not None},
    )
