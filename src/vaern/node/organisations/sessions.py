"""Sessions of people: when one has ended, and ending one here or elsewhere. The rows are allauth's `UserSession`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from allauth.account.internal.flows.logout import logout
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a session was used last: a write a minute, not a write a request."""

BY_ITSELF = "Vaern-Poll"
"""The header of what a page asks by itself, with nobody at it: such a request is no use of the session. `page.js` sets
it on every request of htmx that no event of the person set off, so no page has to remember it."""


class Ended(NamedTuple):
    """Why a session no longer counts, as its person reads it, and whether it was the clock that ended it."""

    why: str
    by_clock: bool


def why_ended(request: HttpRequest) -> Ended | None:
    """Return why the session of this request no longer counts, or None and note that a person used it."""
    row = _row(request)
    now = timezone.now()
    if row is None:
        return Ended(_("This session was ended elsewhere. Sign in again."), by_clock=False)
    if not request.user.organisation.works_here:  # type: ignore[union-attr]
        return Ended(_("Your organisation is no longer active on this node."), by_clock=False)
    if now - row.last_seen_at > timedelta(seconds=settings.IDLE_SECONDS):
        return Ended(_("You were signed out because nothing happened for a while."), by_clock=True)
    if now - row.created_at > timedelta(seconds=settings.SESSION_SECONDS):
        return Ended(_("You were signed out because a session lasts one working day."), by_clock=True)
    if now - row.last_seen_at > SEEN_EVERY and BY_ITSELF not in request.headers:
        UserSession.objects.filter(pk=row.pk).update(last_seen_at=now)
    return None


def left(request: HttpRequest) -> tuple[int, bool]:
    """Return how many seconds the session of this request lasts if nothing more happens, and whether use prolongs it.

    What ends first counts: the time in which nothing happens, which use begins anew, or the working day.
    """
    row = _row(request)
    if row is None:
        return 0, False
    now = timezone.now()
    idle = settings.IDLE_SECONDS - (now - row.last_seen_at).total_seconds()
    day = settings.SESSION_SECONDS - (now - row.created_at).total_seconds()
    return max(0, int(min(idle, day))), idle < day


def _row(request: HttpRequest) -> UserSession | None:
    found = UserSession.objects.filter(user_id=request.user.pk, session_key=request.session.session_key)
    row: UserSession | None = found.only("created_at", "last_seen_at").first()
    return row


def end_this(request: HttpRequest, ended: Ended) -> None:
    """End the session of this request; whoever asks is a stranger from here on."""
    request.ended_by_clock = ended.by_clock  # type: ignore[attr-defined]  # `drafts` keeps what was typed
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session_expired = True  # type: ignore[attr-defined]  # so that the ledger names the clock, not the person
    logout(request, show_message=False)


def end_all(person: UUID) -> int:
    """End every session of somebody, in every browser, and return how many there were. Inside a transaction."""
    rows = list(UserSession.objects.filter(user_id=person))
    for row in rows:
        row.end()
    return len(rows)
