"""Pages of the demonstration: who is in it, what it sent, the tour, the sign-in of one click. A synthetic node's."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from vaern.node.alliance.models import PublicRelease
from vaern.node.casework import reasons
from vaern.node.demo import mailbox, presenters
from vaern.node.demo.sign_in import entrance_of, person_of
from vaern.node.demo.tour import COOKIE, SHOWN, STOPS
from vaern.node.organisations import acts
from vaern.node.organisations.access import public
from vaern.node.organisations.account_actions import note_own
from vaern.node.organisations.models import Person
from vaern.node.reports.public import actions as public_actions
from vaern.node.reports.public import tokens as receipts
from vaern.node.reports.public import views_receipt
from vaern.node.reports.public.forms import WordsForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

BACKEND = "vaern.node.organisations.backends.Accounts"
SYNTHETIC = "shows what is invented, in a synthetic node alone"


def of_synthetic(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view exist in a synthetic node alone."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.CONFIGURATION.synthetic:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@public(SYNTHETIC)
@of_synthetic
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Show a card for each role, with one click to sign in."""
    response = render(request, "demo/people.html", {"cards": presenters.cards()})
    response.delete_cookie(COOKIE)  # whoever is here is not on the tour
    return response


@public(SYNTHETIC)
@of_synthetic
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """Show what the node sent, the newest first, to everybody or to one address."""
    to = request.GET.get("to", "")
    return render(request, "demo/mail.html", {"table": presenters.table_of_mail(mailbox.newest(to)), "to": to})


@public(SYNTHETIC)
@of_synthetic
@require_safe
def one_mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail, with links that work."""
    found = mailbox.find(name)
    if found is None:
        raise Http404
    return render(request, "demo/one_mail.html", {"mail": found, "text": mailbox.linked(found.text)})


@public("signs in invented people, by a link that only the terminal and the page of a synthetic node show")
@of_synthetic
@require_safe
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in whoever the link is for, as if they had given both factors."""
    id = person_of(token)
    person = Person.everybody.filter(pk=id, is_active=True).first() if id else None
    if person is None:
        raise Http404
    _let_in(request, person)
    return HttpResponseRedirect("/")


@public("signs in invented people and opens a page, by a link that only the story of a synthetic node shows")
@of_synthetic
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in whoever the link is for, and open its page with its reason given."""
    found = entrance_of(token)
    person = Person.everybody.filter(pk=found.person, is_active=True).first() if found else None
    if found is None or person is None:
        raise Http404
    if request.user.pk != person.pk:
        _let_in(request, person)
    if found.subject is not None:
        reasons.remember(request, found.subject, SHOWN)
    return HttpResponseRedirect(found.path)


def _let_in(request: HttpRequest, person: Person) -> None:
    login(request, person, backend=BACKEND)
    record_authentication(request, person, "password", email=person.email)
    factor = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if factor is not None:
        record_authentication(request, person, "mfa", id=factor.pk, type=factor.type)
    UserSession.objects.create_from_request(request)
    note_own(person, acts.SIGNED_IN)


@public(SYNTHETIC)
@of_synthetic
@require_safe
def tour(request: HttpRequest) -> HttpResponse:
    """Show the stops of the tour, and begin it."""
    return render(request, "demo/tour.html", {"stops": STOPS})


@public(SYNTHETIC)
@of_synthetic
@require_POST
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Go to a stop of the tour: sign in as whoever works there, or out, and open its page.

    The tour speaks the language in which it was begun, also on the pages of people who have chosen another.
    """
    if not 0 < number <= len(STOPS):
        raise Http404
    found, language = STOPS[number - 1], get_language()
    place, person = found.place(), found.person()
    if person is None:
        logout(request)
    elif request.user.pk != person.pk:
        _let_in(request, person)
    if person is not None and place is not None and place.record is not None:
        reasons.remember(request, place.record.subject, SHOWN)
    response = HttpResponseRedirect(place.url if place else reverse("demo:roles"))
    response.set_cookie(COOKIE, str(number), samesite="Lax", httponly=True)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        secure = settings.LANGUAGE_COOKIE_SECURE
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, secure=secure, samesite="Lax", httponly=True)
    return response


@public(SYNTHETIC)
@of_synthetic
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Leave the tour."""
    logout(request)
    response = HttpResponseRedirect(reverse("demo:roles"))
    response.delete_cookie(COOKIE)
    return response


@public(SYNTHETIC)
@of_synthetic
@require_safe
def factsheet(_request: HttpRequest) -> HttpResponse:
    """Lead to the factsheet of the newest release."""
    found = PublicRelease.objects.order_by("-number").first()
    if found is None:
        raise Http404
    return HttpResponseRedirect(reverse("alliance:released-file", args=["latest", f"factsheet-{get_language()}.pdf"]))


@public(SYNTHETIC)
@of_synthetic
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show the dialogue of a report, as whoever typed its code sees it."""
    id = receipts.report_of(token)
    report = public_actions.report_in_dialogue(id) if id else None
    if report is None:
        raise Http404
    return views_receipt.dialogue(request, report, WordsForm(initial={"opened": token}))
