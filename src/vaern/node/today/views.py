"""The front page of whoever is signed in: what waits, what is new, what they set aside, and their mail."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaern.node.organisations.access import requires
from vaern.node.organisations.account_actions import myself
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.today import actions, presenters, queries
from vaern.node.today.forms import MailForm
from vaern.node.today.kept import counted, kept
from vaern.node.web.decisions import decide
from vaern.node.web.results import Result, Undo
from vaern.node.web.returns import way_back

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpRequest

    from vaern.node.today.queries import Board

KEY = re.compile(r"[0-9a-f]{64}\Z")
MOST_KEYS = 50


def today(request: HttpRequest) -> HttpResponse:
    """Show what waits for the viewer, by when it has to be dealt with, and what is new to them.

    What was counted a moment ago is shown at once, and the page asks for what changed since.
    """
    viewer = viewer_of(request)
    found = kept(viewer)
    whole = found or counted(viewer)
    return render(request, "today/today.html", {**_context(request, whole), "kept": found is not None})


@requires(Permission.ACCOUNT)
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Poll for an open page: 204, or what it shows once that is something else. Only what is shown is recorded."""
    whole = counted(viewer_of(request))
    if whole.only(request.GET.get("kind", "")).mark == request.GET.get("seen", ""):
        return HttpResponse(status=204)
    return render(request, "today/board.html", _context(request, whole))


@requires(Permission.ACCOUNT)
@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """Return the number beside *Today*, for the script of other pages. A number, so nothing is recorded."""
    return JsonResponse({"count": counted(viewer_of(request)).calls})


@requires(Permission.ACCOUNT)
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Set news aside: with a `next`, because the viewer goes on to it; else so that it is gone, with a way back."""
    found = _keys(request.POST.getlist("news"))
    actions.see(viewer_of(request), map(bytes.fromhex, found))
    if request.POST.get("next"):
        return HttpResponseRedirect(way_back(request, "/", "next"))
    return HttpResponseRedirect(f"{reverse('home')}?{urlencode({'undo': found}, doseq=True)}")


@requires(Permission.ACCOUNT)
@require_POST
def unseen(request: HttpRequest) -> HttpResponse:
    """Take back that news was set aside."""
    found = actions.unsee(viewer_of(request), map(bytes.fromhex, _keys(request.POST.getlist("news"))))
    if found:
        messages.success(request, ngettext("It is news again.", "They are news again.", found))
    return HttpResponseRedirect(reverse("home"))


@requires(Permission.ACCOUNT)
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """Choose which mail one gets of what waits."""
    viewer = viewer_of(request)
    wish, account = queries.wish_of(myself(viewer)), reverse("organisations:account")

    def do(form: Any) -> dict[str, bool]:
        actions.choose_mail(viewer, **form.cleaned_data)
        return dict(form.cleaned_data)

    return decide(
        request,
        title=_("Mail about what waits"),
        subject=None,
        crumbs=[(_("My account"), account)],
        back=account,
        submit=_("Save"),
        text=_("A mail says how many things wait, and where to read them. It names no record, no code and no person."),
        form=partial(MailForm, initial={"daily": wish.daily, "urgent": wish.urgent}),
        do=do,
        done=lambda now: _mail_chosen(now, {"daily": wish.daily, "urgent": wish.urgent}),
    )


def _mail_chosen(now: Mapping[str, bool], before: Mapping[str, bool]) -> Result:
    """Say which mail comes from now on; the way back chooses what was chosen before."""
    if now["daily"] and now["urgent"]:
        text = _(
            "You get a mail each working morning on which something waits, and one at once when something urgent comes."
        )
    elif now["daily"]:
        text = _("You get a mail each working morning on which something waits.")
    elif now["urgent"]:
        text = _("You get a mail at once when something urgent comes, and no other.")
    else:
        text = _("You get no mail about what waits: look at Today.")
    back = Undo(reverse("today:mail"), {name: "on" for name, on in before.items() if on})
    return Result(text, back if dict(now) != dict(before) else None)


def _context(request: HttpRequest, whole: Board) -> dict[str, Any]:
    kind = request.GET.get("kind", "")
    part = queries.shown(viewer_of(request), whole, kind)
    return presenters.page(whole, part, kind, _keys(request.GET.getlist("undo")))


def _keys(given: Iterable[str]) -> list[str]:
    return [key for key in dict.fromkeys(given) if KEY.match(key)][:MOST_KEYS]
