"""Pages of the secretariat: what was released, a preview, the release of what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from vaern.node.alliance.publishing import actions, presenters_preview, previews, queries
from vaern.node.alliance.publishing.forms import ReleaseForm, ScopeForm
from vaern.node.base.refusals import Refusal
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import refuse
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.alliance.models import ReleasePreview


@requires(Permission.ALLIANCE_VIEW)
def releases(request: HttpRequest) -> HttpResponse:
    """Show what was released, to the secretariat with the form of the next."""
    return _releases(request, ScopeForm() if viewer_of(request).may(Permission.ALLIANCE_MANAGE) else None)


@requires(Permission.ALLIANCE_VIEW)
def received(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give out the file of what a secretariat on another node released, byte for byte."""
    found = or_404(queries.received_one(id))
    response = HttpResponse(found.document.encode(), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="alliance-{found.number}.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@requires(Permission.ALLIANCE_MANAGE)
def correct(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for the preview of a correction: the years and periods of the release, with the numbers of now."""
    found = or_404(queries.find(str(number)))
    content = queries.content_of(found)
    asked = {"first": content.first, "last": content.last, "depth": content.depth, "corrects": number}
    return _releases(request, ScopeForm(initial=asked))


@requires(Permission.ALLIANCE_MANAGE)
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Begin a preview."""
    form = ScopeForm(request.POST)
    if form.is_valid():
        number = form.cleaned_data["corrects"]
        corrects = or_404(queries.find(str(number))) if number else None
        try:
            asked = previews.ask(viewer_of(request), form.scope, corrects)
        except Refusal as refusal:
            return refuse(refusal, form, lambda _said, status: _releases(request, form, status))
        return HttpResponseRedirect(_at(asked))
    return _releases(request, form, 422)


@requires(Permission.ALLIANCE_MANAGE)
def preview(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what a release would tell and what it would leave out; while that is computed, how far it is."""
    return _preview(request, or_404(previews.find(id)))


@requires(Permission.ALLIANCE_MANAGE)
def preview_progress(request: HttpRequest, id: UUID) -> HttpResponse:
    """Answer with how far it is; when it is ready the page shows itself anew."""
    found = or_404(previews.find(id))
    if found.ready_at is not None:
        return HttpResponseClientRefresh()
    return HttpResponse(str(presenters_preview.progress(found)))


@requires(Permission.ALLIANCE_MANAGE, step_up=True)
def release(request: HttpRequest, id: UUID) -> HttpResponse:
    """Release what was seen."""
    found = or_404(previews.find(id))
    if request.method != "POST" or found.ready_at is None or found.problem:
        return HttpResponseRedirect(_at(found))  # where stands how far it is, and why there is nothing to release
    form = ReleaseForm(request.POST, corrects=found.corrects)
    if form.is_valid():
        try:
            actions.release(viewer_of(request), form.reason, found, *form.explanations)
        except Refusal as refusal:
            return refuse(refusal, form, lambda _said, status: _preview(request, found, form, status))
        messages.success(request, _("Released, and recorded. Everybody can read it now."))
        return HttpResponseRedirect(reverse("alliance:releases"))  # the public page knows nobody, and says nothing
    return _preview(request, found, form, 422)


def _releases(request: HttpRequest, form: ScopeForm | None, status: int = 200) -> HttpResponse:
    corrects = form["corrects"].value() if form else None
    waiting, came = previews.waiting() if form else [], queries.received()
    context = {
        "table": presenters_preview.releases(queries.released(), may_correct=form is not None),
        "received": presenters_preview.received(came) if came else None,
        "form": form,
        "corrects": corrects,
        "waiting": presenters_preview.waiting(waiting) if waiting else None,
    }
    return render(request, "alliance/publishing/releases.html", context, status=status)


def _preview(
    request: HttpRequest, found: ReleasePreview, form: ReleaseForm | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {"preview": found, "corrects": found.corrects}
    if found.ready_at is None or found.problem:
        context["progress"] = presenters_preview.progress(found)
        return render(request, "alliance/publishing/computing.html", context)
    context |= {
        **presenters_preview.context(previews.seen(found)),
        "form": form or ReleaseForm(corrects=found.corrects),
    }
    return render(request, "alliance/publishing/preview.html", context, status=status)


def _at(found: ReleasePreview) -> str:
    return reverse("alliance:release-preview", args=[found.pk])
