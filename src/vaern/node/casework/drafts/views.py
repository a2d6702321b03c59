"""Endpoints for the page script: keep a draft, report the session's remaining time. Discarding works without it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaern.node.casework.drafts import store
from vaern.node.casework.drafts.middleware import keep as keep_form
from vaern.node.casework.drafts.rules import MARK
from vaern.node.organisations import sessions
from vaern.node.organisations.access import requires
from vaern.node.organisations.account_actions import myself
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.returns import way_back

if TYPE_CHECKING:
    from django.http import HttpRequest


@requires(Permission.ACCOUNT)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a form's contents, sent by the page's script after typing; 422 if drafts of that form are not kept."""
    is_kept = keep_form(myself(viewer_of(request)).id, request)
    return HttpResponse(status=HTTPStatus.NO_CONTENT if is_kept else HTTPStatus.UNPROCESSABLE_ENTITY)


@requires(Permission.ACCOUNT)
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Erase one draft and reload its page."""
    store.discard(
        myself(viewer_of(request)).id, request.POST.get(f"{MARK}page", ""), request.POST.get(f"{MARK}form", "")
    )
    messages.success(request, _("What was typed has been erased."))
    return HttpResponseRedirect(way_back(request, "/", "next"))


@requires(Permission.ACCOUNT)
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """Report the session's remaining time to a page that polls (GET), or prolong it at the user's request (POST).

    The CSRF token is for a page that stayed open while its user signed in again in another tab.
    """
    left, by_idling = sessions.left(request)
    found = {"seconds": left, "idle": by_idling, "who": str(request.user.pk), "token": get_token(request)}
    return JsonResponse(found)
