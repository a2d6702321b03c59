"""What the script of a page asks for: keep a draft, say how long the session lasts. And discarding, for everybody."""

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
from vaern.node.web.views import back

if TYPE_CHECKING:
    from django.http import HttpRequest


@requires(Permission.ACCOUNT)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what stands in a form, as its page sends it after somebody typed. 422: not a form that is kept."""
    is_kept = keep_form(myself(viewer_of(request)).id, request)
    return HttpResponse(status=HTTPStatus.NO_CONTENT if is_kept else HTTPStatus.UNPROCESSABLE_ENTITY)


@requires(Permission.ACCOUNT)
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Erase one draft, and open its page anew."""
    store.discard(
        myself(viewer_of(request)).id, request.POST.get(f"{MARK}page", ""), request.POST.get(f"{MARK}form", "")
    )
    messages.success(request, _("What was typed has been erased."))
    return HttpResponseRedirect(back(request))


@requires(Permission.ACCOUNT)
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """Say how long the session lasts, to a page that asks by itself; or go on with it, to somebody who says so (POST).

    The token is for a page that was open while its person signed in again in another tab.
    """
    left, by_idling = sessions.left(request)
    found = {"seconds": left, "idle": by_idling, "who": str(request.user.pk), "token": get_token(request)}
    return JsonResponse(found)
