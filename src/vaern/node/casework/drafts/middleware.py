"""Keeps a form whose request was rejected, erases it once saved, and restores it when its page is opened again."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse

from vaern.node.casework.drafts import rules, store, whose
from vaern.node.casework.drafts.refill import fill
from vaern.node.organisations.access import THIRD_PARTY, declared, of_the_api, page_of
from vaern.node.web.intake import look
from vaern.node.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.casework.drafts.refill import Place
    from vaern.node.casework.drafts.store import Found

TAKEN = frozenset({HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER})
"""How a form that was taken is answered; one with errors in it is answered with 422."""


class Drafts:
    """Wraps the middleware that ends sessions and rejects requests, so that it still knows whose request it was.

    Whatever rejects a form (`Access`, the reason dialogue) sets `request.turned_away`; its CSRF token and its content
    are checked here, because nothing has checked them yet.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        had = request.user.pk if request.user.is_authenticated else None
        response = self.get_response(request)
        has = request.user.pk if request.user.is_authenticated else None
        if had and not has and getattr(request, "ended_by_clock", False):
            whose.note_end(response, had)
        elif has and whose.cookie_name() in request.COOKIES:
            whose.forget_end(response)
        if request.method == "POST":
            is_proven = has == had or getattr(request, "ended_by_clock", False)  # one ended elsewhere proves nothing
            _after_post(request, response, (had if is_proven else None) if had else whose.proven(request))
        elif had and had == has and _is_page(request, response):
            _put_back(request, response, had)
        return response


def _after_post(request: HttpRequest, response: HttpResponse, person: UUID | None) -> None:
    if person is None:
        return
    if getattr(request, "turned_away", False):
        if _is_sound(request):
            keep(person, request)
    elif response.status_code in TAKEN and not _was_refused(request) and is_kept(request.path):
        store.saved(person, request.path)


def _is_sound(request: HttpRequest) -> bool:
    """Whether a form that was rejected unread comes from one of our pages and holds only text.

    `Access` rejects before the content guard and the CSRF check, so both are done here.
    """
    try:
        look(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
    except Problem:
        return False
    return CsrfViewMiddleware(_answer).process_view(request, _answer, (), {}) is None


def _answer(_request: HttpRequest) -> HttpResponse:
    """Stand in for the view: the CSRF check looks whether it is exempt, and never calls it."""
    return HttpResponse()


def keep(person: UUID, request: HttpRequest) -> bool:
    """Keep the form in a request if it belongs to the signed-in area; return whether it was kept."""
    typed = typed_in(request)
    return is_kept(typed.form) and store.keep(person, typed)


def typed_in(request: HttpRequest) -> rules.Typed:
    """Return the form in a request: submitted, or sent by the page's script to be kept."""
    page, form = urlsplit(page_of(request)).path, request.path
    if form == reverse("drafts:keep"):
        page, form = request.POST.get(f"{rules.MARK}page", ""), request.POST.get(f"{rules.MARK}form", "")
    return rules.Typed(page, form, rules.kept(request.POST.lists()))


def is_kept(form: str) -> bool:
    """Whether drafts are kept of forms submitted to this path: only on pages that require sign-in.

    Not on public pages, nor on allauth's pages for signing in or changing a password or factor.
    """
    try:
        match = resolve(form)
    except Resolver404:
        return False
    if of_the_api(match.func) or match.view_name in THIRD_PARTY or match.app_name == "drafts":
        return False
    declaration = declared(match.func, match.view_name)
    return declaration is not None and declaration.permission is not None


def _was_refused(request: HttpRequest) -> bool:
    """Whether the response, or the page that it redirects to, shows a refusal: then nothing was saved."""
    storage = messages.get_messages(request)
    said = [message for name in ("_queued_messages", "_loaded_data") for message in getattr(storage, name, None) or ()]
    return any(message.level >= messages.ERROR for message in said)


def _is_page(request: HttpRequest, response: HttpResponse) -> bool:
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    whole = request.method == "GET" and response.status_code == HTTPStatus.OK and not response.streaming
    return is_html and whole and not of_the_api(getattr(request.resolver_match, "func", None))  # type: ignore[arg-type]


def _put_back(request: HttpRequest, response: HttpResponse, person: UUID) -> None:
    for found in store.of_page(person, request.path):
        html = response.content.decode()
        response.content = fill(html, found.typed, partial(_notice, request, found)).encode()


def _notice(request: HttpRequest, found: Found, place: Place) -> str:
    context = {"found": found, "files": place.files, "unplaced": place.unplaced(found.typed)}
    return render_to_string("drafts/restored.html", context, request)
