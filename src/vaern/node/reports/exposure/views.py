"""Pages of exposure: for the person themselves, and for a welfare lead."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.exposure import actions, presenters, queries
from vaern.node.reports.exposure.forms import PAUSES, LimitsForm, PauseForm
from vaern.node.reports.exposure.labels import WHYS
from vaern.node.web.decisions import decide
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@requires(Permission.WELFARE_OWN)
def exposure(request: HttpRequest) -> HttpResponse:
    """Show the viewer's own declarations, and let them set their budgets."""
    viewer = viewer_of(request)
    own = or_404(queries.own(viewer))
    limits = own.limits
    initial = {"daily": limits.daily, "hard": limits.hard, "interleave": limits.interleave}
    shield = queries.may_show(viewer)
    return decide(
        request,
        title=_("What I looked at"),
        subject=None,
        back=request.path,
        form=partial(LimitsForm, initial=initial),
        do=lambda form: actions.set_limits(viewer, **form.cleaned_data),
        done=_("Set. It holds from now on."),
        template="reports/exposure/exposure.html",
        more={
            "own": own,
            "shield": shield,
            "why": WHYS.get(shield.why, ""),
            "pauses": PAUSES,
            "plots": [presenters.plot(own), presenters.heavy_plot(own)],
        },
    )


@requires(Permission.WELFARE_OWN)
@require_POST
def not_now(request: HttpRequest) -> HttpResponse:
    """Start or end the viewer's own pause. Nobody asks why."""
    form = PauseForm(request.POST)
    if form.is_valid():
        actions.not_now(viewer_of(request), form.until)
        messages.success(request, _("Nothing unknown is put before you.") if form.until else _("You go on."))
    return HttpResponseRedirect(reverse("reports:exposure"))


@requires(Permission.WELFARE_LEAD)
def welfare(request: HttpRequest) -> HttpResponse:
    """Show a welfare lead the people of their own organisation."""
    table = presenters.people_table(queries.of_organisation(viewer_of(request)))
    return render(request, "reports/exposure/welfare.html", {"table": table})


@requires(Permission.WELFARE_LEAD)
def welfare_person(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a welfare lead one person of their own organisation."""
    viewer = viewer_of(request)
    person = or_404(queries.person(viewer, id))
    own = queries.of_person(viewer, person)
    context = {
        "own": own,
        "limit": presenters.limit(own),
        "plots": [presenters.plot(own), presenters.heavy_plot(own)],
    }
    return render(request, "reports/exposure/person.html", context)
