"""The public form: choose a desk, report, and get the receipt. Nothing here knows or stores who reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaern.node.base.refusals import Refusal
from vaern.node.organisations.access import public
from vaern.node.organisations.adapter import place_of
from vaern.node.reports.public import actions, allowances, presenters, queries, tokens
from vaern.node.reports.public.forms import PublicForm
from vaern.node.reports.public.offers import offers_of
from vaern.node.reports.rules import public_form
from vaern.node.web import places, proof_of_work
from vaern.node.web.intake import bound, hands_back, takes_up_to
from vaern.node.web.lookups import or_404
from vaern.node.web.places import PLACES

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vaern.node.reports.models import Desk
    from vaern.node.reports.public.tokens import FormToken

LARGEST = 200_000
"""Bytes of a public form: words and addresses. There is nothing to upload."""

SENT, SENT_SLOWLY = "sent", "sent slowly"


@public("anybody may report; the list of desks with a public form is open", findable=True)
@require_http_methods(["GET", "HEAD"])
def choose(request: HttpRequest) -> HttpResponse:
    """Redirect to the only desk with a public form, or let the visitor choose the country."""
    desks = queries.desks()
    if len(desks) == 1:
        return HttpResponseRedirect(reverse("reports:report-form", args=[desks[0].public_name]))
    context = {"desks": desks, "help": presenters.each_of(desks), "offers": offers_of(None)}
    return render(request, "reports/public/choose.html", context)


@public("anybody may report, without saying who they are", findable=True)
@takes_up_to(LARGEST)
@hands_back
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, name: str) -> HttpResponse:
    """Show the form of a desk, and take its report.

    Raises:
        Http404: no desk has a form of this name.
    """
    desk = or_404(queries.desk_called(name))
    if request.method != "POST":
        return _show(request, desk, PublicForm(), _new_token(request, desk))
    filled = bound(PublicForm, request)
    valid = filled.is_valid()
    token = tokens.FormToken.read(request.POST.get("token", ""))
    if token is None:
        token = _new_token(request, desk)
        filled.add_error(None, _("This page was open for a long time. Nothing is lost: send it once more."))
        valid = False
    elif valid and token.age < proof_of_work.SHORTEST_SECONDS:
        filled.add_error(None, _("That was very quick. Look at it once more, then send it again."))
        valid = False
    if not valid:
        return _show(request, desk, filled, token, status=422)
    if wait := _wait(request, desk, token, filled):
        return _show(request, desk, filled, token, status=429, wait=wait)
    return _send(request, desk, filled, token)


def _send(request: HttpRequest, desk: Desk, filled: PublicForm, token: FormToken) -> HttpResponse:
    try:
        sent = actions.send(desk, token, filled.arrival(token.reference, desk.timezone))
    except Refusal as refused:
        filled.add_error(None, str(refused))
        return _show(request, desk, filled, token, status=422)
    danger, kind = filled.cleaned_data["danger"] == "yes", filled.cleaned_data["kind"]
    return render(request, "reports/public/sent.html", presenters.sent_context(desk, sent, danger=danger, kind=kind))


def _new_token(request: HttpRequest, desk: Desk) -> FormToken:
    return tokens.FormToken.give_out(_difficulty(request, desk))


def _difficulty(request: HttpRequest, desk: Desk) -> int:
    return proof_of_work.difficulty(PLACES.count(SENT, place_of(request)), allowances.load(desk))


def _wait(request: HttpRequest, desk: Desk, token: FormToken, filled: PublicForm) -> int:
    """Return 0 if the report may be sent, or for how many seconds it has to wait."""
    place = place_of(request)
    proved = token.proved(filled.cleaned_data["proof"], _difficulty(request, desk))
    what, most = (SENT, public_form.WITH_PROOF) if proved else (SENT_SLOWLY, public_form.WITHOUT_PROOF)
    if not PLACES.take(what, place, most):
        return int(places.HOUR)
    return allowances.take(desk, proved=proved, danger=filled.pressing)


def _show(
    request: HttpRequest, desk: Desk, filled: PublicForm, token: FormToken, *, status: int = 200, wait: int = 0
) -> HttpResponse:
    context: dict[str, Any] = {
        **presenters.desk_context(desk),
        "form": filled,
        "token": token.signed(),
        "nonce": token.nonce,
        "bits": token.bits,
        "wait": wait,
        "soon": 0 < wait < places.HOUR,
    }
    answer = render(request, "reports/public/form.html", context, status=status)
    if wait:
        answer["Retry-After"] = str(wait)
    return answer
