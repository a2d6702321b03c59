"""Whose form arrives: the person of the session, or of the one that ended by the clock, as its browser can prove."""

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
    """Return the name of the cookie with which a browser proves whose session it had."""
    return f"__Host-{_NAME}" if settings.SESSION_COOKIE_SECURE else _NAME


_NAME = "ended"


def note_end(response: HttpResponse, person: UUID) -> None:
    """Let the browser prove for a while that it had a session of this person, which the clock ended.

    Nothing opens by it: it lets what was typed be kept for that person, who has to sign in to have it back.
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
    """Take the proof away: somebody has signed in."""
    response.delete_cookie(cookie_name(), samesite="Lax")


def proven(request: HttpRequest) -> UUID | None:
    """Return whose session of this browser ended by the clock a short while ago, or None."""
    return id_of(request.COOKIES.get(cookie_name(), ""), PURPOSE, ENDED_LIFE)
