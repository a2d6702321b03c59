"""The second factor: who must have one, whether this session gave it, when, and what keeps it from being guessed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import unstash_login
from allauth.mfa.models import Authenticator
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_lockout_response
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.organisations.models import Person
from vaern.node.organisations.rules import sees_casework

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor. Recovery codes only stand in for one."""


class LastFactor(Exception):
    """The factor that was to be removed is the last one of somebody who must have one."""


REAUTHENTICATIONS = {
    Authenticator.Type.TOTP: "mfa_reauthenticate",
    Authenticator.Type.WEBAUTHN: "mfa_reauthenticate_webauthn",
}
GUESSED_AT = frozenset(
    {"account_reauthenticate", "mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
)
"""Forms in which somebody who is known by a session, or by the password alone, could guess."""

ONE_OF_A_KIND = "unique_authenticator_type"
"""The constraint of allauth's table by which nobody has two authenticator apps, or two sets of recovery codes."""


def must_have(person: Person) -> bool:
    """Whether a second factor is compulsory for them."""
    return sees_casework(person.role_set)


def types_of(person_id: UUID) -> set[str]:
    """Return the kinds of second factor that somebody has set up."""
    found = Authenticator.objects.filter(user_id=person_id, type__in=FACTORS)
    return set(found.values_list("type", flat=True))


def given_at(request: HttpRequest) -> float:
    """Return when this session last gave the second factor, in seconds since 1970; 0 for never."""
    records: list[dict[str, Any]] = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return max((record["at"] for record in records if record["method"] == "mfa"), default=0.0)


def missing(request: HttpRequest) -> str:
    """Return where a compulsory second factor is set up or given, or "" if nothing is missing."""
    if given_at(request) or not must_have(request.user):  # type: ignore[arg-type]
        return ""
    return reauthentication(request) or reverse("organisations:second-factor")


def owed(request: HttpRequest) -> str:
    """Return where the second factor that somebody has is given, or "" if this session gave it or they have none.

    Asked before another factor is set up or recovery codes are shown: a session that is older than the first factor
    has shown the password alone.
    """
    return "" if given_at(request) else reauthentication(request)


def stale(request: HttpRequest) -> str:
    """Return where the second factor is given again, or "" if it was given within the last minutes."""
    if time.time() - given_at(request) < settings.STEP_UP_SECONDS:
        return ""
    return reauthentication(request) or reverse("organisations:second-factor")


def reauthentication(request: HttpRequest) -> str:
    """Return the address where this person gives their second factor again, or "" if they have none."""
    found = types_of(request.user.pk) if request.user.pk else set()
    return next((reverse(route) for kind, route in REAUTHENTICATIONS.items() if kind in found), "")


def refusal_of_library_view(request: HttpRequest, name: str) -> HttpResponse | None:
    """Return what is answered instead of a view of allauth, where our rules are stricter; None to let it answer."""
    if name in GUESSED_AT and (person := _who(request)) and locked_out(request, person.email):
        return get_lockout_response(request, None, {"email": person.email})
    if name in {"mfa_deactivate_totp", "mfa_remove_webauthn"} and is_last(request.user):  # type: ignore[arg-type]
        return keeps_last(request)
    return None


def answer_to(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """Return what is answered where two tabs changed the factors at once, and this one came second; None otherwise."""
    if isinstance(exception, LastFactor):
        return keeps_last(request)
    if isinstance(exception, IntegrityError) and ONE_OF_A_KIND in str(exception):
        return HttpResponseRedirect(reverse("mfa_index"))  # which shows what the other tab has set up
    return None


def keeps_last(request: HttpRequest) -> HttpResponse:
    """Say that the last factor of somebody who must have one stays."""
    messages.error(request, _("Your work needs a second factor. Set up another one before you remove this one."))
    return HttpResponseRedirect(reverse("mfa_index"))


def locked_out(request: HttpRequest, email: str) -> bool:
    """Whether attempts with this address from this place are refused for a while."""
    return not AxesProxyHandler.is_allowed(request, {"email": email})


def count_failure(request: HttpRequest, email: str) -> None:
    """Count a wrong second factor as axes counts a wrong password, so that both lead to the same lock-out."""
    AxesProxyHandler.user_login_failed(sender=Authenticator, credentials={"email": email}, request=request)


def _who(request: HttpRequest) -> Person | None:
    if request.user.is_authenticated:
        return request.user  # type: ignore[return-value]
    login = unstash_login(request, peek=True)
    return login.user if login else None  # type: ignore[return-value]


def is_last(person: Person) -> bool:
    """Whether somebody who must have a second factor has exactly one."""
    return must_have(person) and Authenticator.objects.filter(user_id=person.pk, type__in=FACTORS).count() == 1


def keep_one(factor: Authenticator) -> None:
    """Let a person remove a factor of theirs unless it is the last; inside the transaction that removes it.

    The person's row is locked: of two that are removed in two tabs at once, the second sees that the first went.

    Raises:
        LastFactor: they must have one, and have no other.
    """
    person = Person.everybody.select_for_update().get(pk=factor.user_id)
    others = Authenticator.objects.filter(user_id=person.pk, type__in=FACTORS).exclude(pk=factor.pk)
    if factor.type in FACTORS and must_have(person) and not others.exists():
        raise LastFactor
