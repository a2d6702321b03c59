"""The sign-in forms: allauth's, without the hints between their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as FactorAgain
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.forms import Form


def plain(form: Form, first: str) -> None:
    """Remove help texts and placeholders from a form, and put the focus on the first field."""
    for field in form.fields.values():
        field.help_text = ""
        field.widget.attrs.pop("placeholder", None)
    form.fields[first].widget.attrs["autofocus"] = True


class SignInForm(LoginForm):
    """The first step."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Mail address")  # allauth has no Danish for its own label
        plain(self, "login")


class PasswordAgainForm(ReauthenticateForm):
    """The password of somebody who is signed in, given again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self, "password")


class SecondFactorForm(AuthenticateForm):
    """The second step: the code has the focus, as the address has in the first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self, "code")


class SecondFactorAgainForm(FactorAgain):
    """The second factor of somebody who is signed in, given again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self, "code")
