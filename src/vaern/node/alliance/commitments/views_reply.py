"""Pages of a member's reply: what it says, the parts of its form, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaern.node.alliance.commitments import (
    presenters_parts,
    presenters_rounds,
    reply_intake,
    reply_parts,
    reply_steps,
)
from vaern.node.alliance.commitments import round_queries as queries
from vaern.node.alliance.commitments.decisions import decide_on
from vaern.node.alliance.commitments.forms import WhyForm
from vaern.node.alliance.commitments.reply_forms import page_of
from vaern.node.alliance.commitments.reply_parts import Key, Parts
from vaern.node.base.refusals import Refusal, Stale
from vaern.node.organisations.access import requires
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.rules import Permission
from vaern.node.web.decisions import at_once
from vaern.node.web.items import Button
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result, Undo
from vaern.node.web.versions import given_version

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
    context = presenters_rounds.reply_context(request.viewer, one)
    if "submit" in context["may"]:
        found = Parts(one)
        context["missing"] = presenters_parts.missing(found, reply_parts.gaps(found))
    return render(request, "alliance/commitments/reply.html", context)


@requires(Permission.COMMITMENT_REPORT)
@require_safe
def write(request: Request, id: UUID) -> HttpResponse:
    """Show the parts of the reply, and how far each is."""
    found = Parts(own_or_404(request, id))
    return render(
        request, "alliance/commitments/write_reply.html", presenters_parts.list_context(request.viewer, found)
    )


@requires(Permission.COMMITMENT_REPORT)
@require_http_methods(GET_POST)
def write_part(request: Request, id: UUID, line: str, part: str) -> HttpResponse:
    """Show one part of the reply; save it as it was filled in."""
    one, key = own_or_404(request, id), Key(line, part)
    found, posted = Parts(one), request.method == "POST"
    or_404(found.is_there(key) or None)
    seen = given_version(request, found.mark(key))
    page = page_of(request.POST if posted else None, found, key, seen)
    context: dict[str, object] = {"page": page}
    status = 422 if posted else 200
    if posted and page.is_valid():
        try:
            saved = page.save(request.viewer, one, ADMINISTRATION)
        except reply_intake.Faulty as faulty:
            page.refuse(faulty.problems)
            context["refused"] = str(faulty)
        except Refusal as refusal:
            context["refused"], status = str(refusal), 409 if refusal.conflict else 422
            if isinstance(refusal, Stale):  # what was typed stays, beside what stands there now; then it may be saved
                found = Parts(own_or_404(request, id))
                seen = found.mark(key)
                context |= presenters_parts.now_context(found, key)
        else:
            messages.success(request, _("Saved. It is not handed in yet."))
            found = Parts(saved)
            key = key if seen != reply_parts.OF_NOTHING else Key(found.newest, part)
            return HttpResponseRedirect(_after_saving(request, found, key))
    context |= {**presenters_parts.part_context(found, key), "version": seen}
    return render(request, "alliance/commitments/write_part.html", context, status=status)


def _after_saving(request: Request, found: Parts, key: Key) -> str:
    """Return where somebody goes on: the same page with more lines, the list, or the next part."""
    if "more" in request.POST:
        return presenters_parts.at(found.reply, key)
    if "list" in request.POST:
        return reverse("alliance:write-reply", args=[found.reply.pk])
    return presenters_parts.next_at(found, key)


@requires(Permission.COMMITMENT_REPORT)
@require_POST
def leave_out(request: Request, id: UUID, line: str) -> HttpResponse:
    """Leave a commitment out of the reply that is not in force yet."""
    one = own_or_404(request, id)
    return at_once(
        request,
        lambda: reply_parts.leave_out(request.viewer, one, line, ADMINISTRATION),
        reverse("alliance:write-reply", args=[one.pk]),
        done=_("It is left out of the reply."),
    )


@requires(Permission.COMMITMENT_REPORT)
@require_http_methods(GET_POST)
def submit(request: Request, id: UUID) -> HttpResponse:
    """Hand a reply in; where something is missing, say what, with the way to each."""
    one = own_or_404(request, id)
    found = Parts(one)
    if presenters_parts.may_submit(one) and (gaps := reply_parts.gaps(found)):
        missing = presenters_parts.missing(found, gaps)
        context = {"reply": one, "round": one.round, "missing": missing}
        status = 422 if request.method == "POST" else 200
        return render(request, "alliance/commitments/check_reply.html", context, status=status)
    return decide_on(
        request,
        one,
        reply_steps.submit,
        title=_("Hand the reply in?"),
        submit=_("Hand in"),
        text=_("The secretariat sees it then, and publishes it or returns it with a reason."),
        done=_handed_in,
    )


def _handed_in(reply: RoundReply) -> Result:
    text = (
        _("The reply to %(round)s is handed in, after its last day. The secretariat publishes it, or returns it.")
        if reply.late
        else _(
            "The reply to %(round)s is handed in, in time. The secretariat publishes it, or returns it with a reason."
        )
    )
    back = Undo(reverse("alliance:take-reply-back", args=[reply.pk]), {"version": reply.revision})
    return Result(text % {"round": reply.round}, back)


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
        done=lambda made: Result(
            _("The reply to %(round)s is a draft of your ministry again. Hand it in by %(day)s.")
            % {"round": made.round, "day": date_format(made.round.closes)},
            Undo(reverse("alliance:submit-reply", args=[made.pk]), {"version": made.revision}),
            Button(_("Write the reply"), reverse("alliance:write-reply", args=[made.pk])),
        ),
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
        done=lambda made: (
            _("The reply of %(country)s is published: each commitment that changed has a version that stays.")
            % {"country": made.member}
        ),
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
        done=_(
            "The reply of %(country)s is returned. Its rapporteurs have a mail, read your reason, and hand it in anew."
        )
        % {"country": one.member},
    )
