"""What allauth and Django tell of sign-in, written into the ledger, and counted where it was a wrong attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.db.models.signals import pre_delete

from vaern.node.organisations import acts, second_factor
from vaern.node.organisations.account_actions import note_own
from vaern.node.organisations.models import Person

if TYPE_CHECKING:
    from django.http import HttpRequest


def connect() -> None:
    """Listen; once, when the app is loaded."""
    account.user_logged_in.connect(_signed_in, dispatch_uid="organisations")
    account.password_changed.connect(_password_changed, dispatch_uid="organisations")
    account.password_reset.connect(_password_reset, dispatch_uid="organisations")
    user_logged_out.connect(_signed_out, dispatch_uid="organisations")
    user_login_failed.connect(_password_refused, dispatch_uid="organisations")
    mfa.authentication_failed.connect(_factor_refused, dispatch_uid="organisations")
    mfa.authenticator_used.connect(_factor_given, dispatch_uid="organisations")
    mfa.authenticator_added.connect(_factor_added, dispatch_uid="organisations")
    mfa.authenticator_removed.connect(_factor_removed, dispatch_uid="organisations")
    mfa.authenticator_reset.connect(_codes_made, dispatch_uid="organisations")
    pre_delete.connect(_factor_going, sender=Authenticator, dispatch_uid="organisations")


def _signed_in(user: Person, **_kwargs: Any) -> None:
    note_own(user, acts.SIGNED_IN)


def _signed_out(request: HttpRequest, user: Person | None, **_kwargs: Any) -> None:
    if user is not None:
        by_clock = getattr(request, "session_expired", False)
        note_own(user, acts.SESSION_EXPIRED if by_clock else acts.SIGNED_OUT, by_stranger=by_clock)


def _password_changed(user: Person, **_kwargs: Any) -> None:
    note_own(user, acts.PASSWORD_CHANGED)


def _password_reset(user: Person, **_kwargs: Any) -> None:
    note_own(user, acts.PASSWORD_RESET)


def _password_refused(credentials: dict[str, Any], **_kwargs: Any) -> None:
    """Record a wrong password of somebody who exists; what strangers type is nobody's entry."""
    email = credentials.get("email") or credentials.get("username") or ""
    person = Person.everybody.filter(email__iexact=email).first() if email else None
    if person:
        note_own(person, acts.PASSWORD_REFUSED, by_stranger=True)


def _factor_refused(request: HttpRequest, user: Person, **_kwargs: Any) -> None:
    note_own(user, acts.SECOND_FACTOR_REFUSED, by_stranger=True)
    second_factor.count_failure(request, user.email)


def _factor_given(user: Person, *, reauthenticated: bool = False, **_kwargs: Any) -> None:
    if reauthenticated:
        note_own(user, acts.SECOND_FACTOR_GIVEN)


def _factor_added(request: HttpRequest, user: Person, authenticator: Authenticator, **_kwargs: Any) -> None:
    note_own(user, acts.SECOND_FACTOR_ADDED)
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        # Setting one up has shown it: it need not be given again at once.
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


def _factor_removed(user: Person, **_kwargs: Any) -> None:
    note_own(user, acts.SECOND_FACTOR_REMOVED)


def _factor_going(instance: Authenticator, origin: object, **_kwargs: Any) -> None:
    """Ask whether it may go, where its owner removes it alone, on a page of allauth.

    Whoever administers or erases an account removes all factors at once, by a query, and that is not asked about.
    """
    if origin is instance:
        second_factor.keep_one(instance)


def _codes_made(user: Person, **_kwargs: Any) -> None:
    note_own(user, acts.RECOVERY_CODES_MADE)
