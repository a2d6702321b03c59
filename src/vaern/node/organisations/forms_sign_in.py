"""allauth's passkey forms, stricter: a wrong passkey counts as a wrong password does, and a lock-out holds here too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from vaern.node.organisations import second_factor

if TYPE_CHECKING:
    from django import forms

    class _Form(forms.Form):
        user: Any

        def clean_credential(self) -> Any: ...
else:
    _Form = object


class _Counted(_Form):
    """Tells of a passkey that does not fit, as allauth does of a wrong code."""

    reauthenticating = False

    def clean_credential(self) -> Any:
        try:
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
        with scopes_disabled():
            found = super().clean_credential()
        if second_factor.locked_out(context.request, found.user.email):
            raise ValidationError(_("Too many attempts. Wait a quarter of an hour and try again."))
        return found
