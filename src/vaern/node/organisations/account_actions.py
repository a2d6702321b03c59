"""Every write that people make for themselves: profile, sessions, API keys, an administrator's session."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Actor, Reason, Why
from vaern.node.organisations import acts, notices, rules
from vaern.node.organisations.actions import allow, refuse_if
from vaern.node.organisations.keys import make_secret, standing_permissions
from vaern.node.organisations.models import AdminSession, ApiKey, Person
from vaern.node.organisations.queries import overseers_of
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from vaern.node.ledger.rules import Act
    from vaern.node.organisations.viewers import Viewer

OWN = Reason(Why.OWN_ACCOUNT)


@transaction.atomic
def change_profile(viewer: Viewer, *, name: str, language: str) -> None:
    """Change one's own name and language."""
    allow(viewer, Permission.ACCOUNT)
    person = myself(viewer)
    person.name, person.language = name, language
    person.save(update_fields=["name", "language"])
    record(acts.PROFILE_CHANGED, person.subject, viewer.actor, OWN)


@transaction.atomic
def choose_single_keys(viewer: Viewer, *, on: bool) -> None:
    """Set whether single letters, figures and signs are shortcuts on one's own pages."""
    allow(viewer, Permission.ACCOUNT)
    person = myself(viewer)
    person.single_keys = on
    person.save(update_fields=["single_keys"])
    record(acts.SINGLE_KEYS_CHOSEN, person.subject, viewer.actor, OWN)


@transaction.atomic
def end_sessions(viewer: Viewer, *, current: str, only: int | None = None) -> int:
    """End one's own sessions in other browsers, or one of them, and return how many ended.

    Args:
        viewer: whose sessions.
        current: key of the session that asks; it goes on.
        only: number of the one to end; all others if left out.
    """
    allow(viewer, Permission.ACCOUNT)
    person = myself(viewer)
    rows = UserSession.objects.filter(user=person).exclude(session_key=current)
    ending = list(rows if only is None else rows.filter(pk=only))
    for row in ending:
        row.end()
    record(acts.SESSION_ENDED, person.subject, viewer.actor, OWN, count=len(ending))
    return len(ending)


@transaction.atomic
def make_api_key(
    viewer: Viewer, reason: Reason, *, name: str, scopes: Iterable[Permission], lasts: timedelta, purpose: str = ""
) -> tuple[ApiKey, str]:
    """Make a key for the viewer's organisation and return it with its text, which nobody sees again.

    Raises:
        Refusal: it has no scope, one that its maker lacks day by day, or would last longer than a year.
    """
    allow(viewer, Permission.KEYS_MANAGE)
    person = myself(viewer)
    wanted = frozenset(scopes)
    refuse_if(rules.problem_with_key(wanted, standing_permissions(person), lasts))
    id_ = uuid4()
    text, digest = make_secret(id_)
    now = timezone.now()
    key = ApiKey.everywhere.create(
        id=id_,
        organisation=viewer.organisation,
        name=name,
        digest=digest,
        scopes=sorted(scope.value for scope in wanted),
        purpose=purpose,
        created_by=person,
        created_at=now,
        expires_at=now + lasts,
    )
    record(acts.KEY_MADE, key.subject, viewer.actor, reason)
    return key, text


@transaction.atomic
def revoke_api_key(viewer: Viewer, reason: Reason, key: ApiKey) -> None:
    """End a key of the viewer's organisation now."""
    allow(viewer, Permission.KEYS_MANAGE)
    locked = ApiKey.everywhere.select_for_update().get(pk=key.pk)
    if locked.organisation_id != viewer.organisation.id:
        raise Refusal(rules.OTHER_ORGANISATION)
    locked.revoked_at = locked.revoked_at or timezone.now()
    locked.save(update_fields=["revoked_at"])
    record(acts.KEY_REVOKED, locked.subject, viewer.actor, reason)


@transaction.atomic
def open_admin_session(viewer: Viewer, *, reason: str, lasts: timedelta) -> AdminSession:
    """Let an administrator see the casework of their own organisation for a while; oversight is told at once.

    Raises:
        Refusal: one is open, the reason says nothing, or it would last longer than four hours.
    """
    allow(viewer, Permission.ADMIN_SESSION)
    refuse_if(rules.problem_with_admin_session(reason, lasts))
    person = Person.everybody.select_for_update().get(pk=myself(viewer).pk)
    now = timezone.now()
    for older in AdminSession.of(person=person).filter(closed_at=None):
        if older.until > now:
            raise Conflict(rules.SESSION_OPEN)
        older.closed_at = older.until
        older.save(update_fields=["closed_at"])
    session = AdminSession.everywhere.create(
        person=person, organisation=viewer.organisation, reason=reason.strip(), opened_at=now, until=now + lasts
    )
    notices.send_admin_session_opened(session, overseers_of(viewer.organisation))
    record(acts.ADMIN_SESSION_OPENED, session.subject, viewer.actor, Reason(Why.ADMINISTRATION, reason.strip()))
    return session


@transaction.atomic
def close_admin_session(viewer: Viewer, session: AdminSession) -> None:
    """Give the power back before its time."""
    allow(viewer, Permission.ADMIN_SESSION)
    locked = AdminSession.everywhere.select_for_update().get(pk=session.pk)
    if locked.person_id != myself(viewer).pk:
        raise Refusal(rules.OTHER_ORGANISATION)
    locked.closed_at = locked.closed_at or timezone.now()
    locked.save(update_fields=["closed_at"])
    record(acts.ADMIN_SESSION_CLOSED, locked.subject, viewer.actor, OWN)


@transaction.atomic
def note_own(person: Person, act: Act, *, by_stranger: bool = False) -> None:
    """Record what happened at sign-in or with a second factor, which allauth has let happen or refused.

    Args:
        person: whose account it is.
        act: what happened.
        by_stranger: whoever did it did not show that they are that person.
    """
    record(act, person.subject, Actor() if by_stranger else person.actor, OWN)


def myself(viewer: Viewer) -> Person:
    """Return the person who acts.

    Raises:
        Refusal: a key acts, and keys have no account.
    """
    if viewer.person is None:
        raise Refusal(rules.OTHER_ORGANISATION)
    return viewer.person
