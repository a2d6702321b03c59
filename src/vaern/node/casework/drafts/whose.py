"""Whose form it is: the person of the session, or of the timed-out one that the browser can prove it had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from vaern.node.casework.drafts.rules import ENDED_LIFE
from vaern.node.web.tokens import id_of, token_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

PURPOSE = "whose session ended by the clock"


def cookie_name() -> str:
    """Return the name of the cookie that proves whose session the browser had."""
    return f"__Host-{_NAME}" if settings.SESSION_COOKIE_SECURE else _NAME


_NAME = "ended"


def note_end(response: HttpResponse, person: UUID) -> None:
    """Let the browser prove for a while that it had this person's session, which timed out.

    The cookie grants no access: it only lets a draft be kept for that person, who must sign in to get it back.
    """
    response.set_cookie(
        cookie_name(),
        token_of(person, PURPOSE),
        max_age=int(ENDED_LIFE.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_end(response: HttpResponse) -> None:
    """Delete the cookie: somebody has signed in."""
    response.delete_cookie(cookie_name(), samesite="Lax")


def proven(request: HttpRequest) -> UUID | None:
    """Return the person whose session in this browser timed out recently, or None."""
    return id_of(request.COOKIES.get(cookie_name(), ""), PURPOSE, ENDED_LIFE)
