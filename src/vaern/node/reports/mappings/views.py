"""Pages of mappings: the list, one mapping with its versions, and the actions on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.mappings import actions, presenters, queries
from vaern.node.reports.mappings.forms import WhyForm
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.reports.models import SavedMapping


def own_or_404(request: HttpRequest, id: UUID) -> SavedMapping:
    """Return a mapping of the viewer's own organisation.

    Raises:
        Http404: it is another's, or there is none; both look alike.
    """
    return or_404(queries.find(viewer_of(request), id))


def at(saved: SavedMapping) -> str:
    """Return the URL of a mapping's page."""
    return reverse("reports:mapping", args=[saved.pk])


@requires(Permission.DESK_MANAGE)
def mappings(request: HttpRequest) -> HttpResponse:
    """Show the mappings of the viewer's organisation."""
    table = presenters.mappings_table(queries.mappings(viewer_of(request)))
    return list_page(
        request,
        title=_("Mappings"),
        lead=_(
            "A mapping says once what of another system's JSON, XML or CSV is which part of a report. It is data, "
            "holds nothing of any case, and is the same file that the command line reads."
        ),
        buttons=[
            Button(_("From a file"), reverse("reports:new-mapping")),
            Button(_("Start from a sample"), reverse("reports:draft-mapping"), primary=True),
        ],
        table=table,
    )


@requires(Permission.DESK_MANAGE)
def mapping(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one mapping: its versions, its uses, and the faults found in documents."""
    sheet = queries.sheet(viewer_of(request), own_or_404(request, id))
    return render(request, "reports/mappings/mapping.html", presenters.sheet_context(sheet))


@requires(Permission.DESK_MANAGE)
def file(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Download one version as the file that the command line reads."""
    found = or_404(queries.version(viewer_of(request), id, number))
    name = re.sub(r"[^a-z0-9]+", "-", found.name.lower()).strip("-") or "mapping"
    headers = {"Content-Disposition": f'attachment; filename="{name}-{number}.json"'}
    return HttpResponse(found.content, content_type="application/json", headers=headers)


@requires(Permission.DESK_MANAGE)
def use(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Put another version in use."""
    saved = own_or_404(request, id)
    or_404(queries.version(viewer_of(request), id, number))
    return decide(
        request,
        **_about(saved),
        title=_("Put version %(n)s in use") % {"n": number},
        submit=_("Put in use"),
        text=_("Documents are read by it from now on. What was read by another version stays as it was read."),
        form=WhyForm,
        do=lambda form: actions.put_in_use(viewer_of(request), form.reason, saved, number),
        done=Result(
            _("Version %(n)s of %(name)s is in use. Documents are read by it from now on.")
            % {"n": number, "name": saved.name},
            Undo(reverse("reports:use-mapping", args=[saved.pk, saved.in_use])),
        ),
    )


@requires(Permission.DESK_MANAGE)
def retire(request: HttpRequest, id: UUID) -> HttpResponse:
    """Retire a mapping."""
    saved = own_or_404(request, id)
    return decide(
        request,
        **_about(saved),
        title=_("Retire this mapping"),
        submit=_("Retire"),
        danger=True,
        text=_("No document is read by it any more, also none that a program sends. Its versions stay."),
        form=WhyForm,
        do=lambda form: actions.retire(viewer_of(request), form.reason, saved),
        done=Result(
            _("%(name)s is retired. No document is read by it any more.") % {"name": saved.name},
            Undo(reverse("reports:resume-mapping", args=[saved.pk])),
        ),
    )


@requires(Permission.DESK_MANAGE)
def resume(request: HttpRequest, id: UUID) -> HttpResponse:
    """Put a retired mapping back in use."""
    saved = own_or_404(request, id)
    return decide(
        request,
        **_about(saved),
        title=_("Use this mapping again"),
        submit=_("Use again"),
        text=_("Documents can be read by it again."),
        form=WhyForm,
        do=lambda form: actions.resume(viewer_of(request), form.reason, saved),
        done=Result(
            _("%(name)s is in use again. Documents can be read by it.") % {"name": saved.name},
            Undo(reverse("reports:retire-mapping", args=[saved.pk])),
        ),
    )


def _about(saved: SavedMapping) -> dict[str, Any]:
    """Return what `decide` says of the mapping that it is about."""
    return {
        "subject": saved.name,
        "crumbs": [(_("Mappings"), reverse("reports:mappings")), (saved.name, at(saved))],
        "back": at(saved),
    }
