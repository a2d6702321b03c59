"""The page of the desk's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import gettext_lazy

from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.models import Report
from vaern.node.reports.numbers import kept, presenters, queries
from vaern.node.reports.rules import figures
from vaern.node.web.lists import one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.tables import Table


def period_of(given: Mapping[str, Any]) -> int:
    """Return how many weeks an address asks for."""
    return int(one_of(given, "weeks", map(str, figures.PERIODS)) or figures.USUAL_PERIOD)


@listed("reports:numbers", gettext_lazy("Backlog and times"), Permission.REPORT_VIEW, kind=Report.KIND)
def by_week(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the numbers of each week."""
    period = period_of(given)
    return presenters.week_table(kept.figures_of(viewer.organisation, period), period)


@requires(Permission.REPORT_VIEW)
def numbers(request: HttpRequest) -> HttpResponse:
    """Show what is open and how old, how long things take, and what is overdue; counts only, so nothing is recorded."""
    viewer, period = viewer_of(request), period_of(request.GET)
    found = kept.figures_of(viewer.organisation, period)
    context = presenters.context(found, queries.load(), period, viewer)
    context["weeks"] = by_week.offered(viewer, presenters.week_table(found, period))
    return render(request, "reports/numbers/numbers.html", context)
