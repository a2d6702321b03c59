"""allauth's passkey forms, stricter: a wrong passkey counts as a wrong password does, and a lock-out holds here too.

What a browser sends of a passkey is CBOR in base64 in JSON, and anybody may send anything: what the libraries cannot
read, and raise all kinds of errors over, is a passkey that does not fit.
"""

from __future__ import annotations

import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from vaern.node.organisations import second_factor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django import forms

    class _Form(forms.Form):
        user: Any

        def clean_credential(self) -> Any: ...
else:
    _Form = object


_UNREADABLE = (AttributeError, LookupError, RecursionError, TypeError, ValueError, struct.error)
"""What allauth and fido2 raise over bytes that are no passkey, found by changing one at random."""


@contextmanager
def _read_or_refused() -> Iterator[None]:
    """Say of what cannot be read that it is wrong.

    Raises:
        ValidationError: it cannot be read.
    """
    try:
        yield
    except _UNREADABLE:
        raise get_adapter().validation_error("incorrect_code") from None


class NewPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """Setting one up. Only what is read of it again is kept: whatever else was sent with it is dropped."""

    def clean(self) -> dict[str, Any]:
        """Return the name and the passkey."""
        with _read_or_refused():
            found: dict[str, Any] = super().clean()
        if given := found.get("credential"):
            found["credential"] = {
                **{name: given[name] for name in ("id", "rawId", "type")},
                "response": {name: given["response"][name] for name in ("clientDataJSON", "attestationObject")},
                "clientExtensionResults": {"credProps": {"rk": _knows_its_owner(given)}},
            }
        return found


def _knows_its_owner(credential: dict[str, Any]) -> bool:
    """Whether the browser says that the passkey can sign in alone."""
    found: Any = credential
    for name in ("clientExtensionResults", "credProps", "rk"):
        found = found.get(name) if isinstance(found, dict) else None
    return found is True


class _Counted(_Form):
    """Tells of a passkey that does not fit, as allauth does of a wrong code."""

    reauthenticating = False

    def clean_credential(self) -> Any:
        try:
            with _read_or_refused():
                return super().clean_credential()
        except ValidationError:
            found = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.WEBAUTHN).first()
            signals.authentication_failed.send(
                sender=Authenticator,
                request=context.request,
                user=self.user,
                authenticator=found,
                reauthentication=self.reauthenticating,
            )
            raise


class PasskeyAfterPassword(_Counted, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of signing in."""


class PasskeyAgain(_Counted, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey of somebody who is signed in, given again."""

    reauthenticating = True


class PasskeyAlone(LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in with a passkey that knows its owner: two factors in one step."""

    def clean_credential(self) -> Any:
        """Return the authenticator, unless its owner is locked out here.

        Raises:
            ValidationError: the passkey does not fit, or attempts with this address are refused for a while.
        """
        with scopes_disabled(), _read_or_refused():
            found = super().clean_credential()
        if second_factor.locked_out(context.request, found.user.email):
            raise ValidationError(_("Too many attempts. Wait a quarter of an hour and try again."))
        return found
