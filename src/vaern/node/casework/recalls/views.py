"""Recalls of every kind of record: those that wait for us, and those that recipients did not acknowledge in time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaern.node.casework import kinds
from vaern.node.casework.recalls import actions, presenters, queries
from vaern.node.casework.recalls.forms import AcknowledgeForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.components import Link
from vaern.node.web.decisions import decide
from vaern.node.web.lists import list_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from vaern.node.casework.kinds import RecordKind


@require_safe
@requires(Permission.ACCOUNT)
def recalls(request: HttpRequest) -> HttpResponse:
    """Show the recalls that wait for the viewer's organisation, of the kinds of record that the viewer may open."""
    viewer = viewer_of(request)
    found = queries.read_recalls(viewer)
    copies = any(kinds.kinds()[release.kind].copies for release, _copy in found)
    context = {"table": presenters.recalls_table(viewer, found), "copies": copies}
    return render(request, "casework/recalls.html", context)


@require_safe
@requires(Permission.ACCOUNT)
def overdue(request: HttpRequest) -> HttpResponse:
    """Show the recalls that recipients should have acknowledged by now, of the records that the viewer may open."""
    viewer = viewer_of(request)
    found = queries.read_overdue(viewer)
    return list_page(
        request,
        title=_("Overdue recalls"),
        heading=_("Recalls not acknowledged in time"),
        crumbs=[(_("Recalls"), reverse("casework:recalls"))],
        table=presenters.overdue_table(viewer, found),
    )


def acknowledging(kind: RecordKind) -> URLPattern:
    """Return the address at which recalls of a kind of record are acknowledged, for those whom the kind asks for."""

    @requires(kind.acknowledged_by)
    def acknowledge(request: HttpRequest, id: UUID) -> HttpResponse:
        return _acknowledge(request, kind, id)

    return path(f"recalls/{kind.kind}/<uuid:id>/acknowledge/", acknowledge, name=f"acknowledge-{kind.kind}")


def _acknowledge(request: HttpRequest, kind: RecordKind, id: UUID) -> HttpResponse:
    """Acknowledge a recall, and decide on a copy that work had begun on."""
    viewer, back = viewer_of(request), reverse("casework:recalls")
    waiting = queries.to_acknowledge(viewer, [kind.kind]).filter(pk=id).first()
    if waiting is None:
        raise Http404
    copy = queries.own_copies([waiting]).get(id)

    def do(form: Any) -> bool | None:
        keep = form.cleaned_data.get("copy") == "keep"
        actions.acknowledge(viewer, form.reason, id, kind.kind, keep=keep)
        return None if copy is None else keep

    gone = _("You say for your organisation that what was recalled is no longer used and that copies were destroyed.")
    there = _(
        "Work on your copy had begun, or it is urgent, so it is still there. You decide: erase it, or keep it for a "
        "reason of your own, as a record of your own. The sender is not told which."
    )
    return decide(
        request,
        title=_("Acknowledge the recall by %(name)s") % {"name": waiting.owner.name},
        subject=Link(kinds.called([copy.subject])[copy.pk], kinds.url_for(viewer, copy.subject))
        if copy
        else kind.label,
        crumbs=[(_("Recalls"), back)],
        back=back,
        submit=_("Acknowledge"),
        text=there if copy else gone,
        form=partial(AcknowledgeForm, has_copy=copy is not None),
        do=do,
        done=partial(_acknowledged, waiting.owner.name),
    )


def _acknowledged(owner: str, kept: bool | None) -> str:
    """Return what came of acknowledging a recall: what became of one's own copy, of which the owner is not told."""
    words = {
        True: _("%(name)s reads that you acknowledged. Your copy is kept, as a record of your own."),
        False: _("%(name)s reads that you acknowledged. Your copy is erased."),
        None: _("%(name)s reads that you acknowledged: it is no longer used, and copies are destroyed."),
    }
    return words[kept] % {"name": owner}
