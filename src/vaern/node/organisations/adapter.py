"""How sign-in (django-allauth) and lock-out (django-axes) behave here."""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.sealing import Unsealable
from vaern.node.organisations import second_factor
from vaern.node.organisations.models import Person
from vaern.node.organisations.notices import send_account_mail
from vaern.node.web import errors

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator
    from django.http import HttpRequest, HttpResponse


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up: people are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Return False."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Slow down guessing of one account from many places; axes counts each place for itself.

        Sixty wrong passwords an hour, so that a stranger can hardly keep the owner out, who needs one attempt. A place
        that is locked out uses up none of them: its attempts are refused unread.
        """
        key = (credentials.get("email") or "").lower()
        if second_factor.locked_out(request, key):
            return
        self._login_failed_rl_usage = ratelimit.consume(
            request, app="allauth.account", action="password_failed", key=f"password:{key}"
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse | None:  # type: ignore[override]
        """Refuse people whose account or organisation is closed."""
        if user.is_active and not user.organisation.works_here:
            return self.respond_user_inactive(request, user)
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def reauthenticate(self, user: Person, password: str) -> bool:  # type: ignore[override]
        """Check the password of somebody who is signed in, counted and locked as at sign-in."""
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways to confirm who one is: whoever has a second factor uses that, never the password alone."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        stronger = [method for method in methods if method["id"] != "reauthenticate"]
        return stronger or methods

    def set_password(self, user: Person, password: str) -> None:  # type: ignore[override]
        """Set somebody's password, if it is still the one that was there when this request looked.

        A link of a reset is good while the password is the one for which it was made; so of several requests with the
        same link at one moment, which all have looked, one sets it.

        Raises:
            ImmediateHttpResponse: another request was first; its answer says so.
        """
        with transaction.atomic():
            locked = Person.everybody.select_for_update().get(pk=user.pk)
            if locked.password != user.password:
                title = _("Your password was changed already")
                text = _("It was changed a moment ago. Sign in with the new one, or ask for a new link.")
                raise ImmediateHttpResponse(errors.answer(context.request, 409, title, text))
            super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Return where to sign in with the new password."""
        return reverse("account_login")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand a mail of allauth to the queue: answering takes as long for addresses that nobody has."""
        send_account_mail(template_prefix, email, context)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Names people as we do, and keeps secrets encrypted under the node's key."""

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Whether a factor may go: the last one of somebody who must have one may not."""
        return not second_factor.is_last(authenticator.user)

    def encrypt(self, text: str) -> str:
        """Return a secret as the database keeps it."""
        return _vault().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret."""
        return _vault().decrypt(encrypted_text.encode("ascii")).decode()

    def _get_site_name(self) -> str:
        return settings.MFA_TOTP_ISSUER


def reseal_factor(factor: Authenticator) -> int:
    """Encrypt with the secret of now what a second factor keeps; return how many values were not yet.

    Raises:
        Unsealable: no secret that the node knows opens it.
    """
    newest, count, data = _key(settings.SECRET_KEY), 0, dict(factor.data)
    for name in {"secret", "seed"} & data.keys():
        token = data[name].encode("ascii")
        try:
            newest.decrypt(token)
        except InvalidToken:
            try:
                data[name], count = _vault().rotate(token).decode("ascii"), count + 1
            except InvalidToken:
                raise Unsealable(name) from None
    if count:
        factor.data = data
        factor.save(update_fields=["data"])
    return count


def _vault() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.EARLIER_SECRETS)])


@cache
def _key(secret: str) -> Fernet:
    key = HKDF(SHA256(), length=32, salt=None, info=b"vaern second factor").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def address_tried(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the mail address that somebody tries to sign in with, as axes counts it."""
    given = credentials or {}
    found = given.get("email") or given.get("username") or request.POST.get("login") or ""
    return str(found).strip().lower()[:255].replace("\0", "")


def place_of(request: HttpRequest) -> str | None:
    """Return the IP address that a request came from: the last one that our own proxy noted, or the peer's."""
    found: str | None = get_client_ip(request)
    return found
