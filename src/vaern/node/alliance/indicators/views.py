"""Pages of indicators: all, one with its definition and chart, and the records behind a value."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render

from vaern.node.alliance.indicators import labels, presenters, queries, records
from vaern.node.alliance.rules import definitions, periods
from vaern.node.alliance.rules.measures import MEASURES
from vaern.node.casework.reasons import reason_for
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.components import Tab
from vaern.node.web.lists import number
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from django.http import HttpRequest


def period_of(request: HttpRequest) -> periods.Kind:
    """Return the period that the address asks for; quarters if it asks for none."""
    asked = request.GET.get("period", "")
    return next((kind for kind in periods.KINDS if kind == asked), "quarter")


@requires(Permission.ALLIANCE_VIEW)
def indicators(request: HttpRequest) -> HttpResponse:
    """Show all of them."""
    found = queries.overview(viewer_of(request))
    return render(request, "alliance/indicators/indicators.html", presenters.overview_context(found))


@requires(Permission.ALLIANCE_VIEW)
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """Show one."""
    one, period = or_404(definitions.current().by_code.get(code)), period_of(request)
    found = queries.sheet(viewer_of(request), one, period)
    tabs = [Tab(label, f"?period={kind}", kind == period) for kind, label in labels.PERIODS.items()]
    context = {**presenters.sheet_context(found), "tabs": tabs}
    return render(request, "alliance/indicators/indicator.html", context)


def _skipped(request: HttpRequest) -> int:
    """Return how many records come before the page that the address asks for."""
    return number(request.GET.get("after") or request.GET.get("before"))


@requires(Permission.ALLIANCE_VIEW)
def behind(request: HttpRequest, code: str, period: str, start: str) -> HttpResponse:
    """Show the viewer's own records behind a value; asks for the reason once in a session."""
    one = or_404(definitions.current().by_code.get(code))
    try:
        first = date.fromisoformat(start)
    except ValueError:
        raise Http404 from None
    kind = next((known for known in periods.KINDS if known == period), None)
    if kind is None or one.code not in MEASURES or periods.start_of(kind, first) != first:
        raise Http404
    viewer = viewer_of(request)
    reason = reason_for(request, Subject("indicator", viewer.organisation.pk, viewer.organisation.pk))
    found = records.behind(viewer, reason, one, kind, first, _skipped(request))
    return render(request, "alliance/indicators/behind.html", presenters.behind_context(one, kind, first, found))
