"""Re-checks of many places from the list of those that are still up: there, or gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.rules import Given, Reason, Why
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.rules import takedown
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.takedown import actions, queries
from vaern.node.web.items import Button
from vaern.node.web.lists import ids
from vaern.node.web.results import Result, tell
from vaern.node.web.returns import way_back

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vaern.node.reports.models import Location

RECHECKED = Reason(Why.REMOVAL, given=Given.DEFAULT)
MOST = 200
"""Places in one go."""


@requires(Permission.REPORT_TAKEDOWN)
@require_POST
def check_many(request: HttpRequest) -> HttpResponse:
    """Store that the chosen places were there, or were missed, each with its own entry; name those that could not."""
    viewer, back = viewer_of(request), way_back(request, reverse("reports:still-up"))
    there = request.POST.get("do") == "there" or "there" in request.POST
    given = [*request.POST.getlist("location"), *request.POST.getlist("there"), *request.POST.getlist("gone")]
    locations = [one for id in ids(given, MOST) if (one := queries.find_alone(viewer, id)) is not None]
    if not locations:
        messages.warning(request, _("Select places first, and then what you found."))
        return HttpResponseRedirect(back)
    done, refused = [], []
    for location in locations:
        try:
            done.append(actions.check(viewer, RECHECKED, location, there))
        except Refusal as refusal:
            refused.append(f"{location.report.code}, {location.item.number}: {refusal}")
    if done:
        tell(request, _result(done, there=there))
    for said in refused:
        messages.error(request, said)
    return HttpResponseRedirect(back)


def _result(done: list[Location], *, there: bool) -> Result:
    """Return what came of the checks, and what comes next: a report of which nothing is up any more can be closed."""
    n = len(done)
    if there:
        return Result(ngettext("One place was there.", "%(n)d places were there.", n) % {"n": n})
    offline = [one for one in done if one.state == LocationState.OFFLINE]
    if not offline:
        words = ngettext("One place was missed", "%(n)d places were missed", n) % {"n": n}
        misses = min(one.misses for one in done)
        of = _("%(misses)d of %(needed)d times") % {"misses": misses, "needed": takedown.MISSES_NEEDED}
        return Result(f"{words}, {of}.")
    said = ngettext("One place is offline.", "%(n)d places are offline.", len(offline)) % {"n": len(offline)}
    reports = {one.report_id: one.report for one in offline}
    if len(reports) == 1:
        (report,) = reports.values()
        if queries.all_done(report):
            close = Button(
                _("Close %(code)s") % {"code": report.code}, reverse("reports:finish", args=[report.pk]), True
            )
            rest = _("Nothing of the report is up any more.")
            return Result(f"{said} {rest}", then=close)
    return Result(said)
