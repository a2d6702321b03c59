"""Pages without sign-in: the host portal, and the appeal against a block. The URL is the credential.

No session, no cookie, no referrer, no indexing. Wrong, expired, foreign and erased tokens get the same answer. Posts
need no CSRF token, because posting requires the URL.
"""

from __future__ import annotations

import functools
from datetime import UTC
from typing import TYPE_CHECKING, Any

from allauth.core.internal import ratelimit
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from vaern.node.base.refusals import Refusal
from vaern.node.organisations.access import public
from vaern.node.reports.base import flagger_status
from vaern.node.reports.takedown import blocks, citations, labels, tokens
from vaern.node.reports.takedown import portal as acting
from vaern.node.reports.takedown.addresses import shown
from vaern.node.reports.takedown.forms import AnswerForm, AppealForm
from vaern.node.reports.takedown.grounds import rests
from vaern.node.reports.takedown.mails import ground_name
from vaern.node.web import bare, limits
from vaern.node.web.errors import answer
from vaern.node.web.intake import takes_up_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from vaern.node.reports.models import Notice

LARGEST = 50_000
"""Bytes of an answer."""

RATE, BURST = 1.0, 60.0
"""Requests with one token: a second in the long run, and at once."""


def without_trace(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a view so that its URL does not leak (no referrer, no store, no index), and limit guessing."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        if ratelimit.consume(request, app="allauth.account", action="portal", limit_get=True):
            response = view(request, token)
        else:
            response = answer(request, 429)
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return guarded


@public("a host has no account; the address in its notice is the key")
@takes_up_to(LARGEST)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@without_trace
def portal(request: HttpRequest, token: str) -> HttpResponse:
    """Show a host its notice, and take its answer."""
    notice = acting.notice_by(token)
    if notice is None:
        return _nothing(request)
    if limits.take(tokens.bucket(notice.token_digest), RATE, BURST):
        return answer(request, 429)
    # Hosts sit anywhere: their page speaks of moments in UTC, and says so.
    with translation.override(bare.language_of(request, notice.host.language)), timezone.override(UTC):
        return _portal(request, notice)


def _portal(request: HttpRequest, notice: Notice) -> HttpResponse:
    revealed, form, closed = "", None, acting.closed(notice, notice.location)
    if request.method == "POST" and "reveal" in request.POST and not closed:
        revealed = acting.reveal(notice)
    elif request.method == "POST" and not closed:
        form = AnswerForm(request.POST)
        if form.is_valid() and _answered(notice, form):
            return HttpResponseRedirect(f"{request.path}?language={translation.get_language()}&thanks")
    elif request.method == "GET":  # HEAD is what programs send that try links in mails
        acting.opened(notice)
    location = notice.location
    context = {
        "notice": notice,
        "reference": location.report.code,
        "closed": closed,
        "revealed": revealed,
        "organisation": "" if notice.anonymous else location.organisation,
        "offence": labels.OFFENCES[location.report.offence],
        "place": shown(location.item),
        "ip": location.ip,
        "rests": rests(location),
        "ground": ground_name(notice.legal_ground, translation.get_language()),
        "says": citations.says(notice.cites, translation.get_language()),
        "priority": flagger_status.claim(notice, translation.get_language() or "en"),
        "form": form or AnswerForm(initial=_before(notice)),
        "answer": labels.ANSWERS.get(notice.answer, ""),
        "thanks": "thanks" in request.GET,
        "languages": bare.language_links(),
    }
    return render(request, "reports/takedown/portal.html", context, status=422 if form and form.errors else 200)


def _answered(notice: Notice, form: AnswerForm) -> bool:
    given = form.cleaned_data
    try:
        acting.answer(
            notice, given["said"], removed_at=given["removed_at"], moved_to=given["moved_to"], words=given["words"]
        )
    except Refusal as error:
        form.add_error(None, str(error))
        return False
    return True


def _before(notice: Notice) -> dict[str, Any]:
    """Return what was answered before, to amend; not where it moved to: who has the address later need not read it."""
    if not notice.answer:
        return {}
    removed = timezone.localtime(notice.removed_at) if notice.removed_at else None
    return {"said": notice.answer, "removed_at": removed, "words": acting.words_of(notice)}


@public("whoever is blocked has no account; the address in the mail is the key")
@takes_up_to(LARGEST)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@without_trace
def appeal(request: HttpRequest, token: str) -> HttpResponse:
    """Show why a location is blocked, and take an appeal."""
    block = blocks.block_by(token)
    if block is None:
        return _nothing(request)
    if limits.take(tokens.bucket(block.token_digest), RATE, BURST):
        return answer(request, 429)
    with translation.override(bare.language_of(request, "en")):
        form = AppealForm(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            try:
                blocks.appeal(block, form.cleaned_data["words"])
            except Refusal as error:
                form.add_error(None, str(error))
            else:
                return HttpResponseRedirect(f"{request.path}?language={translation.get_language()}")
        context = {
            "entry": block,
            "reference": block.location.report.code,
            "place": shown(block.location.item),
            "form": form,
            "because": blocks.reason_of(block),
            "ground": ground_name(block.legal_ground, translation.get_language()),
            "languages": bare.language_links(),
        }
        return render(request, "reports/takedown/appeal.html", context, status=422 if form.errors else 200)


def _nothing(request: HttpRequest) -> HttpResponse:
    text = _("The address is wrong, or its time is over. Ask whoever wrote to you for a new one.")
    return answer(request, 404, _("There is nothing at this address"), text)
