"""Pages of commitments: all, one with its versions, and the forms in which a ministry writes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaern.node.alliance.commitments import actions, presenters, queries, words
from vaern.node.alliance.commitments.form_sets import CommitmentForms
from vaern.node.alliance.commitments.reply_intake import Faulty
from vaern.node.alliance.meetings import queries as meetings
from vaern.node.alliance.meetings.presenters import decided_table
from vaern.node.alliance.rules import frame
from vaern.node.base.refusals import Refusal
from vaern.node.organisations.access import requires
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.rules import Permission
from vaern.node.web.lists import Button, list_page
from vaern.node.web.lists import number as whole
from vaern.node.web.lookups import or_404
from vaern.node.web.versions import given_number

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from vaern.node.alliance.models import Commitment
    from vaern.node.organisations.views import Request

GET_POST = ["GET", "HEAD", "POST"]


def at(commitment: Commitment) -> str:
    """Return the address of a commitment's page."""
    return reverse("alliance:commitment", args=[commitment.pk])


def own_or_404(request: Request, id: UUID) -> Commitment:
    """Return a commitment that the viewer writes; another's is not there."""
    one = queries.find(request.viewer, id)
    return or_404(one if one and queries.is_own(request.viewer, one) else None)


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def commitments(request: Request) -> HttpResponse:
    """Show every commitment that the viewer may know of."""
    write = Button(_("A new commitment"), reverse("alliance:new-commitment"), primary=True)
    return list_page(
        request,
        title=_("Commitments"),
        lead=_(
            "What each member commits itself to: obligation, requirement, measurable target. Every published version "
            "stays."
        ),
        buttons=[write] if request.viewer.may(Permission.COMMITMENT_REPORT) else [],
        table=presenters.list_table(request.viewer, list(queries.visible(request.viewer)), request.GET),
    )


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def commitment(request: Request, id: UUID) -> HttpResponse:
    """Show one: what is in force, what is being written where the viewer may see it, and its versions."""
    sheet = or_404(queries.sheet(request.viewer, id))
    context = presenters.sheet_context(sheet, request.viewer)
    if decided := meetings.decided_about(sheet.commitment):
        context["decided"] = decided_table(decided)
    return render(request, "alliance/commitments/commitment.html", context)


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def version(request: Request, id: UUID, number: int) -> HttpResponse:
    """Show one published version, and how it differs from another (`?from=1`; the one before, if none is named)."""
    one = or_404(queries.version(request.viewer, id, number))
    other = queries.version(request.viewer, id, whole(request.GET.get("from"), number - 1))
    context = presenters.version_context(one, other)
    return render(request, "alliance/commitments/version.html", context)


@requires(Permission.COMMITMENT_REPORT)
@require_http_methods(GET_POST)
def new(request: Request) -> HttpResponse:
    """Write a new commitment."""
    return _write(request, None)


@requires(Permission.COMMITMENT_REPORT)
@require_http_methods(GET_POST)
def write(request: Request, id: UUID) -> HttpResponse:
    """Write the draft of the next version of one."""
    return _write(request, own_or_404(request, id))


def _write(request: Request, one: Commitment | None) -> HttpResponse:
    """Show the forms; save what was filled in, and hand it in if that was asked for."""
    before = queries.shown_content(one, draft=True) if one else None
    version = before.frame_version if before else frame.declaration().version
    forms = CommitmentForms(request.POST if request.method == "POST" else None, before, version)
    revision, status = given_number(request, one.revision if one else 0), 200 if request.method != "POST" else 422
    if request.method == "POST" and forms.is_valid():
        try:
            saved = actions.write(request.viewer, ADMINISTRATION, forms.content(), one, revision)
        except Faulty as faulty:
            forms.refuse(faulty.problems)
        except Refusal as refusal:
            forms.form.add_error(None, str(refusal))
            status = 409 if refusal.conflict else 422
        else:
            more = "more" in request.POST
            messages.success(request, _("Saved. There are more lines now.") if more else _("The draft is saved."))
            return HttpResponseRedirect(reverse("alliance:write-commitment", args=[saved.pk]) if more else at(saved))
    context = {
        "forms": forms,
        "commitment": one,
        "version": revision,
        "title": words.goal_label(one.goal) if one else _("A new commitment"),
        "back": at(one) if one else reverse("alliance:commitments"),
    }
    return render(request, "alliance/commitments/write.html", context, status=status)
