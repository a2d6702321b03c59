"""The page on which a person concludes as a viewing station saw it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.reasons import reason_for
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.assessment import from_station, presenters_station, queries
from vaern.node.reports.assessment.forms_station import StationForm
from vaern.node.reports.assessment.views import result_of
from vaern.node.reports.base.pages import about
from vaern.node.reports.models import Report
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.reports.rules.states import Event


@requires(Permission.REPORT_ASSESS)
def conclude(request: HttpRequest, id: UUID) -> HttpResponse:
    """Conclude of the items that somebody looked at on a viewing station."""
    viewer, report = viewer_of(request), own_or_404(Report, id)
    reason = reason_for(request, report)
    sheet = queries.station_sheet(viewer, report, reason)

    def check() -> None:
        if sheet.refused:
            raise Refusal(sheet.refused)
        if not sheet.grades:
            raise Refusal(_("Nobody looked at any of these items at a station."))

    def do(form: Any) -> Event | None:
        given = form.followed, form.offences
        return from_station.conclude(viewer, reason, report, *given, ask=form.cleaned_data["ask"])

    return decide(
        request,
        **about(report),
        title=_("Conclude as the station saw it"),
        submit=_("Conclude"),
        text=_(
            "Somebody with a licence looked at these items at a viewing station. What they are under the law here you "
            "say, once for each grade. Notices and documents say that it was looked at there."
        ),
        shown=lambda: presenters_station.shown(sheet),
        form=partial(StationForm, sheet),
        check=check,
        do=do,
        done=lambda event: result_of(viewer, report, event),
        template="reports/assessment/station.html",
    )
