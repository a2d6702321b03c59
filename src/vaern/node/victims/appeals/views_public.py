"""The public pages: appeals and the form for tips. Nothing about readers or senders is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.organisations.access import public
from vaern.node.organisations.adapter import place_of
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.public import actions as reports
from vaern.node.reports.public import allowances, tokens
from vaern.node.reports.public.presenters import desk_context, sent_context
from vaern.node.reports.rules import public_form as form_rules
from vaern.node.victims.appeals import actions, queries
from vaern.node.victims.appeals.forms import TipForm
from vaern.node.web.intake import takes_up_to
from vaern.node.web.lookups import or_404
from vaern.node.web.places import PLACES

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from vaern.node.reports.models import Desk

LARGEST = 50_000
SENT = "tip"


@public("anybody may read what the public is asked", findable=True)
@require_http_methods(["GET", "HEAD"])
def appeals(request: HttpRequest) -> HttpResponse:
    """Show all public appeals."""
    return render(request, "victims/appeals/public.html", {"found": queries.public_appeals(get_language() or "en")})


@public("anybody may read an appeal", findable=True)
@require_http_methods(["GET", "HEAD"])
def appeal(request: HttpRequest, code: str) -> HttpResponse:
    """Show one appeal."""
    return render(request, "victims/appeals/public_one.html", {"one": _public_or_404(code)})


@public("anybody may say what they know of an object, without saying who they are")
@takes_up_to(LARGEST)
@require_http_methods(["GET", "HEAD", "POST"])
def tip(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form for tips; a submitted tip becomes a report to the desk."""
    one = _public_or_404(code)
    with viewing(one.appeal.organisation_id):
        desk = desk_of(one.appeal.organisation)
    context: dict[str, Any] = {"one": one, **desk_context(desk)}
    if request.method != "POST":
        context |= {"form": TipForm(), "token": tokens.FormToken.give_out(0).signed()}
        return render(request, "victims/appeals/tip.html", context)
    form = TipForm(request.POST)
    token, valid = tokens.FormToken.read(request.POST.get("token", "")), form.is_valid()
    if token is None:
        token = tokens.FormToken.give_out(0)
        form.add_error(None, _("This page was open for a long time. Nothing is lost: send it once more."))
        valid = False
    context |= {"form": form, "token": token.signed()}
    if valid and _wait(request, desk):
        form.add_error(None, _("Much came from here within the hour. Nothing is lost: wait, then send it again."))
        return render(request, "victims/appeals/tip.html", context, status=429)
    if not valid:
        return render(request, "victims/appeals/tip.html", context, status=422)
    try:
        sent = reports.send(desk, token, form.arrival(token.reference, one.appeal.code))
    except Refusal as refused:
        form.add_error(None, str(refused))
        return render(request, "victims/appeals/tip.html", context, status=422)
    with viewing(one.appeal.organisation_id):
        actions.note_tip(one.appeal, sent.report)
    return render(request, "victims/appeals/thanks.html", {**context, **sent_context(desk, sent, danger=False)})


def _public_or_404(code: str) -> queries.Public:
    return or_404(queries.public_appeal(code, get_language() or "en"))


def _wait(request: HttpRequest, desk: Desk) -> bool:
    """Whether this place, or everybody together, has sent as much as may be for now."""
    if not PLACES.take(SENT, place_of(request), form_rules.WITHOUT_PROOF):
        return True
    return allowances.take(desk, proved=False) > 0
