"""The public pages: what is open, the form, and a journalist's own page. Nothing here needs a script or an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaern.node.base.refusals import Refusal
from vaern.node.organisations.access import public
from vaern.node.organisations.adapter import place_of
from vaern.node.press.base import events
from vaern.node.press.base.pages import event_facts
from vaern.node.press.journalists import actions, links, presenters, queries, tokens
from vaern.node.press.journalists.forms import PressForm, RegisterForm
from vaern.node.press.rules.states import State
from vaern.node.web.decisions import refuse
from vaern.node.web.intake import takes_up_to
from vaern.node.web.lookups import or_404
from vaern.node.web.proof_of_work import SHORTEST_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from vaern.node.press.journalists.tokens import FormToken
    from vaern.node.press.models import PressEvent, Registration

LARGEST = 50_000
"""Bytes of a form: a few lines."""


@public("anybody may read which events are open to the press", findable=True)
@require_safe
def public_events(request: HttpRequest) -> HttpResponse:
    """Show the events to which one can register."""
    return render(request, "press/public/events.html", {"found": presenters.public_rows(events.public_events())})


@public("a journalist has no account: anybody may register, and is verified", findable=True)
@takes_up_to(LARGEST)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, name: str) -> HttpResponse:
    """Show an event with its form, and take what was filled in."""
    arrived = timezone.now()  # before anything else is done with it
    event = event_or_404(name)
    if request.method != "POST":
        return _show(request, event, RegisterForm(), tokens.new(place_of(request)))
    form = RegisterForm(request.POST)
    valid = form.is_valid()
    token = tokens.FormToken.read(request.POST.get("token", ""))
    if token is None:
        token = tokens.new(place_of(request))
        form.add_error(None, _("This page was open for a long time. Nothing is lost: send it once more."))
        valid = False
    elif valid and token.age < SHORTEST_SECONDS:
        form.add_error(None, _("That was very quick. Look at it once more, then send it again."))
        valid = False
    if not valid:
        return _show(request, event, form, token, status=422)
    if tokens.wait(token, form.cleaned_data["proof"], place_of(request), event):
        form.add_error(None, _("Much came from here within the hour. Nothing is lost: wait, then send it again."))
        return _show(request, event, form, token, status=429)
    try:
        actions.register(event, form.said, channel="form", arrived=arrived)
    except Refusal as refusal:
        return refuse(refusal, form, lambda _said, status: _show(request, event, form, token, status))
    return HttpResponseRedirect(reverse("press:sent", args=[event.name]))


@public("says what happens next; shows nothing of anybody")
@require_safe
def sent(request: HttpRequest, name: str) -> HttpResponse:
    """Say that a mail is on its way; the page is the same whether or not the address was known."""
    return render(request, "press/public/sent.html", {"event": event_or_404(name)})


@public("who holds the link that went to the address sees their own registration")
@takes_up_to(LARGEST)
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """Show a journalist's own page: confirm, what was decided, the badge, the papers, withdraw."""
    registration = mine_or_404(token)
    unconfirmed = registration.state == State.UNCONFIRMED.value
    form = PressForm(initial=registration.says) if unconfirmed else None
    problem = ""
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "confirm" and unconfirmed:
            form = PressForm(request.POST)
            if form.is_valid() and not (problem := _tried(lambda: actions.confirm(registration, form.said))):
                return HttpResponseRedirect(request.path)
        elif act in {"withdraw", "agree"}:
            do = actions.withdraw if act == "withdraw" else actions.agree_to_embargo
            if not (problem := _tried(lambda: do(registration))):
                return HttpResponseRedirect(request.path)
    context = presenters.own_context(registration, token)
    status = 422 if problem or (form and form.errors) else 200
    return render(request, "press/public/mine.html", {**context, "form": form, "problem": problem}, status=status)


@public("who holds the link that went to the address fetches their own badge")
@require_safe
def badge(request: HttpRequest, token: str) -> HttpResponse:
    """Serve the badge of an accredited journalist as a PDF."""
    registration = mine_or_404(token)
    content = or_404(queries.own_badge(registration))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="badge-{registration.event.name}.pdf"'
    return answer


def event_or_404(name: str) -> PressEvent:
    """Return an event that is open to everybody."""
    return or_404(events.public_event(name))


def mine_or_404(token: str) -> Registration:
    """Return the registration that a link leads to."""
    return or_404(links.behind(token))


def _tried(act: Callable[[], object]) -> str:
    try:
        act()
    except Refusal as refused:
        return str(refused)
    return ""


def _show(
    request: HttpRequest, event: PressEvent, form: RegisterForm, token: FormToken, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "event": event,
        "facts": event_facts(event),
        "form": form,
        "token": token.signed(),
        "nonce": token.nonce,
        "bits": token.bits,
        "late": not event.in_time(timezone.now()),
    }
    return render(request, "press/public/register.html", context, status=status)
