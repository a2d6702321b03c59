"""Pages of the secretariat: what was released, a preview, the release of what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.alliance.publishing import actions, previewing, queries
from vaern.node.alliance.publishing.forms import ReleaseForm, ScopeForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission, Refused
from vaern.node.organisations.viewers import viewer_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vaern.node.alliance.models import PublicRelease


@requires(Permission.ALLIANCE_VIEW)
def releases(request: HttpRequest) -> HttpResponse:
    """Show what was released, to the secretariat with the form of the next."""
    may = viewer_of(request).may(Permission.ALLIANCE_MANAGE)
    context = {"table": previewing.releases(queries.released(), may_correct=may), "form": ScopeForm() if may else None}
    return render(request, "alliance/publishing/releases.html", context)


@requires(Permission.ALLIANCE_MANAGE)
def preview(request: HttpRequest) -> HttpResponse:
    """Show what a release would tell and what it would leave out."""
    if not request.GET:
        return HttpResponseRedirect(reverse("alliance:releases"))
    form = ScopeForm(request.GET)
    corrects = _corrected(request)
    if not form.is_valid():
        context = {"table": previewing.releases(queries.released(), may_correct=True), "form": form}
        return render(request, "alliance/publishing/releases.html", context, status=422)
    return _preview(request, form, corrects)


@requires(Permission.ALLIANCE_MANAGE, step_up=True)
def release(request: HttpRequest) -> HttpResponse:
    """Release what was seen. The address is that of the preview, with the form of the release sent to it."""
    scope, corrects = ScopeForm(request.GET), _corrected(request)
    if not scope.is_valid():
        return HttpResponseRedirect(reverse("alliance:releases"))
    if request.method != "POST":
        return HttpResponseRedirect(f"{reverse('alliance:release-preview')}?{request.GET.urlencode()}")
    form = ReleaseForm(request.POST, corrects=corrects)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.release(
                viewer_of(request), form.reason, scope.scope, given["digest"], given["explanation"], corrects
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Released, and recorded. Everybody can read it now."))
            return HttpResponseRedirect(reverse("alliance:released", args=[made.number]))
    return _preview(request, scope, corrects, form)


@requires(Permission.ALLIANCE_MANAGE)
def correct(request: HttpRequest, number: int) -> HttpResponse:  # noqa: ARG001 - as every view
    """Lead to the preview of a correction: the years and periods of the release, with the numbers of now."""
    found = queries.find(str(number))
    if found is None:
        raise Http404
    content = queries.content_of(found)
    asked = urlencode({"first": content.first, "last": content.last, "depth": content.depth, "corrects": number})
    return HttpResponseRedirect(f"{reverse('alliance:release-preview')}?{asked}")


def _preview(
    request: HttpRequest, scope: ScopeForm, corrects: PublicRelease | None, form: ReleaseForm | None = None
) -> HttpResponse:
    try:
        seen = actions.preview(viewer_of(request), scope.scope)
    except Refused as refused:
        scope.add_error(None, str(refused))
        context: dict[str, Any] = {"table": previewing.releases(queries.released(), may_correct=True), "form": scope}
        return render(request, "alliance/publishing/releases.html", context, status=422)
    if form is None:
        form = ReleaseForm(initial={"digest": seen.digest}, corrects=corrects)
    else:
        form.data = {**form.data.dict(), "digest": seen.digest}  # type: ignore[attr-defined]
    context = {
        **previewing.context(seen), "form": form, "corrects": corrects,
        "action": f"{reverse('alliance:release-figures')}?{request.GET.urlencode()}",
    }  # fmt: skip
    return render(request, "alliance/publishing/preview.html", context, status=422 if form.errors else 200)


def _corrected(request: HttpRequest) -> PublicRelease | None:
    """Return the release that is to be corrected, if one is."""
    number = request.GET.get("corrects", "")
    if not number:
        return None
    found = queries.find(number) if number != queries.LATEST else None
    if found is None:
        raise Http404
    return found
