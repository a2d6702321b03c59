"""What every page of this room does alike: find a record or answer 404, ask why, do it, say what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance import queries
from vaern.node.cases.assistance.clocks import Uncounted
from vaern.node.cases.assistance.incoming.locking import IncomingError
from vaern.node.cases.assistance.keeping import KeepingError
from vaern.node.cases.assistance.question import AssistanceError
from vaern.node.cases.work.subjects import about
from vaern.node.casework.releases.actions import ReleaseError
from vaern.node.organisations.viewers import viewer_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.cases.models import AssistanceRequest, Case, HeldData, KeepingClock
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.reasons import ReasonForm

PROBLEMS = (AssistanceError, IncomingError, KeepingError, ReleaseError, Refusal, Uncounted)
"""What an action of this room answers with when it cannot be done."""


def request_or_404(request: HttpRequest, id: UUID) -> AssistanceRequest:
    """Return a request that the viewer may see, own or released."""
    found = queries.find(viewer_of(request), id)
    if found is None:
        raise Http404
    return found


def acting_or_404(request: HttpRequest, id: UUID) -> AssistanceRequest:
    """Return a request on which the viewer acts, as desk or as authority."""
    from vaern.node.cases.assistance.question import side_of

    found = request_or_404(request, id)
    if side_of(viewer_of(request), found) is None:
        raise Http404
    return found


def held_or_404(request: HttpRequest, id: UUID) -> HeldData:
    """Return held data of the viewer's organisation."""
    found = queries.find_held(viewer_of(request), id)
    if found is None:
        raise Http404
    return found


def clock_or_404(request: HttpRequest, id: int) -> KeepingClock:
    """Return a clock of the viewer's organisation."""
    found = queries.find_clock(viewer_of(request), id)
    if found is None:
        raise Http404
    return found


def at(found: AssistanceRequest) -> str:
    """Return the address of a request's page."""
    return reverse("cases:request", args=[found.pk])


def ask(
    request: HttpRequest,
    form: ReasonForm,
    do: Callable[[Viewer, Any], object],
    *,
    title: str,
    submit: str,
    text: str,
    back: str,
    danger: bool = False,
    case: Case | None = None,
) -> HttpResponse:
    """Show a form that asks why, and do it when it was filled in; then go back."""
    if request.method == "POST" and form.is_valid():
        try:
            do(viewer_of(request), form)
        except PROBLEMS as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(back)
    context = {
        "title": title,
        "text": text,
        "form": form,
        "submit": submit,
        "danger": danger,
        "back": back,
        **(about(case) if case else {}),
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)
