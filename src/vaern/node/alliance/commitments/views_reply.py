"""Pages of a member's reply: what it says, the form of the whole of it, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaern.node.alliance.commitments import presenters_rounds, reply_intake, reply_steps
from vaern.node.alliance.commitments import round_queries as queries
from vaern.node.alliance.commitments.decisions import decide_on
from vaern.node.alliance.commitments.forms import WhyForm
from vaern.node.alliance.commitments.reply_forms import ReplyForms
from vaern.node.base.refusals import Refusal
from vaern.node.organisations.access import requires
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.rules import Permission
from vaern.node.web.lookups import or_404
from vaern.node.web.versions import given_number

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from vaern.node.alliance.models import RoundReply
    from vaern.node.organisations.views import Request

GET_POST = ["GET", "HEAD", "POST"]


def at(reply: RoundReply) -> str:
    """Return the address of a reply's page."""
    return reverse("alliance:reply", args=[reply.pk])


def own_or_404(request: Request, id: UUID) -> RoundReply:
    """Return a reply that the viewer writes; another's is not there."""
    one = queries.find(request.viewer, id)
    return or_404(one if one and queries.is_own(request.viewer, one) else None)


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def reply(request: Request, id: UUID) -> HttpResponse:
    """Show a reply: where the invitation leads."""
    one = or_404(queries.find(request.viewer, id))
    return render(request, "alliance/commitments/reply.html", presenters_rounds.reply_context(request.viewer, one))


@requires(Permission.COMMITMENT_REPORT)
@require_http_methods(GET_POST)
def write(request: Request, id: UUID) -> HttpResponse:
    """Show the form of the whole reply; take it as it was filled in."""
    one = own_or_404(request, id)
    posted = request.method == "POST"
    forms = ReplyForms(request.POST if posted else None, one)
    revision = given_number(request, one.revision)
    refused, status = "", 422 if posted else 200
    if posted and forms.is_valid():
        try:
            reply_intake.take(request.viewer, one, revision, forms.lines, forms.declared, ADMINISTRATION)
        except reply_intake.Faulty as faulty:
            forms.refuse(faulty.problems)
            refused = str(faulty)
        except Refusal as refusal:
            refused, status = str(refusal), 409 if refusal.conflict else 422
        else:
            messages.success(request, _("The reply is saved. It is not handed in yet."))
            more = reverse("alliance:write-reply", args=[one.pk])
            return HttpResponseRedirect(more if "more" in request.POST else at(one))
    context = {"reply": one, "round": one.round, "forms": forms, "version": revision, "refused": refused}
    return render(request, "alliance/commitments/write_reply.html", context, status=status)


@requires(Permission.COMMITMENT_REPORT)
@require_http_methods(GET_POST)
def submit(request: Request, id: UUID) -> HttpResponse:
    """Hand a reply in."""
    return decide_on(
        request,
        own_or_404(request, id),
        reply_steps.submit,
        title=_("Hand the reply in?"),
        submit=_("Hand in"),
        text=_("The secretariat sees it then, and publishes it or returns it with a reason."),
        done=_("Handed in. The secretariat publishes it, or returns it with a reason."),
    )


@requires(Permission.COMMITMENT_REPORT)
@require_http_methods(GET_POST)
def take_back(request: Request, id: UUID) -> HttpResponse:
    """Take a reply back."""
    return decide_on(
        request,
        own_or_404(request, id),
        reply_steps.take_back,
        title=_("Take it back?"),
        submit=_("Take back"),
        text=_("It counts as handed in when you hand it in again."),
        done=_("It is a draft of your ministry again."),
    )


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def publish(request: Request, id: UUID) -> HttpResponse:
    """Publish a reply."""
    return decide_on(
        request,
        or_404(queries.find(request.viewer, id)),
        reply_steps.publish,
        title=_("Publish this reply?"),
        submit=_("Publish"),
        done=_("The reply is published."),
        text=_("Each commitment that changed gets a version that stays for ever. All see the declared values."),
    )


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def send_back(request: Request, id: UUID) -> HttpResponse:
    """Return a reply, with a reason."""
    one = or_404(queries.find(request.viewer, id))
    return decide_on(
        request,
        one,
        reply_steps.send_back,
        title=_("Return it to its ministry?"),
        submit=_("Return"),
        form=WhyForm,
        then=reverse("alliance:round", args=[one.round_id]),
        text=_("Its rapporteurs read your reason."),
        done=_("It is returned."),
    )
