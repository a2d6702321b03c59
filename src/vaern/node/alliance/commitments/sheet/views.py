"""Pages of a reply's spreadsheet: fetch it, send it back, see the difference, take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaern.node.alliance.commitments.presenters_rounds import about_reply
from vaern.node.alliance.commitments.sheet import actions, presenters, queries
from vaern.node.alliance.files.sheet import packages
from vaern.node.organisations.access import requires
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.rules import Permission
from vaern.node.web.decisions import at_once, decide
from vaern.node.web.guard.packed import media_in_workbook
from vaern.node.web.intake import looks_into, takes_up_to
from vaern.node.web.items import Button
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.organisations.views import Request

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetForm(forms.Form):
    """A spreadsheet."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        allow_empty_file=True,
        help_text=gettext_lazy("The .xlsx file that you fetched here, filled in."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


@looks_into(media_in_workbook)
@takes_up_to(packages.LARGEST_FILE + 100_000)
@requires(Permission.COMMITMENT_REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: Request, id: UUID) -> HttpResponse:
    """Show how to fill a reply in off line; read the file that was sent back."""
    reply = or_404(queries.own_reply(request.viewer, id))
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    context = {"reply": reply, "round": reply.round, "form": form, "waiting": queries.proposal(request.viewer, reply)}
    if form.is_valid():
        result = actions.send(request.viewer, ADMINISTRATION, reply, form.cleaned_data["file"].read())
        if not isinstance(result, list):
            return HttpResponseRedirect(reverse("alliance:compare-reply-sheet", args=[reply.pk]))
        context |= {"faults": presenters.faults_table(result), "count": len(result)}
    return render(request, "alliance/sheet/sheet.html", context, status=422 if form.is_bound else 200)


@requires(Permission.COMMITMENT_REPORT)
@require_safe
def fetch(request: Request, id: UUID) -> HttpResponse:
    """Hand out the spreadsheet."""
    reply = or_404(queries.own_reply(request.viewer, id))
    data = actions.fetch(request.viewer, ADMINISTRATION, reply)
    name = f"vaern-{reply.member.code}-{reply.round.period}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type=MIME, headers=headers)


@requires(Permission.COMMITMENT_REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: Request, id: UUID) -> HttpResponse:
    """Show how what was sent differs from the reply; take it when that is confirmed."""
    reply = or_404(queries.own_reply(request.viewer, id))
    proposal = queries.proposal(request.viewer, reply)
    if proposal is None:
        messages.info(request, _("No spreadsheet waits to be confirmed. Send it once more."))
        return HttpResponseRedirect(reverse("alliance:reply-sheet", args=[reply.pk]))
    return decide(
        request,
        **about_reply(reply),
        title=_("What the spreadsheet changes"),
        do=lambda _form: actions.take(request.viewer, ADMINISTRATION, proposal),
        done=Result(
            _("The reply to %(round)s says what the spreadsheet says. It is not handed in yet.")
            % {"round": reply.round},
            then=Button(_("Hand in"), reverse("alliance:submit-reply", args=[reply.pk])),
        ),
        template="alliance/sheet/compare.html",
        more=presenters.difference_context(proposal),
    )


@requires(Permission.COMMITMENT_REPORT)
@require_POST
def drop(request: Request, id: UUID) -> HttpResponse:
    """Throw away what was sent."""
    reply = or_404(queries.own_reply(request.viewer, id))
    proposal = queries.proposal(request.viewer, reply)
    return at_once(
        request,
        lambda: proposal and actions.drop(request.viewer, ADMINISTRATION, proposal),
        reverse("alliance:reply-sheet", args=[reply.pk]),
        done=_("The spreadsheet is thrown away: the reply says what it said before. Send another when it is right."),
    )
