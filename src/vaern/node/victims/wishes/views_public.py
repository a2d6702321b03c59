"""The survivor's pages: send hashes, and read the status with a code. No sign-in, no name, no picture, no question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.organisations.access import public
from vaern.node.organisations.adapter import place_of
from vaern.node.reports.public import queries as desks
from vaern.node.reports.public.forms import ReceiptForm
from vaern.node.reports.public.presenters import all_desks
from vaern.node.reports.rules import public_form as form_rules
from vaern.node.victims.rules import wishes as rules
from vaern.node.victims.rules.wishes import Told
from vaern.node.victims.wishes import actions, presenters, tokens
from vaern.node.victims.wishes.forms import ToldForm, WishForm
from vaern.node.web.decisions import refuse
from vaern.node.web.intake import takes_up_to
from vaern.node.web.lookups import or_404
from vaern.node.web.places import PLACES, share

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vaern.node.reports.models import Desk

LARGEST = rules.LONGEST_TEXT + 500_000
SENT, WRONG = "wish", "wrong wish code"


@public("a survivor chooses the country whose desk answers for the wish", findable=True)
@require_http_methods(["GET", "HEAD"])
def choose(request: HttpRequest) -> HttpResponse:
    """Lead to the one desk, or let the visitor choose the country."""
    found = desks.desks()
    if len(found) == 1:
        return HttpResponseRedirect(reverse("victims:wish-form", args=[found[0].public_name]))
    return render(request, "victims/wishes/choose.html", {"desks": found})


@public("a survivor may ask for removal by hashes, without saying who they are", findable=True)
@takes_up_to(LARGEST)
@csp_replace({"connect-src": [NONE]})  # type: ignore[arg-type] # it is typed for views without arguments
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, name: str) -> HttpResponse:
    """Show the form of a desk, and take hashes. No script of the page can open a connection: only the form is sent."""
    desk = or_404(desks.desk_called(name))
    if request.method != "POST":
        return _show(request, desk, WishForm(), tokens.give_out())
    filled = WishForm(request.POST, request.FILES)
    given = request.POST.get("token", "")
    valid, code = filled.is_valid(), tokens.code_of(given)
    if code is None:
        given = tokens.give_out()
        filled.add_error(None, _("This page was open for a long time. Nothing is lost: send it once more."))
    if not valid or code is None:
        return _show(request, desk, filled, given, status=422)
    if not PLACES.take(SENT, place_of(request), form_rules.WITHOUT_PROOF):
        filled.add_error(None, _("Much came from here within the hour. Nothing is lost: wait, then send it again."))
        return _show(request, desk, filled, given, status=429)
    try:
        wish = actions.send(desk.organisation, code, filled.found, Told(filled.cleaned_data["told"]))
    except Refusal as refusal:
        return refuse(refusal, filled, lambda _said, status: _show(request, desk, filled, given, status=status))
    return render(request, "victims/wishes/sent.html", presenters.sent_context(desk, wish, code))


@public("who holds a code reads the status of their own wish; without the code it shows its form")
@takes_up_to(50_000)
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """Ask for the code, show the status, change whether somebody wants to be told, or end it."""
    if request.method != "POST":
        return _code_page(request, ReceiptForm())
    return _change(request) if "opened" in request.POST else _open(request)


def _code_page(request: HttpRequest, form: ReceiptForm, *, status: int = 200, **said: object) -> HttpResponse:
    return render(request, "victims/wishes/code.html", {"form": form, "desks": all_desks(), **said}, status=status)


def _open(request: HttpRequest) -> HttpResponse:
    asked, place = ReceiptForm(request.POST), place_of(request)
    valid = asked.is_valid()
    if PLACES.count(WRONG, place) >= share(form_rules.WRONG_CODES):
        asked.add_error("code", _("Too many wrong codes came from here. Wait an hour, then try again."))
        return _code_page(request, asked, status=429)
    wish = actions.open_status(asked.cleaned_data["code"]) if valid else None
    if wish is None:
        if valid:
            PLACES.take(WRONG, place, form_rules.WRONG_CODES)
            asked.add_error("code", _("Nothing stands under this code. Look at it once more."))
        return _code_page(request, asked, status=422)
    return _status(request, wish)


def _change(request: HttpRequest) -> HttpResponse:
    id = tokens.wish_of(request.POST.get("opened", ""))
    filled = ToldForm(request.POST)
    if id is None:
        again = ReceiptForm()
        return _code_page(request, again, status=422, closed=True)
    if "end" in request.POST:
        wish = actions.end(id)
    else:
        wish = actions.change_told(id, Told(filled.cleaned_data["told"])) if filled.is_valid() else None
    if wish is None:
        return _code_page(request, ReceiptForm(), status=422, closed=True)
    return _status(request, wish, changed=True)


def _status(request: HttpRequest, wish: Any, *, changed: bool = False) -> HttpResponse:
    with viewing(wish.organisation_id):
        context = presenters.status_context(wish)
    told = ToldForm(initial={"told": wish.told, "opened": tokens.opened(wish.pk)})
    return render(request, "victims/wishes/status.html", {**context, "form": told, "changed": changed})


def _show(request: HttpRequest, desk: Desk, filled: WishForm, token: str, *, status: int = 200) -> HttpResponse:
    return render(request, "victims/wishes/form.html", presenters.form_context(desk, filled, token), status=status)
