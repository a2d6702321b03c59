"""What every page of a series needs: the viewer, the series or 404, and the form that asks why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.releases.actions import ReleaseError
from vaern.node.victims.living import SeriesError
from vaern.node.victims.sheet import queries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Series
    from vaern.node.web.reasons import ReasonForm


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who asks; the middleware has set it."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def found_or_404(request: HttpRequest, id: UUID) -> Series:
    """Return a series that the viewer may see.

    Raises:
        Http404: there is none, or the viewer may not know of it; both look alike.
    """
    series = queries.find(viewer_of(request), id)
    if series is None:
        raise Http404
    return series


def own_or_404(request: HttpRequest, id: UUID) -> Series:
    """Return a series of the viewer's own organisation, for what only its owner does.

    Raises:
        Http404: it is another's, or there is none.
    """
    series = found_or_404(request, id)
    if series.organisation_id != viewer_of(request).organisation.id:
        raise Http404
    return series


def at(series: Series, part: str = "") -> str:
    """Return the address of a series' page, or of a part of it."""
    return reverse("victims:series", args=[series.pk]) + (f"#{part}" if part else "")


def ask(
    request: HttpRequest,
    series: Series,
    form_class: Callable[..., ReasonForm],
    do: Callable[[Viewer, Any], object],
    *,
    title: str,
    submit: str,
    text: str = "",
    danger: bool = False,
    to: str = "",
    done: str = "",
    template: str = "victims/sheet/act.html",
    shown: Mapping[str, Any] | None = None,
    **given: Any,
) -> HttpResponse:
    """Show a form that asks why, and do it when it was filled in.

    Args, of those that do not speak for themselves:
        template, shown: a page that shows more above the form, and what.
        given: to the form.
    """
    form = form_class(request.POST or None, **given)
    if request.method == "POST" and form.is_valid():
        try:
            do(viewer_of(request), form)
        except (SeriesError, ReleaseError, Refusal) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, done or _("Done, and recorded."))
            return HttpResponseRedirect(to or at(series))
    context = {
        "title": title,
        "text": text,
        "form": form,
        "submit": submit,
        "danger": danger,
        "back": at(series),
        "series": series,
        **(shown or {}),
    }
    return render(request, template, context, status=422 if form.errors else 200)
