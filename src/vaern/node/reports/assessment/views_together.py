"""The page on which several alike reports are concluded at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.rules import Given, Reason, Why
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.assessment import together
from vaern.node.reports.assessment.forms import AssessForm
from vaern.node.reports.assessment.presenters_together import lines_table
from vaern.node.reports.base.pages import next_report
from vaern.node.reports.rules.states import Event
from vaern.node.web.decisions import decide
from vaern.node.web.reasons import suggested
from vaern.node.web.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse


@requires(Permission.REPORT_ASSESS)
def conclude(request: HttpRequest) -> HttpResponse:
    """Show the chosen reports, take one set of answers for those that are alike, and conclude them."""
    viewer, reason = viewer_of(request), Reason(suggested(request) or Why.ASSESSMENT, given=Given.DEFAULT)
    codes = [code for code in request.GET.get("reports", "").upper().split(",") if code.isalnum()]
    lines = together.chosen(viewer, reason, codes)
    fit = [line for line in lines if not line.obstacle]
    sheet = together.sheet(viewer, fit) if fit else None

    def check() -> None:
        if sheet is None:
            raise Refusal(_("None of the chosen reports can be concluded together with others."))

    def form(*data: Any) -> AssessForm:
        assert sheet is not None
        made = AssessForm(sheet, *data)
        del made.fields["looked"]  # of each report, all of its files or one
        return made

    def do(filled: AssessForm | None) -> Sequence[Event | None]:
        check()  # what was fit when the page was shown may be gone by now
        assert filled is not None
        return together.conclude(viewer, reason, fit, filled.judgement)

    return decide(
        request,
        title=_("Conclude together"),
        subject=None,
        back=reverse("reports:worklist"),
        check=check,
        form=form if sheet else None,
        do=do,
        done=_result,
        template="reports/assessment/together.html",
        more={"sheet": sheet, "table": lines_table(lines), "count": len(fit)},
    )


def _result(happened: Sequence[Event | None]) -> Result:
    n = len(happened)
    said = ngettext("%(n)d report is concluded.", "%(n)d reports are concluded.", n) % {"n": n}
    acting = sum(event is Event.CONCLUDE_ACTIONABLE for event in happened)
    second = sum(event is Event.ASK_SECOND for event in happened)
    if acting:
        said += " " + ngettext("One is acted on now.", "%(n)d are acted on now.", acting) % {"n": acting}
    if second:
        words = ngettext("Of one a second person takes a view.", "Of %(n)d a second person takes a view.", second)
        said += " " + words % {"n": second}
    return Result(said, then=next_report())
