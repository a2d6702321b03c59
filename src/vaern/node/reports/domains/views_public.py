"""The stop page: why access is blocked, under which law, who decided, and how to appeal. It knows no domain.

An access provider's host redirects visitors to it, without the address they wanted. The page stores nothing about
visitors: no session, no cookie, no ledger entry. It names no domain and never says whether one is on a list; appellants
name it themselves, and get the same answer whether it is or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from vaern.node.organisations.access import public
from vaern.node.organisations.adapter import place_of
from vaern.node.reports.domains import actions, presenters
from vaern.node.reports.domains.forms import StoppedForm
from vaern.node.web import bare
from vaern.node.web.errors import answer
from vaern.node.web.intake import takes_up_to
from vaern.node.web.places import PLACES

if TYPE_CHECKING:
    from django.http import HttpRequest

LARGEST = 20_000
APPEALS = 6
"""Appeals within an hour from one place."""


@public("whoever is stopped has no account, and has to learn why")
@takes_up_to(LARGEST)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stopped(request: HttpRequest) -> HttpResponse:
    """Explain the block and take an appeal. No CSRF token is needed: the post depends on no session."""
    with translation.override(bare.language_of(request)):
        response = _stopped(request)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _stopped(request: HttpRequest) -> HttpResponse:
    form = StoppedForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if not PLACES.take("appeal", place_of(request), APPEALS):
            return answer(request, 429)
        given = form.cleaned_data
        actions.appeal(given["domain"], given["code"], given["words"])
        return HttpResponseRedirect(f"{request.path}?language={translation.get_language()}&thanks")
    context = {
        **presenters.stop_context(timezone.localdate()),
        "form": form,
        "thanks": "thanks" in request.GET,
        "languages": bare.language_links(),
    }
    return render(request, "reports/domains/stopped.html", context, status=422 if form.errors else 200)
