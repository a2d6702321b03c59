"""Error pages: short, in the viewer's language, with a way forward and no technical details."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.runtime.database import is_down
from vaern.node.web.context import theme_of

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

TEXTS: dict[int, tuple[Any, Any]] = {
    400: (gettext_lazy("That did not work"), gettext_lazy("The node did not understand what your browser sent.")),
    403: (
        gettext_lazy("Not for your role"),
        gettext_lazy("Your role does not allow this. Your administrator can tell you who may do it."),
    ),
    404: (
        gettext_lazy("There is no such page"),
        gettext_lazy("The address is wrong, or what was here is not visible to your organisation."),
    ),
    429: (gettext_lazy("Too many attempts"), gettext_lazy("Wait a quarter of an hour, then try again.")),
    500: (
        gettext_lazy("Something broke"),
        gettext_lazy("The fault is the node's. It has been noted. Nothing that you had saved is lost."),
    ),
    503: (gettext_lazy("Not available now"), gettext_lazy("The node is starting or being maintained. Try again soon.")),
}
"""Title and sentence of each error."""

RETRY_SECONDS = 10
"""After which a caller tries again; the embedded database is back in one or two."""


def answer(request: HttpRequest, status: int, title: object = None, text: object = None) -> HttpResponse:
    """Return an error page. It uses neither the database nor the session, either of which may be what failed.

    Args:
        request: the failed request.
        status: one of TEXTS, or another if both title and text are given.
        title: replaces the one in TEXTS.
        text: replaces the one in TEXTS.
    """
    usual_title, usual_text = TEXTS.get(status, TEXTS[500])
    found = {
        "title": title or usual_title,
        "text": text or usual_text,
        "back": "/",
        "back_label": _("To the front page"),
        "synthetic": settings.CONFIGURATION.synthetic,
        "node_name": settings.CONFIGURATION.host,
        "theme": theme_of(request),
    }
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
    return HttpResponse(render_to_string("web/error.html", found), status=status, headers=headers)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Answer 400."""
    return answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Answer 403."""
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Answer 404."""
    return answer(request, 404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Answer 429."""
    return answer(request, 429)


def broken(request: HttpRequest) -> HttpResponseBase:
    """Answer 503 while the database is down, else 500. Django calls this while it handles the exception."""
    return unavailable(request) if is_down(sys.exception()) else answer(request, 500)


def unavailable(request: HttpRequest) -> HttpResponseBase:
    """Answer 503."""
    return answer(request, 503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Answer a form that failed the CSRF check: from another site, or from a page left open for too long."""
    return answer(
        request,
        403,
        _("Send it once more"),
        _("The page was open for too long, or you signed in again meanwhile. Go back, reload it, and repeat."),
    )
